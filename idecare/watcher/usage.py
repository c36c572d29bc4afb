"""What the daemon itself costs."""

from __future__ import annotations

import os
import resource
import threading
from pathlib import Path

from idecare.core.frozen import frozen

STATM = Path("/proc/self/statm")


@frozen
class OwnUsage:
    """``wakeups``: how often it went to sleep. Without /proc, ``memory_bytes`` is the most there was."""

    cpu_seconds: float
    memory_bytes: int
    wakeups: int
    threads: int
    descriptors: int | None


def own_usage() -> OwnUsage:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return OwnUsage(
        cpu_seconds=round(used.ru_utime + used.ru_stime, 3),
        memory_bytes=_resident_bytes() or used.ru_maxrss,
        wakeups=used.ru_nvcsw,
        threads=threading.active_count(),
        descriptors=_descriptors(),
    )


def _resident_bytes() -> int | None:
    try:
        return int(STATM.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return None


def _descriptors() -> int | None:
    try:
        return len(os.listdir("/dev/fd")) - 1
    except OSError:
        return None
