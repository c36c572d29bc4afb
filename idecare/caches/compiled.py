"""Every compiled package in a build cache, with the settings that it was compiled with, when, and when it was used."""

from __future__ import annotations

import base64
import os
from collections.abc import Iterator
from pathlib import Path

from idecare.core.frozen import frozen
from idecare.core.reading import read_file
from idecare.golang.compiled import Compiled, Unknown, read_compiled
from idecare.golang.environment import ACTION_ENTRY_BYTES, CACHE_FOLDERS

SMALLEST_BYTES = 512  # an archive's two heads and the table of blocks take more
MOST_BYTES = 5_000_000_000  # of archives, of which a ninth is read: some seconds


@frozen
class Output:
    """A compiled package as the cache keeps it. ``place`` is its folder with links followed, "" where that is not
    known. ``made`` and ``used`` are epoch seconds; go refreshes a use once an hour at most."""

    compiled: Compiled
    size_bytes: int
    made: float
    used: float
    place: str = ""


@frozen
class CompiledScan:
    """What was looked at, that which was used last first. ``unknown`` are archives of a Go whose object files are not
    known. ``left`` outputs, all older than ``since``, were not looked at: those before had ``MOST_BYTES`` together."""

    outputs: tuple[Output, ...]
    unknown: int = 0
    left: int = 0
    since: float = 0.0


def scan_compiled(root: Path, most_bytes: int = MOST_BYTES) -> CompiledScan:
    actions: dict[str, str] = {}
    files = sorted(_files(root, actions), reverse=True)
    places: dict[str, str] = {}
    found: list[Output] = []
    unknown = looked_bytes = 0
    for number, (used, size, path) in enumerate(files):
        if looked_bytes > most_bytes:
            return CompiledScan(tuple(found), unknown, len(files) - number, used)
        match read_compiled(path):
            case Unknown():
                unknown += 1
            case Compiled() as compiled:
                looked_bytes += size
                place = places.setdefault(compiled.folder, os.path.realpath(compiled.folder) if compiled.folder else "")
                found.append(Output(compiled, size, _made(root, actions, compiled.build, used), used, place))
    return CompiledScan(tuple(found), unknown)


def _files(root: Path, actions: dict[str, str]) -> Iterator[tuple[float, int, str]]:
    """Stamp, size and path of each output that may be an archive; the names of action entries go into ``actions`` by
    the part of them that a build ID has: 15 bytes (cmd/go/internal/cache/hash.go, buildid.HashToString)."""
    for folder in CACHE_FOLDERS:
        try:
            with os.scandir(root / folder) as entries:
                for entry in entries:
                    if entry.name.endswith("-a"):
                        actions[entry.name[:30]] = entry.name
                    elif entry.name.endswith("-d") and entry.is_file(follow_symlinks=False):
                        status = entry.stat(follow_symlinks=False)
                        if status.st_size >= SMALLEST_BYTES:
                            yield status.st_mtime, status.st_size, entry.path
        except OSError:  # gone meanwhile
            continue


def _made(root: Path, actions: dict[str, str], build: str, used: float) -> float:
    """When go made the entry, which its action says in nanoseconds; without one: when it was used last."""
    try:
        name = actions[base64.urlsafe_b64decode(build + "=" * (-len(build) % 4)).hex()]
        words = read_file(root / name[:2] / name, ACTION_ENTRY_BYTES).split()
        return int(words[4]) / 1e9
    except (KeyError, OSError, ValueError, IndexError):
        return used
