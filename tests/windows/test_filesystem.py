"""What the package that changes the disk promises, by handles."""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from pathlib import Path

import pytest

from idecare.core.errors import BusyError, RefusedError
from idecare.core.results import Identity
from idecare.system.filesystem import calls, nt
from idecare.system.filesystem.folders import FOLDER_FLAGS, opened
from idecare.system.filesystem.moving import hold_entries, hold_matching, put_back
from idecare.system.filesystem.removing import Removal, remove_tree
from idecare.system.filesystem.small_files import rewrite_small_file
from tests.windows.links import make_junction

system = calls.os
RESERVED = ["CON", "nul", "aux.txt", "ends in a dot.", "ends in a blank ", "LPT1", "COM¹"]


def identity(folder: Path) -> Identity:
    status = os.stat(folder)
    return Identity(status.st_dev, status.st_ino)


def open_root(folder: Path) -> int:
    return system.open(folder, FOLDER_FLAGS)


def make_deep(root: int, levels: int) -> None:
    folder = system.dup(root)
    for level in range(levels):
        name = f"a folder with a long name {level:03}"
        system.mkdir(name, dir_fd=folder)
        below = system.open(name, FOLDER_FLAGS, dir_fd=folder)
        system.close(folder)
        folder = below
    system.close(system.open("file", system.O_CREAT | system.O_WRONLY, dir_fd=folder))
    system.close(folder)


