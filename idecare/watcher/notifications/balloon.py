"""A notice in the notification area of Windows 7 and later, which Windows 10 shows as a toast.

Source: Win32 documentation, shellapi.h (Shell_NotifyIconW, NOTIFYICONDATAW) and winuser.h. Not tried on a real Windows
yet: Wine has a notification area only where it has a display.
"""

from __future__ import annotations

import ctypes
import sys
import time
from collections.abc import Callable
from ctypes import wintypes

assert sys.platform == "win32"  # mypy reads it only there

_ADD, _DELETE = 0, 2  # NIM_
_ICON, _TIP, _INFO = 0x2, 0x4, 0x10  # NIF_
_WARNING, _ERROR = 0x2, 0x3  # NIIF_
_WARNING_ICON = 32515  # IDI_WARNING
_MESSAGE_ONLY = -3  # HWND_MESSAGE: a window that is never shown
SHOWN_SECONDS = 8.0  # the balloon goes with its icon

_user32 = ctypes.WinDLL("user32", use_last_error=True)
_shell32 = ctypes.WinDLL("shell32", use_last_error=True)
_user32.CreateWindowExW.restype = wintypes.HWND
_user32.LoadIconW.restype = wintypes.HICON


class _IconData(ctypes.Structure):
    _fields_ = (
        ("size", wintypes.DWORD),
        ("window", wintypes.HWND),
        ("number", wintypes.UINT),
        ("flags", wintypes.UINT),
        ("message", wintypes.UINT),
        ("icon", wintypes.HICON),
        ("tip", wintypes.WCHAR * 128),
        ("state", wintypes.DWORD),
        ("state_mask", wintypes.DWORD),
        ("info", wintypes.WCHAR * 256),
        ("version", wintypes.UINT),
        ("info_title", wintypes.WCHAR * 64),
        ("info_flags", wintypes.DWORD),
        ("guid", ctypes.c_byte * 16),
        ("balloon_icon", wintypes.HICON),
    )


def show_balloon(title: str, body: str, is_critical: bool) -> bool:
    """Whether there is a notification area that took it. A thread of its own takes the icon away after a while."""
    from queue import SimpleQueue
    from threading import Thread

    taken: SimpleQueue[bool] = SimpleQueue()
    Thread(target=_show, args=(title, body, is_critical, taken.put), daemon=True).start()
    return taken.get()


def _show(title: str, body: str, is_critical: bool, answer: Callable[[bool], None]) -> None:
    """A window belongs to the thread that made it."""
    parent = wintypes.HWND(_MESSAGE_ONLY)
    window = _user32.CreateWindowExW(0, "STATIC", "idecare", 0, 0, 0, 0, 0, parent, None, None, None)
    icon = _user32.LoadIconW(None, ctypes.c_void_p(_WARNING_ICON))
    data = _IconData(
        size=ctypes.sizeof(_IconData),
        window=window,
        number=1,
        flags=_ICON | _TIP | _INFO,
        icon=icon,
        tip="idecare",
        info=_cut(body, 255),
        info_title=_cut(title, 63),
        info_flags=_ERROR if is_critical else _WARNING,
    )
    is_taken = bool(window) and _shell32.Shell_NotifyIconW(_ADD, ctypes.byref(data)) == 1
    answer(is_taken)
    if is_taken:
        time.sleep(SHOWN_SECONDS)
        _shell32.Shell_NotifyIconW(_DELETE, ctypes.byref(data))
    if window:
        _user32.DestroyWindow(wintypes.HWND(window))


def _cut(text: str, units: int) -> str:
    """To as many units of UTF-16."""
    return text.encode("utf-16-le", "surrogatepass")[: units * 2].decode("utf-16-le", "ignore")
