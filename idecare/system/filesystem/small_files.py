"""Small files of other programs, read and rewritten the way their owners do."""

from __future__ import annotations

import stat
from contextlib import suppress

from idecare.core.errors import BusyError, RefusedError
from idecare.core.language import tr
from idecare.system.filesystem.calls import os
from idecare.system.filesystem.own_files import lock_within

LARGEST = 65536  # bytes; go's stamps have 20, GoLand's marker fewer than 200


def read_small_file(root: int, name: str) -> bytes | None:
    """All bytes of a small file below ``root``; ``None`` when there is none. RefusedError for what could not be
    written back exactly: a link, what is no file, what is larger, and a file with a second name, which would change
    along with it."""
    try:
        descriptor = _open_regular(name, root, os.O_RDONLY)
    except FileNotFoundError:
        return None
    with open(descriptor, "rb") as file:
        content = file.read(LARGEST + 1)
    if len(content) > LARGEST:
        raise _refused(
            tr("{file} is larger than {count} kB, so its owner did not write it", file=name, count=LARGEST // 1024)
        )
    return content


def rewrite_small_file(root: int, name: str, content: bytes, locked: bool) -> None:
    """Write a small file of another program: whole or not at all, or, ``locked``, in place under that program's flock,
    BusyError if it is held."""
    if not locked:
        _replace(root, name, content)
        return
    descriptor = _open_regular(name, root, os.O_RDWR | os.O_CREAT)
    try:
        if not lock_within(descriptor, 0):
            raise BusyError("locked", tr("{file} is locked by its owner", file=name), tr("run it again in a moment"))
        os.pwrite(descriptor, content, 0)
        os.ftruncate(descriptor, len(content))
    finally:
        os.close(descriptor)


def _open_regular(name: str, root: int, flags: int) -> int:
    """O_NONBLOCK: opening a pipe would wait for its other end."""
    try:
        descriptor = os.open(name, flags | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK, 0o666, dir_fd=root)
    except OSError:
        if stat.S_ISLNK(os.lstat(name, dir_fd=root).st_mode):
            raise _refused(tr("{file} is a link", file=name)) from None
        raise
    status = os.fstat(descriptor)
    if stat.S_ISREG(status.st_mode) and status.st_nlink <= 1:
        return descriptor
    os.close(descriptor)
    is_file = stat.S_ISREG(status.st_mode)
    if is_file:
        raise _refused(tr("{file} is a hard link: the file has another name too", file=name))
    raise _refused(tr("{file} is not a regular file", file=name))


def _refused(message: str) -> RefusedError:
    return RefusedError("not-a-stamp", message, tr("remove it: its owner makes a new one"))


def _replace(root: int, name: str, content: bytes) -> None:
    temporary = f".{name}.idecare"
    mode = _mode(name, root)
    with suppress(FileNotFoundError):  # a crash left it
        os.unlink(temporary, dir_fd=root)
    descriptor = _open_regular(temporary, root, os.O_WRONLY | os.O_CREAT | os.O_EXCL)
    try:
        with open(descriptor, "wb") as file:
            if mode is not None:
                os.fchmod(descriptor, mode)
            file.write(content)
        os.rename(temporary, name, src_dir_fd=root, dst_dir_fd=root)
    except BaseException:
        os.unlink(temporary, dir_fd=root)
        raise


def _mode(name: str, root: int) -> int | None:
    """The permissions of the file, ``None`` when there is none. OSError when it is no regular file."""
    try:
        descriptor = _open_regular(name, root, os.O_RDONLY)
    except FileNotFoundError:
        return None
    try:
        return stat.S_IMODE(os.fstat(descriptor).st_mode)
    finally:
        os.close(descriptor)


def remove_small_file(root: int, name: str) -> None:
    """Remove a small file that idecare made in a folder of another program."""
    os.unlink(name, dir_fd=root)
