"""Several idecare at once, and the detached purge beside them: each thing is done once, and nothing is lost."""

from __future__ import annotations

import contextlib
import fcntl
import os
import signal
import sys
import time
from pathlib import Path

import psutil
import pytest

from idecare.changes.journal import Entry, Journal
from tests.support.caches import (
    HELD,
    LONG_HOLD,
    Machine,
    add_build_cache,
    differences,
    furnish,
    half_modules,
    held_paths,
    losses,
    machine_tree,
    make_machine,
    remove_tree,
    touched,
)
from tests.support.processes import carriers_of, told, wait_for

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="made for POSIX; Windows has tests/windows")
CLEAN = ("clean", "-y", *LONG_HOLD)


@pytest.fixture
def machine(machine: Machine) -> Machine:
    return furnish(machine)


def at_once(machine: Machine, *commands: tuple[str, ...]) -> list[int]:
    """Start all, wait for all; their exit codes. None may report a bug."""
    processes = [machine.start(*command) for command in commands]
    outputs = [process.communicate(timeout=120) for process in processes]
    assert [err for _, err in outputs if "bug" in err or "Traceback" in err] == []
    return [process.returncode for process in processes]


def undo_all(machine: Machine) -> None:
    """Undo one clean after the other, by id, the last one first."""
    for entry in reversed(Journal(machine.state).entries()):
        machine.run("undo", "-y", entry.id)


def purgers(machine: Machine) -> list[psutil.Process]:
    found = []
    for process in carriers_of("HOME", str(machine.home)):
        with contextlib.suppress(psutil.Error):
            if "--background" in process.cmdline() and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
    return found


# --- the same verb, or different ones, at once --------------------------------------------------------------------


def test_eight_cleans_of_the_same_caches(machine: Machine) -> None:
    before = machine_tree(machine)
    codes = at_once(machine, *[CLEAN] * 8)
    assert (set(codes) <= {0, 5}, 0 in codes) == (True, True), codes
    assert losses(before, machine) + touched(before, machine) == []
    assert list(machine.gocache.glob("[0-9a-f][0-9a-f]/*-[ad]")) == []
    undo_all(machine)
    assert differences(before, machine) == []


