"""What it costs to keep a build cache below its limit, against `du`, which only looks, and `go clean -cache`."""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from tests.bench.measuring import Cost, Measured, Row, Scale, in_turns
from tests.bench.trees import build_cache
from tests.bench.world import World, find_go, made_world

AIM_UNCHANGED, AIM_CHANGED = 1.0, 1.5  # at full size; a smaller check is the start of a Python
CHANGED_FOLDERS = 8
LONG_AGO = 1_700_000_000


def limit_rows(folder: Path, scale: Scale) -> Iterator[Measured]:
    """A check that finds nothing to do; then one that takes a fifth, where `go clean -cache` takes everything."""
    with made_world(folder, "limits") as world:
        build_cache(world.gocache, scale.medium, aged=True)
        for path in world.gocache.iterdir():
            os.utime(path, (LONG_AGO, LONG_AGO))  # measured long after the last change
        _set_limit(world, 2 * _size(world))
        _check(world)
        for changed, aim in ((0, AIM_UNCHANGED), (CHANGED_FOLDERS, AIM_CHANGED)):
            check, du = partial(_check, world, changed), partial(world.cost, "du", "-s", world.gocache)
            ratios = in_turns(check, du, scale.rounds)
            what = f"a check of {scale.medium:,} entries, {changed} of 256 folders changed"
            yield Row("limits", what, "`du -s`", ratios.wall, aim, cpu=ratios.cpu)
        world.remove(world.gocache)
        ratios = in_turns(lambda: _step(world, scale.medium), lambda: _emptied(world, scale.medium), scale.rounds)
        what = f"a step that takes a fifth of {scale.medium:,} entries"
        yield Row("limits", what, "`go clean -cache`", ratios.wall, cpu=ratios.cpu)


def _check(world: World, changed: int = 0) -> Cost:
    for number in range(changed):
        os.utime(world.gocache / f"{number:02x}")
    return world.idecare("purge", "--limits", "once")


def _step(world: World, files: int) -> Cost:
    build_cache(world.gocache, files, aged=True)
    _set_limit(world, _size(world) * 9 // 10)
    cost = world.idecare("purge", "--limits", "once")
    left = sum(len(names) for _, _, names in os.walk(world.gocache))
    assert left < files * 0.9, left
    world.remove(world.gocache)
    return cost


def _emptied(world: World, files: int) -> Cost:
    build_cache(world.gocache, files, aged=True)
    cost = world.cost(find_go(), "clean", "-cache")
    world.remove(world.gocache)
    return cost


def _size(world: World) -> int:
    paths = (os.path.join(folder, name) for folder, _, names in os.walk(world.gocache) for name in names)
    folders = sum(path.stat().st_blocks * 512 for path in world.gocache.iterdir() if path.is_dir())
    return folders + sum(os.lstat(path).st_blocks * 512 for path in paths)


def _set_limit(world: World, size: int) -> None:
    """By hand: `config set` would start a check of its own."""
    file = Path(world.environment["XDG_CONFIG_HOME"], "idecare", "config.toml")
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(f'gocache_max = "{size}B"\n')
