"""The mount table: which file systems lie inside a folder, and of what type they are."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from idecare.core.frozen import frozen

MOUNT_TABLE = Path("/proc/self/mountinfo")


@frozen
class Mount:
    point: Path
    type: str


def read_mounts() -> tuple[Mount, ...]:
    """All mounts this process sees, bind mounts too. OSError where the table cannot be read."""
    if MOUNT_TABLE.exists():
        return tuple(parse_mountinfo(MOUNT_TABLE.read_text(errors="surrogateescape")))
    from idecare.system.processes import partitions

    return tuple(Mount(Path(point), kind) for point, kind in partitions())


def parse_mountinfo(text: str) -> Iterable[Mount]:
    """Lines of /proc/self/mountinfo (Linux, Documentation/filesystems/proc.rst section 3.5): field 5 is the mount
    point with blanks as octal escapes, the type follows a lone hyphen."""
    for line in text.splitlines():
        before, _, after = line.partition(" - ")
        fields = before.split(" ")
        if len(fields) >= 5 and after:
            yield Mount(Path(_unescape(fields[4])), after.split(" ")[0])


def _unescape(text: str) -> str:
    return re.sub(r"\\([0-7]{3})", lambda match: chr(int(match[1], 8)), text)


def mounts_inside(root: Path, mounts: Iterable[Mount]) -> tuple[Path, ...]:
    """Mount points strictly below ``root``."""
    return tuple(mount.point for mount in mounts if mount.point != root and mount.point.is_relative_to(root))


def filesystem_type(path: Path, mounts: Iterable[Mount]) -> str:
    """The type of the file system ``path`` lies on, ``""`` when unknown."""
    above = [mount for mount in mounts if path.is_relative_to(mount.point)]
    # Of two at one point the later one hides the other.
    return sorted(above, key=lambda mount: len(mount.point.parts))[-1].type if above else ""
