"""Processes as Linux shows them under /proc (Documentation/filesystems/proc.rst).

Read directly: the names of all processes take a seventh of psutil's time, and importing psutil takes longer than a
whole look. The time between a look and a rename is the time in which a go command can slip in.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

IS_THERE = os.path.exists("/proc/self/stat")
DELETED = " (deleted)"  # behind the path of an executable that was replaced or removed since


@dataclass(frozen=True)
class Status:
    """``start_ticks`` counts from the start of the machine."""

    name: str
    is_zombie: bool
    start_ticks: int


def names() -> Iterator[tuple[int, str]]:
    """Pid and name (15 characters at most) of every process that this user can see."""
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            try:
                yield int(entry), _read(int(entry), "comm").decode(errors="replace").rstrip("\n")
            except OSError:  # gone meanwhile
                continue


def status(pid: int) -> Status:
    """OSError when there is no such process."""
    before, _, after = _read(pid, "stat").rpartition(b")")
    fields = after.split()
    return Status(
        name=before.partition(b"(")[2].decode(errors="replace"),
        is_zombie=fields[0] in (b"Z", b"X"),
        start_ticks=int(fields[19]),
    )


def started(status: Status) -> datetime:
    return datetime.fromtimestamp(_boot_seconds() + status.start_ticks / os.sysconf("SC_CLK_TCK"), UTC)


@cache
def _boot_seconds() -> int:
    with open("/proc/stat") as file:
        return next(int(line.split()[1]) for line in file if line.startswith("btime"))


def executable(pid: int) -> Path:
    return Path(os.readlink(f"/proc/{pid}/exe").removesuffix(DELETED))


def command(pid: int) -> tuple[str, ...]:
    words = _read(pid, "cmdline").removesuffix(b"\0")  # a process that writes its own title may leave the end out
    return tuple(os.fsdecode(word) for word in words.split(b"\0")) if words else ()


def environment(pid: int) -> dict[str, str]:
    """The variables it was started with. PermissionError for another user's process."""
    pairs = (os.fsdecode(pair).partition("=") for pair in _read(pid, "environ").split(b"\0") if pair)
    return {name: value for name, _, value in pairs}


def running_now() -> int:
    """Processes and threads that are on a core or wait for one at this moment, this one included."""
    with open("/proc/loadavg") as file:
        return int(file.read().split()[3].partition("/")[0])


def _read(pid: int, name: str) -> bytes:
    with open(f"/proc/{pid}/{name}", "rb", buffering=0) as file:
        return file.readall()
