"""Changing one module version in a module cache: under go's own lock, with its own marker, extracted as it extracts.

Source: cmd/go of go1.27.3, src/cmd/go/internal/modfetch/fetch.go (lockVersion, unzip, makeDirsReadOnly).
"""

from __future__ import annotations

import stat
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from hashlib import sha256

from idecare.core.errors import BusyError, RefusedError
from idecare.core.language import tr
from idecare.system.filesystem.calls import os
from idecare.system.filesystem.folders import FOLDER_FLAGS, subfolder
from idecare.system.filesystem.moving import hold_entries
from idecare.system.filesystem.own_files import lock_within

# The umask is taken off, as from what go makes.
FOLDER_MODE, FILE_MODE, TREE_FILE_MODE = 0o777, 0o666, 0o444
WRITE_BITS = 0o222
NEW_FILE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_CLOEXEC", 0)
LOCK_FILE = os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_NOFOLLOW", 0)


@contextmanager
def go_lock(root: int, name: str, seconds: float) -> Iterator[None]:
    """Hold one of go's lock files, which stay for ever; BusyError when go has it for longer than ``seconds``."""
    folder, leaf = os.path.split(name)
    make_folders(root, folder)
    with subfolder(root, folder) as parent:
        descriptor = os.open(leaf, LOCK_FILE, FILE_MODE, dir_fd=parent)
    try:
        if not lock_within(descriptor, seconds):
            raise BusyError(
                "locked",
                tr("go holds {lock}: it is downloading or extracting this", lock=name),
                tr("run it again then"),
            )
        yield
    finally:
        os.close(descriptor)


def make_folders(root: int, relative: str) -> None:
    """The folder and those above it, as go makes them."""
    path = ""
    for name in relative.split("/") if relative else ():
        above, path = path, f"{path}/{name}" if path else name
        with subfolder(root, above) as parent:
            try:
                os.mkdir(name, FOLDER_MODE, dir_fd=parent)
            except FileExistsError:
                continue


def set_marker(root: int, name: str) -> None:
    """Say that a tree is not whole; every go since 1.14.2 extracts it again then."""
    folder, leaf = os.path.split(name)
    with subfolder(root, folder) as parent:
        os.close(os.open(leaf, LOCK_FILE, FILE_MODE, dir_fd=parent))


def take_marker(root: int, name: str) -> None:
    folder, leaf = os.path.split(name)
    with subfolder(root, folder) as parent:
        try:
            os.unlink(leaf, dir_fd=parent)
        except FileNotFoundError:
            return


def stage_file(root: int, name: str, content: bytes) -> None:
    """Write a new file below ``root``, its folders made."""
    folder, leaf = os.path.split(name)
    make_folders(root, folder)
    with subfolder(root, folder) as parent:
        _write_new(parent, leaf, content, FILE_MODE)


def stage_tree(root: int, name: str, files: Iterable[tuple[str, bytes]], writable: bool) -> list[tuple[bytes, str]]:
    """Extract ``files`` (names below the tree, checked by who read them) into a new folder; return each one's digest.

    ``writable``: the folders stay writable, as go leaves them with -modcacherw.
    """
    make_folders(root, name)
    digests = []
    with subfolder(root, name) as top:
        made = {""}
        for path, content in files:
            folder, leaf = os.path.split(path)
            if folder not in made:
                make_folders(top, folder)
                made.update(_with_parents(folder))
            with subfolder(top, folder) as parent:
                _write_new(parent, leaf, content, TREE_FILE_MODE)
            digests.append((os.fsencode(path), sha256(content).hexdigest()))
        if not writable:
            for folder in sorted(made, reverse=True):
                _close_folder(top, folder)
    return digests


def _with_parents(folder: str) -> list[str]:
    parts = folder.split("/")
    return ["/".join(parts[:count]) for count in range(1, len(parts) + 1)]


