"""The steps that end-to-end tests are told in: clean, undo, and what must hold afterwards."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping
from typing import Any

from tests.support.dirhash import HELD, damaged_modules, extracted_modules
from tests.support.goproxy import USED
from tests.support.processes import go_processes, told, wait_for
from tests.support.real_go import GoWorld

OFFLINE = {"GOPROXY": "off"}
ATTEMPTS = 4  # a developer may use go while the tests run; idecare then rightly spares that


def clean(world: GoWorld, *arguments: str) -> dict[str, Any]:
    """The JSON report of an `idecare clean -y` that went well and met nobody else's Go."""
    for _ in range(ATTEMPTS):
        done = world.idecare("clean", "-y", "--json", *arguments)
        assert done.returncode == 0, told(done)
        report: dict[str, Any] = json.loads(done.stdout)
        if not _strangers(world, report):
            return report
        world.idecare("undo", "-y")
        wait_for(lambda: not go_processes(), timeout=60, pause=0.3)
    raise AssertionError(f"it says that somebody else's Go is at work, {ATTEMPTS} times in a row:\n{told(done)}")


def _strangers(world: GoWorld, report: dict[str, Any]) -> set[int]:
    """Processes which made the clean careful and which this test has not started."""
    found = {process["pid"] for row in report["targets"] for process in row["busy"]}
    return found - {process.pid for process in world.processes()}


def undo(world: GoWorld) -> None:
    done = world.idecare("undo", "-y")
    assert done.returncode == 0, told(done)


def row(report: dict[str, Any], target: str) -> dict[str, Any]:
    """The one place of ``target`` in the report."""
    (found,) = [row for row in report["targets"] if row["target"] == target]
    return dict(found)


def states(report: dict[str, Any]) -> tuple[str, str]:
    """What became of the build cache and of the module cache."""
    return row(report, "gocache")["state"], row(report, "modcache")["state"]


def busy_pids(report: dict[str, Any], target: str) -> set[int]:
    return {process["pid"] for process in row(report, target)["busy"]}


def held_entries(world: GoWorld) -> list[str]:
    """What idecare holds in the two caches."""
    return [str(path) for root in (world.gocache, world.gomodcache) for path in root.glob(f"{HELD}/*/*")]


def module_names(world: GoWorld) -> set[str]:
    """The modules with an extracted tree."""
    return {module.name.partition("@")[0] for module in extracted_modules(world.gomodcache)}


def go_works(world: GoWorld, *arguments: str, env: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    done = world.go(*arguments, env=env)
    assert done.returncode == 0, told(done)
    return done


def assert_caches_are_empty(world: GoWorld) -> None:
    assert (world.entries(), module_names(world)) == ([], set())


def assert_nothing_is_lost(world: GoWorld) -> None:
    """Every module's tree is as its zip says, and no package has to be compiled, without any proxy."""
    assert module_names(world) == set(USED)
    assert damaged_modules(world.gomodcache) == []
    build = go_works(world, "build", "-x", "./...", env=OFFLINE)
    assert [line for line in build.stderr.splitlines() if "/compile " in line] == []
