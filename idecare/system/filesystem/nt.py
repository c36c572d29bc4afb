"""The calls of Windows behind ``handles.py``: opening by name below a handle, asking, changing, listing, locking.

Source: Windows driver documentation (NtCreateFile, NtSetInformationFile), Win32 documentation (FILE_ID_BOTH_DIR_INFO,
FILE_BASIC_INFO, BY_HANDLE_FILE_INFORMATION, LockFileEx).
"""

from __future__ import annotations

import ctypes
import errno
import msvcrt
import os
import stat as modes
import struct
import sys
from collections.abc import Iterator
from ctypes import wintypes

assert sys.platform == "win32"  # mypy reads it only there

_SYNCHRONIZE, DELETE, _READ_ATTRIBUTES, WRITE_ATTRIBUTES = 0x100000, 0x10000, 0x80, 0x100
LIST, TRAVERSE, READ_FILE, WRITE_FILE = 0x1, 0x20, 0x120089, 0x120116
_SHARE_ALL = 7
OPEN, CREATE, OPEN_IF, OVERWRITE, OVERWRITE_IF = 1, 2, 3, 4, 5
OF_FOLDER, _SYNCHRONOUS, OF_FILE, _BACKUP, _NO_FOLLOW = 0x1, 0x20, 0x40, 0x4000, 0x200000
READ_ONLY, FOLDER, NORMAL, REPARSE, NO_ATTRIBUTES = 0x1, 0x10, 0x80, 0x400, 0xFFFFFFFF
RENAME, DISPOSITION, DISPOSITION_EX = 10, 13, 64  # FILE_INFORMATION_CLASS
_ID_BOTH, _BASIC_INFO = 10, 0  # FILE_INFO_BY_HANDLE_CLASS
_CASE_INSENSITIVE = 0x40
_EXCLUSIVE_AT_ONCE, _LOCKED_GIGABYTES = 0x1 | 0x2, 1 << 28  # 4 GiB each
_NO_FILE, _NO_MORE_FILES, DENIED, SHARING, LOCKED, _IO_PENDING = 2, 18, 5, 32, 33, 997  # errors
_EPOCH = 116444736000000000  # 1970 in the file system's 100 ns since 1601

_ntdll = ctypes.WinDLL("ntdll")
kernel32 = ctypes.WinDLL("kernel32", use_last_error=True)
_ntdll.NtCreateFile.restype = _ntdll.NtSetInformationFile.restype = ctypes.c_long
_ntdll.RtlNtStatusToDosError.restype = wintypes.ULONG
kernel32.GetFileAttributesW.restype = wintypes.DWORD
IS_WINE = hasattr(_ntdll, "wine_get_version")  # how Wine says so (wiki.winehq.org, Developer FAQ)


class _UnicodeString(ctypes.Structure):
    _fields_ = (("length", wintypes.USHORT), ("maximum", wintypes.USHORT), ("buffer", ctypes.c_void_p))


class _ObjectAttributes(ctypes.Structure):
    _fields_ = (
        ("length", wintypes.ULONG),
        ("root", wintypes.HANDLE),
        ("name", ctypes.POINTER(_UnicodeString)),
        ("attributes", wintypes.ULONG),
        ("security", ctypes.c_void_p),
        ("quality", ctypes.c_void_p),
    )


class StatusBlock(ctypes.Structure):
    _fields_ = (("status", ctypes.c_void_p), ("information", ctypes.c_void_p))


class _BasicInfo(ctypes.Structure):
    """FILE_BASIC_INFO: times of 0 stay as they are."""

    _fields_ = (("times", ctypes.c_longlong * 4), ("attributes", wintypes.DWORD))


class _Name:
    """A name below a folder's handle, or a whole path, as the object manager takes it."""

    def __init__(self, name: str, folder: int | None) -> None:
        text = name if folder is not None else nt_path(name)
        self.data = text.encode("utf-16-le", "surrogatepass")
        if len(self.data) > 0xFFFE:
            raise OSError(errno.ENAMETOOLONG, os.strerror(errno.ENAMETOOLONG), name)
        self.buffer = ctypes.create_string_buffer(self.data + b"\0\0")
        self.string = _UnicodeString(len(self.data), len(self.data), ctypes.addressof(self.buffer))
        root = msvcrt.get_osfhandle(folder) if folder is not None else None
        size = ctypes.sizeof(_ObjectAttributes)
        self.attributes = _ObjectAttributes(size, root, ctypes.pointer(self.string), _CASE_INSENSITIVE, None, None)


def nt_path(name: str) -> str:
    absolute = os.path.abspath(name)
    if absolute.startswith("\\\\?\\"):
        return "\\??\\" + absolute[4:]
    return "\\??\\UNC\\" + absolute[2:] if absolute.startswith("\\\\") else "\\??\\" + absolute


def _error(status: int, name: str) -> OSError:
    code = _ntdll.RtlNtStatusToDosError(wintypes.ULONG(status & 0xFFFFFFFF))
    return OSError(None, ctypes.FormatError(code).strip(), name, code)


def create(
    name: str, folder: int | None, wanted: int, options: int, disposition: int = OPEN, attributes: int = NORMAL
) -> int:
    """NtCreateFile: a handle of what has that name, never of what a link leads to."""
    named, handle, block = _Name(name, folder), wintypes.HANDLE(), StatusBlock()
    status = _ntdll.NtCreateFile(
        ctypes.byref(handle),
        wintypes.ULONG(wanted | _SYNCHRONIZE | _READ_ATTRIBUTES),
        ctypes.byref(named.attributes),
        ctypes.byref(block),
        None,
        wintypes.ULONG(attributes),
        wintypes.ULONG(_SHARE_ALL),
        wintypes.ULONG(disposition),
        wintypes.ULONG(options | _SYNCHRONOUS | _BACKUP | _NO_FOLLOW),
        None,
        wintypes.ULONG(0),
    )
    if status < 0:
        raise _error(status, name)
    return handle.value or 0


