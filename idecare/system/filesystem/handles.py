"""What POSIX does through folder descriptors, on Windows: by handles, with the names and the errors of ``os``.

NtCreateFile opens a name below an open folder as openat(2) does, and with FILE_OPEN_REPARSE_POINT never follows a
junction, a link or a mount point; NtSetInformationFile renames and deletes what a handle has open. Names go to the file
system as they are: longer than 260 characters, ``CON``, ``nul.txt`` and names that end in a dot are nothing special.
What a descriptor is here is one of the C runtime's, so os.fstat, os.dup and os.close work on it.

Weaker than on POSIX: a folder takes the place of an empty one in two steps; a folder in which a program has a file open
cannot be renamed at all, which is said as "in use".

Source: Windows driver documentation (NtCreateFile, NtSetInformationFile, FILE_RENAME_INFORMATION,
FILE_DISPOSITION_INFORMATION_EX), Win32 documentation (FILE_ID_BOTH_DIR_INFO, FILE_BASIC_INFO, LockFileEx).
"""

from __future__ import annotations

import errno
import msvcrt
import os
import stat as modes
import struct
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from os import DirEntry as DirEntry
from os import stat_result as stat_result
from types import TracebackType
from typing import cast

from idecare.core.errors import BusyError
from idecare.core.language import tr
from idecare.system.filesystem import nt

assert sys.platform == "win32"  # mypy reads it only there

O_RDONLY, O_WRONLY, O_RDWR, O_APPEND = os.O_RDONLY, os.O_WRONLY, os.O_RDWR, os.O_APPEND
O_CREAT, O_EXCL, O_TRUNC, W_OK, name, path = os.O_CREAT, os.O_EXCL, os.O_TRUNC, os.W_OK, os.name, os.path
# Of this package alone; the C runtime's flags lie below them.
O_DIRECTORY, O_NOFOLLOW, O_CLOEXEC, O_NONBLOCK = 1 << 24, 1 << 25, 0, 0
access, close, dup, fsdecode, getpid = os.access, os.close, os.dup, os.fsdecode, os.getpid
fsencode, fstat, fsync, ftruncate, link = os.fsencode, os.fstat, os.fsync, os.ftruncate, os.link
read, stat, try_lock = os.read, os.stat, nt.try_lock

Name = str | os.PathLike[str]
_DELETE_POSIX = 0x1 | 0x2 | 0x10  # DELETE, POSIX_SEMANTICS, IGNORE_READONLY_ATTRIBUTE
_SHARING_SECONDS, _PAUSE_SECONDS = 1.0, 0.01


def _is_link(name: str, folder: int | None) -> bool:
    """Whether Wine follows a Unix link to a folder here: the handle is then that of the folder, and only the attributes
    by name say so. On Windows the handle is that of the link."""
    if not nt.IS_WINE:
        return False
    found = nt.NO_ATTRIBUTES
    with suppress(OSError):  # Wine cannot name what lies deep, and what was renamed meanwhile has another name
        above = nt.final_path(folder) if folder is not None else ""
        found = nt.kernel32.GetFileAttributesW(
            os.path.join(above, name) if above else f"\\\\?\\{os.path.abspath(name)}"
        )
    if found == nt.NO_ATTRIBUTES and folder is not None:
        return any(entry.is_symlink() and entry.name.lower() == name.lower() for entry in nt.entries_of(folder))
    return found != nt.NO_ATTRIBUTES and bool(found & nt.REPARSE)


def _parts(name: str, folder: int | None) -> tuple[int | None, str, int | None]:
    """The folder that the last part of a relative name lies in, which no link leads to; last, what is to be closed."""
    parts = name.replace("/", "\\").split("\\") if folder is not None else [name]
    above, to_close = folder, None
    for part in parts[:-1]:
        below = _open_folder(part, above)
        if to_close is not None:
            close(to_close)
        above = to_close = below
    return above, parts[-1], to_close


