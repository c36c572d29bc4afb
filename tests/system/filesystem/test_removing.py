"""Removing what is held: all of it, counted, nothing behind a link, and nothing that is not below it."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from idecare.system.filesystem.folders import FOLDER_FLAGS, mount_of
from idecare.system.filesystem.removing import MAX_DEPTH, Removal, remove_tree
from tests.builders import names, tree, write
from tests.support.mounts import with_bind_mount

WORKERS = pytest.mark.parametrize("workers", [1, 2])


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return write(tmp_path / "root", "held/00/x-a", "held/00/x-d", "held/ff/y-d", "held/file", "kept/file")


@pytest.fixture
def victim(tmp_path: Path) -> Path:
    return write(tmp_path / "victim", "file", "folder/file")


def allocated(folder: Path) -> int:
    files = [found for found in folder.rglob("*") if found.is_symlink() or not found.is_dir()]
    return sum(found.lstat().st_blocks * 512 for found in files)


@WORKERS
def test_a_tree_goes_and_is_counted(path: Path, root: int, workers: int) -> None:
    removal, size = Removal(), allocated(path / "held")
    assert remove_tree(root, "held", removal, workers)
    assert (removal.entries, removal.bytes, removal.failures) == (6, size, [])
    assert names(path) == {"kept/file"}
    assert not (path / "held").exists()


@WORKERS
def test_removing_twice_removes_once(path: Path, root: int, workers: int) -> None:
    remove_tree(root, "held", Removal(), workers)
    before, removal = tree(path), Removal()
    assert remove_tree(root, "held", removal, workers)
    assert (removal.entries, tree(path)) == (0, before)


@WORKERS
def test_links_go_and_nothing_behind_them(path: Path, root: int, victim: Path, workers: int) -> None:
    (path / "held/00/link").symlink_to(victim)
    (path / "held/00/file-link").symlink_to(victim / "file")
    (path / "held/folder-link").symlink_to(victim / "folder")
    os.link(victim / "file", path / "held/00/hard")
    before = tree(victim)
    assert remove_tree(root, "held", Removal(), workers)
    assert tree(victim) == before
    assert (victim / "file").stat().st_nlink == 1


@pytest.mark.parametrize("name", ["link", "link/folder"])
def test_a_link_in_place_of_the_tree_is_not_followed(path: Path, root: int, victim: Path, name: str) -> None:
    (path / "link").symlink_to(victim)
    before = tree(victim)
    with pytest.raises(OSError, match="Not a directory"):
        remove_tree(root, name, Removal())
    assert (tree(victim), (path / "link").is_symlink()) == (before, True)


def test_a_link_put_in_place_of_a_folder_during_the_removal_is_not_followed(
    path: Path, root: int, victim: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = tree(victim)

    def swap(removal: Removal) -> None:
        for name in ("00", "ff"):
            folder = path / "held" / name
            if folder.is_dir() and not folder.is_symlink():
                folder.rename(path / f"moved-{name}")
                folder.symlink_to(victim)

    remove_tree(root, "held", Removal(after_batch=swap))
    assert tree(victim) == before


def test_a_file_with_another_name_elsewhere_frees_nothing(path: Path, root: int) -> None:
    os.link(path / "held/00/x-d", path / "kept/same")
    removal, size = Removal(), allocated(path / "held")
    remove_tree(root, "held", removal)
    assert removal.bytes == size - (path / "kept/same").stat().st_blocks * 512
    assert (path / "kept/same").read_text() == "held/00/x-d"


def test_one_of_many_equal_files_is_measured_for_all(path: Path, root: int, monkeypatch: pytest.MonkeyPatch) -> None:
    write(path, *(f"held/00/{number}-a" for number in range(20)))
    removal, size = Removal(uniform_suffix="-a"), allocated(path / "held")
    assert remove_tree(root, "held", removal)
    assert removal.bytes == size


@WORKERS
def test_read_only_folders_go_too(path: Path, root: int, workers: int) -> None:
    write(path, "held/mod/a@v1/sub/file")
    for name in ("a@v1/sub", "a@v1"):
        (path / "held/mod" / name).chmod(stat.S_IRUSR | stat.S_IXUSR)
    as_user(path, root, workers)
    assert not (path / "held").exists()


def test_folders_that_may_not_even_be_listed_go_too(path: Path, root: int) -> None:
    (path / "held/00").chmod(0)
    as_user(path, root, workers=1)
    assert not (path / "held").exists()


def as_user(path: Path, root: int, workers: int) -> None:
    """Permissions do not stop root, so a removal that is to meet them is somebody else's."""
    if os.geteuid() != 0:
        assert remove_tree(root, "held", Removal(), workers)
        return
    for found in (path, *path.rglob("*")):
        os.chown(found, 65534, 65534, follow_symlinks=False)
    child = os.fork()
    if child == 0:
        os.seteuid(65534)
        os._exit(0 if remove_tree(root, "held", Removal(), workers) else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


@WORKERS
def test_trees_deeper_than_the_descriptors_allow_go_too(path: Path, root: int, workers: int) -> None:
    depth = 3 * MAX_DEPTH + 5
    deep = path / "held" / "/".join(["d"] * depth)
    deep.mkdir(parents=True)
    (deep / "file").touch()
    assert remove_tree(root, "held", Removal(), workers)
    assert not (path / "held").exists()


@WORKERS
def test_what_cannot_be_removed_is_named_and_all_else_goes(
    path: Path, root: int, workers: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    unlink = os.unlink

    def stuck(name: str, **keywords: Any) -> None:
        if name == "x-d":
            raise PermissionError(1, "Operation not permitted")
        unlink(name, **keywords)

    monkeypatch.setattr(os, "unlink", stuck)
    removal = Removal()
    assert not remove_tree(root, "held", removal, workers)
    assert "x-d: Operation not permitted" in removal.failures
    assert names(path) == {"held/00/x-d", "kept/file"}
    monkeypatch.undo()
    assert remove_tree(root, "held", Removal(), workers)
    assert names(path) == {"kept/file"}


def test_only_the_first_failures_are_told(path: Path, root: int, monkeypatch: pytest.MonkeyPatch) -> None:
    write(path, *(f"held/00/{number}" for number in range(50)))

    def stuck(name: str, **keywords: Any) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "unlink", stuck)
    removal = Removal()
    assert not remove_tree(root, "held", removal)
    assert len(removal.failures) == 20


def test_what_vanishes_meanwhile_is_no_failure_and_is_not_counted(
    path: Path, root: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    unlink = os.unlink

    def vanished(name: str, **keywords: Any) -> None:
        unlink(name, **keywords)
        if name == "x-a":
            raise FileNotFoundError

    monkeypatch.setattr(os, "unlink", vanished)
    removal = Removal()
    assert remove_tree(root, "held", removal)
    assert (removal.entries, removal.failures) == (5, [])


def test_another_file_system_is_left_alone(path: Path, root: int, monkeypatch: pytest.MonkeyPatch) -> None:
    other, fstat = (path / "held/00").stat().st_ino, os.fstat

    def elsewhere(descriptor: int) -> os.stat_result:
        status = fstat(descriptor)
        return os.stat_result((*status[:2], status.st_dev + 1, *status[3:])) if status.st_ino == other else status

    monkeypatch.setattr(os, "fstat", elsewhere)
    removal = Removal()
    assert not remove_tree(root, "held", removal)
    assert names(path) == {"held/00/x-a", "held/00/x-d", "kept/file"}
    assert removal.failures[0].startswith("another file system: ")


def test_a_stop_after_a_batch_leaves_the_rest_to_the_next_removal(path: Path, root: int) -> None:
    write(path, *(f"held/00/{number}" for number in range(600)))
    seen: list[int] = []

    def stop(removal: Removal) -> None:
        seen.append(removal.entries)
        if removal.entries > 256:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        remove_tree(root, "held", Removal(after_batch=stop))
    # 256 files, and the folders that were left empty meanwhile: which comes first is for the file system to say.
    assert all(later - earlier <= 256 + 2 for earlier, later in zip([0, *seen], seen, strict=False))
    assert names(path / "held")
    assert remove_tree(root, "held", Removal())
    assert names(path) == {"kept/file"}


REMOVE = """
import os, sys
from idecare.system.filesystem.folders import FOLDER_FLAGS
from idecare.system.filesystem.removing import Removal, remove_tree
removal = Removal()
gone = remove_tree(os.open(sys.argv[1], FOLDER_FLAGS), "held", removal, int(sys.argv[2]))
print(gone, *removal.failures, sep="; ")
"""


@WORKERS
@pytest.mark.parametrize("mode", [0o755, 0o000], ids=["open", "closed"])
@pytest.mark.parametrize("place", ["held/00/inner", "held/ff", "held/00/a/b/c"])
def test_nothing_goes_through_a_bind_mount_of_the_same_device(
    path: Path, victim: Path, workers: int, place: str, mode: int
) -> None:
    (path / place).mkdir(parents=True, exist_ok=True)
    (victim / "folder").chmod(mode)
    before = tree(victim)
    command = (sys.executable, "-c", REMOVE, str(path), str(workers))
    done = subprocess.run((*with_bind_mount(victim, path / place), *command), capture_output=True, text=True)
    assert done.stdout.startswith("False; "), done.stderr
    assert "mounted in what is held" in done.stdout
    assert tree(victim) == before


@WORKERS
def test_nothing_goes_where_what_is_held_is_a_bind_mount_itself(path: Path, victim: Path, workers: int) -> None:
    before = tree(victim)
    command = (sys.executable, "-c", REMOVE, str(path), str(workers))
    done = subprocess.run((*with_bind_mount(victim, path / "held"), *command), capture_output=True, text=True)
    assert (done.stdout.startswith("False; "), tree(victim)) == (True, before), done.stderr


def test_a_folder_has_one_mount_whatever_opens_it(path: Path, root: int) -> None:
    other = os.open(path / "held", FOLDER_FLAGS)
    assert mount_of(other) == mount_of(root) != (0, "")
    os.close(other)


def test_without_proc_the_device_alone_tells_mounts_apart(
    path: Path, root: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def none(*arguments: object, **options: object) -> int:
        raise FileNotFoundError(2, "No such file or directory")

    monkeypatch.setattr(os, "open", none)
    assert mount_of(root) == (path.stat().st_dev, "")
