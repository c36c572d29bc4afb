"""How long a clean takes until the prompt is back, and how its time and memory grow with the caches."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.bench.measuring import Measured, Row, Scale, in_turns
from tests.bench.trees import build_cache, module_cache
from tests.bench.world import World, find_go, language_server, made_world

HELD = frozenset({"held"})
SPARED = frozenset({"held", "trimmed"})
IDLE, BUSY = "nothing of Go at work", "a language server at work"
AIM_CLEAN, AIM_SAFE, AIM_GROWTH, AIM_MEMORY = 0.06, 0.7, 1.2, 1.3


def clean_rows(folder: Path, scale: Scale) -> Iterator[Measured]:
    """Both caches, nothing of Go at work, on the very trees that `go clean` removes afterwards."""
    yield _clean_row(folder, scale.small, None, scale.rounds)
    yield _clean_row(folder, scale.medium, AIM_CLEAN, scale.rounds)


def _clean_row(folder: Path, files: int, aim: float | None, rounds: int) -> Row:
    with made_world(folder, "clean") as world:
        ratios = in_turns(lambda: _clean_and_undo(world, files), lambda: _go_clean(world, "-modcache"), rounds)
    what = f"`clean gocache modcache -y`, {files:,} files, {IDLE}"
    return Row("clean", what, "`go clean -cache -modcache`", ratios, aim)


def _clean_and_undo(world: World, files: int) -> float:
    _fill(world, files)
    return _cleaned(world, HELD)


def _fill(world: World, files: int, aged: bool = False) -> None:
    build_cache(world.gocache, files // 2, aged)
    module_cache(world.gomodcache, files - files // 2)


def _cleaned(world: World, expected: frozenset[str]) -> float:
    seconds = world.clean("gocache", "modcache", expected=expected).wall_seconds
    world.undo()
    return seconds


def _go_clean(world: World, *more: str) -> float:
    seconds = world.cost(find_go(), "clean", "-cache", *more).wall_seconds
    world.remove(world.gocache)  # its README and folders stay
    return seconds


def safe_rows(folder: Path, scale: Scale) -> Iterator[Measured]:
    """The build cache while a language server is at work: half of the entries were used 30 minutes ago."""
    yield _safe_row(folder, scale.small, None, scale.rounds)
    yield _safe_row(folder, scale.medium, AIM_SAFE, scale.rounds)


def _safe_row(folder: Path, files: int, aim: float | None, rounds: int) -> Row:
    with made_world(folder, "safe") as world, language_server(world):
        ratios = in_turns(lambda: _trim_and_undo(world, files), lambda: _go_clean(world), rounds)
    what = f"`clean gocache -y`, {files:,} files, {BUSY}"
    return Row("safe", what, "`go clean -cache`", ratios, aim)


def _trim_and_undo(world: World, files: int) -> float:
    build_cache(world.gocache, files, aged=True)
    seconds = world.clean("gocache", expected={"trimmed"}).wall_seconds
    world.undo()
    return seconds


def growth_rows(folder: Path, scale: Scale) -> Iterator[Measured]:
    """The largest caches beside the smallest: time and memory of the same clean."""
    with made_world(folder, "large") as large, made_world(folder, "small") as small:
        _fill(large, scale.large, aged=True)
        _fill(small, scale.small, aged=True)
        what, against = f"`clean gocache modcache -y`, {scale.large:,} files", f"the same, {scale.small:,} files"
        pair = _Pair(large, small, scale.rounds)
        yield Row("growth", f"{what}, {IDLE}", against, pair.ratios(lambda world: _cleaned(world, HELD)), AIM_GROWTH)
        memory = dataclasses.replace(pair, rounds=min(2, scale.rounds))
        idle = memory.ratios(lambda world: _peak_of_clean(world, HELD))
        yield Row("growth", f"memory of {what}, {IDLE}", against, idle, AIM_MEMORY)
        with language_server(large), language_server(small):
            busy = memory.ratios(lambda world: _peak_of_clean(world, SPARED))
        yield Row("growth", f"memory of {what}, {BUSY}", against, busy, AIM_MEMORY)
        yield _last_of(large, what)


@dataclasses.dataclass(frozen=True)
class _Pair:
    large: World
    small: World
    rounds: int

    def ratios(self, measure: Callable[[World], float]) -> tuple[float, ...]:
        return in_turns(lambda: measure(self.large), lambda: measure(self.small), self.rounds)


def _peak_of_clean(world: World, expected: frozenset[str]) -> float:
    cost = world.clean("gocache", "modcache", expected=expected, peak=True)
    world.undo()
    return float(cost.output.splitlines()[-1])


def _last_of(world: World, what: str) -> Row:
    """One round only: so large a tree is made once."""
    ratios = in_turns(lambda: _cleaned(world, HELD), lambda: _go_clean(world, "-modcache"), 1)
    return Row("growth", f"{what}, {IDLE}", "`go clean -cache -modcache`", ratios)
