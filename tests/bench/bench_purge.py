"""How long it takes to delete what is held, against rm, and what a build beside it notices."""

from __future__ import annotations

import dataclasses
import os
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from idecare.changes.journal import HOLD_FOLDER
from idecare.changes.purge import workers_for
from tests.bench.measuring import Cost, Measured, Row, Scale, Skipped, in_turns, is_wide
from tests.bench.trees import build_cache, module_cache
from tests.bench.world import World, find_go, made_world
from tests.support.processes import wait_for

# Root without a single capability has the rights of any owner of files, and can still reach a Python in root's home.
ORDINARY = ("setpriv", "--bounding-set=-all", "--inh-caps=-all")
AIMS = {"as many as it chooses": (0.9, 1.3), "one": (1.05, 1.15), "two": (0.9, 1.3)}
AIM_MODULES, AIM_BUILD = 0.75, 1.1

REMOVE = """
import os, sys
from idecare.system.filesystem.removing import Removal, remove_tree
removal = Removal(uniform_suffix="-a")
remove_tree(os.open(sys.argv[1], os.O_RDONLY), sys.argv[2], removal, int(sys.argv[3]))
sys.exit(bool(removal.failures))
"""


def purge_rows(folder: Path, scale: Scale) -> Iterator[Measured]:
    """A held build cache, with the number of workers that idecare chooses, with one and with two."""
    with made_world(folder, "purge") as world:
        chosen: list[int] = []
        sides: dict[str, Callable[[], Cost]] = {
            "as many as it chooses": lambda: _purge(world, scale.medium, chosen),
            "one": lambda: _remove_with(world, scale.medium, 1),
            "two": lambda: _remove_with(world, scale.medium, 2),
            "rm": lambda: _rm(world, scale.medium),
        }
        rounds = _rounds(sides, scale.rounds)
    note = f"{min(chosen)}–{max(chosen)} workers"
    for workers, (wall_aim, cpu_aim) in AIMS.items():
        what = f"purge of {scale.medium:,} held files, workers: {workers}"
        wall = tuple(costs[workers].wall_seconds / costs["rm"].wall_seconds for costs in rounds)
        cpu = tuple(costs[workers].cpu_seconds / costs["rm"].cpu_seconds for costs in rounds)
        noted = note if workers not in ("one", "two") else ""
        yield Row("purge", f"{what}, wall", "`rm -rf`", wall, wall_aim, noted)
        yield Row("purge", f"{what}, CPU", "`rm -rf`", cpu, cpu_aim, noted)


def _rounds(sides: dict[str, Callable[[], Cost]], count: int) -> list[dict[str, Cost]]:
    """Each side once a round; as many rounds again when the reference itself was not steady."""
    rounds = [{name: side() for name, side in sides.items()} for _ in range(count)]
    if count > 1 and is_wide(costs["rm"].wall_seconds for costs in rounds):
        rounds += [{name: side() for name, side in sides.items()} for _ in range(count)]
    return rounds


def _purge(world: World, files: int, chosen: list[int]) -> Cost:
    build_cache(world.gocache, files)
    world.clean("gocache", expected={"held"})
    world.settle()
    chosen.append(workers_for(world.gocache))
    cost = world.idecare("purge", "-y")
    world.remove(world.gocache)  # its README and empty folders stay
    return cost


def _remove_with(world: World, files: int, workers: int) -> Cost:
    build_cache(world.gocache, files)
    return world.cost(sys.executable, "-c", REMOVE, world.base, world.gocache.name, str(workers))


def _rm(world: World, files: int) -> Cost:
    build_cache(world.gocache, files)
    return world.cost("rm", "-rf", world.gocache)


def module_rows(folder: Path, scale: Scale) -> Iterator[Measured]:
    """Read-only module trees, for somebody without root's rights."""
    if os.geteuid() == 0 and not shutil.which(ORDINARY[0]):
        yield Skipped("modules", "runs as root, and there is no setpriv to give root's rights away with")
        return
    with made_world(folder, "modules") as made:
        world = dataclasses.replace(made, prefix=ORDINARY if os.geteuid() == 0 else ())
        ratios = in_turns(
            lambda: _purge_modules(world, scale.module_files),
            lambda: _rm_modules(world, scale.module_files),
            scale.rounds,
        )
    what = f"purge of a read-only module cache, {scale.module_files:,} files, ordinary user"
    yield Row("modules", what, "`chmod -R u+w X && rm -rf X`", ratios.wall, AIM_MODULES, cpu=ratios.cpu)


def _purge_modules(world: World, files: int) -> Cost:
    module_cache(world.gomodcache, files)
    # Held with all rights: without them nobody else's processes can be read, which counts as being in use.
    dataclasses.replace(world, prefix=()).clean("modcache", expected={"held"})
    world.settle()
    cost = world.idecare("purge", "-y")
    world.remove(world.gomodcache)  # the root itself stays
    return cost


def _rm_modules(world: World, files: int) -> Cost:
    module_cache(world.gomodcache, files)
    return world.cost("sh", "-c", "chmod -R u+w gomodcache && rm -rf gomodcache")


def build_rows(folder: Path, scale: Scale) -> Iterator[Measured]:
    """A cold build on all cores while the purge that a clean starts is at work."""
    with made_world(folder, "build") as world:
        shares: list[float] = []
        ratios = in_turns(
            lambda: _build_beside(world, scale, shares), lambda: _build(world, scale), min(3, scale.rounds)
        )
    note = f"the purge was at work for {min(shares):.0%}–{max(shares):.0%} of the build"
    what = f"cold `go build {' '.join(scale.build)}` beside the background purge of {scale.medium:,} files"
    yield Row("build", what, "the same build alone", ratios.wall, AIM_BUILD, note)


def _build_beside(world: World, scale: Scale, shares: list[float]) -> Cost:
    build_cache(world.gocache, scale.medium)
    world.clean("gocache", expected={"held"}, hold="0s")
    held = world.gocache / HOLD_FOLDER
    with ThreadPoolExecutor(1) as pool:
        purged = pool.submit(_seconds_until, lambda: not held.exists())
        cost = _build(world, scale)
        shares.append(min(1.0, purged.result() / cost.wall_seconds))
    world.settle()
    world.remove(world.gocache)
    return cost


def _seconds_until(condition: Callable[[], bool]) -> float:
    started = time.perf_counter()
    wait_for(condition, timeout=300, pause=0.05)
    return time.perf_counter() - started


def _build(world: World, scale: Scale) -> Cost:
    own = world.base / "own"
    cost = world.cost(find_go(), "build", *scale.build, GOCACHE=str(own))
    world.remove(own)
    return cost
