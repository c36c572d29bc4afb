"""Who holds a lock file of the module cache right now.

The go command locks with flock(2), on Windows with LockFileEx (src/cmd/go/internal/lockedfile). Nothing here waits,
keeps a lock or creates a file.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from idecare.core.reading import read_file
from idecare.system.filesystem.calls import try_lock

LOCK_TABLE = Path("/proc/locks")


def lock_holders(root: Path) -> tuple[int | None, ...]:
    """Pids which hold a lock on a file below ``root``; ``None`` for a holder that cannot be named.

    Linux: from the kernel's table, in time that does not grow with the cache. Elsewhere every lock file is tried.
    """
    if os.name == "posix" and LOCK_TABLE.exists():
        return tuple(sorted(_holders_from_table(root)))
    return (None,) if any(is_held(path) for path in _lock_files(root)) else ()


def _holders_from_table(root: Path) -> Iterator[int]:
    try:
        text = read_file(LOCK_TABLE).decode()
    except OSError:
        return
    for pid in {pid for line in text.splitlines() if (pid := _flock_pid(line))}:
        if pid != os.getpid() and _has_open_file(pid, root):
            yield pid


def _flock_pid(line: str) -> int | None:
    """The pid of a granted flock: ``1: FLOCK  ADVISORY  WRITE 708 08:01:12345 0 EOF``."""
    fields = line.split()
    return int(fields[4]) if len(fields) >= 5 and fields[1] == "FLOCK" and int(fields[4]) > 0 else None


def _has_open_file(pid: int, root: Path) -> bool:
    """Whether the process has a lock file below ``root`` open. Not readable: not ours to know; the go command itself
    is found by its name."""
    try:
        targets = [os.readlink(f"/proc/{pid}/fd/{number}") for number in os.listdir(f"/proc/{pid}/fd")]
    except OSError:
        return False
    return any(
        target.endswith((".lock", "/lock", ".ziphash")) and Path(target).is_relative_to(root) for target in targets
    )


def _lock_files(root: Path) -> Iterator[Path]:
    download = root / "cache" / "download"
    for folder, _, names in os.walk(download):
        if folder.endswith("@v"):
            yield from (Path(folder, name) for name in names if name.endswith(".lock"))
    yield from (root / "cache" / "vcs").glob("*.lock")
    yield root / "cache" / "lock"


def is_held(path: Path) -> bool:
    """Whether another process has the file locked; not when there is no such file."""
    try:
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_CLOEXEC", 0))
    except OSError:
        return False
    try:
        return not try_lock(descriptor)
    except OSError:
        return False
    finally:
        os.close(descriptor)
