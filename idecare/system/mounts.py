"""File systems: which lie inside a folder, of what type they are, and how much room is left on them."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from idecare.core.frozen import frozen

MOUNT_TABLE = Path("/proc/self/mountinfo")


@frozen
class Mount:
    point: Path
    type: str


def read_mounts() -> tuple[Mount, ...]:
    """All mounts this process sees, bind mounts too. OSError where the table cannot be read."""
    if os.name == "posix" and MOUNT_TABLE.exists():
        return tuple(parse_mountinfo(MOUNT_TABLE.read_bytes()))
    from idecare.system.machine import partitions

    return tuple(Mount(Path(point), kind) for point, kind in partitions())


def parse_mountinfo(table: bytes) -> Iterable[Mount]:
    """Lines of /proc/self/mountinfo (Linux, Documentation/filesystems/proc.rst section 3.5): field 5 is the mount
    point, the type follows a lone hyphen. The kernel escapes blank, tab, newline and backslash alone
    (fs/proc_namespace.c, show_mountinfo): any other byte, even a carriage return, is part of a name."""
    for line in table.split(b"\n"):
        before, _, after = line.partition(b" - ")
        fields = before.split(b" ")
        if len(fields) >= 5 and after:
            yield Mount(Path(os.fsdecode(_unescape(fields[4]))), os.fsdecode(after.split(b" ")[0]))


def _unescape(text: bytes) -> bytes:
    return re.sub(rb"\\([0-7]{3})", lambda match: bytes([int(match[1], 8) & 0xFF]), text)


def mounts_inside(root: Path, mounts: Iterable[Mount]) -> tuple[Path, ...]:
    """Mount points strictly below ``root``."""
    return tuple(mount.point for mount in mounts if mount.point != root and mount.point.is_relative_to(root))


def filesystem_type(path: Path, mounts: Iterable[Mount]) -> str:
    """The type of the file system ``path`` lies on, ``""`` when unknown."""
    above = [mount for mount in mounts if path.is_relative_to(mount.point)]
    # Of two at one point the later one hides the other.
    return sorted(above, key=lambda mount: len(mount.point.parts))[-1].type if above else ""


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
            free_bytes, total_bytes = space_at(path)
            free_files, total_files = _files(path)
        except OSError:
            continue
        names = tuple(dict.fromkeys(name for name, _ in group))
        yield Space(path, names, free_bytes, total_bytes, free_files, total_files)


def space_at(path: Path) -> tuple[int, int]:
    """Bytes that are left for this user, and all."""
    if hasattr(os, "statvfs"):
        found = os.statvfs(path)
        return found.f_bavail * found.f_frsize, found.f_blocks * found.f_frsize
    import shutil

    usage = shutil.disk_usage(path)
    return usage.free, usage.total


def _files(path: Path) -> tuple[int, int]:
    """Inodes that are left for this user, and all. Some file systems make them as needed and say 0."""
    if not hasattr(os, "statvfs"):
        return 0, 0
    found = os.statvfs(path)
    return found.f_favail, found.f_files
