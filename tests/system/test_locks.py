"""Who holds a lock of the module cache: real locks of a real child process, and nothing made by looking."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from idecare.system import locks
from idecare.system.locks import lock_holders
from tests.builders import tree, write

pytestmark = pytest.mark.skipif(not Path("/proc/locks").exists(), reason="both ways are tried where both exist")

LOCK = "cache/download/a.b/c/@v/v1.0.0.lock"
FILES = (LOCK, "cache/lock", "cache/vcs/0123.lock", "cache/download/a.b/c/@v/v1.0.0.zip", "a.b/c@v1.0.0/go.lock")
HOLDER = """
import fcntl, sys
file = open(sys.argv[1], sys.argv[2])
getattr(fcntl, sys.argv[3])(file, getattr(fcntl, sys.argv[4]))
print("held", flush=True)
sys.stdin.read()
"""


@contextmanager
def holder(path: Path, call: str = "flock", kind: str = "LOCK_EX", mode: str = "r+") -> Iterator[int]:
    """A process that holds a lock on the file; its pid."""
    child = subprocess.Popen(
        [sys.executable, "-c", HOLDER, path, mode, call, kind], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert child.stdin is not None
    assert child.stdout is not None
    try:
        assert child.stdout.readline() == b"held\n"
        yield child.pid
    finally:
        child.communicate()


@pytest.fixture(params=["table", "each file"])
def by_table(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> bool:
    """Both ways: the kernel's table, which is Linux alone, and trying every lock file."""
    if request.param == "each file":
        monkeypatch.setattr(locks, "LOCK_TABLE", tmp_path / "none")
        return False
    return True


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return write(tmp_path / "mod", *FILES)


@pytest.mark.parametrize("name", [LOCK, "cache/lock", "cache/vcs/0123.lock"])
def test_who_holds_a_lock_is_found_and_gone_when_it_ends(root: Path, by_table: bool, name: str) -> None:
    with holder(root / name) as pid:
        assert lock_holders(root) == ((pid,) if by_table else (None,))
    assert lock_holders(root) == ()


def test_a_reader_counts_too(root: Path, by_table: bool) -> None:
    with holder(root / "cache/lock", kind="LOCK_SH", mode="r") as pid:
        assert lock_holders(root) == ((pid,) if by_table else (None,))


def test_a_posix_lock_is_not_gos(root: Path, by_table: bool) -> None:
    with holder(root / LOCK, call="lockf"):
        assert lock_holders(root) == ()


def test_a_lock_in_another_cache_is_not_of_this_one(root: Path, by_table: bool, tmp_path: Path) -> None:
    other = write(tmp_path / "mod2", *FILES)
    with holder(other / LOCK):
        assert lock_holders(root) == ()


def test_a_lock_on_a_file_that_is_no_lock_does_not_count(root: Path, by_table: bool) -> None:
    with holder(root / "cache/download/a.b/c/@v/v1.0.0.zip"):
        assert lock_holders(root) == ()


def test_looking_changes_nothing_and_keeps_no_lock(root: Path, by_table: bool) -> None:
    before, files = tree(root), len(os.listdir("/proc/self/fd"))
    assert lock_holders(root) == lock_holders(root) == ()
    assert (tree(root), len(os.listdir("/proc/self/fd"))) == (before, files)
    with holder(root / LOCK):
        pass


def test_looking_makes_no_file_in_a_cache_without_any(tmp_path: Path, by_table: bool) -> None:
    root = write(tmp_path / "mod", "a.b/c@v1.0.0/x")
    before = tree(root)
    assert lock_holders(root) == lock_holders(tmp_path / "none") == ()
    assert tree(root) == before


def test_two_holders_are_both_named(root: Path) -> None:
    with holder(root / LOCK) as one, holder(root / "cache/lock") as two:
        assert lock_holders(root) == tuple(sorted((one, two)))


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="empty"),
        pytest.param("1: POSIX  ADVISORY  WRITE {pid} 08:01:1 0 EOF", id="POSIX"),
        pytest.param("1: -> FLOCK  ADVISORY  WRITE {pid} 08:01:1 0 EOF", id="one that waits"),
        pytest.param("1: OFDLCK ADVISORY  WRITE -1 08:01:1 0 EOF", id="an open file description's"),
        pytest.param("1: FLOCK  ADVISORY  WRITE 0 08:01:1 0 EOF", id="another container's"),
        pytest.param("1: FLOCK  ADVISORY  WRITE 999999999 08:01:1 0 EOF", id="a process that is gone"),
        pytest.param("garbage\n1: FLOCK", id="garbage"),
    ],
)
def test_only_granted_flocks_of_the_table_count(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    with holder(root / LOCK) as pid:
        monkeypatch.setattr(locks, "LOCK_TABLE", tmp_path / "locks")
        (tmp_path / "locks").write_text(text.format(pid=pid))
        assert lock_holders(root) == ()
        (tmp_path / "locks").write_text(f"1: FLOCK  ADVISORY  READ  {pid} 08:01:1 0 EOF\n")
        assert lock_holders(root) == (pid,)