class _Below:
    """The last part of a name, in its own folder."""

    def __init__(self, name: Name, folder: int | None) -> None:
        self.folder, self.name, self._to_close = _parts(os.fspath(name), folder)

    def __enter__(self) -> _Below:
        return self

    def __exit__(self, kind: type[BaseException] | None, value: object, trace: TracebackType | None) -> None:
        if self._to_close is not None:
            close(self._to_close)


def _changeable(below: _Below, wanted: int) -> int:
    """A handle through which to change what has the name: a link itself, which Wine cannot give."""
    if _is_link(below.name, below.folder):
        raise OSError(errno.EPERM, tr("it is a link, which Wine would follow"), below.name)
    return nt.create(below.name, below.folder, wanted, 0)


def _descriptor(handle: int, flags: int = O_RDONLY) -> int:
    try:
        return msvcrt.open_osfhandle(handle, flags & O_APPEND)
    except OSError:
        nt.close_handle(handle)
        raise


def _open_folder(name: str, folder: int | None) -> int:
    if _is_link(name, folder):
        raise OSError(errno.ELOOP, tr("it is a link or a junction"), name)
    found = _descriptor(nt.create(name, folder, nt.LIST | nt.TRAVERSE, nt.OF_FOLDER))
    if fstat(found).st_file_attributes & nt.REPARSE:
        close(found)
        raise OSError(errno.ELOOP, tr("it is a link or a junction"), name)
    return found


def open(name: Name, flags: int, mode: int = 0o777, *, dir_fd: int | None = None) -> int:
    """As openat(2), links never followed: ELOOP for one."""
    with _Below(os.fspath(name), dir_fd) as below:
        if flags & O_DIRECTORY:
            return _open_folder(below.name, below.folder)
        wanted = {O_RDONLY: nt.READ_FILE, O_WRONLY: nt.WRITE_FILE}.get(flags & 3, nt.READ_FILE | nt.WRITE_FILE)
        disposition = {
            0: nt.OPEN, O_CREAT: nt.OPEN_IF, O_TRUNC: nt.OVERWRITE, O_CREAT | O_TRUNC: nt.OVERWRITE_IF
        }.get(flags & (O_CREAT | O_TRUNC | O_EXCL), nt.CREATE)  # fmt: skip
        attributes = nt.NORMAL if mode & modes.S_IWUSR else nt.READ_ONLY
        found = _descriptor(nt.create(below.name, below.folder, wanted, nt.OF_FILE, disposition, attributes), flags)
    if fstat(found).st_file_attributes & nt.REPARSE:
        close(found)
        raise OSError(errno.ELOOP, tr("it is a link"), str(name))
    return found


def mkdir(name: Name, mode: int = 0o777, *, dir_fd: int | None = None) -> None:
    with _Below(os.fspath(name), dir_fd) as below:
        nt.close_handle(nt.create(below.name, below.folder, nt.LIST, nt.OF_FOLDER, nt.CREATE))


def lstat(name: Name, *, dir_fd: int | None = None) -> stat_result:
    """Of a link or junction itself: S_ISLNK is true of either."""
    with _Below(os.fspath(name), dir_fd) as below:
        found = _descriptor(nt.create(below.name, below.folder, 0, 0))
        try:
            status = fstat(found)
        finally:
            close(found)
        is_link = status.st_file_attributes & nt.REPARSE or (
            modes.S_ISDIR(status.st_mode) and _is_link(below.name, below.folder)
        )
    return stat_result((modes.S_IFLNK | 0o777, *status[1:])) if is_link else status


def rename(src: Name, dst: Name, *, src_dir_fd: int | None = None, dst_dir_fd: int | None = None) -> None:
    """As renameat(2): a file takes the place of a file, a folder that of an empty folder. BusyError where another
    program has it open."""
    with _Below(src, src_dir_fd) as source, _Below(dst, dst_dir_fd) as target, _movable(source) as handle:
        try:
            _rename_handle(handle, target, replace=False)
        except FileExistsError:
            _replace_by_handle(handle, target)


