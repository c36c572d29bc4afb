"""Small values and folders that many tests start from."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psutil

from idecare.caches.base import Cache
from idecare.changes.journal import Detail, HeldRecord, Record, StampRecord
from idecare.changes.journal_schema1 import HOW_HELD
from idecare.core.locations import CacheLocation
from idecare.core.results import Identity
from idecare.system.processes import Process

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
ROOT = Path("/caches/one")
GO = Process(4711, "go", environment={}, started=NOW)
GOPLS = Process(4712, "gopls", environment={}, started=NOW)
SLEEP = shutil.which("sleep") or "/bin/sleep"
HOLD = ".idecare-held/20261122-120000"


def location(target: str = "gocache", path: Path = ROOT, **changes: Any) -> CacheLocation:
    return CacheLocation("tool", "name", path, changes.pop("source", "default"), target, **changes)


def cache(target: str = "gocache", root: Path = ROOT, entries: tuple[str, ...] = ("00", "ff"), **changes: Any) -> Cache:
    """An inspected cache, of which ``entries`` may go."""
    place = changes.pop("location", None) or location(target, root)
    return Cache(place, root, changes.pop("identity", Identity(1, 2)), entries, **changes)


def record(root: Path = ROOT, target: str = "gocache", state: str = "held", **changes: Any) -> Record:
    """A record of held entries, or of the ``detail`` given, whose identity is that of the folder, if there is one."""
    identity = identity_of(root) if root.exists() else Identity(1, 2)
    detail = changes.pop("detail", None) or _detail(target, changes)
    return Record(target, str(root), identity.device, identity.inode, state, detail, **changes)  # type: ignore[arg-type]


def _detail(target: str, changes: dict[str, Any]) -> Detail:
    """``name``, ``previous`` and ``content`` make it a file that was rewritten in place."""
    if "name" in changes:
        return StampRecord(*(changes.pop(name, None) for name in ("name", "previous", "content")))
    how = {"trimmed": changes.pop("trimmed", False), **HOW_HELD.get(target, {})}
    return HeldRecord(changes.pop("hold", f"{HOLD}/{target}"), **how)


def identity_of(path: Path) -> Identity:
    status = path.stat()
    return Identity(status.st_dev, status.st_ino)


# What go writes into a new build cache (cmd/go of go1.27.3, src/cmd/go/internal/cache/default.go).
GO_README = """This directory holds cached build artifacts from the Go build system.
Run "go clean -cache" if the directory is getting too large.
Run "go clean -fuzzcache" to delete the fuzz cache.
See go.dev to learn more about Go.
"""


def write(root: Path, *names: str, content: str | None = None) -> Path:
    """Write a file for each name below ``root``, with its own name as content, but go's for a README; a name with ``/``
    at its end is a folder."""
    for name in names:
        path = root / name
        if name.endswith("/"):
            path.mkdir(parents=True, exist_ok=True)
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            usual = GO_README if name == "README" else name
            path.write_text(usual if content is None else content)
    return root


def write_file(path: Path, text: str) -> Path:
    """Write one file with its folders, and return its path."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def build_cache(root: Path, entries: Mapping[str, float] | None = None) -> Path:
    """A GOCACHE with entries by path (``00/x-a``) and the age of their last use in seconds before ``NOW``."""
    write(root, "README", "trim.txt", "00/", "ff/")
    for name, age in (entries or {"00/x-a": 0, "00/x-d": 0, "ff/y-d": 0}).items():
        write(root, name)
        stamp(root / name, age)
    return root


def go_name(short: str) -> str:
    """``00/x-a`` as go would name it: 64 hex digits, which begin with the folder."""
    folder, _, name = short.partition("/")
    word, _, kind = name.partition("-")
    return f"{folder}/{folder}{word.encode().hex():0>62}-{kind}"


def stamp(path: Path, seconds_before_now: float) -> None:
    moment = NOW.timestamp() - seconds_before_now
    os.utime(path, (moment, moment), follow_symlinks=False)


def tree(root: Path) -> dict[str, str]:
    """All that lies below a folder, as text: the content of files, the aim of links, the mode of folders."""
    return {path.relative_to(root).as_posix(): _content(path) for path in sorted(root.rglob("*"))}


def _content(path: Path) -> str:
    if path.is_symlink():
        return f"-> {os.readlink(path)}"
    if path.is_dir():
        return f"folder {stat.S_IMODE(path.stat().st_mode):o}"
    return path.read_bytes().decode("latin-1")


def names(root: Path) -> set[str]:
    """The relative paths of all files and links below a folder."""
    return {path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_symlink() or not path.is_dir()}


@contextmanager
def running(program: Path, **environment: str) -> Iterator[int]:
    """A copy of ``sleep`` that runs as ``program`` until the end of the block; its pid."""
    program.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(SLEEP, program)
    child = subprocess.Popen([program, "600"], env=environment)
    try:
        yield wait_until_it_runs(child.pid)
    finally:
        child.kill()
        child.wait()


def wait_until_it_runs(pid: int) -> int:
    """Popen returns while the kernel is still giving the process its name and its arguments."""
    own = Path("/proc/self/comm").read_text()
    while Path(f"/proc/{pid}/comm").read_text() == own or not psutil.Process(pid).cmdline():
        time.sleep(0.001)
    return pid
