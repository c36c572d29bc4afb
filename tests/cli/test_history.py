"""``idecare history`` as a user runs it."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from idecare.changes.journal import Entry, FileRecord, Journal, Record
from idecare.cli import run
from idecare.cli.common import Session
from idecare.system.filesystem import write_atomic
from tests.builders import record

EDIT = FileRecord("/home/u/a", "/home/u/a", was_absent=True, is_absent=False, values={})


@pytest.fixture
def home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("TZ", "Test-1")
    time.tzset()
    monkeypatch.setattr(Session, "now", datetime(2026, 11, 22, 12, tzinfo=UTC))
    return tmp_path


@pytest.fixture
def journal(home: Path) -> Journal:
    return Journal(home / "state" / "idecare")


def add(journal: Journal, entry_id: str, *records: Record) -> None:
    started = f"{entry_id[:4]}-{entry_id[4:6]}-{entry_id[6:8]}T12:00:00+00:00"
    journal.write(Entry(entry_id, ("idecare", "clean", "gocache"), "/home/gopher/shop", started, records))


def shown(capsys: pytest.CaptureFixture[str], *words: str) -> list[str]:
    assert run(["history", *words]) == 0
    return capsys.readouterr().out.splitlines()


def test_nothing_has_been_changed_yet(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert shown(capsys) == ["Nothing has been changed yet."]
    assert run(["history", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"schema": 1, "command": "history", "changes": [], "exit": 0}


@pytest.mark.parametrize(
    ("state", "values", "text"),
    [
        ("held", {"held_until": "2026-11-22T12:10:00+00:00"}, "held until 13:10"),
        ("held", {}, "held until now"),
        ("purged", {"bytes": 1_240_000_000}, "freed 1.24 GB"),
        ("purged", {}, "freed 0 B"),
        ("purging", {}, "being deleted"),
        ("started", {}, "cut short"),
        ("written", {}, "changed in place"),
        ("restored", {"reason": "interrupted"}, "put back"),
        ("superseded", {"reason": "1,037 newer entries kept"}, "put back; 1,037 newer entries kept"),
        ("nothing", {}, "nothing changed"),
        ("failed", {"reason": "a mount"}, "failed: a mount"),
        ("failed", {}, "failed"),
    ],
)
def test_each_state_reads_as_words(
    journal: Journal, home: Path, capsys: pytest.CaptureFixture[str], state: str, values: dict[str, Any], text: str
) -> None:
    add(journal, "20261122-120000", record(home / "go-build", state=state, **values))
    assert shown(capsys) == [
        "20261122-120000  2026-11-22 13:00:00  idecare clean gocache",
        f"    gocache  {text}  ~/go-build",
    ]


def test_why_an_edit_was_taken_back_is_said(journal: Journal, capsys: pytest.CaptureFixture[str]) -> None:
    add(journal, "20261122-120000", record(state="restored", reason="GoLand crashed", detail=EDIT))
    assert shown(capsys)[1] == "    gocache  put back: GoLand crashed  /home/u/a"


def test_commands_are_shown_oldest_first_and_only_the_last_ones(
    journal: Journal, capsys: pytest.CaptureFixture[str]
) -> None:
    for day in range(1, 26):
        add(journal, f"202611{day:02}-120000", record(state="purged"))
    assert [line.split()[0] for line in shown(capsys)[::2]] == [f"202611{day:02}-120000" for day in range(6, 26)]
    assert [line.split()[0] for line in shown(capsys, "-l", "2")[::2]] == ["20261124-120000", "20261125-120000"]
    assert run(["history", "-l", "0"]) == 2


def test_json_has_every_field(journal: Journal, capsys: pytest.CaptureFixture[str]) -> None:
    add(
        journal,
        "20261122-120000",
        record(state="purged", bytes=10, entries=2, held_until="2026-11-22T12:10:00+00:00"),
        record(Path("/srv/mod"), "modcache", "failed", bytes=5, reason="a mount"),
        record(Path("/srv/x"), "gopls", "restored"),
    )
    assert run(["history", "--json"]) == 0
    root = "/caches/one"
    held_until = "2026-11-22T12:10:00+00:00"
    nothing = {"path": None, "keys": [], "held_until": None, "entries": None, "bytes": None, "reason": None}
    nothing |= {"put_back": [], "set_apart": []}
    assert json.loads(capsys.readouterr().out) == {
        "schema": 1,
        "command": "history",
        "changes": [
            {
                "id": "20261122-120000",
                "started": "2026-11-22T12:00:00+00:00",
                "command": ["idecare", "clean", "gocache"],
                "cwd": "/home/gopher/shop",
                "freed_bytes": 15,
                "targets": [
                    {**nothing, "target": "gocache", "root": root, "state": "purged"}
                    | {"held_until": held_until, "entries": 2, "bytes": 10},
                    {**nothing, "target": "modcache", "root": "/srv/mod", "state": "failed"}
                    | {"bytes": 5, "reason": "a mount"},
                    {**nothing, "target": "gopls", "root": "/srv/x", "state": "restored"},
                ],
            }
        ],
        "exit": 0,
    }


def test_a_broken_file_is_named_on_stderr_and_the_rest_is_shown(
    journal: Journal, capsys: pytest.CaptureFixture[str]
) -> None:
    add(journal, "20261122-120000", record(state="purged"))
    write_atomic(journal.history / "20261121-120000.json", b"{")
    assert run(["history"]) == 1
    out, err = capsys.readouterr()
    assert out.startswith("20261122-120000  ")
    assert err == "cannot read the journal entry ~/state/idecare/history/20261121-120000.json: it is not JSON\n"
    assert run(["history", "--json"]) == 1
    (named,) = json.loads(capsys.readouterr().out)["unreadable"]
    assert named == {"path": str(journal.history / "20261121-120000.json"), "reason": "it is not JSON"}


@pytest.mark.parametrize("change", [{"started": "yesterday"}, {"state": "vanished"}], ids=["time", "state"])
def test_a_file_with_odd_values_is_no_bug(
    journal: Journal, capsys: pytest.CaptureFixture[str], change: dict[str, str]
) -> None:
    started = change.get("started", "2026-11-22T12:00:00+00:00")
    odd = Entry("20261122-120000", ("x",), "/", started, (record(state=change.get("state", "purged")),))
    journal.write(odd)
    assert run(["history"]) == 1


def test_history_changes_nothing(journal: Journal, home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shown(capsys)
    assert not (home / "state").exists()
