"""Moving entries of a cache aside and back: renames within the root, so no byte is copied."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from idecare.changes.hold_folder import opened_for
from idecare.changes.journal import HeldRecord, Record, Restore
from idecare.changes.plan import HoldEntries, TrimEntries
from idecare.core.errors import IdecareError, RefusedError
from idecare.core.language import tr
from idecare.core.results import Identity
from idecare.system.filesystem.moving import (
    hold_entries,
    hold_matching,
    put_back,
    put_back_in_use,
    remove_empty_holds,
    swap_back,
)
from idecare.system.mounts import mounts_inside, read_mounts

# cmd/go of go1.27.3, src/cmd/go/internal/cache/cache.go, fileName
BUILD_ENTRY = re.compile(r"[0-9a-f]{64}-[ad]")


def apply_hold(action: HoldEntries, hold: str, is_free: Callable[[], bool]) -> int:
    """Return how many entries were moved: none if the cache is not free when all is ready for the first one."""
    _require_no_mount(action.root)
    with opened_for(action.root, action.identity, hold) as root:
        return hold_entries(root, hold, action.entries, action.keep_folders, is_free)


def apply_trim(action: TrimEntries, hold: str, is_free: Callable[[], bool]) -> int:
    """Actions of all folders first: from then on every look-up misses, and no new use of an old output begins.

    A trim for an idle cache ends there when somebody has come meanwhile, before it takes what he could have looked up.
    """
    _require_no_mount(action.root)
    moved, before = 0, action.used_before.timestamp()
    with opened_for(action.root, action.identity, hold) as root:
        if not is_free():
            return 0
        if action.all_actions or action.only_idle:
            moved += hold_matching(root, hold, action.folders, lambda entry: _is_going_action(entry, action))
        if not is_free():
            return moved
        return moved + hold_matching(root, hold, action.folders, lambda entry: is_older_entry(entry, before))


def _require_no_mount(root: Path) -> None:
    """The plan was made before the user was asked: what was mounted since would go along, and must not be deleted."""
    if inside := mounts_inside(root, read_mounts()):
        reason = tr("another file system was mounted in it since, at {path}", path=inside[0])
        raise RefusedError("mount-inside", reason, f"umount {inside[0]}")


def is_going(entry: os.DirEntry[str], action: TrimEntries) -> bool:
    """Whether a trim would take an entry that is no link; not if it has gone meanwhile."""
    try:
        is_wanted = action.all_actions and is_action(entry)
        return is_wanted or is_older_entry(entry, action.used_before.timestamp())
    except FileNotFoundError:
        return False


def _is_going_action(entry: os.DirEntry[str], action: TrimEntries) -> bool:
    return is_action(entry) and (action.all_actions or is_older_entry(entry, action.used_before.timestamp()))


def is_older_entry(entry: os.DirEntry[str], before: float) -> bool:
    """Whether a build cache entry was last used before that time (seconds since the epoch); its mtime says so."""
    return is_build_entry(entry) and entry.stat(follow_symlinks=False).st_mtime < before


def is_build_entry(entry: os.DirEntry[str]) -> bool:
    """Whether go gave it its name; of folders only outputs, which executables are since go 1.24."""
    is_named = BUILD_ENTRY.fullmatch(entry.name) is not None
    return is_named and (entry.name.endswith("-d") or not entry.is_dir(follow_symlinks=False))


def is_action(entry: os.DirEntry[str]) -> bool:
    return entry.name.endswith("-a") and is_build_entry(entry)


def forget(root: Path, identity: Identity, hold: str) -> None:
    """Nothing was moved there: the folder that was made for it goes."""
    with suppress(IdecareError, OSError), opened_for(root, identity, hold) as folder:
        remove_empty_holds(folder, hold)


def undo(record: Record, detail: HeldRecord, in_use: bool) -> tuple[int, int]:
    """Put held entries back; return how many came back and how many did not, because newer ones are there.

    In constant time if nothing is using the cache. RefusedError when the root is another folder by now.
    """
    with opened_for(record.root_path, record.identity, detail.hold) as root:
        if in_use:
            return put_back_in_use(root, detail.hold, _comes_last)
        return put_back(root, detail.hold, is_unit(detail.restore))


def recover(record: Record, detail: HeldRecord, at_once: bool = False) -> tuple[int, int]:
    """Put everything back after an interruption: folders made meanwhile are merged with the held ones. ``at_once``: it
    has just gone, and somebody may have looked up what he is about to read."""
    with opened_for(record.root_path, record.identity, detail.hold) as root:
        if not detail.returns_in_use:
            return put_back(root, detail.hold, lambda path: False)
        swapped = swap_back(root, detail.hold) if at_once and not detail.trimmed else 0
        merged, kept = put_back_in_use(root, detail.hold, _comes_last)
        return swapped + merged, kept


def is_unit(restore: Restore) -> Callable[[str], bool]:
    """For a path below the root: whether a folder of that name is whole or nothing when it is put back."""
    if restore == "module-trees":
        return lambda path: "@" in os.path.basename(path) and not path.endswith("/@v") and not path.startswith("cache/")
    return lambda path: restore == "whole"


def _comes_last(name: str) -> bool:
    """Build cache actions (-a), after every output (-d): whoever finds an action reads next the output it names, in
    another folder."""
    return name.endswith("-a")
