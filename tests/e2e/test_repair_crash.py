"""Whatever call of a repair fails and wherever it dies: the old state or the new one, and the next run tidies up."""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.support.caches import HELD, LONG_HOLD, Machine, make_machine, plain_user
from tests.support.dirhash import h1_of_tree
from tests.support.faults import CHANGING_CALLS, Fault, count_calls, evenly, run_with, strace_problem
from tests.support.modules import NAME, SOURCES, add_module, go_sum, h1_of, module
from tests.support.processes import told
from tests.support.real_go import remove_tree

REPAIR = ("repair", "--all", "-y", *LONG_HOLD)
M = module()
EDITED = b"package aa // my own line\n"
CALLS = tuple(call for call in CHANGING_CALLS if call not in ("fdatasync", "pwrite64", "rmdir"))
# What CI tries; the whole sweep, with --soak, takes every call of every kind.
SOME = {"signal=KILL": ("rename", "renameat", "linkat"), "error=ENOSPC": ("write", "mkdir", "renameat")}
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="made for POSIX; Windows has tests/windows")
traced = pytest.mark.skipif(
    sys.platform != "linux" or strace_problem() is not None, reason=f"no faults can be injected: {strace_problem()}"
)


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[Callable[[], Machine]]:
    """Makes machines, one after the other, each with one damaged module beside a sound one."""
    made: list[Machine] = []

    def make() -> Machine:
        if made:
            made.pop().end()
        made.append(furnish(make_machine(tmp_path / "machine")))
        return made[0]

    yield make
    if made:
        made[0].end()


def furnish(machine: Machine) -> Machine:
    """The tree was edited by hand, .ziphash is empty, .mod is gone; go.sum of the folder below base names the sums."""
    add_module(machine.modcache)
    add_module(machine.modcache, "single.test@v1.0.0", {"a.go": b"package single\n"})
    source = machine.modcache / M.tree / "aa.go"
    source.chmod(0o644)
    source.write_bytes(EDITED)
    (machine.modcache / M.file("ziphash")).write_bytes(b"")
    (machine.modcache / M.file("mod")).unlink()
    (machine.base / "go.mod").write_text("module example.test/app\n")
    (machine.base / "go.sum").write_text(go_sum())
    return machine


def is_repaired(machine: Machine) -> bool:
    root = machine.modcache
    return (
        h1_of_tree(root / M.tree, NAME) == h1_of(SOURCES)
        and (root / M.file("ziphash")).read_text() == h1_of(SOURCES)
        and (root / M.file("mod")).read_bytes() == SOURCES["go.mod"]
        and not (root / M.file("partial")).exists()
    )


def is_as_it_was(machine: Machine) -> bool:
    root = machine.modcache
    return (
        h1_of_tree(root / M.tree, NAME) == h1_of({**SOURCES, "aa.go": EDITED})
        and (root / M.file("ziphash")).read_bytes() == b""
        and not (root / M.file("mod")).exists()
    )


def edits_kept(machine: Machine) -> list[Path]:
    """Every place where the user's own line still is."""
    return [path for path in machine.modcache.rglob("aa.go") if path.read_bytes() == EDITED]


def leftovers(machine: Machine) -> list[str]:
    held = machine.modcache / HELD
    return [str(path) for path in held.rglob("*") if path.name.endswith((".new", ".old"))] if held.exists() else []


def test_undo_brings_back_every_byte_and_a_second_repair_mends_again(fresh: Callable[[], Machine]) -> None:
    machine = fresh()
    assert machine.run(*REPAIR).returncode == 0
    assert is_repaired(machine)
    done = machine.run("undo", "-y")
    assert done.returncode == 0, told(done)
    assert is_as_it_was(machine)
    assert not (machine.modcache / HELD).exists()
    assert machine.run(*REPAIR).returncode == 0
    assert is_repaired(machine)


def test_undo_leaves_what_go_has_extracted_since(fresh: Callable[[], Machine]) -> None:
    machine = fresh()
    machine.run(*REPAIR)
    tree = machine.modcache / M.tree
    tree.chmod(0o755)
    remove_tree(tree)
    shutil.copytree(machine.modcache / "single.test@v1.0.0", tree)  # stands for what go made
    done = machine.run("undo", "-y")
    assert "put back in part" in done.stdout, told(done)
    assert (tree / "a.go").exists()
    assert edits_kept(machine)


def test_what_is_held_is_purged(fresh: Callable[[], Machine]) -> None:
    machine = fresh()
    machine.run(*REPAIR)
    assert machine.run("purge", "-y").returncode == 0
    assert not (machine.modcache / HELD).exists()
    assert is_repaired(machine)


