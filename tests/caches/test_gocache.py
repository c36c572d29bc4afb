"""Entries by last use: what a trim would take, and where to cut for a size."""

from __future__ import annotations

import os
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from idecare.caches.gocache import BuildCache, bytes_by_second, find_cut
from idecare.changes.plan import TrimEntries
from tests.builders import NOW, build_cache, cache, go_name, identity_of, stamp, write

HOUR = 3600
X_A, X_D, Y_D, BIN_D = map(go_name, ("00/x-a", "00/x-d", "ff/y-d", "ff/bin-d"))


def allocated(path: Path) -> int:
    return path.lstat().st_blocks * 512


def at(hours_ago: float) -> int:
    return int(NOW.timestamp() - hours_ago * HOUR)


@pytest.mark.parametrize(
    ("excess", "hours"),
    [
        pytest.param(-700, None, id="fits"),
        pytest.param(0, None, id="fits exactly"),
        pytest.param(1, 9, id="one byte too many"),
        pytest.param(101, 9, id="the oldest must go"),
        pytest.param(102, 5, id="two must go"),
        pytest.param(303, 1, id="all must go"),
        pytest.param(999, 1, id="more than there is"),
    ],
)
def test_the_cut_for_a_size_lies_right_behind_what_must_go(excess: int, hours: float | None) -> None:
    cut = find_cut(Counter({at(hours): 101 for hours in (5, 9, 1)}), excess)
    assert cut == (None if hours is None else datetime.fromtimestamp(at(hours) + 1, UTC))


def test_nothing_fits_any_size() -> None:
    assert find_cut(Counter(), 1) is None


@pytest.mark.parametrize(("max_bytes", "gone"), [(40, 0), (39, 1), (30, 1), (29, 2), (20, 2), (11, 3), (0, 4)])
def test_what_one_build_has_refreshed_within_a_second_goes_in_the_order_of_its_use(
    tmp_path: Path, max_bytes: int, gone: int
) -> None:
    root = build_cache(
        tmp_path / "go-build", {go_name(f"{folder}/{name}-d"): 0 for folder in ("00", "ff") for name in "xy"}
    )
    block = allocated(root / X_D)
    for number, name in enumerate(map(go_name, ("ff/y-d", "00/x-d", "ff/x-d", "00/y-d"))):
        os.utime(root / name, ns=(0, 10**18 + number * 10_000 + 999))
    size = sum(allocated(root / name) for name in ("", "README", "trim.txt", "00", "ff")) + max_bytes * block // 10
    cut = BuildCache().cut_for(cache(root=root), size)
    first = datetime.fromtimestamp(10**9, UTC)
    steps = {0: None, 4: timedelta(seconds=1)}
    step = steps.get(gone, timedelta(microseconds=10 * gone - 8))
    assert cut == (step and first + step)
    if cut:
        trim = TrimEntries("gocache", root, identity_of(root), ("00", "ff"), cut)
        assert BuildCache().trimmed_bytes(trim) == gone * block


def test_actions_and_outputs_are_read_with_their_sizes_and_cached_executables_whole(tmp_path: Path) -> None:
    root = build_cache(tmp_path / "go-build", {X_A: HOUR, X_D: HOUR, Y_D: 9 * HOUR})
    write(root, f"{BIN_D}/tool", "ff/other", "ff/.tmp-x", "ff/my-d", "ff/my-a")
    stamp(root / BIN_D, 9 * HOUR)
    actions, pair = allocated(root / X_A), allocated(root / X_A) + allocated(root / X_D)
    old = allocated(root / Y_D) + allocated(root / BIN_D) + allocated(root / BIN_D / "tool")
    assert bytes_by_second(root, ["00", "ff", "gone"]) == {at(1): pair, at(9): old}
    trim = TrimEntries("gocache", root, identity_of(root), ("00", "ff"), NOW - timedelta(hours=2))
    assert BuildCache().trimmed_bytes(trim) == old
    assert BuildCache().trimmed_bytes(replace(trim, used_before=NOW)) == old + pair
    only_actions = replace(trim, used_before=NOW - timedelta(hours=10), all_actions=True)
    assert BuildCache().trimmed_bytes(only_actions) == actions


def test_links_stay_so_they_do_not_count_and_lead_nowhere(tmp_path: Path) -> None:
    root = build_cache(tmp_path / "go-build", {X_A: 0})
    write(tmp_path / "victim", "big-d/file", content="x" * 100_000)
    (root / "ff").rmdir()
    (root / "ff").symlink_to(tmp_path / "victim")
    link = root / go_name("00/big-d")
    link.symlink_to(tmp_path / "victim" / "big-d" / "file")
    os.utime(link, (NOW.timestamp(),) * 2, follow_symlinks=False)
    assert bytes_by_second(root, ["00"]).total() == allocated(root / X_A)
