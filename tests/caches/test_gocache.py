"""Entries by last use: what a trim would take, and where to cut for a size."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from idecare.caches.gocache import Stamps, read_stamps
from tests.builders import NOW, build_cache, go_name, stamp, write

HOUR = 3600
X_A, X_D, Y_D, BIN_D = map(go_name, ("00/x-a", "00/x-d", "ff/y-d", "ff/bin-d"))


def allocated(path: Path) -> int:
    return path.lstat().st_blocks * 512


def at(hours_ago: float) -> int:
    return int(NOW.timestamp() - hours_ago * HOUR) // 60


@pytest.fixture
def stamps() -> Stamps:
    """Three hours, each with one action of 1 byte and one output of 100."""
    found = Stamps()
    for hours in (1, 5, 9):
        found.action_bytes[at(hours)] += 1
        found.output_bytes[at(hours)] += 100
        found.action_entries[at(hours)] += 1
        found.output_entries[at(hours)] += 1
    return found


@pytest.mark.parametrize(
    ("hours", "all_actions", "going"),
    [
        pytest.param(10, False, (0, 0), id="before everything"),
        pytest.param(9, False, (0, 0), id="at the oldest, which stays"),
        pytest.param(6, False, (2, 101), id="the oldest"),
        pytest.param(0, False, (6, 303), id="everything"),
        pytest.param(6, True, (4, 103), id="the oldest and every action"),
        pytest.param(10, True, (3, 3), id="every action alone"),
    ],
)
def test_what_a_trim_takes(stamps: Stamps, hours: float, all_actions: bool, going: tuple[int, int]) -> None:
    assert stamps.going(NOW - timedelta(hours=hours), all_actions) == going


@pytest.mark.parametrize(
    ("max_bytes", "hours"),
    [
        pytest.param(1000, None, id="fits"),
        pytest.param(303, None, id="fits exactly"),
        pytest.param(302, 9, id="one byte too many"),
        pytest.param(202, 9, id="the oldest must go"),
        pytest.param(201, 5, id="two must go"),
        pytest.param(0, 1, id="all must go"),
    ],
)
def test_the_cut_for_a_size_lies_right_behind_what_must_go(stamps: Stamps, max_bytes: int, hours: float | None) -> None:
    cut = stamps.cut_for(max_bytes)
    assert cut == (None if hours is None else datetime.fromtimestamp((at(hours) + 1) * 60, UTC))
    if cut is not None:
        assert 303 - stamps.going(cut, all_actions=False)[1] <= max_bytes


def test_nothing_fits_any_size() -> None:
    assert Stamps().cut_for(0) is None


def test_actions_and_outputs_are_read_with_their_sizes_and_cached_executables_whole(tmp_path: Path) -> None:
    root = build_cache(tmp_path / "go-build", {X_A: HOUR, X_D: HOUR, Y_D: 9 * HOUR})
    write(root, f"{BIN_D}/tool", "ff/other", "ff/.tmp-x", "ff/my-d", "ff/my-a")
    stamp(root / BIN_D, 9 * HOUR)
    found = read_stamps(root, ["00", "ff", "gone"])
    assert found.action_entries == {at(1): 1}
    assert found.output_entries == {at(1): 1, at(9): 2}
    assert found.action_bytes == {at(1): allocated(root / X_A)}
    executable = allocated(root / BIN_D) + allocated(root / BIN_D / "tool")
    assert found.output_bytes == {at(1): allocated(root / X_D), at(9): allocated(root / Y_D) + executable}


def test_links_stay_so_they_do_not_count_and_lead_nowhere(tmp_path: Path) -> None:
    root = build_cache(tmp_path / "go-build", {X_A: 0})
    write(tmp_path / "victim", "big-d/file", content="x" * 100_000)
    (root / "ff").rmdir()
    (root / "ff").symlink_to(tmp_path / "victim")
    link = root / go_name("00/big-d")
    link.symlink_to(tmp_path / "victim" / "big-d" / "file")
    os.utime(link, (NOW.timestamp(),) * 2, follow_symlinks=False)
    found = read_stamps(root, ["00"])
    assert found.output_bytes.total() == 0
