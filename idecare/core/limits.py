"""When the limits of caches are due for a check: known by two small reads, because every run of idecare asks."""

from __future__ import annotations

import os
from pathlib import Path

from idecare.core.host import OwnFolders
from idecare.core.reading import read_file

CHECK_SECONDS = 600.0
LIMIT_MARK = b"_max"  # in the name of each limit's key


def checked_file(own: OwnFolders) -> Path:
    """What the last check found; its time is that of the check."""
    return own.cache / "limits.json"


def is_limit_set(own: OwnFolders) -> bool:
    """Whether the settings may name a limit."""
    try:
        return LIMIT_MARK in read_file(own.config / "config.toml")
    except OSError:
        return False


def is_check_due(own: OwnFolders, now: float) -> bool:
    """Whether a limit may be set, and was not checked for a while."""
    if not is_limit_set(own):
        return False
    try:
        return not 0 <= now - os.stat(checked_file(own)).st_mtime < CHECK_SECONDS
    except OSError:
        return True
