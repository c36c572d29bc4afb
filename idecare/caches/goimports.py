"""goimports: gopls' index of the module cache.

Source: golang.org/x/tools v0.52.0, internal/modindex/index.go (nothing removes old payloads).
"""

from __future__ import annotations

import math
import os
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from idecare.caches.base import Cache, Candidate, CleanRequest, Rules, Target, Users, hold_unused
from idecare.caches.users import language_servers
from idecare.changes.plan import Action
from idecare.core.frozen import frozen
from idecare.core.host import Host
from idecare.core.language import tr
from idecare.core.results import Skip
from idecare.golang.environment import SAFE_AGE_SECONDS
from idecare.golang.gopls import MODULE_INDEX, PAYLOAD, POINTER, orphan_payloads
from idecare.golang.setup import GoSetup
from idecare.system.files import children, read_text
from idecare.system.processes import Processes

if TYPE_CHECKING:
    from idecare.system.filesystem.sorting import Fate


class ModuleIndex(Target):
    name = "goimports"
    cost = tr("the next gopls start scans the module cache once")
    tool, role = "gopls", MODULE_INDEX

    def prove(self, cache: Cache, rules: Rules) -> Cache:
        """index-<version>-<random> payloads and index-name-* pointers."""
        names = sorted(entry.name for entry in os.scandir(cache.root) if entry.is_file(follow_symlinks=False))
        return replace(cache, entries=tuple(name for name in names if _is_gopls(name)))

    def users(self, cache: Cache, processes: Processes, host: Host, now: datetime) -> Users:
        servers = language_servers(processes)
        return Users(servers, entries=_files_in_use(cache, now)) if servers else Users()

    def decide(self, candidate: Candidate, go: GoSetup, request: CleanRequest) -> Action | Skip:
        return hold_unused(candidate)

    def notes(self, candidate: Candidate, decision: Action, go: GoSetup, request: CleanRequest) -> Iterable[str]:
        return (tr("what the running gopls uses stays"),) if candidate.users.blocking else ()

    def fate(self, path: str, is_folder: bool) -> Fate:
        return "own" if not is_folder and _is_gopls(path) else "foreign"


TARGET = ModuleIndex()


def _is_gopls(name: str) -> bool:
    return bool(PAYLOAD.fullmatch(name) or POINTER.fullmatch(name))


def _files_in_use(cache: Cache, now: datetime) -> frozenset[str]:
    """All files but old orphans: gopls writes a payload first and the pointer that names it next."""
    texts = [read_text(cache.root / name) or "" for name in cache.entries if POINTER.fullmatch(name)]
    before = now.timestamp() - SAFE_AGE_SECONDS
    orphans = orphan_payloads(cache.entries, texts)
    return frozenset(cache.entries) - {name for name in orphans if _modified(cache.root / name) < before}


def _modified(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return math.inf


@frozen
class OrphanPayloads:
    """Index files that no pointer names, in ``folder``; the newest is of ``newest`` (epoch seconds)."""

    folder: Path
    names: tuple[str, ...]
    size_bytes: int
    newest: float


def find_orphans(folder: Path) -> OrphanPayloads | None:
    """``None`` where there are none."""
    names = [path.name for path in children(folder) if path.is_file()]
    pointers = [read_text(folder / name) or "" for name in names if POINTER.fullmatch(name)]
    orphans = tuple(sorted(orphan_payloads(names, pointers)))
    if not orphans:
        return None
    found = [os.stat(folder / name) for name in orphans]
    return OrphanPayloads(folder, orphans, sum(one.st_size for one in found), max(one.st_mtime for one in found))
