"""The system's calls, as ``os``: on Windows those which name something below an open folder go by handles.

``from idecare.system.filesystem.calls import os`` is the ``os`` module itself everywhere else.
"""

from __future__ import annotations

import sys
from collections.abc import Callable

if sys.platform == "win32":
    from idecare.system.filesystem import handles as os
else:
    import os

# The system's call that moves a file from one folder to another, where nothing has its name; ``None``: there is none.
move_unless_exists: Callable[[str, int, int], bool] | None = None
if sys.platform == "win32":
    move_unless_exists = os.move_unless_exists


def try_lock(descriptor: int) -> bool:
    """Lock a file as the go command does, without waiting: flock(2), on Windows LockFileEx."""
    if sys.platform == "win32":
        return os.try_lock(descriptor)
    import fcntl

    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


PARENT_HAS_NAME = sys.platform != "win32"  # that ".." opens the folder above

__all__ = ["PARENT_HAS_NAME", "move_unless_exists", "os", "try_lock"]
