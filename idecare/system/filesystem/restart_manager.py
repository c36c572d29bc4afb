"""Who has a file of Windows open, by the Restart Manager, which installers ask for it.

Source: Win32 documentation, restartmanager.h (RmStartSession, RmRegisterResources, RmGetList, RM_PROCESS_INFO). It
knows files and no folders, and what it is not allowed to see it leaves out; Wine 8 names nobody.
"""

from __future__ import annotations

import ctypes
import sys
from ctypes import wintypes

assert sys.platform == "win32"  # mypy reads it only there

_MORE_DATA = 234
_KEY_LENGTH = 33  # CCH_RM_SESSION_KEY and its end

_manager = ctypes.WinDLL("rstrtmgr")


class _ProcessInfo(ctypes.Structure):
    """RM_PROCESS_INFO; ``started`` is a FILETIME."""

    _fields_ = (
        ("pid", wintypes.DWORD),
        ("started", wintypes.DWORD * 2),
        ("name", wintypes.WCHAR * 256),
        ("service", wintypes.WCHAR * 64),
        ("kind", ctypes.c_int),
        ("status", wintypes.ULONG),
        ("session", wintypes.DWORD),
        ("can_restart", wintypes.BOOL),
    )


def users_of(path: str) -> tuple[str, ...]:
    """``Visual Studio Code (pid 4711)`` for each; none where nobody can be named."""
    session, key = wintypes.DWORD(), ctypes.create_unicode_buffer(_KEY_LENGTH)
    if _manager.RmStartSession(ctypes.byref(session), 0, key):
        return ()
    try:
        files = (wintypes.LPCWSTR * 1)(path)
        if _manager.RmRegisterResources(session, 1, files, 0, None, 0, None):
            return ()
        return tuple(f"{found.name} (pid {found.pid})" for found in _listed(session))
    finally:
        _manager.RmEndSession(session)


def _listed(session: wintypes.DWORD) -> list[_ProcessInfo]:
    """The first answer is how many there are."""
    needed, count, reasons = wintypes.UINT(0), wintypes.UINT(0), wintypes.DWORD()
    infos = (_ProcessInfo * 0)()
    for _ in range(3):  # more may come meanwhile
        place = infos if len(infos) else None
        code = _manager.RmGetList(session, ctypes.byref(needed), ctypes.byref(count), place, ctypes.byref(reasons))
        if code != _MORE_DATA:
            return list(infos)[: count.value] if code == 0 else []
        infos = (_ProcessInfo * needed.value)()
        count = wintypes.UINT(needed.value)
    return []
