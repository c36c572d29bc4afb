"""Processes as Linux shows them under /proc (Documentation/filesystems/proc.rst).

Read directly: the names of all processes take a seventh of psutil's time, and importing psutil takes longer than a
whole scan. The time between a scan and a rename is the time in which a go command can slip in.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from idecare.core.frozen import frozen

IS_THERE = os.name == "posix" and os.path.exists("/proc/self/stat")
LISTENING, ESTABLISHED = "0A", "01"  # states in /proc/PID/net/tcp (Documentation/networking/proc_net_tcp.rst)
DELETED = " (deleted)"  # behind the path of an executable that was replaced or removed since


@frozen
class Status:
    """``start_ticks`` counts from the start of the machine. ``had_children``: it has waited for one that ended."""

    name: str
    is_zombie: bool
    start_ticks: int
    parent: int
    had_children: bool


def pids() -> Iterator[int]:
    return (int(entry) for entry in os.listdir("/proc") if entry.isdigit())


def names(wanted: Iterable[int] | None = None) -> Iterator[tuple[int, str]]:
    """Pid and name (15 characters at most) of every process that this user can see; of the ``wanted`` ones alone."""
    for pid in pids() if wanted is None else wanted:
        try:
            yield pid, _read(pid, "comm").decode(errors="replace").rstrip("\n")
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
        parent=int(fields[1]),
        had_children=fields[8] != b"0",  # cminflt: page faults of children that were waited for
    )


def user(pid: int) -> int:
    return os.stat(f"/proc/{pid}").st_uid


def started(status: Status) -> datetime:
    ticks = status.start_ticks / os.sysconf("SC_CLK_TCK")  # type: ignore[attr-defined,unused-ignore]  # Windows
    return datetime.fromtimestamp(_boot_seconds() + ticks, UTC)


@cache
def _boot_seconds() -> int:
    with open("/proc/stat") as file:
        return next(int(line.split()[1]) for line in file if line.startswith("btime"))


def executable(pid: int) -> Path:
    return Path(os.readlink(f"/proc/{pid}/exe").removesuffix(DELETED))


def working_folder(pid: int) -> Path:
    return Path(os.readlink(f"/proc/{pid}/cwd").removesuffix(DELETED))


def open_files(pid: int) -> tuple[Path, ...]:
    return tuple(Path(target) for target in _open(pid) if target.startswith("/"))


def reads_pipe(pid: int) -> bool:
    """Whether its standard input is a pipe."""
    return os.readlink(f"/proc/{pid}/fd/0").startswith("pipe:")


def sockets(pid: int) -> frozenset[str]:
    """The inodes of its sockets."""
    return frozenset(target[8:-1] for target in _open(pid) if target.startswith("socket:["))


def _open(pid: int) -> Iterator[str]:
    for name in os.listdir(f"/proc/{pid}/fd"):
        try:
            yield os.readlink(f"/proc/{pid}/fd/{name}")
        except OSError:  # closed meanwhile
            continue


def blocked_since(pid: int, now: datetime) -> datetime | None:
    """Since when a thread of the process has been asleep in flock(2); ``None`` where the kernel does not say.

    ``se.exec_start`` is when it last ran, in milliseconds of its core's clock (kernel/sched/debug.c); the cores of a
    virtual machine differ by seconds.
    """
    try:
        threads = os.listdir(f"/proc/{pid}/task")
        asleep = [thread for thread in threads if b"lock" in _read(pid, f"task/{thread}/wchan")]
        waited = [_clock(_last_core(pid, thread)) - _last_ran(pid, thread) for thread in asleep]
    except (OSError, ValueError, StopIteration):
        return None
    return now - timedelta(milliseconds=max(0, *waited)) if waited else None


def idle_since(pid: int, now: datetime) -> datetime | None:
    """When any thread of the process last ran; ``None`` where the kernel does not say."""
    try:
        threads = os.listdir(f"/proc/{pid}/task")
        idle = [_clock(_last_core(pid, thread)) - _last_ran(pid, thread) for thread in threads]
    except (OSError, ValueError, StopIteration):
        return None
    return now - timedelta(milliseconds=max(0, min(idle))) if idle else None


def is_stopped(pid: int) -> bool:
    """Whether it was suspended: Ctrl-Z, SIGSTOP or a debugger."""
    try:
        return _read(pid, "stat").rpartition(b")")[2].split()[0] in (b"T", b"t")
    except (OSError, IndexError):
        return False


def _last_ran(pid: int, thread: str | int) -> float:
    lines = _read(pid, f"task/{thread}/sched").splitlines()
    return float(next(line for line in lines if line.startswith(b"se.exec_start")).split()[-1])


def _last_core(pid: int, thread: str) -> int:
    return int(_read(pid, f"task/{thread}/stat").rpartition(b")")[2].split()[36])


def _clock(core: int) -> float:
    """A core's clock: what it says of this thread, which runs there for that moment."""
    linux: Any = os  # types for macOS do not know these calls
    allowed = linux.sched_getaffinity(0)
    try:
        linux.sched_setaffinity(0, {core})
        return _last_ran(os.getpid(), threading.get_native_id())
    finally:
        linux.sched_setaffinity(0, allowed)


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


@frozen
class Connection:
    """A line of the table: the local port, the state, and the socket's inode."""

    port: str
    state: str
    inode: str


def has_client(pids: Iterable[int]) -> bool | None:
    """Whether anybody is connected to a port on which one of these processes listens; ``None``: not known, as
    with a server that listens on no port."""
    clients = _clients(tuple(pids))
    return None if clients is None else bool(clients)


def holders(pids: Iterable[int], server: Iterable[int]) -> frozenset[int]:
    """Those of the processes which hold a connection of a client of the processes of ``server`` themselves."""
    held = {row.inode for row in _clients(tuple(server)) or ()}
    return frozenset(pid for pid in pids if _holds(pid, held))


def _holds(pid: int, inodes: set[str]) -> bool:
    try:
        return not inodes.isdisjoint(sockets(pid))
    except OSError:
        return False


def _clients(pids: tuple[int, ...]) -> tuple[Connection, ...] | None:
    """The connections to the ports on which these processes listen, whoever holds them."""
    if not IS_THERE or not pids:
        return None
    try:
        rows = tuple(_connections(pids[0]))
        own = {inode for pid in pids for inode in sockets(pid)}
    except OSError:
        return None
    ports = {row.port for row in rows if row.state == LISTENING and row.inode in own}
    return tuple(row for row in rows if row.state == ESTABLISHED and row.port in ports) if ports else None


def _connections(pid: int) -> Iterator[Connection]:
    for name in ("tcp", "tcp6"):
        path = f"/proc/{pid}/net/{name}"
        if not os.path.exists(path):
            continue
        with open(path) as file:
            for line in file.readlines()[1:]:
                words = line.split()
                yield Connection(words[1].rpartition(":")[2], words[3], words[9])
