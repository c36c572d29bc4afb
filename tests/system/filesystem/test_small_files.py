"""Small files of other programs are read and rewritten in place, never through a link."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from idecare.core.errors import BusyError, RefusedError
from idecare.system.filesystem.folders import FOLDER_FLAGS
from idecare.system.filesystem.small_files import LARGEST, read_small_file, remove_small_file, rewrite_small_file
from tests.builders import tree


@pytest.fixture
def root(tmp_path: Path) -> Iterator[int]:
    (tmp_path / "victim").write_text("kept")
    (tmp_path / "root").mkdir()
    descriptor = os.open(tmp_path / "root", FOLDER_FLAGS)
    yield descriptor
    os.close(descriptor)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "root" / "stamp"


@pytest.mark.parametrize("content", [None, b"", b"1\n", b"\x00\xff" * 100])
def test_a_file_is_read_as_it_is(root: int, path: Path, content: bytes | None) -> None:
    if content is not None:
        path.write_bytes(content)
    assert read_small_file(root, "stamp") == content


@pytest.mark.parametrize("locked", [False, True])
@pytest.mark.parametrize("before", [None, b"", b"longer than that", b"1"])
def test_a_file_is_rewritten_in_place(root: int, path: Path, before: bytes | None, locked: bool) -> None:
    if before is not None:
        path.write_bytes(before)
        path.chmod(0o640)
    inode = path.stat().st_ino if before is not None else None
    for _ in range(2):
        rewrite_small_file(root, "stamp", b"new", locked)
        assert path.read_bytes() == b"new"
    assert not locked or inode in (None, path.stat().st_ino)
    assert before is None or path.stat().st_mode & 0o777 == 0o640


def test_a_file_that_its_owner_has_locked_is_left_as_it_is(root: int, path: Path) -> None:
    path.write_bytes(b"theirs")
    with path.open() as owner:
        fcntl.flock(owner, fcntl.LOCK_SH)
        with pytest.raises(BusyError, match="stamp is locked by its owner"):
            rewrite_small_file(root, "stamp", b"new", locked=True)
    assert path.read_bytes() == b"theirs"
    rewrite_small_file(root, "stamp", b"new", locked=True)
    assert path.read_bytes() == b"new"


def link(path: Path, victim: Path) -> None:
    path.symlink_to(victim)


def dangling(path: Path, victim: Path) -> None:
    path.symlink_to(victim.with_name("none"))


def hard_link(path: Path, victim: Path) -> None:
    os.link(victim, path)


def large(path: Path, victim: Path) -> None:
    path.write_bytes(b"x" * (LARGEST + 1))


def folder(path: Path, victim: Path) -> None:
    path.mkdir()


def pipe(path: Path, victim: Path) -> None:
    os.mkfifo(path)


ODD = [(link, "is a link"), (dangling, "is a link"), (hard_link, "is a hard link"), (pipe, "is not a regular file")]


@pytest.mark.parametrize(("make", "why"), [*ODD, (large, "is larger than 64 kB"), (folder, "is not a regular file")])
def test_what_could_not_be_written_back_exactly_is_not_read(
    root: int, path: Path, tmp_path: Path, make: Callable[[Path, Path], None], why: str
) -> None:
    make(path, tmp_path / "victim")
    with pytest.raises(RefusedError, match=why):
        read_small_file(root, "stamp")


@pytest.mark.parametrize("locked", [False, True])
@pytest.mark.parametrize(("make", "why"), ODD)
def test_what_came_in_its_place_since_is_not_written(
    root: int, path: Path, tmp_path: Path, make: Callable[[Path, Path], None], why: str, locked: bool
) -> None:
    make(path, tmp_path / "victim")
    before = sorted(os.listdir(path.parent)), (tmp_path / "victim").read_bytes()
    with pytest.raises(RefusedError, match=why):
        rewrite_small_file(root, "stamp", b"new", locked)
    assert (sorted(os.listdir(path.parent)), (tmp_path / "victim").read_bytes()) == before


def test_the_largest_small_file_is_read_whole(root: int, path: Path) -> None:
    path.write_bytes(b"x" * LARGEST)
    assert read_small_file(root, "stamp") == b"x" * LARGEST


def test_a_link_is_removed_and_its_aim_kept(root: int, path: Path, tmp_path: Path) -> None:
    path.symlink_to(tmp_path / "victim")
    remove_small_file(root, "stamp")
    assert tree(tmp_path) == {"victim": "kept", "root": "folder 755"}


@pytest.mark.parametrize("make", [link, hard_link])
def test_what_a_crash_left_is_not_written_through(
    root: int, path: Path, tmp_path: Path, make: Callable[[Path, Path], None]
) -> None:
    path.write_bytes(b"old")
    make(path.with_name(".stamp.idecare"), tmp_path / "victim")
    rewrite_small_file(root, "stamp", b"new", locked=False)
    assert tree(tmp_path) == {"victim": "kept", "root": "folder 755", "root/stamp": "new"}
