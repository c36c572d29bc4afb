"""`idecare status` against real processes: a real gopls below a VS Code look-alike, and a GoLand look-alike."""

from __future__ import annotations

import json
import os
import shlex
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.goproxy import write_main_module
from tests.support.ides import Stage, await_gopls, build_actor, find_gopls, kill, project_with_go, settings
from tests.support.processes import end_group, told, wait_for
from tests.support.real_go import GoWorld, find_go, go_world

HOLD_LOCK = """
import fcntl, sys, time
lock = open(sys.argv[1], "r+")
fcntl.flock(lock, fcntl.LOCK_EX)
print("held", flush=True)
time.sleep(120)
"""


@pytest.fixture(scope="module")
def actor(tmp_path_factory: pytest.TempPathFactory, std_cache: Path) -> Iterator[Path]:
    """The actor, compiled once."""
    folder = tmp_path_factory.mktemp("actor")
    with go_world(folder / "world", std_cache=std_cache) as world:
        yield build_actor(world, folder / "actor")


@pytest.fixture
def stage(tmp_path: Path, actor: Path, alone_on_the_machine: None) -> Iterator[Stage]:
    with go_world(tmp_path / "world") as world:
        write_main_module(world.project, packages=1)
        for name in ("home/code-bin",):
            (world.base / name).mkdir()
        (world.base / "home" / "code-bin" / "code").symlink_to(world.home / "code" / "code")
        yield Stage(with_path(world, world.home / "code-bin"), actor)


def with_path(world: GoWorld, folder: Path) -> GoWorld:
    """The same world with one more folder on PATH, through which an application is found."""
    from dataclasses import replace

    return replace(world, env={**world.env, "PATH": f"{world.env['PATH']}{os.pathsep}{folder}"})


def status(stage: Stage, *words: str) -> dict[str, Any]:
    done = stage.world.idecare("status", "--json", *(words or (str(stage.world.project),)))
    found: dict[str, Any] = json.loads(done.stdout)
    assert found["exit"] == done.returncode, told(done)
    assert "error" not in found, told(done)
    return found


def ides(found: dict[str, Any]) -> dict[str, dict[str, str]]:
    """Each IDE with its evidence and the strength of it."""
    (workspace,) = found["workspaces"]
    return {ide["name"]: {sign["kind"]: sign["strength"] for sign in ide["evidence"]} for ide in workspace["ides"]}


def codes(found: dict[str, Any]) -> list[tuple[str, str]]:
    return [(conflict["grade"], conflict["code"]) for conflict in found["conflicts"]]


def test_two_ides_are_named_with_their_evidence_and_a_killed_one_is_gone_at_once(stage: Stage) -> None:
    project = stage.world.project
    goland = stage.goland(project)
    code = stage.code(project, server=(find_gopls(),))
    (gopls,) = await_gopls(stage.world)
    found = status(stage)
    assert ides(found) == {
        "GoLand2026.1": {"recent": "likely"},
        "Code": {"gopls": "certain", "window": "likely"},
    }
    by_name = {ide["name"]: ide for ide in found["workspaces"][0]["ides"]}
    assert (by_name["GoLand2026.1"]["pid"], by_name["GoLand2026.1"]["version"]) == (goland.pid, "2026.1")
    assert (by_name["Code"]["pid"], by_name["Code"]["version"]) == (code.pid, "1.105.0")
    assert gopls in by_name["Code"]["pids"]
    assert codes(found) == [("info", "shared")]
    assert found["exit"] == 0
    kill(goland)
    assert (stage.goland_config / ".lock").read_text() == str(goland.pid)
    after = status(stage)
    assert set(ides(after)) == {"Code"}
    assert [(lock["name"], lock["pid"]) for lock in after["stale_locks"]] == [("GoLand2026.1", goland.pid)]
    assert codes(after) == []
    kill(code)
    assert wait_for(lambda: status(stage)["workspaces"][0]["ides"] == [], timeout=20)