def close_handle(handle: int) -> None:
    kernel32.CloseHandle(wintypes.HANDLE(handle))


class Status:
    """What a handle has open."""

    def __init__(self, handle: int) -> None:
        information = (wintypes.DWORD * 13)()  # BY_HANDLE_FILE_INFORMATION
        if not kernel32.GetFileInformationByHandle(wintypes.HANDLE(handle), ctypes.byref(information)):
            raise ctypes.WinError(ctypes.get_last_error())
        self.attributes: int = information[0]
        self.is_link = bool(self.attributes & REPARSE)
        self.is_folder = bool(self.attributes & FOLDER) and not self.is_link


def set_information(handle: int, kind: int, data: bytes, name: str) -> None:
    status = _ntdll.NtSetInformationFile(
        wintypes.HANDLE(handle), ctypes.byref(StatusBlock()), data, wintypes.ULONG(len(data)), ctypes.c_int(kind)
    )
    if status < 0:
        raise _error(status, name)


def set_attributes(handle: int, attributes: int) -> None:
    basic = _BasicInfo(attributes=attributes or NORMAL)
    size = wintypes.DWORD(ctypes.sizeof(basic))
    if not kernel32.SetFileInformationByHandle(wintypes.HANDLE(handle), _BASIC_INFO, ctypes.byref(basic), size):
        raise ctypes.WinError(ctypes.get_last_error())


class _Overlapped(ctypes.Structure):
    _fields_ = (
        ("internal", ctypes.c_size_t * 2),
        ("low", wintypes.DWORD),
        ("high", wintypes.DWORD),
        ("event", wintypes.HANDLE),
    )


def try_lock(descriptor: int) -> bool:
    """The go command locks all bytes that a file can have (cmd/go/internal/lockedfile, filelock_windows.go of 1.27.3).
    One far behind the end overlaps with that, and leaves what the file says readable to others."""
    handle = wintypes.HANDLE(msvcrt.get_osfhandle(descriptor))
    place = _Overlapped(high=_LOCKED_GIGABYTES)
    if kernel32.LockFileEx(handle, wintypes.DWORD(_EXCLUSIVE_AT_ONCE), wintypes.DWORD(0), 1, 0, ctypes.byref(place)):
        return True
    if (code := ctypes.get_last_error()) in (LOCKED, _IO_PENDING):
        return False
    raise ctypes.WinError(code)


class Entry:
    """What idecare uses of os.DirEntry, from the folder's own listing. The number of links is not in it: 1."""

    def __init__(self, folder: int, name: str, attributes: int, size: int, written: int, file_id: int) -> None:
        self.name, self._folder, self._attributes, self._file_id = name, folder, attributes, file_id
        self._size, self._written = size, (written - _EPOCH) / 1e7

    @property
    def path(self) -> str:
        return os.path.join(final_path(self._folder), self.name)

    def is_symlink(self) -> bool:
        return bool(self._attributes & REPARSE)

    def is_dir(self, *, follow_symlinks: bool = True) -> bool:
        return bool(self._attributes & FOLDER) and not self.is_symlink()

    def is_file(self, *, follow_symlinks: bool = True) -> bool:
        return not self._attributes & (FOLDER | REPARSE)

    def stat(self, *, follow_symlinks: bool = True) -> os.stat_result:
        kind = modes.S_IFLNK if self.is_symlink() else modes.S_IFDIR if self.is_dir() else modes.S_IFREG
        mode = kind | (0o555 if self._attributes & READ_ONLY else 0o777)
        times = (self._written,) * 3
        return os.stat_result((mode, self._file_id, 0, 1, 0, 0, self._size, *map(int, times), *times))


def entries_of(descriptor: int) -> Iterator[Entry]:
    """What is in an open folder. Each listing has a handle of its own: a handle has one place in its listing."""
    handle = create("", descriptor, LIST, OF_FOLDER)
    buffer = ctypes.create_string_buffer(65536)
    try:
        while kernel32.GetFileInformationByHandleEx(
            wintypes.HANDLE(handle), _ID_BOTH, buffer, wintypes.DWORD(len(buffer))
        ):
            yield from _parsed(descriptor, buffer.raw)
        if (code := ctypes.get_last_error()) not in (_NO_MORE_FILES, _NO_FILE):
            raise ctypes.WinError(code)
    finally:
        close_handle(handle)


def _parsed(descriptor: int, data: bytes) -> Iterator[Entry]:
    """FILE_ID_BOTH_DIR_INFO: its name begins at 104, its file id at 96."""
    start = 0
    while True:
        following, _, _, _, written, _, size, _, attributes, length = struct.unpack_from("<IIqqqqqqII", data, start)
        name = data[start + 104 : start + 104 + length].decode("utf-16-le", "surrogatepass")
        if name not in (".", ".."):
            yield Entry(descriptor, name, attributes, size, written, struct.unpack_from("<Q", data, start + 96)[0])
        if not following:
            return
        start += following


def final_path(descriptor: int) -> str:
    handle = wintypes.HANDLE(msvcrt.get_osfhandle(descriptor))
    buffer = ctypes.create_unicode_buffer(32768)
    if not kernel32.GetFinalPathNameByHandleW(handle, buffer, len(buffer), 0):
        raise ctypes.WinError(ctypes.get_last_error())
    return buffer.value