@traced
@pytest.mark.parametrize("what", ["signal=KILL", "error=ENOSPC"])
def test_a_fault_at_any_call(fresh: Callable[[], Machine], what: str, request: pytest.FixtureRequest) -> None:
    """Alone it leaves the old state, the new one, or a tree that go makes anew; the next repair ends well."""
    is_whole = request.config.getoption("--soak") is not None
    counts = count_calls(fresh(), *REPAIR, calls=CALLS if is_whole else SOME[what])
    most = 1000 if is_whole else 1
    faults = [Fault(call, what, str(when)) for call, count in counts.items() for when in evenly(count, most)]
    assert len(faults) >= 2
    bad = [problem for fault in faults for problem in after(fault, fresh())]
    assert bad == []


def after(fault: Fault, machine: Machine) -> Iterator[str]:
    hurt = run_with(fault, machine, *REPAIR)
    if "Traceback" in hurt.stderr:
        yield f"{fault}: {hurt.stderr[-500:]}"
    is_marked = (machine.modcache / M.file("partial")).exists()
    is_whole = (machine.modcache / M.tree).exists() and (is_as_tree(machine) or is_repaired_tree(machine))
    if not (is_whole or is_marked):
        yield f"{fault}: the tree is neither whole nor marked"
    if not edits_kept(machine):
        yield f"{fault}: the user's own line is lost"
    again = machine.run(*REPAIR)
    if again.returncode != 0 or not is_repaired(machine):
        yield f"{fault}: not repaired afterwards: {told(again)}"
    if leftovers(machine):
        yield f"{fault}: left {leftovers(machine)}"
    if not edits_kept(machine):
        yield f"{fault}: the user's own line is lost after the second run"


def is_as_tree(machine: Machine) -> bool:
    return h1_of_tree(machine.modcache / M.tree, NAME) == h1_of({**SOURCES, "aa.go": EDITED})


def is_repaired_tree(machine: Machine) -> bool:
    return h1_of_tree(machine.modcache / M.tree, NAME) == h1_of(SOURCES)


def test_two_at_once_mend_once(fresh: Callable[[], Machine]) -> None:
    machine = fresh()
    started = [machine.start(*REPAIR) for _ in range(2)]
    outputs = [process.communicate(timeout=120) for process in started]
    assert [err for _, err in outputs if "Traceback" in err or "bug" in err] == []
    assert sorted(process.returncode for process in started)[0] == 0
    assert {process.returncode for process in started} <= {0, 1, 5}, outputs
    assert is_repaired(machine)
    assert len(edits_kept(machine)) == 1
    assert leftovers(machine) == []


def test_a_module_cache_that_may_not_be_written_is_as_before_and_the_reason_is_told(
    fresh: Callable[[], Machine],
) -> None:
    machine = fresh()
    machine.modcache.chmod(0o555)
    done = machine.run(*REPAIR, "--json", prefix=plain_user())
    machine.modcache.chmod(0o755)
    assert done.returncode == 1, told(done)
    assert json.loads(done.stdout)["error"]["code"] == "not-writable"
    assert is_as_it_was(machine)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root may mount")
def test_a_read_only_file_system(fresh: Callable[[], Machine]) -> None:
    import subprocess

    machine = fresh()
    mounted = subprocess.run(["mount", "--bind", machine.modcache, machine.modcache], capture_output=True, check=False)
    if mounted.returncode:
        pytest.skip("nothing can be mounted here")
    try:
        subprocess.run(["mount", "-o", "remount,bind,ro", machine.modcache], check=True)
        done = machine.run(*REPAIR, "--json")
        assert done.returncode == 1, told(done)
        assert "bug" not in done.stderr
        assert is_as_it_was(machine)
    finally:
        subprocess.run(["umount", "-l", machine.modcache], check=True)


def test_without_yes_and_without_a_terminal_the_plan_is_all(fresh: Callable[[], Machine]) -> None:
    machine = fresh()
    done = machine.run("repair")
    assert (done.returncode, "pass --yes" in done.stderr) == (2, True)
    assert "to be repaired" in done.stdout
    assert machine.run("repair", "-n").returncode == 0
    assert machine.run("repair", "--check").returncode == 4
    assert is_as_it_was(machine)


@pytest.mark.parametrize(
    ("words", "says"),
    [
        pytest.param(("example.test/aa",), "Did you mean 'example.test/Aa'?", id="unknown"),
        pytest.param((f"{NAME}x",), f"Did you mean '{NAME}'?", id="unknown-version"),
        pytest.param(("--all", NAME), "exclude each other", id="all-and-a-name"),
    ],
)
def test_words_that_are_no_modules(fresh: Callable[[], Machine], words: tuple[str, ...], says: str) -> None:
    done = fresh().run("repair", *words)
    assert (done.returncode, says in done.stderr) == (2, True), told(done)


def test_outside_of_a_module_nothing_is_guessed(fresh: Callable[[], Machine]) -> None:
    machine = fresh()
    done = machine.run("repair", cwd=Path("/"))
    assert (done.returncode, "idecare repair --all" in done.stderr) == (2, True), told(done)
