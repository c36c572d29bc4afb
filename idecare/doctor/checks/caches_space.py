"""Room for builds, and what takes it for nothing: work folders of killed go commands."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from idecare.core.commands import command_text
from idecare.core.humanize import age_text, count_text, size_text
from idecare.doctor.base import Check, CleanTarget, Finding, RunByUser
from idecare.doctor.snapshot import Snapshot
from idecare.golang.environment import BUILD_CACHE, MODULE_CACHE, SAFE_AGE_SECONDS
from idecare.system.mounts import Space

FULL_BYTES, LITTLE_BYTES = 200_000_000, 1_000_000_000  # a link of a large program writes as much
LITTLE_SHARE = 0.2  # of a small file system in memory less is enough
LITTLE_FILES_SHARE = 0.005
LEFT_SECONDS = 2 * 86_400
MOST_NAMED = 5


def _disk(snapshot: Snapshot) -> Iterable[Finding]:
    for space in snapshot.space:
        if space.free_bytes < min(LITTLE_BYTES, space.total_bytes * LITTLE_SHARE):
            yield _full(space, "bytes", f"{size_text(space.free_bytes)} are free", space.free_bytes < FULL_BYTES)
        if space.total_files and space.free_files < space.total_files * LITTLE_FILES_SHARE:
            free = f"{space.free_files:,} more files can be made, of {space.total_files:,}"
            yield _full(space, "files", free, space.free_files == 0)


def _full(space: Space, word: str, free: str, is_full: bool) -> Finding:
    return Finding(
        id=f"caches/disk/{word}",
        severity="error" if is_full else "warning",
        summary=f"the disk of the {' and the '.join(space.names)} is nearly full",
        evidence=(f"{space.path}: {free}",),
        why="builds end with 'no space left on device', and a write that is cut short leaves a damaged cache",
        fix="idecare usage shows what takes it; idecare clean --now frees it",
    )


def _leftovers(snapshot: Snapshot) -> Iterable[Finding]:
    """What a program that `go run` started runs from is in use, however old."""
    now = snapshot.now.timestamp()
    old = [found for found in snapshot.work_folders if now - found.used > LEFT_SECONDS]
    left = [found for found in old if not _is_used(snapshot, found.path)]
    if left:
        named = tuple(f"{found.path}, {age_text(now - found.used)} old" for found in left[:MOST_NAMED])
        more = (f"and {len(left) - MOST_NAMED} more",) if len(left) > MOST_NAMED else ()
        yield Finding(
            id="caches/build-leftovers",
            severity="info",
            summary=f"killed go commands left {count_text(len(left), 'work folder')} in the temp folder",
            evidence=(*named, *more),
            why="nothing uses or removes them",
            fix="remove them",
            remedies=(RunByUser(command_text("rm", "-rf", *(found.path for found in left))),),
        )


def _is_used(snapshot: Snapshot, folder: Path) -> bool:
    return any(program.is_relative_to(folder) for program in snapshot.running_programs)


OWN_LIMIT_SECONDS = 5 * 86_400  # what gopls itself removes, as long as one runs (filecache.go, gc)
MOST_NAMED = 5


def _orphans(snapshot: Snapshot) -> Iterable[Finding]:
    """Only old folders make it worth hashing the executables. One that cannot be read may own any of them."""
    now = snapshot.now.timestamp()
    old = [folder for folder in snapshot.gopls_folders if now - folder.made > OWN_LIMIT_SECONDS]
    owners = snapshot.gopls_owners if old else frozenset()
    orphans = [folder for folder in old if owners is not None and folder.path.name not in owners]
    if orphans:
        from idecare.caches.gopls import TARGET

        shown = tuple(f"{folder.path}, {age_text(now - folder.made)} old" for folder in orphans[:MOST_NAMED])
        more = (f"and {len(orphans) - MOST_NAMED} more",) if len(orphans) > MOST_NAMED else ()
        yield Finding(
            id="caches/gopls-orphans",
            severity="info",
            summary=f"gopls keeps {count_text(len(orphans), 'folder')} of executables that are gone",
            evidence=(*shown, *more),
            why="each new gopls begins a folder of its own, and only a running gopls removes the old ones",
            fix=f"idecare clean {TARGET.name}",
            remedies=(CleanTarget(TARGET.name, tuple(folder.path.name for folder in orphans)),),
        )


def _index(snapshot: Snapshot) -> Iterable[Finding]:
    found = snapshot.index_orphans
    if found is not None and snapshot.now.timestamp() - found.newest > SAFE_AGE_SECONDS:
        from idecare.caches.goimports import TARGET

        yield Finding(
            id="caches/goimports",
            severity="info",
            summary=f"gopls' index of the module cache has {count_text(len(found.names), 'file')} that nothing reads",
            evidence=(f"{found.folder}: {size_text(found.size_bytes)} in files that no index-name-… file names",),
            why="each new index leaves the one before it, and nothing removes those",
            fix=f"idecare clean {TARGET.name}",
            remedies=(CleanTarget(TARGET.name, found.names),),
        )


# What a year of daily work seldom reaches. go itself knows no limit: it removes what was not used for five days.
LARGE_BYTES = 30_000_000_000
LARGE_FIXES = {
    BUILD_CACHE: "idecare clean gocache --older-than 2d",
    MODULE_CACHE: "idecare clean modcache: what is needed is downloaded again",
}


def _size(snapshot: Snapshot) -> Iterable[Finding]:
    for role, found in snapshot.remembered_sizes.items():
        if found.allocated_bytes > LARGE_BYTES:
            yield Finding(
                id="caches/size",
                severity="info",
                summary=f"{found.path} takes {size_text(found.allocated_bytes)}",
                evidence=("measured by `idecare usage`, which also shows what of it is new",),
                why="it costs disk, and backups and scanners their time",
                fix=LARGE_FIXES[role],
            )


CHECKS = (
    Check("caches/disk", "hardly any room where go writes", "idecare usage, idecare clean --now", _disk),
    Check("caches/build-leftovers", "go-build folders in the temp folder that nobody uses", "remove them", _leftovers),
    Check("caches/gopls-orphans", "folders of gopls executables that are gone", "idecare clean gopls", _orphans),
    Check("caches/goimports", "files of gopls' index that nothing reads", "idecare clean goimports", _index),
    Check("caches/size", "a cache that has grown very large", "idecare clean", _size),
)
