"""Room for builds, and what takes it for nothing: work folders of killed go commands."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from idecare.core.commands import command_text
from idecare.core.humanize import age_text, count_text, size_text
from idecare.core.language import tr
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
            yield _full(
                space, "bytes", tr("{size} are free", size=size_text(space.free_bytes)), space.free_bytes < FULL_BYTES
            )
        if space.total_files and space.free_files < space.total_files * LITTLE_FILES_SHARE:
            free = tr(
                "{count} more files can be made, of {total}",
                count=f"{space.free_files:,}",
                total=f"{space.total_files:,}",
            )
            yield _full(space, "files", free, space.free_files == 0)


def _full(space: Space, word: str, free: str, is_full: bool) -> Finding:
    return Finding(
        id=f"caches/disk/{word}",
        severity="error" if is_full else "warning",
        summary=tr("the disk of the {places} is nearly full", places=tr(" and the ").join(map(tr, space.names))),
        evidence=(f"{space.path}: {free}",),
        why=tr("builds end with 'no space left on device', and a write that is cut short leaves a damaged cache"),
        fix=tr("idecare usage shows what takes it; idecare clean --now frees it"),
    )


def _leftovers(snapshot: Snapshot) -> Iterable[Finding]:
    """What a program that `go run` started runs from is in use, however old."""
    now = snapshot.now.timestamp()
    old = [found for found in snapshot.work_folders if now - found.used > LEFT_SECONDS]
    left = [found for found in old if not _is_used(snapshot, found.path)]
    if left:
        named = tuple(
            tr("{path}, {age} old", path=found.path, age=age_text(now - found.used)) for found in left[:MOST_NAMED]
        )
        more = (tr("and {count} more", count=len(left) - MOST_NAMED),) if len(left) > MOST_NAMED else ()
        yield Finding(
            id="caches/build-leftovers",
            severity="info",
            summary=tr(
                "killed go commands left {count} in the temp folder", count=count_text(len(left), "work folder")
            ),
            evidence=(*named, *more),
            why=tr("nothing uses or removes them"),
            fix=tr("remove them"),
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

        shown = tuple(
            tr("{path}, {age} old", path=folder.path, age=age_text(now - folder.made))
            for folder in orphans[:MOST_NAMED]
        )
        more = (tr("and {count} more", count=len(orphans) - MOST_NAMED),) if len(orphans) > MOST_NAMED else ()
        yield Finding(
            id="caches/gopls-orphans",
            severity="info",
            summary=tr("gopls keeps {count} of executables that are gone", count=count_text(len(orphans), "folder")),
            evidence=(*shown, *more),
            why=tr("each new gopls begins a folder of its own, and only a running gopls removes the old ones"),
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
            summary=tr(
                "gopls' index of the module cache has {count} that nothing reads",
                count=count_text(len(found.names), "file"),
            ),
            evidence=(
                tr(
                    "{folder}: {size} in files that no index-name-… file names",
                    folder=found.folder,
                    size=size_text(found.size_bytes),
                ),
            ),
            why=tr("each new index leaves the one before it, and nothing removes those"),
            fix=f"idecare clean {TARGET.name}",
            remedies=(CleanTarget(TARGET.name, found.names),),
        )


# What a year of daily work seldom reaches. go itself knows no limit: it removes what was not used for five days.
LARGE_BYTES = 30_000_000_000
LARGE_FIXES = {
    BUILD_CACHE: "idecare clean gocache --older-than 2d",
    MODULE_CACHE: tr("idecare clean modcache: what is needed is downloaded again"),
}


def _size(snapshot: Snapshot) -> Iterable[Finding]:
    for role, found in snapshot.remembered_sizes.items():
        if found.allocated_bytes > LARGE_BYTES:
            yield Finding(
                id="caches/size",
                severity="info",
                summary=tr("{path} takes {size}", path=found.path, size=size_text(found.allocated_bytes)),
                evidence=(tr("measured by `idecare usage`, which also shows what of it is new"),),
                why=tr("it costs disk, and backups and scanners their time"),
                fix=LARGE_FIXES[role],
            )


CHECKS = (
    Check("caches/disk", tr("hardly any room where go writes"), "idecare usage, idecare clean --now", _disk),
    Check(
        "caches/build-leftovers",
        tr("go-build folders in the temp folder that nobody uses"),
        tr("remove them"),
        _leftovers,
    ),
    Check("caches/gopls-orphans", tr("folders of gopls executables that are gone"), "idecare clean gopls", _orphans),
    Check("caches/goimports", tr("files of gopls' index that nothing reads"), "idecare clean goimports", _index),
    Check("caches/size", tr("a cache that has grown very large"), "idecare clean", _size),
)
