"""The daemon keeps a build cache below its limit while builds fill it: no build breaks, and it costs next to nothing.

Days pass within a minute here: after each build every entry is half an hour older, so what the loop no longer uses
becomes old enough to go, while go refreshes what it uses.
"""

from __future__ import annotations

import os
import time
from contextlib import suppress

import psutil
import pytest

from tests.support.goproxy import MainModule
from tests.support.large_package import grow, taken
from tests.support.processes import end_group
from tests.support.real_go import IDECARE, GoWorld

AGED_SECONDS = 1800
LIMIT_IN_CI = 40_000_000  # above what the standard packages take


def age_entries(world: GoWorld) -> None:
    for entry in world.entries():
        with suppress(FileNotFoundError):
            moment = entry.stat().st_mtime - AGED_SECONDS
            os.utime(entry, (moment, moment))


def keeper_seconds(world: GoWorld, seen: dict[int, float]) -> float:
    """Processor time of all keepers so far."""
    for process in world.processes():
        with suppress(psutil.Error):
            if "--limits" in process.cmdline():
                used = process.cpu_times()
                seen[process.pid] = used.user + used.system + used.children_user + used.children_system
    return sum(seen.values())


@pytest.mark.release  # it depends on what else the machine has to do
@pytest.mark.usefixtures("quiet_machine")
def test_a_build_loop_never_fills_more_than_its_limit_and_a_step(
    world: GoWorld, app: MainModule, request: pytest.FixtureRequest
) -> None:
    seconds = request.config.getoption("--soak") or 10
    is_long = seconds > 60
    limit = 500_000_000 if is_long else taken(world.gocache) + LIMIT_IN_CI
    assert world.idecare("config", "set", "gocache_max", f"{limit}B").returncode == 0
    daemon = world.start(*IDECARE, "daemon", "run", cwd=world.home)
    sizes: list[tuple[float, int]] = []
    cpu: dict[int, float] = {}
    written, number, begun = 0, 0, time.monotonic()
    try:
        while time.monotonic() - begun < seconds or (not is_long and freed(world) == 0 and number < 60):
            number += 1
            app.edit("p03", number)
            grow(world.project, str(number), 12)
            before = taken(world.gocache)
            done = world.go("build", "./...")
            assert done.returncode == 0, done.stderr
            age_entries(world)
            sizes.append((time.monotonic() - begun, taken(world.gocache)))
            written += max(0, sizes[-1][1] - before)
            keeper_seconds(world, cpu)
    finally:
        end_group(daemon)
    took = time.monotonic() - begun
    step = written / took * 10 + limit / 10  # of ten seconds, and what one build adds
    largest = max(size for _, size in sizes)
    print(
        f"{number} builds in {took:.0f} s added {written:,} bytes; limit {limit:,}, largest {largest:,}, "
        f"freed {freed(world):,}, keeper {sum(cpu.values()):.2f} s of processor ({sum(cpu.values()) / took:.2%})"
    )
    assert freed(world) > 0
    assert largest <= limit + step
    if is_long:
        assert sum(cpu.values()) <= took / 100


def freed(world: GoWorld) -> int:
    import json

    done = world.idecare("history", "--json", "--limit", "1000")
    return sum(change["freed_bytes"] for change in json.loads(done.stdout)["changes"])