def test_a_folder_is_opened_by_identity(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    with opened(tmp_path / "a", identity(tmp_path / "a")) as folder:
        assert system.listdir(folder) == []
    with pytest.raises(RefusedError), opened(tmp_path / "a", identity(tmp_path / "b")):
        pass


def test_a_junction_is_neither_opened_nor_passed_through(tmp_path: Path) -> None:
    (tmp_path / "victim").mkdir()
    (tmp_path / "victim" / "file").write_text("the user's")
    make_junction(tmp_path / "junction", tmp_path / "victim")
    root = open_root(tmp_path)
    assert stat.S_ISLNK(system.lstat("junction", dir_fd=root).st_mode)
    for act in (
        lambda: system.open("junction", FOLDER_FLAGS, dir_fd=root),
        lambda: system.lstat("junction/file", dir_fd=root),
        lambda: system.unlink("junction/file", dir_fd=root),
        lambda: system.rename("junction/file", "file", src_dir_fd=root, dst_dir_fd=root),
        lambda: system.rmdir("junction", dir_fd=root),
        lambda: system.mkdir("junction/made", dir_fd=root),
    ):
        with pytest.raises(OSError, match=r"link|junction|directory"):
            act()
    with pytest.raises(RefusedError), opened(tmp_path / "junction", identity(tmp_path / "victim")):
        pass
    assert (tmp_path / "victim" / "file").read_text() == "the user's"


@pytest.mark.parametrize("content", [[], ["file"]])
def test_what_is_done_to_a_junction_is_never_done_to_its_target(content: list[str], tmp_path: Path) -> None:
    """It goes itself, or stays: Wine gives no handle of it."""
    (tmp_path / "held").mkdir()
    (tmp_path / "victim").mkdir()
    for name in content:
        (tmp_path / "victim" / name).write_text("the user's")
    make_junction(tmp_path / "held" / "one", tmp_path / "victim")
    make_junction(tmp_path / "held" / "two", tmp_path / "victim")
    root = open_root(tmp_path)
    held = system.open("held", FOLDER_FLAGS, dir_fd=root)
    with suppress(PermissionError):
        system.rename("one", "moved", src_dir_fd=held, dst_dir_fd=root)
    with suppress(PermissionError):
        system.chmod("two", 0o555, dir_fd=held)
    system.rename("held", "renamed", src_dir_fd=root, dst_dir_fd=root)
    with suppress(PermissionError):  # by a handle that has another path by now
        system.unlink("two", dir_fd=held)
    system.close(held)
    remove_tree(root, "renamed", Removal())
    victim = system.lstat("victim", dir_fd=root)
    assert (stat.S_ISDIR(victim.st_mode), os.listdir(tmp_path / "victim")) == (True, content)


def test_what_is_held_and_put_back_is_as_it_was(tmp_path: Path) -> None:
    """Read-only trees, reserved names, paths of more than 260 characters; a junction stays where it is."""
    (tmp_path / "victim").mkdir()
    root = open_root(tmp_path)
    for name in ("00", "01"):
        system.mkdir(name, dir_fd=root)
    with open(system.open("00/read-only", system.O_CREAT | system.O_WRONLY, 0o444, dir_fd=root), "wb") as file:
        file.write(b"a\nb")
    for name in RESERVED:
        system.close(system.open(f"01/{name}", system.O_CREAT | system.O_WRONLY, dir_fd=root))
    below = system.open("01", FOLDER_FLAGS, dir_fd=root)
    make_deep(below, 20)
    system.close(below)
    make_junction(tmp_path / "02", tmp_path / "victim")
    assert hold_entries(root, ".held/1/x", ["00", "01", "02", "gone"], keep_folders=True) == 2
    assert (system.listdir(system.open("00", FOLDER_FLAGS, dir_fd=root)), "02" in system.listdir(root)) == ([], True)
    assert put_back(root, ".held/1/x", lambda path: False) == (2, 0)
    assert not system.lstat("00/read-only", dir_fd=root).st_mode & stat.S_IWUSR
    assert system.lstat("00/read-only", dir_fd=root).st_size == 3
    found = system.open("01", FOLDER_FLAGS, dir_fd=root)
    assert set(RESERVED) < set(system.listdir(found))


def test_a_tree_is_removed_whatever_it_is_called(tmp_path: Path) -> None:
    root = open_root(tmp_path)
    system.mkdir("held", dir_fd=root)
    held = system.open("held", FOLDER_FLAGS, dir_fd=root)
    for name in RESERVED:
        system.mkdir(name, dir_fd=held)
        system.close(system.open(f"{name}/NUL", system.O_CREAT | system.O_WRONLY, 0o444, dir_fd=held))
    make_deep(held, 80)
    system.close(held)
    removal = Removal()
    assert (remove_tree(root, "held", removal), removal.failures, system.listdir(root)) == (True, [], [])


def test_what_a_program_has_open_is_in_use(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    root = open_root(tmp_path)
    with open(tmp_path / "file"):
        with pytest.raises(
            BusyError, match="open in a program that cannot be named" if nt.IS_WINE else "is open in .*pid"
        ):
            system.rename("file", "moved", src_dir_fd=root, dst_dir_fd=root)
        with pytest.raises(PermissionError):
            system.unlink("file", dir_fd=root)
    system.rename("file", "moved", src_dir_fd=root, dst_dir_fd=root)
    assert system.listdir(root) == ["moved"]


def test_a_trim_leaves_what_a_program_has_open(tmp_path: Path) -> None:
    (tmp_path / "00").mkdir()
    for name in ("one-a", "two-a"):
        (tmp_path / "00" / name).write_text("x")
    root = open_root(tmp_path)
    with open(tmp_path / "00" / "one-a"):
        assert hold_matching(root, ".held/1/x", ["00", "gone"], lambda entry: True) == 1
    assert os.listdir(tmp_path / "00") == ["one-a"]


def test_a_folder_takes_the_place_of_an_empty_one_alone(tmp_path: Path) -> None:
    root = open_root(tmp_path)
    for name in ("new", "empty", "full"):
        system.mkdir(name, dir_fd=root)
    (tmp_path / "full" / "file").write_text("x")
    system.rename("new", "empty", src_dir_fd=root, dst_dir_fd=root)
    with pytest.raises(OSError, match="empty"):
        system.rename("empty", "full", src_dir_fd=root, dst_dir_fd=root)
    assert sorted(system.listdir(root)) == ["empty", "full"]


def test_a_lock_excludes_another_and_leaves_the_file_readable(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    first, second = (system.open(path, system.O_CREAT | system.O_RDWR) for _ in range(2))
    assert (calls.try_lock(first), calls.try_lock(second)) == (True, False)
    system.pwrite(first, b"pid 1", 0)
    assert path.read_text() == "pid 1"
    system.close(first)
    assert calls.try_lock(second)


def test_a_small_file_is_rewritten_and_stays_as_writable_as_it_was(tmp_path: Path) -> None:
    root = open_root(tmp_path)
    for content in (b"one", b"two"):
        rewrite_small_file(root, "file", content, locked=False)
    assert (tmp_path / "file").read_bytes() == b"two"
    system.chmod("file", 0o444, dir_fd=root)
    rewrite_small_file(root, "file", b"three", locked=False)
    assert ((tmp_path / "file").read_bytes(), system.lstat("file", dir_fd=root).st_mode & stat.S_IWUSR) == (b"three", 0)
