"""Side by side: two commands measured in turns, and the ratio of each pair."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterable
from dataclasses import dataclass

WIDE_SPREAD = 0.4  # of the median: beyond it a row is measured for as many rounds again


@dataclass(frozen=True)
class Cost:
    """What one command took, and what it printed."""

    wall_seconds: float
    cpu_seconds: float
    output: str = ""


@dataclass(frozen=True)
class Scale:
    """How large and how long. ``rounds`` are for what takes seconds, ``short_rounds`` for what takes milliseconds."""

    small: int
    medium: int
    large: int
    module_files: int
    rounds: int
    short_rounds: int
    build: tuple[str, ...]
    with_install: bool = True
    modules: int = 300


FULL = Scale(20_000, 200_000, 1_000_000, 50_000, 5, 20, ("net/http", "go/types", "encoding/xml"))
QUICK = Scale(4_000, 40_000, 200_000, 10_000, 3, 8, ("encoding/json",))
TINY = Scale(300, 600, 1_200, 400, 1, 1, ("cmp",), with_install=False, modules=12)


@dataclass(frozen=True)
class Row:
    """One line of the table: ratios of ``what`` to ``against``, one for each round. ``cpu``: the same pairs' CPU time,
    which other work on the machine changes less."""

    name: str
    what: str
    against: str
    ratios: tuple[float, ...]
    aim: float | None = None
    note: str = ""
    cpu: tuple[float, ...] = ()

    @property
    def median(self) -> float:
        return statistics.median(self.ratios)

    @property
    def meets_aim(self) -> bool | None:
        return None if self.aim is None else self.median <= self.aim


@dataclass(frozen=True)
class Skipped:
    """A row that could not be measured here, and why."""

    name: str
    reason: str


Measured = Row | Skipped


@dataclass(frozen=True)
class Ratios:
    """What pairs of commands took against each other, one of each for each pair."""

    wall: tuple[float, ...]
    cpu: tuple[float, ...]


def in_turns(a: Callable[[], Cost], b: Callable[[], Cost], rounds: int) -> Ratios:
    """The ratios a / b of ``rounds`` pairs, measured A B A B ...; twice as many where they lie far apart."""
    pairs = [(a(), b()) for _ in range(rounds)]
    if rounds > 1 and is_wide(first.wall_seconds / second.wall_seconds for first, second in pairs):
        pairs += [(a(), b()) for _ in range(rounds)]
    return Ratios(
        tuple(first.wall_seconds / second.wall_seconds for first, second in pairs),
        tuple(first.cpu_seconds / second.cpu_seconds for first, second in pairs),
    )


def is_wide(ratios: Iterable[float]) -> bool:
    values = tuple(ratios)
    return max(values) - min(values) > WIDE_SPREAD * statistics.median(values)
