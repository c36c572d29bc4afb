"""`idecare status` against a real code-server: a real gopls below its extension host, next to a GoLand look-alike."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import psutil
import pytest

from tests.support.code_server import CODE_SERVER, CodeServer
from tests.support.code_window import Place, Window, open_window
from tests.support.ides import Stage, await_gopls, find_gopls, kill
from tests.support.processes import end_group, told, wait_for

pytestmark = [pytest.mark.e2e, pytest.mark.slow]

MOD_MOD = {"go.toolsEnvVars": {"GOFLAGS": "-mod=mod"}}
GOLAND, SERVER = "GoLand2026.1", "code-server"


@pytest.fixture
def code_stage(code_server: CodeServer, stage: Stage) -> Stage:
    """A stage from whose PATH a command leads to code-server, as npm makes it."""
    (stage.world.home / "bin" / "code-server").symlink_to(code_server.entry)
    return stage


@pytest.fixture
def window(short_folder: Path, code_server: CodeServer, code_stage: Stage) -> Window:
    world = code_stage.world
    environment = {**world.env, "TMPDIR": str(short_folder)}  # where chromium has a socket
    place = Place(world.home, world.project, world.base / "window", environment)
    return open_window(code_server, place, gopls=find_gopls(), settings=MOD_MOD)


def status(stage: Stage) -> tuple[dict[str, dict[str, Any]], dict[str, Any]]:
    """The IDEs that have the project open, by their names, and the whole answer."""
    done = stage.world.idecare("status", "--json", str(stage.world.project))
    found: dict[str, Any] = json.loads(done.stdout)
    assert found["exit"] == done.returncode, told(done)
    (workspace,) = found["workspaces"]
    return {ide["name"]: ide for ide in workspace["ides"]}, found


TERMINAL = "your terminal"  # that of this test runs go without -mod=mod


def signs(ides: dict[str, dict[str, Any]]) -> dict[str, dict[str, str]]:
    return {name: {sign["kind"]: sign["strength"] for sign in ide["evidence"]} for name, ide in ides.items()}


def codes(found: dict[str, Any]) -> list[str]:
    return [conflict["code"] for conflict in found["conflicts"]]


def lingers(stage: Stage) -> bool:
    is_lingering: bool = status(stage)[0][SERVER]["lingering"]
    return is_lingering


def add_module(folder: Path) -> Path:
    folder.mkdir()
    (folder / "go.mod").write_text("module example.test/other\n\ngo 1.22\n")
    return folder


def test_its_window_clashes_until_closed_and_who_is_killed_is_gone_at_once(code_stage: Stage, window: Window) -> None:
    stage, project = code_stage, code_stage.world.project
    goland = stage.goland(project)
    (gopls,) = await_gopls(stage.world)
    ides, found = status(stage)
    assert signs(ides) == {GOLAND: {"recent": "likely"}, SERVER: {"gopls": "certain"}}
    editor = ides[SERVER]
    assert (editor["ide"], editor["version"], editor["pid"]) == (SERVER, CODE_SERVER, window.server.pid)
    assert (gopls in editor["pids"], editor["lingering"]) == (True, False)
    assert (codes(found), found["exit"]) == (["mod-mod"], 4)

    another = window.open_another(add_module(stage.world.base / "other"))  # it starts meanwhile
    kill(goland)
    assert (stage.goland_config / ".lock").exists()
    ides, found = status(stage)
    assert set(ides) == {SERVER}
    assert [set(conflict["parties"]) for conflict in found["conflicts"]] == [{SERVER, TERMINAL}]
    stage.goland(project)
    await_gopls(stage.world, 2)
    ides, found = status(stage)
    assert (set(ides), codes(found)) == ({GOLAND, SERVER}, ["mod-mod"])

    end_group(window.browser)
    assert wait_for(lambda: lingers(stage), timeout=20)
    ides, found = status(stage)
    assert (psutil.pid_exists(gopls), codes(found), found["exit"]) == (True, [], 0)
    end_group(another)
    assert lingers(stage)

    locks = list(window.place.data.glob("User/workspaceStorage/*/vscode.lock"))
    end_group(window.server)
    assert (set(status(stage)[0]), {lock.exists() for lock in locks}) == ({GOLAND}, {True})
