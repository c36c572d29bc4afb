"""Random verbs over homes that are made to make a cleaner fail: nothing of the user's is harmed, and nothing crashes.

``--soak SECONDS`` goes on with new numbers for so long. A number that failed makes the same home again.
"""

from __future__ import annotations

import random
import time
from pathlib import Path

import pytest

from tests.support.hostile_runs import Careless, Program, load, run_home

HOMES, BATCHES = 300, 6
PROGRAM_HOMES = 6


@pytest.fixture(scope="module", autouse=True)
def loaded() -> None:
    load()


@pytest.mark.parametrize("batch", range(BATCHES))
def test_nothing_of_the_users_is_harmed(batch: int, public_folder: Path) -> None:
    problems = [run_home(seed, public_folder) for seed in range(batch, HOMES, BATCHES)]
    assert not any(problems), "\n\n".join(filter(None, problems))


def test_nor_by_the_program_itself(public_folder: Path) -> None:
    problems = [run_home(seed, public_folder, Program) for seed in range(HOMES, HOMES + PROGRAM_HOMES)]
    assert not any(problems), "\n\n".join(filter(None, problems))


def test_a_careless_cleaner_is_noticed(public_folder: Path) -> None:
    """The control: removing the caches as blogs say harms most of these homes."""
    harmed = [seed for seed in range(30) if run_home(seed, public_folder, Careless)]
    assert len(harmed) > 15


def test_many_more_homes(request: pytest.FixtureRequest, public_folder: Path) -> None:
    if not request.config.getoption("--soak"):
        pytest.skip("more homes: --soak SECONDS")
    until, homes = time.monotonic() + request.config.getoption("--soak"), 0
    problems: list[str] = []
    while time.monotonic() < until and len(problems) < 5:
        homes += 1
        problems += filter(None, [run_home(random.SystemRandom().randrange(10**9), public_folder)])
    print(f"{homes} homes")
    assert not problems, "\n\n".join(problems)
