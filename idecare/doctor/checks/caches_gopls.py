"""gopls' caches: folders of executables that are gone, and old payloads of its index of the module cache."""

from __future__ import annotations

from collections.abc import Iterable

from idecare.core.humanize import age_text, count_text, size_text
from idecare.doctor.base import Check, CleanTarget, Finding
from idecare.doctor.snapshot import Snapshot
from idecare.golang.environment import SAFE_AGE_SECONDS

OWN_LIMIT_SECONDS = 5 * 86_400  # what gopls itself removes, as long as one runs (filecache.go, gc)
MOST_NAMED = 5


def _orphans(snapshot: Snapshot) -> Iterable[Finding]:
    """Only old folders make it worth hashing the executables. One that cannot be read may own any of them."""
    now = snapshot.now.timestamp()
    old = [folder for folder in snapshot.gopls_folders if now - folder.made > OWN_LIMIT_SECONDS]
    owners = snapshot.gopls_owners if old else frozenset()
    orphans = [folder for folder in old if owners is not None and folder.path.name not in owners]
    if orphans:
        shown = tuple(f"{folder.path}, {age_text(now - folder.made)} old" for folder in orphans[:MOST_NAMED])
        more = (f"and {len(orphans) - MOST_NAMED} more",) if len(orphans) > MOST_NAMED else ()
        yield Finding(
            id="caches/gopls-orphans",
            severity="info",
            summary=f"gopls keeps {count_text(len(orphans), 'folder')} of executables that are gone",
            evidence=(*shown, *more),
            why="each new gopls begins a folder of its own, and only a running gopls removes the old ones",
            fix="idecare clean gopls",
            remedies=(CleanTarget("gopls", tuple(folder.path.name for folder in orphans)),),
        )


def _index(snapshot: Snapshot) -> Iterable[Finding]:
    found = snapshot.index_orphans
    if found is not None and snapshot.now.timestamp() - found.newest > SAFE_AGE_SECONDS:
        yield Finding(
            id="caches/goimports",
            severity="info",
            summary=f"gopls' index of the module cache has {count_text(len(found.names), 'file')} that nothing reads",
            evidence=(f"{found.folder}: {size_text(found.size_bytes)} in files that no index-name-… file names",),
            why="each new index leaves the one before it, and nothing removes those",
            fix="idecare clean goimports",
            remedies=(CleanTarget("goimports", found.names),),
        )


CHECKS = (
    Check("caches/gopls-orphans", "folders of gopls executables that are gone", "idecare clean gopls", _orphans),
    Check("caches/goimports", "files of gopls' index that nothing reads", "idecare clean goimports", _index),
)
