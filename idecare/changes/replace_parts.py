"""Putting new parts of a module version in the place of damaged ones, and the damaged ones back.

Both under go's lock, with its .partial marker in place for as long as a tree is not whole.
"""

from __future__ import annotations

import os
from collections.abc import Callable

from idecare.changes.hold_folder import opened_for, require_folders
from idecare.changes.journal import PartsRecord, Record
from idecare.changes.plan import ReplaceParts, Stamp
from idecare.system.filesystem.module_parts import (
    go_lock,
    hold_from_closed,
    open_up,
    set_marker,
    stamps,
    take_marker,
    writable_parents,
)
from idecare.system.filesystem.moving import put_back, remove_empty_holds
from idecare.system.filesystem.removing import Removal, remove_tree

STAGED, UNDONE = ".new", ".old"  # behind a record's hold: what is to be put in place, and what an undo took out
GO_LOCK_SECONDS = 5.0  # go holds it while it extracts one version, or for as long as a download of it takes

Note = Callable[[tuple[Stamp, ...]], None]


def record_of(action: ReplaceParts, hold: str) -> PartsRecord:
    return PartsRecord(hold, action.name, action.lock, action.place, action.hold, marker=action.marker)


def apply_parts(action: ReplaceParts, hold: str, note: Note) -> int:
    """Stage, prove, and exchange; return how many parts were moved. ``note`` gets what will be put in place before it
    is: a crash behind that finds it in the journal."""
    with opened_for(action.root, action.identity, hold) as root:
        for path in action.open_up:
            open_up(root, path, deeply=path == action.place or path.startswith(f"{action.place}/"))
        is_exchanging = False
        try:
            made = action.parts.stage(root, hold + STAGED)
            if made:
                note(made)
            if action.lock in action.hold:  # a folder is in its place
                is_exchanging = True
                hold_from_closed(root, hold, (action.lock,))
            with go_lock(root, action.lock, GO_LOCK_SECONDS):
                action.parts.require_unchanged()
                is_exchanging = True
                moved = _exchange(root, action, hold, made)
        except BaseException:
            if not is_exchanging:  # else there is something to put back first
                _discard_staged(root, hold)
            raise
        _discard_staged(root, hold)
    return moved


def _discard_staged(root: int, hold: str) -> None:
    """Remove what was made and not put in place."""
    remove_tree(root, hold + STAGED, Removal())
    remove_empty_holds(root, os.path.dirname(hold))


def _exchange(root: int, action: ReplaceParts, hold: str, made: tuple[Stamp, ...]) -> int:
    """Needs go's lock."""
    if action.marker:
        set_marker(root, action.marker)
    # Go's lock file stays for ever; a folder in its place has been set aside before it was locked.
    moved = hold_from_closed(root, hold, [path for path in action.hold if path != action.lock])
    with writable_parents(root, [path for path, *_ in made]):
        moved += put_back(root, hold + STAGED, is_module_tree)[0]
    if action.marker:
        take_marker(root, action.marker)
    return moved


def is_module_tree(path: str) -> bool:
    """Whether a folder is whole or nothing when it is moved: a tree ``<path>@<version>``, a repository."""
    name = os.path.basename(path)
    return ("@" in name and name != "@v") or path.startswith("cache/vcs/")


def undo(record: Record, detail: PartsRecord) -> tuple[int, int]:
    """Undo a replacement, whole or cut short: what it made goes, what it held comes back, unless go has made again what
    was there. Return how many came back and how many did not."""
    require_folders(record.root_path, detail.hold)
    if not any(os.path.lexists(record.root_path / f"{detail.hold}{part}") for part in ("", STAGED, UNDONE)):
        return 0, 0
    with opened_for(record.root_path, record.identity, detail.hold) as root:
        with go_lock(root, detail.lock, GO_LOCK_SECONDS):
            result = _taken_back(root, detail)
        for leftover in (STAGED, UNDONE):
            remove_tree(root, detail.hold + leftover, Removal())
        remove_empty_holds(root, os.path.dirname(detail.hold))
    return result


def _taken_back(root: int, detail: PartsRecord) -> tuple[int, int]:
    present = stamps(root, [path for path, *_ in detail.made])
    made = [stamp[0] for stamp in present if stamp in detail.made]
    if detail.marker and detail.place in made:
        set_marker(root, detail.marker)
    if made:
        hold_from_closed(root, detail.hold + UNDONE, made)
    with writable_parents(root, detail.held):
        restored, kept = put_back(root, detail.hold, _is_unit(detail))
    if detail.marker and (made or restored):
        take_marker(root, detail.marker)
    return restored or (len(made) if not kept else 0), kept


def _is_unit(detail: PartsRecord) -> Callable[[str], bool]:
    """A tree of which only litter was taken is merged with that."""
    return lambda path: is_module_tree(path) and detail.place in detail.held
