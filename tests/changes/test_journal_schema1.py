"""Entries that idecare 0.1.0 wrote, of real runs: history shows them, undo takes them back, purge deletes what they
hold."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from idecare.changes.journal import Journal
from idecare.cli import run
from tests.builders import build_cache, tree, write
from tests.support.modules import SOURCES, add_module, module, write_tree
from tests.support.real_go import remove_tree

DATA = Path(__file__).parents[1] / "data" / "journal-0.1.0"
CLEAN, REPAIR, CONFIGURE = "20261129-094207", "20261129-094208", "20261129-094210"
BEFORE, AFTER = b'{\n  "editor.tabSize": 4\n}\n', b'{\n  "editor.tabSize": 4,\n  "go.useLanguageServer": true\n}\n'
FAR_AWAY = "2099-01-01T00:00:00+00:00"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A home in which 0.1.0 has cleaned, repaired and configured; what it holds is there."""
    home = tmp_path / "home"
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("GOCACHE", str(home / "go-build"))
    monkeypatch.setenv("GOMODCACHE", str(home / "mod"))
    write(build_cache(home / "go-build", {"ff/y-d": 0}), f".idecare-held/{CLEAN}/gocache/00/x-a", "00/")
    write_tree(home / "mod" / f".idecare-held/{REPAIR}/modcache.0" / module().tree, {**SOURCES, "aa.go": b"edited"})
    add_module(home / "mod")
    (home / "app").mkdir()
    settings = home / ".config" / "Code" / "User" / "settings.json"
    settings.parent.mkdir(parents=True)
    settings.write_bytes(AFTER)
    journal = Journal(home / ".local" / "state" / "idecare")
    journal.originals.keep(settings, CONFIGURE, BEFORE, AFTER)
    for name, folder in (("clean", journal.folder), ("repair", journal.folder), ("configure", journal.history)):
        values = _on_this_machine(json.loads((DATA / f"{name}.json").read_text().replace("@HOME@", str(home))))
        write(folder, f"{values['id']}.json", content=json.dumps(values))
    (stamp,) = (entry.records[1].detail for entry in journal.entries() if entry.id == CLEAN)
    write(home / "go-build", "testexpire.txt", content=stamp.content)
    yield home
    remove_tree(home)


def _on_this_machine(values: dict[str, Any]) -> dict[str, Any]:
    """Identities are those of the folders made here; what is held, is held for long."""
    for record in values["records"]:
        if record["inode"]:
            status = Path(record["root"]).stat()
            record["device"], record["inode"] = status.st_dev, status.st_ino
        if record["held_until"]:
            record["held_until"] = FAR_AWAY
        for made in (record["mend"] or {}).get("made", ()):
            place = Path(record["root"]) / made[0]
            made[1:] = [place.stat().st_dev, place.stat().st_ino, max(map(_mtime, (place, *place.rglob("*"))))]
    return values


def _mtime(path: Path) -> int:
    return path.stat().st_mtime_ns


def states(home: Path) -> dict[str, list[str]]:
    entries = Journal(home / ".local" / "state" / "idecare").entries()
    return {entry.id: [record.state for record in entry.records] for entry in entries}


def test_history_shows_them(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["history"]) == 0
    text = capsys.readouterr().out
    assert "held until 2099-01-01" in text
    assert "edited: go.useLanguageServer" in text
    assert [line.split()[3:] for line in text.splitlines() if line.startswith("2026")] == [
        ["idecare", "clean", "gocache", "testcache"],
        ["idecare", "repair"],
        ["idecare", "configure", "--ide", "vscode", "--set", "go.useLanguageServer=true", "-y"],
    ]


def test_undo_takes_back_each_of_them(home: Path) -> None:
    assert run(["undo", CLEAN, "-y"]) == run(["undo", REPAIR, "-y"]) == run(["undo", CONFIGURE, "-y"]) == 0
    assert (home / "go-build" / "00" / "x-a").exists()
    assert (home / "go-build" / "testexpire.txt").read_text() == "1\n"
    assert (home / "mod" / module().tree / "aa.go").read_text() == "edited"
    assert (home / ".config" / "Code" / "User" / "settings.json").read_bytes() == BEFORE
    assert states(home) == {CLEAN: ["restored", "restored"], REPAIR: ["restored"], CONFIGURE: ["restored"]}
    assert not list(home.rglob(".idecare-held"))


def test_purge_deletes_what_they_hold_and_nothing_else(home: Path) -> None:
    good = tree(home / "mod" / module().tree)
    assert run(["purge", "-y"]) == 0
    assert states(home) == {CLEAN: ["purged", "written"], REPAIR: ["purged"], CONFIGURE: ["written"]}
    assert tree(home / "mod" / module().tree) == good
    assert not list(home.rglob(".idecare-held"))


def test_an_entry_that_changes_is_written_in_the_schema_of_today(home: Path) -> None:
    run(["undo", CLEAN, "-y"])
    history = home / ".local" / "state" / "idecare" / "history"
    assert json.loads((history / f"{CLEAN}.json").read_text())["schema"] == 2