def move_unless_exists(name: str, source: int, target: int) -> bool:
    """In one step, unlike on POSIX."""
    with _Below(name, source) as below, _movable(below) as handle:
        try:
            _rename_handle(handle, _Below(name, target), replace=False)
        except FileExistsError:
            return False
    return True


@contextmanager
def _movable(below: _Below) -> Iterator[int]:
    try:
        handle = _changeable(below, nt.DELETE)
        try:
            yield handle
        finally:
            nt.close_handle(handle)
    except PermissionError as error:
        if error.winerror is None:
            raise
        raise _busy(error, below) from error


def _replace_by_handle(handle: int, target: _Below) -> None:
    found = nt.Status(handle)
    if found.is_folder:
        rmdir(target.name, dir_fd=target.folder)
    _rename_handle(handle, target, replace=not found.is_folder)


def _rename_handle(handle: int, target: _Below, replace: bool) -> None:
    """FILE_RENAME_INFORMATION: a flag, the target's folder, the length of the name, the name."""
    folder = msvcrt.get_osfhandle(target.folder) if target.folder is not None else 0
    name = (target.name if folder else nt.nt_path(target.name)).encode("utf-16-le", "surrogatepass")
    data = struct.pack("@BPI", replace, folder, len(name)) + name
    nt.set_information(handle, nt.RENAME, data + b"\0" * 8, target.name)


def _busy(error: OSError, below: _Below) -> Exception:
    """What Windows refuses because of others' open files is in use; it says "access denied" for a folder."""
    if error.winerror in (nt.SHARING, nt.LOCKED):
        who = tr(", ").join(_users_of(below)) or tr("a program that cannot be named")
        message = tr("{path} is open in {who}", path=error.filename, who=who)
        return BusyError("in-use", message, tr("close it, then run it again"))
    if error.winerror == nt.DENIED:
        message = tr(
            "{path} may not be moved: a program has something in it open, or its rights forbid it",
            path=error.filename,
        )
        return BusyError("in-use", message, tr("close what uses it, then run it again"))
    return error


def _users_of(below: _Below) -> tuple[str, ...]:
    from idecare.system.filesystem.restart_manager import users_of

    with suppress(OSError):  # what the folder is called by now is not known
        above = nt.final_path(below.folder) if below.folder is not None else ""
        return users_of(os.path.join(above, below.name).removeprefix("\\\\?\\"))
    return ()


def unlink(name: Name, *, dir_fd: int | None = None) -> None:
    """Remove a file, read-only or not, or a link itself. A file by its path is one of idecare's own: a reader that has
    it open at this moment is waited for."""

    def remove() -> None:
        with _Below(name, dir_fd) as below:
            _remove(below, folder=False)

    if dir_fd is None:
        _patiently(remove)
    else:
        remove()


def rmdir(name: Name, *, dir_fd: int | None = None) -> None:
    with _Below(os.fspath(name), dir_fd) as below:
        _remove(below, folder=True)


def _remove(below: _Below, folder: bool) -> None:
    handle = _changeable(below, nt.DELETE | nt.WRITE_ATTRIBUTES)
    try:
        found = nt.Status(handle)
        if found.is_folder != folder:
            code = errno.EISDIR if found.is_folder else errno.ENOTDIR
            raise OSError(code, os.strerror(code), below.name)
        try:
            nt.set_information(handle, nt.DISPOSITION_EX, struct.pack("<I", _DELETE_POSIX), below.name)
        except OSError as error:
            if error.winerror in (nt.SHARING, nt.LOCKED) or error.errno == errno.ENOTEMPTY:
                raise
            _remove_plainly(handle, found, below.name)  # before Windows 10, on FAT, and in Wine 8
    finally:
        nt.close_handle(handle)