def _close_folder(top: int, folder: str) -> None:
    with subfolder(top, folder) as descriptor:
        os.fchmod(descriptor, stat.S_IMODE(os.fstat(descriptor).st_mode) & ~WRITE_BITS)


def _write_new(parent: int, name: str, content: bytes, mode: int) -> None:
    with open(os.open(name, NEW_FILE, mode, dir_fd=parent), "wb") as file:
        file.write(content)


def stamps(root: int, names: Iterable[str]) -> tuple[tuple[str, int, int, int], ...]:
    """Each entry's device, inode and the newest mtime (ns) of all in it; those that are not there are left out.

    It keeps them when it is renamed, and loses them when something in it is edited, or when it is made again.
    """
    found = []
    for name in names:
        folder, leaf = os.path.split(name)
        try:
            with subfolder(root, folder) as parent:
                status = os.lstat(leaf, dir_fd=parent)
                newest = _newest(parent, leaf) if stat.S_ISDIR(status.st_mode) else status.st_mtime_ns
        except (FileNotFoundError, NotADirectoryError):
            continue
        found.append((name, status.st_dev, status.st_ino, newest))
    return tuple(found)


def _newest(parent: int, folder: str) -> int:
    found = os.lstat(folder, dir_fd=parent).st_mtime_ns
    for _, folders, files, descriptor in os.fwalk(folder, dir_fd=parent):
        times = [os.lstat(name, dir_fd=descriptor).st_mtime_ns for name in (*folders, *files)]
        found = max(found, *times) if times else found
    return found


def hold_from_closed(root: int, hold: str, names: Sequence[str]) -> int:
    """``hold_entries`` of entries in read-only folders of this user's; the folders' permissions come back."""
    with writable_parents(root, names):
        return hold_entries(root, hold, names, keep_folders=False)


@contextmanager
def writable_parents(root: int, names: Iterable[str]) -> Iterator[None]:
    """For a moment the folders of ``names`` may be written to; those that cannot be changed are left to fail."""
    opened: list[tuple[int, int]] = []
    try:
        for folder in {os.path.dirname(name) for name in names}:
            try:
                with subfolder(root, folder) as found:
                    mode = stat.S_IMODE(os.fstat(found).st_mode)
                    if not mode & stat.S_IWUSR:
                        os.fchmod(found, mode | stat.S_IWUSR)
                        opened.append((os.dup(found), mode))
            except (FileNotFoundError, PermissionError):
                continue
        yield
    finally:
        for descriptor, mode in opened:
            os.fchmod(descriptor, mode)
            os.close(descriptor)


def open_up(root: int, name: str, deeply: bool) -> None:
    """Give this user's permissions back: of a folder to use it, ``deeply`` to read all below it; of a file to read it.

    RefusedError for a link.
    """
    folder, leaf = os.path.split(name)
    with subfolder(root, folder) as parent:
        _open_up(parent, leaf, name, deeply)


def _open_up(parent: int, leaf: str, name: str, deeply: bool) -> None:
    mode = os.lstat(leaf, dir_fd=parent).st_mode
    if stat.S_ISLNK(mode):
        raise RefusedError(
            "link", tr("{path} is a link", path=name), tr("remove it, or give back the permissions by hand")
        )
    if not stat.S_ISDIR(mode):
        os.chmod(leaf, stat.S_IMODE(mode) | stat.S_IRUSR, dir_fd=parent)
        return
    needed = (stat.S_IRUSR | stat.S_IXUSR) if deeply else stat.S_IRWXU
    if mode & needed != needed:
        os.chmod(leaf, stat.S_IMODE(mode) | needed, dir_fd=parent)
    if deeply:
        descriptor = os.open(leaf, FOLDER_FLAGS, dir_fd=parent)
        try:
            for below in os.listdir(descriptor):
                if not stat.S_ISLNK(os.lstat(below, dir_fd=descriptor).st_mode):
                    _open_up(descriptor, below, f"{name}/{below}", deeply)
        finally:
            os.close(descriptor)
