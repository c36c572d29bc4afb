"""The room on the file systems that builds write to."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path

from idecare.core.frozen import frozen


@frozen
class Space:
    """One file system. ``names`` are the places on it; numbers of files are 0 where it has no such limit."""

    path: Path
    names: tuple[str, ...]
    free_bytes: int
    total_bytes: int
    free_files: int = 0
    total_files: int = 0


def inspect_space(places: Iterable[tuple[str, Path]]) -> tuple[Space, ...]:
    """Each file system once, by the first folder on the way up from a place that exists."""
    by_device: dict[int, list[tuple[str, Path]]] = {}
    for name, place in places:
        folder = next((path for path in (place, *place.parents) if os.path.isdir(path)), None)
        if folder is not None:
            by_device.setdefault(os.stat(folder).st_dev, []).append((name, folder))
    return tuple(_spaces(by_device.values()))


def _spaces(groups: Iterable[list[tuple[str, Path]]]) -> Iterator[Space]:
    for group in groups:
        path = group[0][1]
        try:
            usage = shutil.disk_usage(path)
            free_files, total_files = _files(path)
        except OSError:
            continue
        names = tuple(dict.fromkeys(name for name, _ in group))
        yield Space(path, names, usage.free, usage.total, free_files, total_files)


def _files(path: Path) -> tuple[int, int]:
    """Inodes that are left for this user, and all. Some file systems make them as needed and say 0."""
    if not hasattr(os, "statvfs"):
        return 0, 0
    found = os.statvfs(path)
    return found.f_favail, found.f_files
