"""What `undo` is asked: which entry, which of its targets, and only to show it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from idecare.changes.journal import Entry, Journal
from idecare.cli import run
from tests.builders import HOLD, NOW, record, write

ID = HOLD.partition("/")[2]


@pytest.fixture
def journal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Journal:
    """A clean holds something of two targets."""
    for name in ("HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME"):
        monkeypatch.setenv(name, str(tmp_path / "home"))
    journal = Journal(tmp_path / "home" / "idecare")
    roots = {target: write(tmp_path / target, f"{HOLD}/{target}/x") for target in ("gopls", "fuzzcache")}
    records = tuple(record(root, target) for target, root in roots.items())
    journal.write(Entry(ID, ("idecare", "clean"), "/home/gopher/app", NOW.isoformat(), records))
    return journal


def states(journal: Journal) -> dict[str, str]:
    return {record.target: record.state for entry in journal.entries() for record in entry.records}


def test_a_dry_run_shows_what_would_come_back(journal: Journal, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["undo", "-n", "--json"]) == 0
    changes = json.loads(capsys.readouterr().out)["changes"]
    assert [(change["target"], change["state"]) for change in changes] == [
        ("gopls", "planned"),
        ("fuzzcache", "planned"),
    ]
    assert states(journal) == {"gopls": "held", "fuzzcache": "held"}


def test_the_plan_and_the_deed_are_of_the_targets_that_are_named(
    journal: Journal, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["undo", "-n", "-t", "fuzzcache"]) == 0
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == ["fuzzcache"]
    assert run(["undo", "-y", "-t", "fuzzcache"]) == 0
    assert states(journal) == {"gopls": "held", "fuzzcache": "restored"}


@pytest.mark.parametrize("word", ["goplz", "gocache"], ids=["unknown", "of another command"])
def test_a_target_that_the_command_did_not_change_is_an_error_that_lists_them(
    journal: Journal, capsys: pytest.CaptureFixture[str], word: str
) -> None:
    assert run(["undo", "-y", "-t", word]) == 2
    assert "it changed: gopls, fuzzcache" in capsys.readouterr().err
    assert states(journal) == {"gopls": "held", "fuzzcache": "held"}


def test_purge_shows_what_it_would_delete(journal: Journal, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["purge", "-n"]) == 0
    assert [line.split()[:4] for line in capsys.readouterr().out.splitlines()] == [
        ["gopls", "to", "be", "deleted"],
        ["fuzzcache", "to", "be", "deleted"],
    ]
    assert states(journal) == {"gopls": "held", "fuzzcache": "held"}


@pytest.mark.parametrize("verb", ["undo", "purge"])
def test_nothing_is_written_where_there_is_nothing_to_find(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], verb: str
) -> None:
    for name in ("HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME"):
        monkeypatch.setenv(name, str(tmp_path / "home"))
    assert run([verb, "-y"]) == 0
    assert not (tmp_path / "home").exists()
