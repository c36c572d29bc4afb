"""Inspects the machine itself: memory, limits, and how the temp folder is mounted."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from idecare.core.host import Host
from idecare.core.humanize import size_text
from idecare.doctor.explain.base import Clue, Words
from idecare.golang.environment import go_environment


def temp_folder(host: Host) -> Path:
    """Where go builds what it starts: GOTMPDIR, else os.TempDir of Go."""
    return Path(go_environment(host).lookup("GOTMPDIR").value or host.variable("TMPDIR") or "/tmp")


def mount_flags(folder: Path) -> tuple[str, ...]:
    """``noexec`` and ``ro`` of the file system that the folder is on, as far as they are set."""
    if not hasattr(os, "statvfs") or not os.path.isdir(folder):
        return ()
    flags = os.statvfs(folder).f_flag
    # ST_NOEXEC of Linux (statvfs.h) has no name in Python's os on other systems.
    return tuple(name for name, bit in (("noexec", getattr(os, "ST_NOEXEC", 0)), ("ro", os.ST_RDONLY)) if flags & bit)


def mount_options(host: Host, words: Words) -> Iterator[Clue]:
    """Whether the folder that the text names, or go's temp folder, is mounted noexec or read-only."""
    named = Path(words.get("path", ""))
    folder = named.parent if named.is_absolute() and os.path.isdir(named.parent) else temp_folder(host)
    flags = mount_flags(folder)
    yield Clue(
        f"{folder} is mounted {', '.join(flags)}" if flags else f"{folder} is mounted here without noexec and ro"
    )


def memory(host: Host, words: Words) -> Iterator[Clue]:
    from idecare.configure.machine import physical_memory

    total = physical_memory()
    if total:
        yield Clue(f"this machine (or its container) has {size_text(total)} of memory and {os.cpu_count()} processors")


def limits(host: Host, words: Words) -> Iterator[Clue]:
    """The limits of this process, which its parent passes on to builds too."""
    try:
        import resource
    except ImportError:
        return
    files, processes = resource.getrlimit(resource.RLIMIT_NOFILE)[0], resource.getrlimit(resource.RLIMIT_NPROC)[0]
    shown = "without limit" if processes == resource.RLIM_INFINITY else str(processes)
    yield Clue(f"in this shell: {files} open files (ulimit -n), processes {shown} (ulimit -u)")
