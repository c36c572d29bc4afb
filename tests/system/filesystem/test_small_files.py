"""Small files of other programs are read and rewritten in place, never through a link."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from idecare.core.errors import BusyError
from idecare.system.filesystem.folders import FOLDER_FLAGS
from idecare.system.filesystem.small_files import read_small_file, remove_small_file, rewrite_small_file
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


def test_a_link_is_neither_read_nor_written_through(root: int, path: Path, tmp_path: Path) -> None:
    path.symlink_to(tmp_path / "victim")
    before = tree(tmp_path)
    with pytest.raises(OSError, match="Too many levels"):
        read_small_file(root, "stamp")
    with pytest.raises(OSError, match="Too many levels"):
        rewrite_small_file(root, "stamp", b"new", locked=False)
    assert tree(tmp_path) == before


def test_a_link_is_removed_and_its_aim_kept(root: int, path: Path, tmp_path: Path) -> None:
    path.symlink_to(tmp_path / "victim")
    remove_small_file(root, "stamp")
    assert tree(tmp_path) == {"victim": "kept", "root": "folder 755"}
