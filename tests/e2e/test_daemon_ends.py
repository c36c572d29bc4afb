"""However the daemon ends or is disturbed, the next one starts clean, and nothing queued is lost or done twice."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from idecare.watcher.client import Useless, ask
from tests.support.caches import LONG_HOLD, Machine, add_module_cache, held_paths, running
from tests.support.daemons import Daemon, daemon_of
from tests.support.editors import add_editors, add_module_folder, goland_on, rewrite, vscode_on
from tests.support.processes import carriers_of, told, wait_for

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="it mounts, and reads the daemon through /proc"),
]
PATIENCE_SECONDS = 40


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_asked_to_end_it_takes_its_socket_along(machine: Machine, number: signal.Signals) -> None:
    with daemon_of(machine) as daemon:
        assert daemon.end(number) == 0
        assert not daemon.runtime_paths.socket.exists()
        daemon.start()
        assert "Traceback" not in daemon.log()


def test_hung_up_it_goes_on(machine: Machine) -> None:
    with daemon_of(machine) as daemon:
        daemon.process.send_signal(signal.SIGHUP)
        assert wait_for(lambda: "SIGHUP" in daemon.log(), PATIENCE_SECONDS)
        assert daemon.is_ready()


def test_killed_it_leaves_nothing_that_keeps_the_next_from_starting_or_tells_twice(machine: Machine) -> None:
    add_editors(machine)
    app = add_module_folder(machine)
    with (
        daemon_of(machine) as daemon,
        goland_on(machine, app),
        vscode_on(machine, app, GOFLAGS="-mod=mod"),
    ):
        assert wait_for(lambda: daemon.notices() == ["opened"], PATIENCE_SECONDS)
        assert daemon.end(signal.SIGKILL) == -signal.SIGKILL
        assert daemon.runtime_paths.socket.exists()
        daemon.start()
        assert [found["code"] for found in daemon.status()["conflicts"] if found["root"] == str(app)] == ["mod-mod"]
        time.sleep(1)
        assert daemon.notices() == ["opened"]
    assert "Traceback" not in daemon.log()


def test_suspended_it_keeps_nobody_waiting_and_awake_it_answers(machine: Machine) -> None:
    with daemon_of(machine) as daemon:
        daemon.process.send_signal(signal.SIGSTOP)
        assert isinstance(ask(daemon.host, "hello", seconds=0.5), Useless)
        daemon.process.send_signal(signal.SIGCONT)
        assert wait_for(daemon.is_ready, PATIENCE_SECONDS)


def test_a_state_folder_that_is_deleted_comes_back_when_there_is_something_to_keep(machine: Machine) -> None:
    add_editors(machine)
    app = add_module_folder(machine)
    with daemon_of(machine) as daemon:
        shutil.rmtree(machine.state)
        with goland_on(machine, app), vscode_on(machine, app, GOFLAGS="-mod=mod"):
            assert wait_for(lambda: daemon.notices() == ["opened"], PATIENCE_SECONDS)
        assert json.loads(daemon.runtime_paths.memory.read_bytes())["sent"]
        assert daemon.status()["errors"] == 0


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may mount")
def test_a_full_disk_does_not_end_it(machine: Machine) -> None:
    add_editors(machine)
    app = add_module_folder(machine)
    with full_disk(machine.base / "full") as folder, daemon_of(machine.with_env(XDG_STATE_HOME=str(folder))) as daemon:
        with goland_on(machine, app), vscode_on(machine, app, GOFLAGS="-mod=mod"):
            assert wait_for(lambda: app_conflicts(daemon, app) == ["mod-mod"], PATIENCE_SECONDS)
        assert wait_for(lambda: app_conflicts(daemon, app) == [], PATIENCE_SECONDS)
        assert daemon.status()["errors"] == 0
        assert daemon.end() == 0


def app_conflicts(daemon: Daemon, app: Path) -> list[str]:
    return [found["code"] for found in daemon.status()["conflicts"] if found["root"] == str(app)]


@contextlib.contextmanager
def full_disk(folder: Path) -> Iterator[Path]:
    """A file system without room."""
    folder.mkdir()
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", folder], capture_output=True, check=False)
    if done.returncode != 0:
        pytest.skip(f"nothing can be mounted here: {done.stderr.decode().strip()}")
    try:
        with contextlib.suppress(OSError), open(folder / "filler", "wb", buffering=0) as file:
            while True:
                file.write(b"x" * 4096)
        yield folder
    finally:
        subprocess.run(["umount", "-l", folder], check=True)


# --- what is queued -----------------------------------------------------------------------------------------------


def queue(machine: Machine) -> list[str]:
    """What waits; the clean is asked for while a go command is at work."""
    path = machine.state / "queue.json"
    found: list[str] = json.loads(path.read_bytes()) if path.exists() else []
    return found


def cleans(machine: Machine) -> int:
    """How many cleans were done."""
    entries = [path for folder in ("journal", "history") for path in (machine.state / folder).glob("*.json")]
    return sum('"held"' in path.read_text() for path in entries)


def queue_a_clean(machine: Machine) -> None:
    done = machine.run("clean", "-y", "--when-idle", *LONG_HOLD, "modcache")
    assert queue(machine) == ["modcache"], told(done)


def test_a_queued_clean_is_done_once_the_go_command_has_ended(machine: Machine) -> None:
    add_module_cache(machine.modcache)
    with daemon_of(machine):
        with running(machine.base / "opt" / "go", env=machine.env):
            queue_a_clean(machine)
            time.sleep(1)
            assert held_paths(machine) == []
        assert wait_for(lambda: queue(machine) == [] and held_paths(machine), PATIENCE_SECONDS)
        time.sleep(0.5)
    assert cleans(machine) == 1


def test_a_queue_outlives_a_daemon_that_was_killed_and_one_that_ended(machine: Machine) -> None:
    add_module_cache(machine.modcache)
    with daemon_of(machine) as daemon:
        with running(machine.base / "opt" / "go", env=machine.env):
            queue_a_clean(machine)
            daemon.end(signal.SIGKILL)
            daemon.start()
            assert daemon.status()["queued"] == ["modcache"]
            daemon.end()
            assert queue(machine) == ["modcache"]
        daemon.start()
        assert wait_for(lambda: queue(machine) == [] and held_paths(machine), PATIENCE_SECONDS)
    assert cleans(machine) == 1


def test_a_daemon_that_is_killed_while_a_queued_clean_runs_does_not_undo_or_repeat_it(machine: Machine) -> None:
    add_module_cache(machine.modcache)
    (machine.state).mkdir(parents=True)
    (machine.state / "queue.json").write_text('["modcache"]')
    with daemon_of(machine) as daemon:
        assert wait_for(lambda: "cleaning what is queued" in daemon.log(), PATIENCE_SECONDS)
        daemon.end(signal.SIGKILL)
        daemon.start()
        assert wait_for(lambda: queue(machine) == [] and held_paths(machine), PATIENCE_SECONDS)
    assert cleans(machine) == 1


def test_what_is_due_is_purged(machine: Machine) -> None:
    add_module_cache(machine.modcache)
    assert machine.run("clean", "-y", "--hold", "2h", "modcache").returncode == 0
    assert wait_for(lambda: not list(carriers_of("HOME", str(machine.home))), PATIENCE_SECONDS)  # its own purge
    (entry,) = (machine.state / "journal").glob("*.json")
    values = json.loads(entry.read_text())
    for record in values["records"]:
        record["held_until"] = "2020-01-01T00:00:00+00:00"
    entry.write_text(json.dumps(values))
    with daemon_of(machine):
        assert wait_for(lambda: held_paths(machine) == [], PATIENCE_SECONDS)


# --- storms -------------------------------------------------------------------------------------------------------


def test_a_go_mod_that_is_rewritten_all_the_time_is_one_notice(machine: Machine) -> None:
    add_editors(machine)
    app = add_module_folder(machine)
    with daemon_of(machine) as daemon, goland_on(machine, app), vscode_on(machine, app, GOFLAGS="-mod=mod"):
        assert wait_for(lambda: daemon.notices() == ["opened"], PATIENCE_SECONDS)
        before, scans = daemon.resident_bytes(), daemon.status()["scans"]
        count = rewrite(app / "go.mod", seconds=3)
        assert count > 100  # a machine under load writes less often
        status = daemon.status()
        assert status["scans"] - scans < 20
        assert daemon.resident_bytes() - before < 4 << 20
        assert daemon.notices() in (["opened"], ["opened", "worse"])  # from a warning to an error, when it sees why
        assert len(json.loads(daemon.runtime_paths.memory.read_bytes())["episodes"]) == 1
