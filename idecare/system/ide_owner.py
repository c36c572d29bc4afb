"""Which process runs an IDE, found by its lock file, its executable and its arguments."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from idecare.core.locations import Ide
from idecare.core.reading import read_file
from idecare.system.processes import Process, process


def ide_owner(ide: Ide, processes: Iterable[Process]) -> Process | None:
    """The process that runs this IDE, ``None`` when it is closed. Unsure counts as running."""
    holder = process(lock_pid(ide.lock))
    if holder is not None and (holder.executable is None or runs_ide(holder, ide) or is_java(holder)):
        return holder
    return next((found for found in processes if runs_ide(found, ide)), None)


def lock_pid(lock: Path) -> int:
    """The pid in the lock file; 0 when there is none. A crash leaves the file, so the pid may be anybody's by now."""
    try:
        text = read_file(lock).decode(errors="replace")[:32].strip()
    except OSError:
        return 0
    return int(text) if text.isascii() and text.isdigit() else 0


def runs_ide(found: Process, ide: Ide) -> bool:
    """Whether the process is one of this IDE's, by its executable, its name and its arguments."""
    executable = found.executable
    if executable is not None and any(executable.is_relative_to(home) for home in ide.homes):
        return True
    if any(f"-Didea.paths.selector={ide.name}" == argument for argument in found.command):
        return True
    if found.stem in ("node", "mainthread"):
        return any(str(ide.lock.parent) in argument or ide.product in argument for argument in found.command)
    return found.stem in ide.stems and not _is_elsewhere(found, ide)


def _is_elsewhere(found: Process, ide: Ide) -> bool:
    """Of the same product, but from another folder than the known installs of this version."""
    return ide.product in ("goland", "idea") and bool(ide.homes) and found.executable is not None


def is_java(found: Process) -> bool:
    """Whether it is a Java that may run any version."""
    return found.stem == "java" and not any("idea.paths.selector" in argument for argument in found.command)
