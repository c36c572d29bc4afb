"""How much memory there is to use: the machine's, or less where a container or a service has a limit of its own.

Linux keeps such limits in control groups: kernel.org, admin-guide/cgroup-v2.rst and cgroup-v1/memory.rst. HotSpot goes
by the same files (os/linux/cgroupSubsystem_linux.cpp, JDK 21).
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

NO_LIMIT = 1 << 60  # version 1 has a number near 2**63 where version 2 says "max"
ROOT = Path("/")


def memory_bytes(root: Path = ROOT) -> int | None:
    """What a process here may use, ``None`` where the system does not say. ``root`` holds proc and sys."""
    found = [size for size in (_physical_bytes(), *_limits(root)) if size is not None]
    return min(found, default=None)


def _physical_bytes() -> int | None:
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):
        return None


def _limits(root: Path) -> Iterator[int]:
    """The limit of each group that this process is in, and of those around it: the tightest counts."""
    for line in _text(root / "proc/self/cgroup").splitlines():
        number, _, rest = line.partition(":")
        controllers, _, group = rest.partition(":")
        if number == "0" and not controllers:
            yield from _limits_of(root / "sys/fs/cgroup", group, "memory.max")
        elif "memory" in controllers.split(","):
            yield from _limits_of(root / "sys/fs/cgroup/memory", group, "memory.limit_in_bytes")


def _limits_of(mount: Path, group: str, name: str) -> Iterator[int]:
    """From inside a container its own group is often the mount's root, whatever it is called outside."""
    path = PurePosixPath(group)
    for folder in (path, *path.parents):
        text = _text(mount / str(folder).lstrip("/") / name).strip()
        if text.isdecimal() and 0 < int(text) < NO_LIMIT:
            yield int(text)


def _text(path: Path) -> str:
    try:
        return path.read_text()
    except (OSError, ValueError):
        return ""