@pytest.mark.parametrize("held", [pytest.param("lock", marks=pytest.mark.release), "purge.lock"])  # it waits a minute
def test_a_lock_that_is_held_long_is_exit_5_and_names_its_holder(machine: Machine, held: str) -> None:
    assert machine.run(*CLEAN, "gopls").returncode == 0
    before = machine_tree(machine)
    with open(machine.state / held, "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        lock.write("pid 123")
        lock.flush()
        if held == "lock":
            for command in (CLEAN, ("undo", "-y"), ("purge", "-y")):
                done = machine.run(*command)
                assert (done.returncode, "pid 123" in done.stderr) == (5, True), told(done)
        else:
            assert machine.run("undo", "-y").returncode == 0
    assert losses(before, machine) == []


def test_a_dry_run_needs_no_lock(machine: Machine) -> None:
    machine.state.mkdir(parents=True)
    with open(machine.state / "lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        for command in (("clean", "-n"), ("history",)):
            assert machine.run(*command).returncode == 0


@pytest.mark.parametrize("turn", range(3))
def test_clean_and_undo_at_once(machine: Machine, turn: int) -> None:
    before = machine_tree(machine)
    assert machine.run(*CLEAN).returncode == 0
    at_once(machine, ("undo", "-y"), CLEAN, ("undo", "-y"), CLEAN)
    assert losses(before, machine) + touched(before, machine) == []
    undo_all(machine)
    assert [path for path in before if path not in machine_tree(machine)] == []


def test_two_purges_at_once(machine: Machine) -> None:
    before = machine_tree(machine)
    assert machine.run(*CLEAN).returncode == 0
    assert at_once(machine, ("purge", "-y"), ("purge", "-y")) == [0, 0]
    assert (held_paths(machine), touched(before, machine)) == ([], [])
    (entry,) = Journal(machine.state).entries()
    assert [record.state for record in entry.records] == ["purged"] * 4
    assert all(record.bytes for record in entry.records), "the second purge has forgotten what the first one freed"


def test_purge_and_undo_at_once_restore_whole_or_nothing(machine: Machine) -> None:
    before = machine_tree(machine)
    for pause in (0.0, 0.05, 0.1, 0.15):
        assert machine.run(*CLEAN).returncode in (0, 5)
        purge = machine.start("purge", "-y")
        time.sleep(pause)
        machine.run("undo", "-y")
        purge.communicate(timeout=60)
        assert half_modules(before, machine) + touched(before, machine) == []


# --- the detached purge -------------------------------------------------------------------------------------------


def test_what_is_due_is_purged_in_the_background(machine: Machine) -> None:
    before = machine_tree(machine)
    assert machine.run("clean", "-y", "--hold", "1s").returncode == 0
    assert held_paths(machine) != []
    assert wait_for(lambda: not held_paths(machine) and not purgers(machine), timeout=30)
    assert touched(before, machine) + half_modules(before, machine) == []
    assert [entry for entry in Journal(machine.state).entries() if entry.is_open] == []


def test_one_process_waits_however_many_cleans_there_were(machine: Machine) -> None:
    for target in ("gocache", "modcache", "gopls"):
        assert machine.run("clean", "-y", "--hold", "5m", target).returncode == 0
    assert wait_for(lambda: len(purgers(machine)) == 1, timeout=20)
    (purger,) = purgers(machine)
    assert purger.nice() == 19
    assert (os.getsid(purger.pid), purger.cwd()) == (purger.pid, "/")


def test_the_purger_survives_the_end_of_its_terminal(machine: Machine) -> None:
    process = machine.start("clean", "-y", "--hold", "3s")
    assert process.wait(timeout=60) == 0
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGHUP)
    process.communicate()
    assert len(purgers(machine)) == 1
    assert wait_for(lambda: not held_paths(machine), timeout=30)


def test_a_killed_purger_is_replaced_by_the_next_clean(machine: Machine) -> None:
    assert machine.run("clean", "-y", "--hold", "2s", "modcache").returncode == 0
    for purger in purgers(machine):
        purger.kill()
    time.sleep(2.5)
    assert held_paths(machine) != []
    assert machine.run("clean", "-y", "--hold", "1s", "gopls").returncode == 0
    assert wait_for(lambda: not held_paths(machine), timeout=30)


def test_undo_in_time_wins(machine: Machine) -> None:
    before = machine_tree(machine)
    assert machine.run("clean", "-y", "--hold", "3s").returncode == 0
    assert machine.run("undo", "-y").returncode == 0
    assert wait_for(lambda: not purgers(machine), timeout=30)
    assert differences(before, machine) == []


@pytest.mark.parametrize("pause", [0.6, 0.9, 1.2])
def test_undo_at_the_last_moment_restores_whole_or_nothing(machine: Machine, pause: float) -> None:
    before = machine_tree(machine)
    assert machine.run("clean", "-y", "--hold", "1s").returncode == 0
    time.sleep(pause)
    machine.run("undo", "-y")
    assert wait_for(lambda: not purgers(machine), timeout=30)
    assert half_modules(before, machine) + touched(before, machine) + held_paths(machine) == []


# --- killed while it deletes --------------------------------------------------------------------------------------


def add_many(root: Path, folders: int, files: int) -> None:
    add_build_cache(root, tuple(f"{number:02x}" for number in range(folders)), entries=1)
    for number in range(folders):
        folder = f"{root}/{number:02x}"
        for file in range(files):
            os.close(os.open(f"{folder}/{number:02x}{file:062x}-d", os.O_CREAT | os.O_WRONLY, 0o644))


@pytest.mark.parametrize("verb", [("clean", "-y", "--now", "gocache"), ("purge", "-y")], ids=["clean-now", "purge"])
def test_a_deletion_that_is_killed_is_ended_by_the_next_purge(tmp_path: Path, verb: tuple[str, ...]) -> None:
    machine = make_machine(tmp_path / "machine")
    add_many(machine.gocache, folders=60, files=1000)
    before = machine_tree(machine)
    if verb[0] == "purge":
        assert machine.run(*CLEAN, "gocache").returncode == 0
    process = machine.start(*verb)
    held = machine.gocache / HELD
    assert wait_for(lambda: any(entry.is_open and entry.records[0].state == "purging" for entry in opened(machine)), 60)
    time.sleep(0.1)
    process.kill()
    process.communicate()
    assert held.exists(), "it was over before it was killed"
    assert machine.run("undo", "-y").returncode in (0, 1)
    assert list(machine.gocache.glob("[0-9a-f][0-9a-f]/*-[ad]")) == [], "half a cache came back"
    done = machine.run("purge", "-y")
    assert done.returncode == 0, told(done)
    assert not held.exists()
    assert touched(before, machine) == []
    machine.end()


def opened(machine: Machine) -> tuple[Entry, ...]:
    return Journal(machine.state).open_entries()


def test_the_detached_purge_ends_when_an_undo_has_left_it_nothing_to_purge(machine: Machine) -> None:
    assert machine.run("clean", "-y", "--hold", "10m", "gocache").returncode == 0
    assert wait_for(lambda: bool(purgers(machine)), timeout=20)
    assert machine.run("undo", "-y").returncode == 0
    assert wait_for(lambda: not purgers(machine), timeout=8), "it goes on waiting for something to purge"


# --- several journals, one cache ----------------------------------------------------------------------------------


def test_what_another_state_folder_holds_is_neither_taken_nor_purged(machine: Machine, tmp_path: Path) -> None:
    before = machine_tree(machine)
    other = machine.with_env(XDG_STATE_HOME=str(tmp_path / "state"))
    assert machine.run(*CLEAN).returncode == 0
    assert other.run("clean", "-y", "--hold", "0s").returncode == 0
    assert "Nothing is held." in other.run("purge", "-y").stdout
    assert losses(before, machine) == []
    assert machine.run("undo", "-y").returncode == 0
    assert differences(before, machine) == []


def test_undo_after_the_state_folder_was_lost_puts_everything_back(machine: Machine) -> None:
    before = machine_tree(machine)
    assert machine.run(*CLEAN).returncode == 0
    remove_tree(machine.state)
    done = machine.run("undo", "-y")
    assert done.returncode == 0, told(done)
    assert differences(before, machine) == []
