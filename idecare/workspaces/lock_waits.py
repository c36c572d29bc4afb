"""Who holds a lock of the module cache, a go.mod or a go.sum, who waits for it, and since when.

Linux: the kernel's lock table, where `->` marks one that waits (Documentation/filesystems/proc.rst). Elsewhere: the
files that go commands have open. Nothing here takes a lock, waits or changes anything.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from textwrap import shorten

from idecare.core.frozen import frozen
from idecare.core.reading import read_file
from idecare.system import locks
from idecare.system.processes import Process, open_files, process, working_folder
from idecare.system.procfs import blocked_since, idle_since, is_stopped
from idecare.workspaces.base import LockWait

MODULE_FILES = frozenset({"go.mod", "go.sum", "go.work", "go.work.sum"})
BUILD_CACHE_FILES = frozenset({"trim.txt", "testexpire.txt"})  # who holds trim.txt makes every build hang at its end
LONGEST_COMMAND = 60


@frozen
class Row:
    """One line of the table: a lock that is held, or one that waits for the lock before it."""

    pid: int
    waits: bool
    file: tuple[int, int, int]  # major and minor number of the device, inode


def lock_waits(go: Iterable[Process], now: datetime) -> tuple[LockWait, ...]:
    """Holders and waiting commands; a lock that is held for nobody's harm and only for a moment is there, too."""
    if locks.LOCK_TABLE.exists():
        return tuple(_from_table(now))
    return tuple(_from_open_files(go))


def _from_table(now: datetime) -> Iterator[LockWait]:
    rows = tuple(_rows())
    files = {pid: _lock_files(pid) for pid in {row.pid for row in rows} - {os.getpid()}}
    holders: dict[tuple[int, int, int], tuple[int, ...]] = {}
    for row in rows:
        if not row.waits:
            holders[row.file] = (*holders.get(row.file, ()), row.pid)
    wanted = {row.file for row in rows if row.waits}
    for row in rows:
        path = files.get(row.pid, {}).get(row.file)
        if path is None or not (found := process(row.pid)):
            continue
        if row.waits:
            since = blocked_since(row.pid, now) or found.started
            yield _described(LockWait(row.pid, found.name, "waits", path, since, holders.get(row.file, ())), found)
            continue
        held = _described(LockWait(row.pid, found.name, "holds", path, found.started), found)
        if row.file in wanted:  # nobody asks how busy the others are
            held = replace(held, is_stopped=is_stopped(row.pid), idle_since=idle_since(row.pid, now))
        yield held


def _described(lock: LockWait, found: Process) -> LockWait:
    folder = working_folder(found.pid)
    return replace(lock, command=_command(found), folder=None if folder == Path("/") else folder)


def _command(found: Process) -> str:
    """``go mod tidy``: the program's name and what it was asked to do, without flags."""
    program, *words = found.command or (found.name,)
    kept = [word for word in words if not word.startswith("-")]
    return shorten(" ".join([os.path.basename(program), *kept]), LONGEST_COMMAND, placeholder=" ...")


def _rows() -> Iterator[Row]:
    """``1: FLOCK  ADVISORY  WRITE 708 08:01:12345 0 EOF``, or with ``->`` in front of FLOCK."""
    try:
        lines = read_file(locks.LOCK_TABLE).decode().splitlines()
    except OSError:
        return
    for line in lines:
        words = line.split()[1:]
        waits = words[:1] == ["->"]
        fields = words[waits:]
        if len(fields) >= 5 and fields[0] == "FLOCK" and fields[3].isdigit() and fields[3] != "0":
            major, minor, inode = fields[4].split(":")
            yield Row(int(fields[3]), waits, (int(major, 16), int(minor, 16), int(inode)))


def _lock_files(pid: int) -> dict[tuple[int, int, int], Path]:
    """The files of Go's that the process has open, by what the table calls them."""
    found = {}
    for path in open_files(pid):
        if is_go_lock(path):
            try:
                status = os.stat(path)
            except OSError:
                continue
            found[*_device(status.st_dev), status.st_ino] = path
    return found


def _device(number: int) -> tuple[int, int]:
    """Major and minor, as /proc/locks has them."""
    if sys.platform == "win32":
        return 0, number
    return os.major(number), os.minor(number)


def is_go_lock(path: Path) -> bool:
    """Whether go commands lock this file (src/cmd/go/internal/lockedfile and its callers, go1.27.3)."""
    if path.name in MODULE_FILES or path.name in BUILD_CACHE_FILES:
        return True
    if path.parent.name == "@v":
        return path.name.endswith((".lock", ".ziphash")) or path.name == "list"
    return path.parent.name in ("cache", "vcs") and path.name.endswith("lock") and "mod" in path.parts


def _from_open_files(go: Iterable[Process]) -> Iterator[LockWait]:
    """Of several commands with one file open, the oldest is taken for the holder."""
    openers: dict[Path, list[Process]] = {}
    for found in sorted(go, key=lambda found: (found.started or datetime.max.replace(tzinfo=UTC), found.pid)):
        for path in dict.fromkeys(open_files(found.pid)):
            if is_go_lock(path):
                openers.setdefault(path, []).append(found)
    for path, (holder, *others) in openers.items():
        yield _described(LockWait(holder.pid, holder.name, "holds", path, holder.started), holder)
        for one in others:
            yield _described(LockWait(one.pid, one.name, "waits", path, one.started, (holder.pid,)), one)
