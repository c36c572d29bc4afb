"""The machine: its cores, memory and file systems, what a process costs it, and how one is ended or stands back."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING

from idecare.core.frozen import frozen
from idecare.system import procfs

if TYPE_CHECKING:
    import subprocess

IDLE_SAMPLES, IDLE_SAMPLE_SECONDS = 3, 0.003


@frozen
class Cost:
    """What a process has cost since its start: processor seconds of all its threads, and how often it gave up the
    processor by itself, which is how often it woke up."""

    cpu_seconds: float
    memory_bytes: int
    wakeups: int
    threads: int


def cost_of(pid: int) -> Cost | None:
    """``None`` when there is no such process, or it is not for this user to know."""
    import psutil

    try:
        found = psutil.Process(pid)
        with found.oneshot():
            times, switches = found.cpu_times(), found.num_ctx_switches()
            return Cost(times.user + times.system, found.memory_info().rss, switches.voluntary, found.num_threads())
    except (psutil.Error, OSError):
        return None


def has_idle_core() -> bool:
    """Whether a second worker would find a core to itself, by what runs at this moment where that can be asked."""
    cores = os.cpu_count() or 1
    if not procfs.IS_THERE:
        return os.getloadavg()[0] < cores if hasattr(os, "getloadavg") else cores > 1
    counts = []
    for _ in range(IDLE_SAMPLES):
        counts.append(procfs.running_now())
        time.sleep(IDLE_SAMPLE_SECONDS)
    return sum(counts) / IDLE_SAMPLES < cores


def total_memory() -> int:
    """The bytes of memory that the machine has."""
    import psutil

    return psutil.virtual_memory().total


def end_session(leader: subprocess.Popen[bytes]) -> None:
    """End a process that leads a session of its own, and what it has started there; on Windows the process alone."""
    if sys.platform == "win32":
        leader.kill()
    else:
        os.killpg(leader.pid, signal.SIGKILL)


def run_last() -> None:
    """Give this process the lowest priority."""
    if sys.platform == "win32":
        import psutil

        psutil.Process().nice(psutil.IDLE_PRIORITY_CLASS)
    else:
        os.setpriority(os.PRIO_PROCESS, 0, 19)


def partitions() -> Iterator[tuple[str, str]]:
    """Mount point and type of every file system, for systems without a mount table file."""
    import psutil

    for partition in psutil.disk_partitions(all=True):
        yield partition.mountpoint, partition.fstype
