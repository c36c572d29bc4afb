"""`idecare clean` while Go is at work: the work goes on, and the user is told whose it is."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from idecare.caches.gopls import folder_of_executable
from idecare.golang.gopls import VERSION_MARK
from tests.builders import write_file
from tests.e2e.steps import busy_pids, clean, module_names, row, states
from tests.support.dirhash import HELD, damaged_modules
from tests.support.goproxy import USED
from tests.support.ides import find_gopls
from tests.support.processes import end_group, finish, told, wait_for
from tests.support.real_go import GoWorld, find_go

# As the go command locks: flock(2), exclusive (cmd/go/internal/lockedfile).
HOLD_LOCK = """
import fcntl, sys, time
lock = open(sys.argv[1])
fcntl.flock(lock, fcntl.LOCK_EX)
print("held", flush=True)
time.sleep(120)
"""


@pytest.mark.usefixtures("app")
def test_clean_during_a_build_spares_it_and_names_it(world: GoWorld) -> None:
    shutil.rmtree(world.gocache)  # so that the build takes long enough to be met
    build = world.start(str(find_go()), "build", "./...")
    assert wait_for(lambda: len(world.entries()) > 40, timeout=60)
    text = world.idecare("clean", "-y")
    report = world.idecare("clean", "-y", "--json")
    assert build.poll() is None, "the build was over before the clean was"
    finished = finish(build)
    assert finished.returncode == 0, told(finished)
    assert {text.returncode, report.returncode} <= {0, 5}, told(text) + told(report)
    assert f"go (pid {build.pid}" in text.stdout + text.stderr, told(text)
    found = json.loads(report.stdout)
    assert states(found) == ("trimmed", "skipped")
    for target in ("gocache", "modcache"):
        assert (build.pid, "go") in {(one["pid"], one["name"]) for one in row(found, target)["busy"]}, told(report)
    assert damaged_modules(world.gomodcache) == []


@pytest.fixture
def locked(world: GoWorld, idle_app: object) -> Iterator[tuple[Path, int]]:
    """A lock of the module cache, and the pid of the process that holds it as go would."""
    lock = next(world.gomodcache.glob("cache/download/example.test/many/@v/*.lock"))
    holder = world.start(sys.executable, "-c", HOLD_LOCK, str(lock))
    try:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        yield lock, holder.pid
    finally:
        end_group(holder)
        holder.communicate()


def test_a_held_lock_keeps_the_module_cache_alone(world: GoWorld, locked: tuple[Path, int]) -> None:
    lock, pid = locked
    report = clean(world)
    assert states(report) == ("held", "skipped")
    assert pid in busy_pids(report, "modcache"), report
    assert lock.is_file()
    assert module_names(world) == set(USED)


def test_a_clean_of_busy_targets_alone_is_exit_5(world: GoWorld, locked: tuple[Path, int]) -> None:
    lock, pid = locked
    done = world.idecare("clean", "modcache", "-y")
    assert done.returncode == 5, told(done)
    assert str(pid) in done.stdout + done.stderr, told(done)
    assert lock.is_file()


@pytest.mark.parametrize("name", ["gopls", "gopls-latest", "a-language-server"])
def test_the_cache_of_a_running_gopls_stays_whatever_it_is_called(world: GoWorld, name: str) -> None:
    program = Path(shutil.copy(find_gopls(), world.home / name))
    own, other = folder_of_executable(program), "00000000"
    root = world.home / ".cache" / "gopls"
    for folder in (own, other):
        write_file(root / folder / VERSION_MARK, "x")
    socket = world.home / "socket"
    server = world.start(str(program), "serve", f"-listen=unix;{socket}")
    assert wait_for(socket.exists, timeout=20)
    report = clean(world, "gopls")
    assert server.pid in busy_pids(report, "gopls")
    assert sorted(path.name for path in root.iterdir() if path.name != HELD) == [own]
    end_group(server)
    server.communicate()
    clean(world, "gopls")
    assert [path.name for path in root.iterdir() if path.name != HELD] == []