def _remove_plainly(handle: int, found: nt.Status, name: str) -> None:
    if found.attributes & nt.READ_ONLY:
        nt.set_attributes(handle, found.attributes & ~nt.READ_ONLY)
    try:
        nt.set_information(handle, nt.DISPOSITION, b"\1", name)
    except OSError:
        if found.attributes & nt.READ_ONLY:
            nt.set_attributes(handle, found.attributes)
        raise


def chmod(name: Name, mode: int, *, dir_fd: int | None = None) -> None:
    """The read-only attribute: set where the owner may not write."""
    with _Below(os.fspath(name), dir_fd) as below:
        handle = _changeable(below, nt.WRITE_ATTRIBUTES)
    try:
        _set_read_only(handle, not mode & modes.S_IWUSR)
    finally:
        nt.close_handle(handle)


def fchmod(fd: int, mode: int) -> None:
    """Of a file that is open for writing, or of a folder, which an empty name opens again."""
    if modes.S_ISDIR(fstat(fd).st_mode):
        chmod("", mode, dir_fd=fd)
    else:
        _set_read_only(msvcrt.get_osfhandle(fd), not mode & modes.S_IWUSR)


def _set_read_only(handle: int, is_read_only: bool) -> None:
    before = nt.Status(handle).attributes
    after = before | nt.READ_ONLY if is_read_only else before & ~nt.READ_ONLY
    if after != before:
        nt.set_attributes(handle, after)


class _Scan:
    """The listing of a folder, which ends with the block."""

    def __init__(self, entries: Iterator[nt.Entry]) -> None:
        self.entries_of = entries

    def __enter__(self) -> Iterator[DirEntry[str]]:
        return iter(self)

    def __exit__(self, kind: type[BaseException] | None, value: object, trace: TracebackType | None) -> None:
        return

    def __iter__(self) -> Iterator[DirEntry[str]]:
        return cast("Iterator[DirEntry[str]]", self.entries_of)


def scandir(descriptor: int) -> _Scan:
    return _Scan(nt.entries_of(descriptor))


def listdir(folder: int | Name) -> list[str]:
    return [entry.name for entry in nt.entries_of(folder)] if isinstance(folder, int) else os.listdir(folder)


def fwalk(top: str, *, dir_fd: int) -> Iterator[tuple[str, list[str], list[str], int]]:
    """As os.fwalk: the descriptor is open until the next step. Links are among the files."""
    folder = open(top, O_DIRECTORY, dir_fd=dir_fd)
    try:
        found = list(nt.entries_of(folder))
        folders = [entry.name for entry in found if entry.is_dir()]
        yield top, folders, [entry.name for entry in found if not entry.is_dir()], folder
        for name in folders:
            yield from fwalk(name, dir_fd=folder)
    finally:
        close(folder)


def replace(src: Name, dst: Name) -> None:
    """As os.replace. A reader that has the file open at this moment is waited for."""
    _patiently(lambda: os.replace(src, dst))


def _patiently(act: Callable[[], None]) -> None:
    deadline = time.monotonic() + _SHARING_SECONDS
    while True:
        try:
            act()
            return
        except PermissionError:
            if time.monotonic() >= deadline:
                raise
            time.sleep(_PAUSE_SECONDS)


def pread(fd: int, length: int, offset: int) -> bytes:
    os.lseek(fd, offset, os.SEEK_SET)
    return read(fd, length)


def pwrite(fd: int, data: bytes, offset: int) -> int:
    os.lseek(fd, offset, os.SEEK_SET)
    return os.write(fd, data)


def geteuid() -> int:
    """What st_uid is of every file here: owners play no part."""
    return 0


def chown(name: Name, uid: int, gid: int, *, dir_fd: int | None = None, follow_symlinks: bool = True) -> None:
    return


def fchown(fd: int, uid: int, gid: int) -> None:
    return
