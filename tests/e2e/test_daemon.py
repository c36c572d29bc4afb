"""The daemon as a process: started, found again, ended; not confused with a dead one or somebody else's."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from idecare.system.processes import Process, process
from idecare.watcher.service.process import end, is_daemon
from tests.support.caches import Machine
from tests.support.processes import told, wait_for

pytestmark = pytest.mark.e2e


@pytest.fixture
def machine(short_folder: Path, machine: Machine) -> Machine:
    """A home without IDEs, and a session without a service manager."""
    return machine.with_env(XDG_RUNTIME_DIR=str(short_folder))


def daemon(machine: Machine, *words: str, code: int = 0) -> dict[str, Any]:
    return machine.report("daemon", *words, code=code)


def lock_of(machine: Machine) -> Path:
    return next((Path(machine.env["XDG_RUNTIME_DIR"]) / "idecare").glob("*.lock"))


def test_it_is_started_seen_and_ended(machine: Machine) -> None:
    pid = daemon(machine, "start")["pid"]
    assert daemon(machine, "start")["pid"] == pid
    state = daemon(machine, "status")
    assert (state["running"], state["healthy"], state["pid"], state["registered"]) == (True, True, pid, False)
    assert state["cpu_seconds"] >= 0
    assert state["memory_bytes"] > 1_000_000
    assert state["wakeups_per_minute"] is not None
    assert any("started" in line for line in daemon(machine, "logs")["lines"])
    assert daemon(machine, "stop") == {
        "schema": 1, "command": "daemon stop", "running": False, "pid": None, "exit": 0,
    }  # fmt: skip
    assert process(pid) is None
    assert daemon(machine, "status", code=4)["running"] is False
    assert machine.run("daemon", "stop").stdout == "It was not running.\n"


def test_a_second_one_says_that_one_runs_and_who_that_is(machine: Machine) -> None:
    pid = daemon(machine, "start")["pid"]
    second = machine.run("daemon", "run")
    assert (second.returncode, f"pid {pid}" in second.stderr) == (5, True), told(second)
    assert daemon(machine, "status")["pid"] == pid


def test_a_restart_gives_it_another_process(machine: Machine) -> None:
    before = daemon(machine, "start")["pid"]
    after = daemon(machine, "restart")["pid"]
    assert after != before
    assert process(before) is None
    assert daemon(machine, "restart")["pid"] != after


def test_after_a_kill_it_is_known_to_be_gone_and_starts_again(machine: Machine) -> None:
    pid = daemon(machine, "start")["pid"]
    os.kill(pid, signal.SIGKILL)
    assert wait_for(lambda: process(pid) is None, timeout=20)
    assert lock_of(machine).read_text() == f"pid {pid}"
    assert daemon(machine, "status", code=4)["pid"] is None
    assert daemon(machine, "start")["pid"] not in (pid, None)


def test_one_that_is_suspended_is_seen_and_can_be_ended(machine: Machine) -> None:
    pid = daemon(machine, "start")["pid"]
    os.kill(pid, signal.SIGSTOP)
    state = daemon(machine, "status", code=4)
    assert (state["running"], state["healthy"]) == (True, False)
    assert "does not answer" in state["last_error"]
    refused = machine.run("daemon", "start")
    assert (refused.returncode, f"pid {pid}" in refused.stderr, "daemon restart" in refused.stderr) == (1, True, True)
    stopped = machine.run("daemon", "stop")
    assert (stopped.stdout, stopped.stderr) == ("It has ended.\n", "")  # by itself, not by force
    assert process(pid) is None


def test_a_pid_file_that_nobody_has_locked_names_nobody(machine: Machine) -> None:
    daemon(machine, "start")
    daemon(machine, "stop")
    with bystander(*DAEMON_WORDS) as other:
        lock_of(machine).write_text(f"pid {other.pid}")
        assert machine.run("daemon", "stop").stdout == "It was not running.\n"
        assert other.poll() is None


def test_a_locked_pid_file_that_names_another_program_ends_nobody(machine: Machine) -> None:
    import fcntl

    daemon(machine, "start")
    daemon(machine, "stop")
    with lock_of(machine).open("r+") as lock, bystander("sleep", "daemon") as other:
        fcntl.flock(lock, fcntl.LOCK_EX)
        lock.write(f"pid {other.pid}   ")
        lock.flush()
        assert machine.run("daemon", "stop").stdout == "It was not running.\n"
        assert other.poll() is None


def test_a_state_folder_that_went_away_does_not_keep_it_from_being_ended(machine: Machine) -> None:
    pid = daemon(machine, "start")["pid"]
    subprocess.run(["rm", "-rf", machine.state], check=True)
    assert daemon(machine, "status")["pid"] == pid
    daemon(machine, "stop")
    assert process(pid) is None


def test_settings_that_cannot_be_used_do_not_keep_it_from_starting_and_are_reported(machine: Machine) -> None:
    settings = machine.home / ".config" / "idecare" / "config.toml"
    settings.parent.mkdir(parents=True)
    settings.write_text("quiet_hours = 7\n")
    daemon(machine, "start")
    assert any("'7' are no quiet hours" in line for line in daemon(machine, "logs")["lines"])


def test_one_that_cannot_start_says_why_and_where_more_is(machine: Machine) -> None:
    runtime = Path(machine.env["XDG_RUNTIME_DIR"]) / "idecare"
    runtime.mkdir(mode=0o777)
    runtime.chmod(0o777)
    failed = machine.run("daemon", "start")
    assert failed.returncode == 1, told(failed)
    assert "the daemon ended at once" in failed.stderr
    assert "idecare daemon logs" in failed.stderr
    assert "you alone may write to" in machine.run("daemon", "logs").stdout


DAEMON_WORDS = ("idecare", "daemon", "run")
SLEEPER = "import time; time.sleep(300)"
DEAF = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print(flush=True); time.sleep(300)"


class bystander:  # noqa: N801
    """A process with such words in its command line that does nothing, ended with the block."""

    def __init__(self, *words: str, script: str = SLEEPER) -> None:
        self.command = [sys.executable, "-c", script, *words]

    def __enter__(self) -> subprocess.Popen[bytes]:
        self.process = subprocess.Popen(self.command, stdout=subprocess.PIPE)
        return self.process

    def __exit__(self, *error: object) -> None:
        self.process.kill()
        self.process.communicate()


def read_status(pid: int) -> Process:
    found = process(pid)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("command", "is_ours"),
    [
        (("/venv/bin/python", "-P", "-m", "idecare", "daemon", "run"), True),
        (("/venv/bin/python", "/venv/bin/idecare", "daemon", "run", "-v"), True),
        (("/venv/bin/python", "-m", "idecare", "daemon", "start"), False),
        (("/usr/bin/docker", "daemon", "run"), False),
        (("vi", "idecare"), False),
        ((), False),
    ],
)
def test_the_daemon_is_known_by_its_command_line(command: tuple[str, ...], is_ours: bool) -> None:
    assert is_daemon(Process(1, "python", command=command)) is is_ours


def test_one_that_does_not_listen_is_ended_by_force() -> None:
    with bystander(script=DEAF) as other:
        assert other.stdout is not None
        other.stdout.readline()
        assert end(read_status(other.pid), seconds=0.3) is False
        assert other.wait(timeout=20) == -signal.SIGKILL


def test_a_later_process_with_the_pid_of_the_daemon_is_left_alone() -> None:
    with bystander() as other:
        now = read_status(other.pid)
        assert now.started is not None
        earlier = Process(now.pid, now.name, started=now.started.replace(year=2001))
        assert end(earlier, seconds=0.3) is True
        assert other.poll() is None
