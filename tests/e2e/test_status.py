"""`idecare status` against real processes: a real gopls below a VS Code look-alike, and a GoLand look-alike."""

from __future__ import annotations

import contextlib
import json
import os
import shlex
import shutil
import signal
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import psutil

from tests.support.ides import Stage, await_gopls, find_gopls, kill, project_with_go, settings
from tests.support.processes import end_group, told, wait_for
from tests.support.real_go import IDECARE, find_go

HOLD_LOCK = """
import fcntl, sys, time
lock = open(sys.argv[1], "r+")
fcntl.flock(lock, fcntl.LOCK_EX)
print("held", flush=True)
time.sleep(120)
"""


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


def test_two_windows_a_telemetry_child_a_forwarder_and_a_recent_project_are_no_conflict(
    stage: Stage, short_folder: Path
) -> None:
    project, gopls = stage.world.project, find_gopls()
    other = stage.world.base / "other"
    other.mkdir()
    stage.goland(other, recent=(project,))
    address = f"unix;{short_folder}/daemon"
    stage.world.start(gopls, "serve", "-listen", address)  # works in the project, as its first client did
    assert wait_for((short_folder / "daemon").exists, timeout=20)
    stage.code(project, project / "pkg00", server=(gopls, f"-remote={address}"))
    sidecar = stage.world.home / "gopls"
    shutil.copy(stage.actor, sidecar)
    stage.start(sidecar, "** telemetry **", "further")
    assert wait_for(lambda: len(commands(stage, "gopls")) == 3, timeout=20)
    found = status(stage)
    assert ides(found) == {"Code": {"gopls-forwarder": "certain", "window": "likely"}}
    assert (codes(found), found["exit"]) == ([], 0)


def commands(stage: Stage, name: str) -> list[list[str]]:
    found = []
    for process in stage.world.processes():
        with contextlib.suppress(psutil.Error):
            found += [process.cmdline()] if process.name() == name else []
    return found


def test_mod_mod_and_another_go_are_two_warnings_whose_commands_end_them(stage: Stage) -> None:
    project, older = stage.world.project, stage.add_go("go1.20.14")
    project_with_go(project, find_go().parents[1])
    settings(stage.code_data, {"go.goroot": str(older), "go.toolsEnvVars": {"GOFLAGS": "-mod=mod"}})
    stage.goland(project)
    stage.code(project, server=(find_gopls(),))
    await_gopls(stage.world)
    found = status(stage)
    assert codes(found) == [("warning", "mod-mod"), ("warning", "go-version")]
    assert found["exit"] == 4
    text = stage.world.idecare("status", str(project))
    assert text.returncode == 4
    for conflict in found["conflicts"]:
        assert conflict["fix"] in text.stdout, told(text)
        run_fix(stage, conflict["fix"])
    assert codes(status(stage)) == [("info", "shared")]
    assert json.loads((stage.code_data / "User" / "settings.json").read_text())["go.toolsEnvVars"] == {"GOFLAGS": ""}


def run_fix(stage: Stage, command: str) -> None:
    place, _, own = command.rpartition(" && ")
    words = shlex.split(own)
    assert words[0] == "idecare"
    cwd = Path(shlex.split(place)[1]) if place else stage.world.project
    done = stage.world.idecare(*words[1:], "-y", cwd=cwd)
    assert done.returncode == 0, told(done)


def test_a_tidy_that_waits_for_a_held_lock_is_an_error_only_when_the_holder_is_stopped(stage: Stage) -> None:
    lock = stage.world.project / "go.mod"
    holder = stage.world.start(sys.executable, "-c", HOLD_LOCK, str(lock))
    assert holder.stdout is not None
    assert holder.stdout.readline() == "held\n"
    tidy = stage.world.start(str(find_go()), "mod", "tidy")
    try:
        assert wait_for(lambda: codes(status(stage)) == [("info", "lock-wait")], timeout=40, pause=0.5)
        os.kill(holder.pid, signal.SIGSTOP)
        found = status(stage, "--locks", str(stage.world.project))
        (conflict,) = found["conflicts"]
        assert (conflict["grade"], conflict["fix"]) == ("error", None)
        assert f"(pid {holder.pid}, in " in conflict["message"]
        assert "that process is stopped" in conflict["message"]
        assert conflict["message"].startswith(f"go mod tidy (pid {tidy.pid}, in {stage.world.project}")
        locks = {
            (row["pid"], row["state"], tuple(row["holders"])) for row in found["locks"] if row["path"] == str(lock)
        }
        assert locks == {(holder.pid, "holds", ()), (tidy.pid, "waits", (holder.pid,))}
        assert found["exit"] == 4
        text = stage.world.idecare("status", "--locks", str(stage.world.project)).stdout
        assert "ERROR" in text
        assert str(holder.pid) in text
    finally:
        end_group(holder)
        holder.communicate()
    assert tidy.wait(timeout=60) == 0
    tidy.communicate()
    assert status(stage)["exit"] == 0


def test_the_daemon_gives_the_same_answer(stage: Stage, short_folder: Path) -> None:
    project = stage.world.project
    stage = Stage(replace(stage.world, env={**stage.world.env, "XDG_RUNTIME_DIR": str(short_folder)}), stage.actor)
    settings(stage.code_data, {"go.toolsEnvVars": {"GOFLAGS": "-mod=mod"}})
    stage.goland(project)
    stage.code(project, server=(find_gopls(),))
    await_gopls(stage.world)
    alone = status(stage)
    daemon = stage.world.start(*IDECARE, "daemon", "run")
    assert wait_for(lambda: status(stage)["daemon"]["state"] == "running", timeout=30)
    asked = status(stage)
    assert asked["daemon"]["pid"] == daemon.pid
    for name in ("workspaces", "conflicts", "stale_locks", "queued", "held", "exit"):
        assert asked[name] == alone[name]
    daemon.terminate()
    daemon.communicate(timeout=20)
    assert status(stage)["daemon"]["state"] == "absent"
