"""A cache target is one file and one line; nothing else knows it by name."""

from __future__ import annotations

import ast
import json
from pathlib import Path
from typing import Any

import pytest

from idecare.cli import run
from idecare.core.targets import TARGETS
from tests.builders import write

PACKAGE = Path(__file__).parent.parent.parent / "idecare"
# Words that are also the name of a product or a program. In these packages they mean that, and a cache target nowhere.
PRODUCTS = {
    "system": ("gopls", "goimports", "goland"),  # names of processes, and the product whose they are
    "golang": ("gopls", "goimports"),  # the program, and the folders it makes
    "jetbrains": ("goland",),  # the product
    "vscode": ("vscode", "gopls"),  # the product, and a setting of its Go extension
    "configure": ("vscode", "gopls"),  # a key of a profile, and a program
    "workspaces": ("gopls",),  # a process
    "doctor": ("gopls", "goland", "vscode"),  # programs, products and groups of checks
    "watcher": ("gopls", "vscode"),  # a process, and a tool
    "cli": ("gopls", "goland", "vscode"),  # words for --ide, groups of checks, a key of JSON
}
# Records of 0.1.0 carry a target and not what follows from it.
READS_FIRST_RECORDS = "changes/journal_schema1.py"
REGISTRY = "core/targets.py"


def target_literals() -> set[tuple[str, str]]:
    """Module and word of each text outside the caches that is the name of a target."""
    found = set()
    for path in PACKAGE.rglob("*.py"):
        name = path.relative_to(PACKAGE).as_posix()
        if not name.startswith("caches/") and name not in (REGISTRY, READS_FIRST_RECORDS):
            nodes = ast.walk(ast.parse(path.read_text()))
            words = {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}
            found |= {(name, word) for word in words & set(TARGETS)}
    return found


def test_no_other_module_names_a_target() -> None:
    allowed = {(package, word) for package, words in PRODUCTS.items() for word in words}
    assert [found for found in sorted(target_literals()) if (found[0].split("/")[0], found[1]) not in allowed] == []


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home with a toy cache, and the one line that registers it."""
    monkeypatch.setitem(TARGETS, "toy", "tests.caches.toy")
    for name in ("HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "TMPDIR"):
        monkeypatch.setenv(name, str(tmp_path))
    return write(tmp_path, "toy/TOY", "toy/parts/one", "toy/parts/two", "toy/mine")


def answer(capsys: pytest.CaptureFixture[str], *words: str) -> dict[str, Any]:
    assert run([*words, "--json"]) == 0
    values: dict[str, Any] = json.loads(capsys.readouterr().out)
    return values


def test_a_new_target_is_found_measured_cleaned_and_put_back(
    home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("idecare.changes.background.start_purger", lambda environment: None)
    located = [found for found in answer(capsys, "locate", "caches")["caches"] if found["target"] == "toy"]
    assert [found["path"] for found in located] == [str(home / "toy")]
    assert [found["entries"] for found in answer(capsys, "usage", "toy")["caches"]] == [5]
    assert answer(capsys, "clean", "toys", "-n")["targets"][0]["cost"] == "toys are made again"
    assert answer(capsys, "clean", "toy", "-y")["targets"][0]["state"] == "held"
    assert sorted(path.name for path in (home / "toy").iterdir()) == [".idecare-held", "TOY", "mine"]
    answer(capsys, "undo", "-y")
    assert (home / "toy/parts/two").exists()
    answer(capsys, "clean", "toy", "-y")
    answer(capsys, "purge", "-y")
    assert sorted(path.name for path in (home / "toy").iterdir()) == ["TOY", "mine"]


def test_a_new_target_is_a_word_everywhere(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert answer(capsys, "config", "set", "targets", "toys")["settings"] == {"targets": ["toy"]}
    assert run(["clean", "tyo", "-n"]) == 2
    assert "Did you mean 'toy'?" in capsys.readouterr().err
    assert run(["clean", "toys", "-n"]) == 0
    assert "toys: there is but one toy" in capsys.readouterr().err
