"""A damaged module cache and a misnomer in the settings at once: one fix, one entry of the journal, one undo."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.support.goproxy import MainModule
from tests.support.real_go import GoWorld


def asked(world: GoWorld, *words: str) -> dict[str, Any]:
    done = world.idecare(*words, "--json")
    values: dict[str, Any] = json.loads(done.stdout)
    assert values["exit"] == done.returncode, done.stderr
    return values


def open_tree(world: GoWorld) -> Path:
    """An extracted module, made writable as the Finder's user would have it."""
    tree = next(path for path in sorted(world.gomodcache.glob("*/*@*")) if path.is_dir())
    tree.chmod(0o755)
    return tree


def fixable(values: dict[str, Any]) -> set[str]:
    return {found["id"] for found in values["findings"] if {each["kind"] for each in found["remedies"]} - {"run"}}


def test_modules_and_settings_are_repaired_together_and_undone_together(world: GoWorld, app: MainModule) -> None:
    litter = open_tree(world) / ".DS_Store"
    litter.write_text("finder")
    settings = world.home / ".config" / "Code" / "User" / "settings.json"
    settings.parent.mkdir(parents=True)
    settings.write_text('{"go.delvePath": "/gone/dlv"}\n')
    assert world.go("mod", "verify").returncode != 0

    assert {"edit", "repair"} <= {
        remedy["kind"] for found in asked(world, "doctor")["findings"] for remedy in found["remedies"]
    }
    fixed = asked(world, "doctor", "--fix", "-y")
    assert (fixable(fixed), fixed["not_taken"]) == (set(), []), fixed
    assert [module["state"] for module in fixed["modules"]] == ["repaired"]
    assert (litter.exists(), settings.read_text()) == (False, "{}\n")
    assert world.go("mod", "verify").returncode == 0
    assert len(asked(world, "history")["changes"]) == 1

    assert world.idecare("undo", "-y").returncode == 0
    assert (litter.read_text(), settings.read_text()) == ("finder", '{"go.delvePath": "/gone/dlv"}\n')
