"""Processes of Windows, by name: one call for all, where psutil opens each.

Source: Win32 documentation, tlhelp32.h (CreateToolhelp32Snapshot, PROCESSENTRY32W) and QueryFullProcessImageNameW.
"""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Iterator
from ctypes import wintypes
from pathlib import Path

assert sys.platform == "win32"  # mypy reads it only there

_SNAP_PROCESSES, _QUERY_LIMITED = 0x2, 0x1000

_kernel32 = ctypes.WinDLL("kernel32", use_last_error=True)
_kernel32.CreateToolhelp32Snapshot.restype = _kernel32.OpenProcess.restype = wintypes.HANDLE


class _Entry(ctypes.Structure):
    _fields_ = (
        ("size", wintypes.DWORD),
        ("usage", wintypes.DWORD),
        ("pid", wintypes.DWORD),
        ("heap", ctypes.c_size_t),
        ("module", wintypes.DWORD),
        ("threads", wintypes.DWORD),
        ("parent", wintypes.DWORD),
        ("priority", wintypes.LONG),
        ("flags", wintypes.DWORD),
        ("name", wintypes.WCHAR * wintypes.MAX_PATH),
    )


def processes() -> Iterator[tuple[int, int, str]]:
    """Pid, parent's pid and name of each."""
    snapshot = wintypes.HANDLE(_kernel32.CreateToolhelp32Snapshot(_SNAP_PROCESSES, 0))
    entry = _Entry(size=ctypes.sizeof(_Entry))
    try:
        is_there = _kernel32.Process32FirstW(snapshot, ctypes.byref(entry))
        while is_there:
            yield entry.pid, entry.parent, entry.name
            is_there = _kernel32.Process32NextW(snapshot, ctypes.byref(entry))
    finally:
        _kernel32.CloseHandle(snapshot)


def executable(pid: int) -> Path | None:
    """The program that a process runs; ``None`` when that is not this user's to know."""
    handle = wintypes.HANDLE(_kernel32.OpenProcess(_QUERY_LIMITED, False, pid))
    if not handle:
        return None
    buffer, length = ctypes.create_unicode_buffer(32768), wintypes.DWORD(32768)
    try:
        found = _kernel32.QueryFullProcessImageNameW(handle, 0, buffer, ctypes.byref(length))
        return Path(buffer.value) if found else None
    finally:
        _kernel32.CloseHandle(handle)
