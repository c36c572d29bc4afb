"""Putting the mended parts of a module version in place of the damaged ones, and the damaged ones back.

Both under go's lock, with its .partial marker in place for as long as a tree is not whole.
"""

from __future__ import annotations

import os
from collections.abc import Callable

from idecare.changes.journal import MendRecord, Record
from idecare.system.filesystem.folders import opened
from idecare.system.filesystem.module_parts import (
    go_lock,
    hold_from_closed,
    set_marker,
    stamps,
    take_marker,
    writable_parents,
)
from idecare.system.filesystem.moving import put_back, remove_empty_holds
from idecare.system.filesystem.removing import Removal, remove_tree

STAGED, UNDONE = ".new", ".old"  # behind a record's hold: what is to be put in place, and what an undo took out
GO_LOCK_SECONDS = 5.0  # go holds it while it extracts one version, or for as long as a download of it takes


def is_module_tree(path: str) -> bool:
    """Whether a folder is whole or nothing when it is moved: a tree ``<path>@<version>``, a repository."""
    name = os.path.basename(path)
    return ("@" in name and name != "@v") or path.startswith("cache/vcs/")


def swap(root: int, record: Record, mend: MendRecord) -> int:
    """Set the damaged parts aside and put the staged ones in their place; return how many were moved. Needs go's
    lock."""
    if mend.marker:
        set_marker(root, mend.marker)
    # Go's lock file stays for ever; what was a folder in its place has been set aside before it was locked.
    moved = hold_from_closed(root, record.hold, [path for path in mend.held if path != mend.lock])
    with writable_parents(root, [path for path, *_ in mend.made]):
        moved += put_back(root, record.hold + STAGED, is_module_tree)[0]
    if mend.marker:
        take_marker(root, mend.marker)
    return moved


def take_back(record: Record) -> tuple[int, int]:
    """Undo a mend, whole or cut short: what it made goes, what it held comes back, unless go has made anew what was
    there. Return how many came back and how many did not."""
    mend = record.mend
    assert mend is not None
    if not any(os.path.lexists(record.root_path / f"{record.hold}{part}") for part in ("", STAGED, UNDONE)):
        return 0, 0
    with opened(record.root_path, record.identity) as root:
        with go_lock(root, mend.lock, GO_LOCK_SECONDS):
            result = _taken_back(root, record, mend)
        for leftover in (STAGED, UNDONE):
            remove_tree(root, record.hold + leftover, Removal())
        remove_empty_holds(root, os.path.dirname(record.hold))
    return result


def _taken_back(root: int, record: Record, mend: MendRecord) -> tuple[int, int]:
    present = stamps(root, [path for path, *_ in mend.made])
    made = [stamp[0] for stamp in present if stamp in mend.made]
    if mend.marker and mend.place in made:
        set_marker(root, mend.marker)
    if made:
        hold_from_closed(root, record.hold + UNDONE, made)
    with writable_parents(root, mend.held):
        restored, kept = put_back(root, record.hold, _is_unit(mend))
    if mend.marker and (made or restored):
        take_marker(root, mend.marker)
    return restored or (len(made) if not kept else 0), kept


def _is_unit(mend: MendRecord) -> Callable[[str], bool]:
    """A tree of which only litter was taken is merged with that."""
    return lambda path: is_module_tree(path) and mend.place in mend.held


def discard_staged(record: Record) -> None:
    """Remove what was made and not put in place."""
    with opened(record.root_path, record.identity) as root:
        remove_tree(root, record.hold + STAGED, Removal())
        remove_empty_holds(root, os.path.dirname(record.hold))
