"""Whatever call fails and wherever the process dies, nothing is lost, and the next run tidies up."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from idecare.changes.journal import Journal
from tests.support.caches import (
    DIRTY,
    FOLDERS,
    HELD,
    LONG_HOLD,
    Machine,
    Tree,
    add_build_entry,
    contents,
    differences,
    furnish,
    half_modules,
    held_paths,
    in_place,
    losses,
    machine_tree,
    make_machine,
    running_goland,
    touched,
    write,
)
from tests.support.faults import CHANGING_CALLS, ERRORS, Fault, count_calls, evenly, run_with, strace_problem
from tests.support.processes import told

CLEAN = ("clean", "-y", *LONG_HOLD)
TRIM = ("clean", "-y", "gocache", "--older-than", "3h", *LONG_HOLD)
NOW = ("clean", "-y", "--now", *LONG_HOLD)  # what could not be deleted at once is held
ENTRIES = "[0-9a-f][0-9a-f]/*"
TRACED = "Traceback (most recent call last)"
KILL = ("signal=KILL",)
ERROR = tuple(f"error={name}" for name in ERRORS)
# How many calls of each kind a sweep in CI picks, the last among them; the whole sweep takes them all.
SOME = {"renameat2": 2, "unlinkat": 2}
SOME_OTHERS, ALL = 1, 1000

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="faults are injected with strace"),
    pytest.mark.skipif(strace_problem() is not None, reason=f"no faults can be injected: {strace_problem()}"),
]
Fresh = Callable[[], Machine]
Aftermath = Callable[[Machine, Tree, int], list[str]]


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[Fresh]:
    """Makes machines, one after the other: the one before is removed with all that runs on it."""
    made: list[Machine] = []

    def make() -> Machine:
        if made:
            made.pop().end()
        made.append(furnish(make_machine(tmp_path / "machine")))
        return made[0]

    yield make
    for machine in made:
        machine.end()


# --- what is asked after each fault -------------------------------------------------------------------------------


def problems_after_clean(machine: Machine, before: Tree, number: int) -> list[str]:
    """Nothing lost at once; then the next run brings back what was cut short, and undo what is held."""
    problems = losses(before, machine) + touched(before, machine)
    problems += wrong(machine.run("purge", "--due") if number % 2 else machine.run("clean", "-n"))
    problems += unreadable(machine) + losses(before, machine)
    if held_paths(machine):
        problems += wrong(machine.run("undo", "-y"), allowed=(0, 1))
    return problems + differences(before, machine, after_fault=True)


def lost_for_now(before: Tree, machine: Machine) -> list[str]:
    """Between its link and its unlink one file is in both places; after the next run it is not."""
    return [problem for problem in losses(before, machine) if not problem.startswith("2 times")]


def problems_after_undo(machine: Machine, before: Tree, number: int) -> list[str]:
    problems = lost_for_now(before, machine) + touched(before, machine)
    problems += wrong(machine.run("undo", "-y"), allowed=(0, 1)) + unreadable(machine)
    after = machine_tree(machine)
    return problems + losses(before, machine) + [f"not in its place: {path}" for path in before if path not in after]


def problems_after_purge(machine: Machine, before: Tree, number: int) -> list[str]:
    """What is being deleted is held or gone, never in its place in parts; the next purge ends it."""
    problems = harm(machine, before) + wrong(machine.run("purge", "-y")) + unreadable(machine)
    return problems + [f"still held: {path}" for path in held_paths(machine)] + harm(machine, before)


def harm(machine: Machine, before: Tree) -> list[str]:
    paths = (in_place(path) for path, value in machine_tree(machine).items() if value[0] != "folder")
    new = [f"new: {path}" for path in paths if path not in before and "/.deep-" not in path]
    return touched(before, machine) + half_modules(before, machine) + new


def wrong(done: subprocess.CompletedProcess[str], allowed: tuple[int, ...] = (0,)) -> list[str]:
    return [told(done)] if done.returncode not in allowed or TRACED in done.stderr else []


def unreadable(machine: Machine) -> list[str]:
    return [f"unreadable: {path}" for path in Journal(machine.state).unreadable()]


def ended_badly(done: subprocess.CompletedProcess[str], fault: Fault) -> list[str]:
    """A call that fails is told with one of the promised exit codes; a killed process tells nothing."""
    if fault.what in KILL:
        return []
    return wrong(done, (0, 1, 5) if fault.what.startswith("error") else (0, 1, 130))


# --- the sweeps ---------------------------------------------------------------------------------------------------


def held(fresh: Fresh) -> Machine:
    machine = fresh()
    assert machine.run(*CLEAN).returncode == 0
    return machine


def as_furnished(machine: Machine) -> Tree:
    """What a furnished machine is, also when a clean has already set its caches aside."""
    found = machine_tree(machine)
    if not held_paths(machine):
        return found
    return {in_place(path): value for path, value in found.items() if value[0] != "folder"}


def one_fault(machine: Machine, command: tuple[str, ...], fault: Fault, check: Aftermath, number: int = 0) -> list[str]:
    """Run the command with the fault; return all that is wrong then and later."""
    before = as_furnished(machine)
    threads = "purge" in command or "--now" in command
    done = run_with(fault, machine, *command, threads=threads)
    return [f"{fault}: {text}" for text in ended_badly(done, fault) + check(machine, before, number)]


def sweep(make: Fresh, command: tuple[str, ...], whats: tuple[str, ...], check: Aftermath, most: int = 0) -> list[str]:
    """One fault after the other, at the chosen calls of an undisturbed run; ``most`` 0: as many as CI has time for."""
    problems = []
    for call, count in sorted(count_calls(make(), *command).items()):
        for number in evenly(count, most or SOME.get(call, SOME_OTHERS)):
            for what in whats if most == ALL else [whats[number % len(whats)]]:
                problems += one_fault(make(), command, Fault(call, what, str(number)), check, number)
    return problems


def sweeps() -> list[Any]:
    """Each verb with each kind of fault."""
    verbs = {
        "clean": (False, CLEAN, problems_after_clean),
        "trim": (False, TRIM, problems_after_clean),
        "clean-now": (False, NOW, problems_after_purge),
        "undo": (True, ("undo", "-y"), problems_after_undo),
        "purge": (True, ("purge", "-y"), problems_after_purge),
    }
    names = [(verb, kind) for verb in verbs for kind in ("killed", "errors")]
    return [
        pytest.param(
            *verbs[verb],
            KILL if kind == "killed" else ERROR,
            id=f"{verb}-{kind}",
        )
        for verb, kind in names
    ]


WHOLE_SWEEP_SOAK = 300  # --soak SECONDS from which it runs
ONLY_WHOLE = {"trim-killed", "trim-errors", "clean-now-errors", "undo-errors"}  # of these there is no short sweep
FIELDS = ("is_held", "command", "check", "whats")


@pytest.mark.parametrize(FIELDS, [case for case in sweeps() if case.id not in ONLY_WHOLE])
def test_a_fault_at_some_calls(
    fresh: Fresh, is_held: bool, command: tuple[str, ...], check: Aftermath, whats: tuple[str, ...]
) -> None:
    make = (lambda: held(fresh)) if is_held else fresh
    assert sweep(make, command, whats, check) == []


@pytest.mark.slow
@pytest.mark.parametrize(FIELDS, sweeps())
def test_a_fault_at_every_call(
    request: pytest.FixtureRequest,
    fresh: Fresh,
    is_held: bool,
    command: tuple[str, ...],
    check: Aftermath,
    whats: tuple[str, ...],
) -> None:
    if (request.config.getoption("--soak") or 0) < WHOLE_SWEEP_SOAK:
        pytest.skip(f"the whole sweep takes half an hour: --soak {WHOLE_SWEEP_SOAK}")
    make = (lambda: held(fresh)) if is_held else fresh
    assert sweep(make, command, whats, check, ALL) == []


# --- interruptions ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", ["INT", "TERM"])
@pytest.mark.parametrize("call", ["renameat", "renameat2", "getdents64"])
def test_an_interrupted_clean_puts_back_what_it_has_not_finished(fresh: Fresh, call: str, number: str) -> None:
    """getdents64: while it looks who is at work, before and after the renames."""
    count = count_calls(fresh(), *CLEAN, calls=(call,))[call]
    first = count // 2 if call == "getdents64" else 0  # those before it are Python's own, at its start
    problems = []
    for step in evenly(count - first, 5 if call == "getdents64" else 2):
        fault = Fault(call, f"signal={number}", str(first + step))
        problems += one_fault(fresh(), CLEAN, fault, problems_after_clean, step)
    assert problems == []


def test_what_an_interrupted_clean_says_of_itself_is_true(fresh: Fresh) -> None:
    """Nothing is held of which the journal says that it was put back."""
    count = count_calls(fresh(), *CLEAN, calls=("getdents64",))["getdents64"]
    for step in evenly(count // 2, 5):
        machine = fresh()
        run_with(Fault("getdents64", "signal=INT", str(count // 2 + step)), machine, *CLEAN)
        records = [record for entry in Journal(machine.state).entries() for record in entry.records]
        false = [
            record.hold
            for record in records
            if record.state == "restored" and (record.root_path / record.hold).exists()
        ]
        assert false == [], f"interrupted at {step}"


# --- a file system that fails for good, and dying again -----------------------------------------------------------


@pytest.mark.parametrize("first", [2, 6, 10, 13])
def test_renames_that_fail_from_some_moment_on_are_made_good_by_the_next_run(fresh: Fresh, first: int) -> None:
    assert one_fault(fresh(), CLEAN, Fault("renameat", "error=EIO", f"{first}+"), problems_after_clean) == []


@pytest.mark.parametrize(
    ("call", "when"),
    [
        pytest.param("rename", "1+", id="rename"),
        pytest.param("write", "1", id="write"),
        pytest.param("fsync", "1+", id="fsync"),
        pytest.param("mkdir", "1+", id="mkdir"),
    ],
)
@pytest.mark.parametrize("error", ["ENOSPC", "EROFS"])
def test_a_journal_that_cannot_be_written_changes_nothing(fresh: Fresh, call: str, when: str, error: str) -> None:
    machine = fresh()
    before = machine_tree(machine)
    done = run_with(Fault(call, f"error={error}", when), machine, *CLEAN, threads=False)
    assert (done.returncode, TRACED in done.stderr) == (1, False), told(done)
    assert differences(before, machine, after_fault=True) == []


@pytest.mark.parametrize("at", [3, 9])
@pytest.mark.parametrize("call", ["renameat", "linkat", "unlinkat"])
def test_a_recovery_that_is_killed_is_taken_up_again(fresh: Fresh, call: str, at: int) -> None:
    machine = fresh()
    before = machine_tree(machine)
    run_with(Fault("renameat", "signal=KILL", str(at)), machine, *CLEAN)
    for number in (1, 2, 3):
        run_with(Fault(call, "signal=KILL", str(number)), machine, "clean", "-n")
        assert lost_for_now(before, machine) + touched(before, machine) == []
    assert wrong(machine.run("clean", "-n")) + problems_after_clean(machine, before, 0) == []


@pytest.mark.parametrize(("call", "at"), [("renameat2", 2), ("renameat", 1), ("renameat", 7)])
def test_undo_after_a_killed_clean_puts_everything_back(fresh: Fresh, call: str, at: int) -> None:
    """Who finds the caches empty after a crash types undo."""
    machine = fresh()
    before = machine_tree(machine)
    run_with(Fault(call, "signal=KILL", str(at)), machine, *CLEAN)
    assert wrong(machine.run("undo", "-y")) + differences(before, machine, after_fault=True) == []


def test_undo_of_a_clean_of_which_one_target_failed_ends_well(fresh: Fresh) -> None:
    machine = fresh()
    before = machine_tree(machine)
    run_with(Fault("renameat", "error=EIO", "1"), machine, *CLEAN)
    assert wrong(machine.run("undo", "-y")) + differences(before, machine, after_fault=True) == []


@pytest.mark.parametrize("number", [1, 2, 3])
@pytest.mark.parametrize("call", ["linkat", "unlinkat"])
def test_an_undo_that_merges_is_taken_up_again(fresh: Fresh, call: str, number: int) -> None:
    """Between the link and the unlink a held file is in both places."""
    machine = fresh()
    before = {path.name for path in machine.gocache.glob(ENTRIES)}
    assert machine.run(*CLEAN).returncode == 0
    newer = [machine.gocache / folder / f"{folder}{'1' * 62}-a" for folder in FOLDERS]
    for path in newer:
        path.write_bytes(b"newer")
    run_with(Fault(call, "signal=KILL", str(number)), machine, "undo", "-y")
    assert wrong(machine.run("undo", "-y"), (0, 1)) == []
    assert {path.name for path in machine.gocache.glob(ENTRIES)} == before | {path.name for path in newer}
    assert wrong(machine.run("purge", "-y")) + held_paths(machine) == []


def test_a_file_that_was_linked_back_and_not_unlinked_is_in_its_place_alone_after_the_next_undo(fresh: Fresh) -> None:
    """cache/lock, the first file that comes back by itself: beside a kept toolchain the cache folder stays."""
    machine = held(fresh)
    (lock,) = machine.modcache.glob(f"{HELD}/*/modcache/cache/lock")
    (machine.modcache / "cache" / "lock").hardlink_to(lock)
    assert wrong(machine.run("undo", "-y")) + held_paths(machine) == []


# --- files that are written in place ------------------------------------------------------------------------------


@pytest.mark.parametrize("what", ["signal=KILL", "error=ENOSPC", "error=EIO"])
@pytest.mark.parametrize(("call", "number"), [("pwrite64", 1), ("pwrite64", 2), ("ftruncate", 1), ("ftruncate", 2)])
def test_goland_s_marker_is_the_old_or_the_new_one_and_undo_writes_the_old_one(
    fresh: Fresh, call: str, number: int, what: str
) -> None:
    machine = fresh()
    marker = machine.goland / "index" / "corruption.marker"
    with running_goland(machine):
        run_with(Fault(call, what, str(number)), machine, "clean", "-y", "goland")
        machine.run("clean", "-n")
        assert marker.read_bytes() in (DIRTY, b"Explicit index invalidation")
        machine.run("undo", "-y")
        assert marker.read_bytes() == DIRTY


@pytest.mark.parametrize("what", ["signal=KILL", "error=ENOSPC", "error=EIO"])
@pytest.mark.parametrize(("call", "number"), [("pwrite64", 2), ("ftruncate", 2)])
def test_a_stamp_that_was_not_written_whole_is_the_old_one_again(
    fresh: Fresh, call: str, number: int, what: str
) -> None:
    machine = fresh()
    before = machine_tree(machine)["home/.cache/go-build/testexpire.txt"][3]
    run_with(Fault(call, what, str(number)), machine, "clean", "-y", "testcache")
    machine.run("clean", "-n")
    machine.run("undo", "-y")
    assert (machine.gocache / "testexpire.txt").read_bytes() == before


# --- without strace -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(3))
def test_kill_at_any_moment(fresh: Fresh, seed: int) -> None:
    chosen = random.Random(seed)
    machine = fresh()
    before = machine_tree(machine)
    for _ in range(5):
        process = machine.start(*CLEAN)
        time.sleep(chosen.uniform(0.08, 0.4))
        process.kill()
        process.communicate()
        assert losses(before, machine) + touched(before, machine) == []
    while held_paths(machine) and machine.run("clean", "-n").returncode == 0:
        assert machine.run("undo", "-y").returncode in (0, 1)
    assert [path for path in before if path not in machine_tree(machine)] == []


SOME_KILLS, ALL_KILLS = 5, 200


@pytest.mark.parametrize("seed", range(SOME_KILLS))
def test_a_purge_that_is_killed_at_any_moment(fresh: Fresh, seed: int) -> None:
    assert killed_purge(fresh(), random.Random(seed)) == []


@pytest.mark.slow
def test_two_hundred_purges_that_are_killed(request: pytest.FixtureRequest, fresh: Fresh) -> None:
    if (request.config.getoption("--soak") or 0) < WHOLE_SWEEP_SOAK:
        pytest.skip(f"it takes some minutes: --soak {WHOLE_SWEEP_SOAK}")
    problems = {seed: killed_purge(fresh(), random.Random(seed)) for seed in range(1000, 1000 + ALL_KILLS)}
    assert {seed: found for seed, found in problems.items() if found} == {}


def killed_purge(machine: Machine, chosen: random.Random) -> list[str]:
    """Kill a purge once or twice; what is the user's in the caches is held or in its place after each, and in its place
    after the run that ends it."""
    mine = add_foreign(machine)
    before = machine_tree(machine)
    assert machine.run(*CLEAN).returncode in (0, 1, 5)  # where go is at work on this machine, a part stays
    going = {in_place(path) for path in contents(machine_tree(machine)) if f"/{HELD}/" in path} - set(mine)
    problems = []
    for _ in range(chosen.randint(1, 2)):
        process = machine.start("purge", "-y")
        time.sleep(chosen.uniform(0.1, 0.5))
        process.kill()
        process.communicate()
        problems += touched(before, machine) + half_modules(before, machine) + lost(mine, machine)
    problems += wrong(machine.run("purge", "-y")) + unreadable(machine)
    after = machine_tree(machine)
    problems += [f"not back: {path}" for path, value in mine.items() if after.get(path) != value]
    whole = "home/go/pkg/mod/single.test@v1.0.0/"  # a tree with a working copy in it comes back whole
    problems += [f"not purged: {path}" for path in going if path in after and not path.startswith(whole)]
    return problems + touched(before, machine) + half_modules(before, machine) + held_paths(machine)


def add_foreign(machine: Machine) -> Tree:
    """Enough entries for a purge to take a while, and what is the user's between them, which a clean does not see."""
    for folder in (f"a{number:x}" for number in range(1, 16)):
        for number in range(60):
            add_build_entry(machine.gocache, folder, number, b"an output")
    inner = machine.modcache / "single.test@v1.0.0" / "inner"
    inner.chmod(0o755)  # go leaves it read-only, which stops every user but root
    mine = [
        write(machine.gocache / "a3" / "notes.txt", b"mine"),
        write(machine.gocache / "af" / "thesis.txt", b"mine too"),
        write(machine.gopls / "deadbeef" / "notes.txt", b"mine"),
        write(machine.modcache / "cache" / "download" / "single.test" / "@v" / "todo.txt", b"mine"),
        write(inner / ".git" / "HEAD", b"ref: refs/heads/main"),
    ]
    found = machine_tree(machine)
    return {name: found[name] for name in (str(path.relative_to(machine.base)) for path in mine)}


def lost(mine: Tree, machine: Machine) -> list[str]:
    """What is neither in its place nor held, or is no longer what it was."""
    found = {in_place(path.replace(".purged/", "/")): value for path, value in machine_tree(machine).items()}
    return [f"lost: {path}" for path, value in mine.items() if found.get(path) != value]


def test_nothing_of_a_killed_clean_is_left_in_the_state_folder(fresh: Fresh) -> None:
    machine = fresh()
    run_with(Fault("rename", "signal=KILL", "1"), machine, *CLEAN)
    machine.run("clean", "-n")
    machine.run("purge", "-y")
    assert [path.name for path in machine.state.rglob("*.tmp")] == []
    assert not (machine.gocache / HELD).exists()


def test_every_call_that_changes_the_disk_is_among_the_swept(fresh: Fresh) -> None:
    """A new way to change the disk must not slip past the sweeps."""
    machine = fresh()
    others = ("symlink", "symlinkat", "truncate", "copy_file_range", "sendfile", "chown", "fchownat", "utimensat")
    assert count_calls(machine, *CLEAN, calls=others) == {}
    assert {"renameat", "mkdirat", "fsync"} <= set(CHANGING_CALLS)
