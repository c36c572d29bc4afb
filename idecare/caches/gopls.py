"""gopls: the language server's file cache, a folder for each gopls executable.

Source: golang.org/x/tools v0.52.0, gopls/internal/filecache/filecache.go (a file unused for five days goes, while some
gopls runs).
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from idecare.caches.base import (
    Cache,
    Candidate,
    CleanRequest,
    Part,
    Rule,
    Rules,
    Target,
    Users,
    hold_unused,
    subfolders,
    unmarked,
    with_repository,
)
from idecare.caches.users import language_servers
from idecare.changes.plan import Action
from idecare.core.frozen import frozen
from idecare.core.host import Host
from idecare.core.language import tr
from idecare.core.reading import open_file
from idecare.core.results import Skip
from idecare.golang.gopls import FILE_CACHE, VERSION_FOLDER, VERSION_MARK
from idecare.golang.setup import GoSetup
from idecare.system.files import child_folders, is_working_copy
from idecare.system.processes import Process, Processes, process

if TYPE_CHECKING:
    from idecare.system.filesystem.sorting import Fate

# <version>/<2 hex>/<64 hex>-<kind> (filename); older ones had a folder for each kind above the two digits.
OWN_FOLDER = re.compile(r"[0-9a-f]{8}(/[a-z]\w*)?(/[0-9a-f]{2})?")
OWN_FILE = re.compile(r"[0-9a-f]{8}/(exe\.sha256|([a-z]\w*/)?[0-9a-f]{2}/[0-9a-f]{64}-\w+)")


class GoplsCache(Target):
    name = "gopls"
    cost = tr("the next gopls start analyses everything once")
    tool, role = "gopls", FILE_CACHE
    has_parts = True

    def prove(self, cache: Cache, rules: Rules) -> Cache:
        """Folders of eight hex digits, each with exe.sha256."""
        names = sorted(entry.name for entry in subfolders(cache.root) if VERSION_FOLDER.fullmatch(entry.name))
        marked = tuple(name for name in names if (cache.root / name / VERSION_MARK).is_file())
        if not marked:
            return replace(cache, skip=unmarked(cache.root, tr("folders with exe.sha256"), "GOPLSCACHE"))
        for name in marked:
            if is_working_copy(cache.root / name):
                return with_repository(cache, cache.root / name)
        return replace(cache, entries=marked)

    def parts(self, cache: Cache) -> Iterable[Part]:
        """The folder of each gopls executable."""
        return (Part(f"gopls {name}", (name,)) for name in cache.entries)

    def users(self, cache: Cache, processes: Processes, host: Host, now: datetime) -> Users:
        servers = language_servers(processes)
        return Users(servers, entries=running_folders(servers)) if servers else Users()

    def decide(self, candidate: Candidate, go: GoSetup, request: CleanRequest) -> Action | Skip:
        return hold_unused(candidate)

    def notes(self, candidate: Candidate, decision: Action, go: GoSetup, request: CleanRequest) -> Iterable[str]:
        return (tr("what the running gopls uses stays"),) if candidate.users.blocking else ()

    def fate(self, path: str, is_folder: bool) -> Fate:
        if is_folder:
            return "own" if OWN_FOLDER.fullmatch(path) else "foreign"
        return "own" if OWN_FILE.fullmatch(path) else "foreign"

    def layout(self, relative: bytes) -> Rule:
        """Files come and go, and do not change."""
        return Rule.FOLDER


TARGET = GoplsCache()


@frozen
class VersionFolder:
    """The folder of one gopls executable, and when a file was last made in it (epoch seconds)."""

    path: Path
    made: float


def version_folders(root: Path) -> Iterator[VersionFolder]:
    """Each with its 256 folders: a new file changes the time of the one it is made in."""
    for folder in child_folders(root):
        if VERSION_FOLDER.fullmatch(folder.name) and os.path.isfile(folder / VERSION_MARK):
            yield VersionFolder(folder, max(_time(path) for path in (folder, *child_folders(folder))))


def _time(path: Path) -> float:
    try:
        return os.stat(path).st_mtime
    except OSError:
        return 0


def running_folders(processes: Iterable[Process]) -> frozenset[str] | None:
    """The folder names of the gopls executables that run now; ``None`` when one of them cannot be read."""
    names: frozenset[str] = frozenset()
    for server in (found for found in processes if found.is_language_server):
        folders = folders_of([_image(server)])
        if folders is None and process(server.pid) is not None:
            return None
        names |= folders or frozenset()  # without one it has ended meanwhile
    return names


def _image(found: Process) -> Path:
    """What the process runs, even when the file has been replaced since."""
    image = Path(f"/proc/{found.pid}/exe")
    return image if os.path.exists(image) or found.executable is None else found.executable


def folders_of(executables: Iterable[Path]) -> frozenset[str] | None:
    """The folder names of these executables; ``None`` where one cannot be read."""
    try:
        return frozenset(folder_of_executable(path) for path in executables)
    except OSError:
        return None


def folder_of_executable(path: Path) -> str:
    """The first four bytes of the executable's SHA-256, in hex (filecache.go, hashExecutable)."""
    import hashlib

    with open_file(path) as file:
        return hashlib.file_digest(file, "sha256").hexdigest()[:8]
