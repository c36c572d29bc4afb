"""A go.mod that returns to an earlier content."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

import pytest

from idecare.watcher.monitor import MOST_RETURNS, LockStatistics, Rewrites
from idecare.workspaces.base import LockUse, LockWait, Scan, Workspace
from tests.builders import NOW, write

MODULE = "module x\n\ngo 1.{}\n\nrequire a.example/b v1.{}.0 // indirect\n"


def changes(folder: Path, *texts: str, rewrites: Rewrites | None = None) -> list[int]:
    """Which of these contents of go.mod, one after another, counted as a return."""
    rewrites, scan = rewrites or Rewrites(), Scan(NOW, (Workspace(folder, "x", ()),))
    moments = [NOW + timedelta(seconds=second) for second in range(len(texts))]
    for text, moment in zip(texts, moments, strict=True):
        (folder / "go.mod").write_text(text)
        found = rewrites.added_to(scan, moment)
    return [moments.index(moment) for moment in found.workspaces[0].go_mod_changes]


def test_a_go_mod_that_returns_to_earlier_requirements_is_noted_and_one_that_goes_on_is_not(tmp_path: Path) -> None:
    one, two, three = (MODULE.format(26, number) for number in range(3))
    assert changes(tmp_path, one, two, two, three, two, three, "", three) == [4, 5]


@pytest.mark.parametrize("line", ["toolchain go1.27.3\n", "go 1.99\n", "require (\n\ta.example/c v1.0.0\n)\n"])
def test_each_line_that_go_writes_counts(tmp_path: Path, line: str) -> None:
    text = MODULE.format(26, 0)
    assert changes(tmp_path, text, text + line, text, text + line) == [2, 3]


@pytest.mark.parametrize("line", ["// a note\n", "replace a.example/b => ../b\n", "exclude a.example/b v1.0.0\n"])
def test_an_undo_in_an_editor_is_none(tmp_path: Path, line: str) -> None:
    text = MODULE.format(26, 0)
    assert changes(tmp_path, text, text + line, text, text + line) == []


@pytest.mark.parametrize("file", ["HEAD", "index"])
def test_what_git_checks_out_is_none(tmp_path: Path, file: str) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / "deep").mkdir()
    (tmp_path / ".git" / file).write_text("")
    texts = [MODULE.format(26, number % 2) for number in range(4)]
    assert changes(tmp_path / "deep", *texts) == []
    os.utime(tmp_path / ".git" / file, (0, 0))
    assert changes(tmp_path / "deep", *texts) == [2, 3]


def test_a_linked_worktree_has_its_git_folder_elsewhere(tmp_path: Path) -> None:
    write(tmp_path, "repository/index", "tree/.git", content=f"gitdir: {tmp_path}/repository\n")
    assert changes(tmp_path / "tree", *(MODULE.format(26, number % 2) for number in range(4))) == []


def test_of_a_fight_without_end_only_the_last_rounds_are_kept(tmp_path: Path) -> None:
    rewrites = Rewrites()
    texts = [MODULE.format(26, turn % 2) for turn in range(200)]
    assert len(changes(tmp_path, *texts, rewrites=rewrites)) == MOST_RETURNS
    rewrites.added_to(Scan(NOW, ()), NOW)
    assert (rewrites.contents, rewrites.returns) == ({}, {})


LOCK = Path("/mod/cache/download/a.b/c/@v/v1.0.0.lock")


def waiting(second: int, pid: int = 7) -> Scan:
    """A tidy of Code that has waited since NOW + ``second`` for a download of GoLand."""
    since = NOW + timedelta(seconds=second)
    tidy = LockWait(pid, "go", "waits", LOCK, since, (8,), command="go mod tidy", starter="Code")
    return Scan(NOW, (), (tidy, LockWait(8, "go", "holds", LOCK, NOW, command="go mod download", starter="GoLand")))


def test_waits_of_the_last_hour_are_counted_by_lock() -> None:
    statistics = LockStatistics()
    for second in (0, 5, 10):
        statistics.added_to(waiting(0), NOW + timedelta(seconds=second))
    statistics.added_to(waiting(60), NOW + timedelta(seconds=64))
    found = statistics.added_to(waiting(60, pid=9), NOW + timedelta(seconds=65)).lock_uses
    assert found == (LockUse(LOCK, 3, 19.0, 10.0, ("go mod tidy (Code)",), ("go mod download (GoLand)",)),)
    assert statistics.added_to(Scan(NOW, ()), NOW + timedelta(minutes=62)).lock_uses == ()
    assert statistics.waits == {}
