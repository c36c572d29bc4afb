"""The bench itself works: every row is measured once, at a size at which the numbers mean nothing."""

from __future__ import annotations

import contextlib
import os
import sys
from pathlib import Path

import pytest

from tests.bench import bench_usage
from tests.bench.__main__ import BENCHES, measure, table_line
from tests.bench.measuring import TINY, Cost, Ratios, Row, in_turns
from tests.bench.trees import ACTION_BYTES, MODULE_FILES, build_cache, module_cache
from tests.bench.world import SkippedError, find_go
from tests.e2e.conftest import turn_on_the_machine
from tests.support.processes import go_processes

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the bench forks, and compares with POSIX commands")
NEEDS = ("cold", "setpriv", "node is not", "npm")  # of rows which may be skipped
BUSY = ("the clean ended as", "exit 5")  # what a row says when the cache may be in use
STARTING_GO = frozenset({"clean", "safe", "growth", "build", "limits"})  # which end-to-end tests must not meet


LIMITS = pytest.param("limits", marks=pytest.mark.real_clock)  # the kernel's file times say what has changed


@pytest.mark.parametrize("name", [LIMITS if name == "limits" else name for name in BENCHES])
def test_a_row_can_be_measured(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    try:
        find_go()
    except SkippedError as reason:
        pytest.skip(str(reason))
    monkeypatch.setattr(bench_usage, "SMALL_FILES", 600)
    monkeypatch.setattr(bench_usage, "REPEATS", 1)
    with turn_on_the_machine() if name in STARTING_GO else contextlib.nullcontext():
        lines = list(measure([name], tmp_path, TINY))
    assert lines
    missing = [line for line in lines if "not measured" in line and not any(need in line for need in NEEDS)]
    if (at_work := go_processes()) and any(say in line for line in missing for say in BUSY):
        pytest.skip(f"Go is at work on this machine: {', '.join(f'{one.name()} ({one.pid})' for one in at_work)}")
    assert missing == []
    assert list(tmp_path.iterdir()) == []


def test_a_build_cache_is_of_the_real_format(tmp_path: Path) -> None:
    build_cache(tmp_path / "gocache", 2000)
    files = list((tmp_path / "gocache").glob("[0-9a-f][0-9a-f]/*-[ad]"))
    actions = [path for path in files if path.name.endswith("-a")]
    assert len(files) == 2000
    assert 0.6 < len(actions) / len(files) < 0.7
    assert {path.stat().st_size for path in actions} == {ACTION_BYTES}
    assert {path.stat().st_nlink for path in files} == {1}
    assert all(path.name.startswith(path.parent.name) and len(path.name) == 66 for path in files)


def test_a_module_cache_is_read_only_and_of_the_size_asked_for(tmp_path: Path) -> None:
    root = tmp_path / "modcache"
    module_cache(root, 20 * MODULE_FILES)
    files = [Path(parent, name) for parent, _, names in os.walk(root) for name in names]
    trees = list(root.glob("**/*@v*"))
    assert len(files) == 20 * MODULE_FILES + 1  # and cache/lock
    assert {path.stat().st_mode & 0o777 for path in trees if path.is_dir() and path.name != "@v"} == {0o555}


def test_pairs_are_measured_in_turns_and_again_when_they_lie_apart() -> None:
    order = []

    def side(name: str, seconds: list[float]) -> Cost:
        order.append(name)
        return Cost(seconds.pop(0), cpu_seconds=2.0)

    first, second = [1.0, 3.0, 1.0, 1.0], [1.0] * 4
    ratios = in_turns(lambda: side("a", first), lambda: side("b", second), 2)
    assert ratios == Ratios((1.0, 3.0, 1.0, 1.0), (1.0,) * 4)
    assert "".join(order) == "abababab"


def test_a_line_shows_the_medians_and_whether_the_aim_is_met() -> None:
    line = table_line(Row("purge", "this", "that", (0.5, 0.7, 0.9), 0.6, cpu=(0.01, 0.02, 0.03)), load=1.25)
    assert line == "| purge | this | that | 0.70 | 0.50–0.90 | 0.020 | 3 | ≤ 0.6 | **over** | 1.2 |  |"
