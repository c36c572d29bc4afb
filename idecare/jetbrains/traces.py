"""What JetBrains IDEs leave behind: heap dumps, crash logs, folders of versions that are gone."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from idecare.core.frozen import frozen
from idecare.core.host import Host
from idecare.jetbrains.locations import crash_files
from idecare.jetbrains.versions import Version
from idecare.system.files import children


@frozen
class CrashFile:
    """``kind`` is ``GoLand heap dump`` and the like; ``size_bytes`` are allocated."""

    kind: str
    path: Path
    size_bytes: int
    written: datetime


@frozen
class Leftover:
    """The system folder of a version that is not installed, and when something in it was last written."""

    selector: str
    path: Path
    used: datetime


def find_crash_files(host: Host) -> tuple[CrashFile, ...]:
    """Those of the home folder."""
    found = ((place, _status(place.path)) for place in crash_files(host))
    return tuple(
        CrashFile(place.name, place.path, getattr(status, "st_blocks", 0) * 512, _time(status.st_mtime))
        for place, status in found
        if status
    )


def find_leftovers(versions: Iterable[Version]) -> Iterator[Leftover]:
    """By the times of the system folder and of what lies directly in it, which a start of the IDE renews."""
    for version in versions:
        path = version.folders.system.path
        if version.leftover and version.folders.system.problem is None and os.path.isdir(path):
            times = [status.st_mtime for file in (path, *children(path)) if (status := _status(file))]
            yield Leftover(version.selector, path, _time(max(times, default=0)))


def _status(path: Path) -> os.stat_result | None:
    try:
        return os.stat(path)
    except OSError:
        return None


def _time(stamp: float) -> datetime:
    return datetime.fromtimestamp(stamp, UTC)
