"""`idecare configure --tasks` as a user runs it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from idecare.cli import run

BEFORE = '{\n  // mine\n  "tasks": [{ "label": "build" }],\n}\n'


@pytest.fixture
def tasks(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The file of a folder that is open, in a home without any IDE."""
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    file = tmp_path / "project" / ".vscode" / "tasks.json"
    file.parent.mkdir(parents=True)
    monkeypatch.chdir(file.parents[1])
    return file


def test_tasks_come_without_an_ide_and_go_again(tasks: Path) -> None:
    tasks.write_text(BEFORE)
    assert run(["configure", "--ide", "vscode", "--tasks", "--check"]) == 4
    assert tasks.read_text() == BEFORE
    assert run(["configure", "--ide", "vscode", "--tasks", "-y"]) == 0
    assert tasks.read_text().count('"idecare: ') == 2
    assert run(["configure", "--tasks", "--check"]) == 0
    assert run(["undo", "-y"]) == 0
    assert tasks.read_text() == BEFORE


def test_a_file_that_was_made_is_removed_again(tasks: Path) -> None:
    assert run(["configure", "--tasks", "-y"]) == 0
    assert [task["label"][:7] for task in json.loads(tasks.read_text())["tasks"]] == ["idecare"] * 2
    assert run(["undo", "-y"]) == 0
    assert not tasks.exists()


def test_what_a_user_took_out_comes_back_where_it_is_asked_for(tasks: Path) -> None:
    assert run(["configure", "--tasks", "-y"]) == 0
    tasks.write_text(BEFORE)
    assert run(["configure", "--tasks", "-y"]) == 0
    assert tasks.read_text().count('"idecare: ') == 2


def test_goland_has_no_such_tasks(tasks: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["configure", "--ide", "goland", "--tasks", "-y"]) == 2
    assert "--tasks is for VS Code and its forks; this run is about goland" in capsys.readouterr().err
    assert not tasks.exists()
