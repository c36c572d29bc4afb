"""A go.mod that returns to an earlier content."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from idecare.watcher.monitor import MOST_RETURNS, Rewrites
from idecare.workspaces.base import Scan, Workspace
from tests.builders import NOW


def test_a_go_mod_that_comes_back_to_a_text_it_had_is_noted_and_one_that_goes_on_is_not(tmp_path: Path) -> None:
    rewrites, scan = Rewrites(), Scan(NOW, (Workspace(tmp_path, "x", ()),))
    moments = [NOW + timedelta(seconds=second) for second in range(8)]
    for text, moment in zip(["a", "b", "b", "c", "b", "c", "", "c"], moments, strict=True):
        (tmp_path / "go.mod").write_text(text)
        found = rewrites.added_to(scan, moment)
    assert found.workspaces[0].go_mod_changes == (moments[4], moments[5])


def test_of_a_fight_without_end_only_the_last_rounds_are_kept(tmp_path: Path) -> None:
    rewrites, scan = Rewrites(), Scan(NOW, (Workspace(tmp_path, "x", ()),))
    for turn in range(200):
        (tmp_path / "go.mod").write_text("ab"[turn % 2])
        found = rewrites.added_to(scan, NOW)
    assert len(found.workspaces[0].go_mod_changes) == MOST_RETURNS
    rewrites.added_to(Scan(NOW, ()), NOW)
    assert (rewrites.texts, rewrites.returns) == ({}, {})
