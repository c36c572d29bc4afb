"""Deleting what is held: which of it is due, what of it is the owner's to lose, and what became of it.

A clean moves whole folders in constant time, so it sees what is in them only by chance. A purge reads every name before
it deletes, and puts back where it was what has not the form that the cache's owner gives (``Target.fate``).
"""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import Any

from idecare.changes.hold_folder import require_folders
from idecare.changes.hold_owner import claim_to
from idecare.changes.journal import APART, AWAITS_PURGE, PURGED_SUFFIX, HeldRecord, Journal, PartsRecord, Record
from idecare.core.errors import IdecareError
from idecare.core.frozen import frozen
from idecare.core.language import tr
from idecare.core.targets import TARGETS, registered
from idecare.system.filesystem import exclusive
from idecare.system.filesystem.folders import opened
from idecare.system.filesystem.moving import put_back_paths, remove_empty_holds
from idecare.system.filesystem.removing import Removal, mark_for_removal, remove_tree
from idecare.system.filesystem.sorting import Fate, Form, find_foreign
from idecare.system.machine import has_idle_core
from idecare.system.mounts import filesystem_type, mounts_inside, read_mounts

# Two workers gain on these while a core is idle (0.63 to 0.83 of the time) and lose on btrfs.
SHARED_FILE_SYSTEMS = frozenset({"ext2/ext3", "ext3", "ext4", "xfs", "tmpfs"})
RESULTS = ("state", "bytes", "entries", "reason", "put_back", "set_apart")


def purge(
    journal: Journal, entry_id: str, index: int, removal: Removal, gently: bool = False, now: datetime | None = None
) -> Record | None:
    """Delete one held record, with the purge lock held; ``None`` when somebody put it back meanwhile.

    ``gently``: by one worker, whatever is idle.
    """
    with exclusive(journal.lock, wait_seconds=60):
        entry = journal.entry(entry_id)
        if entry is None or entry.records[index].state not in (*AWAITS_PURGE, "failed"):
            return None
        if reason := _in_the_way(journal, entry_id, entry.records[index], now or datetime.now(UTC)):
            entry = entry.with_record(index, state="failed", reason=reason)
            journal.write(entry)
            return entry.records[index]
        entry = entry.with_record(index, state="purging")
        with suppress(OSError):  # a full disk: the renamed hold folder says the same
            journal.write(entry)
        mounted = _begin(entry.records[index])
    record = mounted or _purged(entry.records[index], removal, gently)
    with exclusive(journal.lock, wait_seconds=60):
        latest = journal.entry(entry_id) or entry
        changes: dict[str, Any] = {name: getattr(record, name) for name in RESULTS}
        with suppress(OSError):  # the next purge finds nothing of it and says so
            journal.write(latest.with_record(index, **changes))
    return record


def _in_the_way(journal: Journal, entry_id: str, record: Record, now: datetime) -> str:
    """Why it may not be deleted now: its place is no folder, or another journal holds it until a time to come."""
    try:
        require_folders(record.root_path, record.hold)
        require_folders(record.root_path, f"{record.hold}{PURGED_SUFFIX}")
    except IdecareError as error:
        return f"{error}; {error.hint}"
    claim, found = claim_to(journal, record.root_path, record.identity, entry_id, now)
    is_theirs = claim == "theirs" and found is not None
    if not (found and is_theirs):
        return ""
    return tr("the journal in {folder} holds it until {time}", folder=found.state, time=found.until.isoformat())


def _begin(record: Record) -> Record | None:
    """Rename the hold folder, so that what is being deleted, or could be deleted in part only, cannot be put back.

    Another file system mounted in it would be renamed along and emptied: that is a failure, with everything in place.
    """
    inside = mounts_inside(record.root_path / record.hold, read_mounts())
    if inside:
        return replace(record, state="failed", reason=tr("another file system is mounted at {path}", path=inside[0]))
    with suppress(IdecareError, OSError), opened(record.root_path, record.identity) as root:
        mark_for_removal(root, record.hold, f"{record.hold}{PURGED_SUFFIX}")
    return None


def _purged(record: Record, removal: Removal, gently: bool) -> Record:
    before = (removal.entries, removal.bytes)
    state, reason = "purged", None
    hold_path = record.root_path / f"{record.hold}{PURGED_SUFFIX}"
    if not os.path.lexists(hold_path) and not record.root_path.is_symlink() and _is_mounted(record):
        with suppress(IdecareError, OSError), opened(record.root_path, record.identity) as root:
            if not remove_empty_holds(root, os.path.dirname(record.hold)):
                return replace(record, state="failed", reason=_left_empty(record))
        return replace(record, state="purged", reason=tr("it was gone already"), entries=0, bytes=0)
    try:
        with opened(record.root_path, record.identity) as root:
            inside = mounts_inside(hold_path, read_mounts())
            if inside:
                return replace(
                    record, state="failed", reason=tr("another file system is mounted at {path}", path=inside[0])
                )
            record = _spared(root, record)
            removal.uniform_suffix = _uniform_suffix(record) or "\0"
            gone = remove_tree(root, f"{record.hold}{PURGED_SUFFIX}", removal, 1 if gently else workers_for(hold_path))
            is_tidy = remove_empty_holds(root, os.path.dirname(record.hold))
            if not gone or not is_tidy:
                state, reason = "failed", "; ".join(removal.failures[:3]) or _left_empty(record)
    except (IdecareError, OSError) as error:
        state, reason = "failed", str(error)
    entries, freed = removal.entries - before[0], removal.bytes - before[1]
    return replace(record, state=state, reason=reason, entries=entries, bytes=freed)  # type: ignore[arg-type]


def _left_empty(record: Record) -> str:
    return tr("{folder} is empty and could not be removed", folder=os.path.dirname(record.hold))


def _spared(root: int, record: Record) -> Record:
    """The record, after what the cache's owner has not made was put back, or apart where something else is by now."""
    marked = f"{record.hold}{PURGED_SUFFIX}"
    form, places = _form(record), (record.root_path / marked, record.root_path)
    target = registered(record.target)
    found = find_foreign(root, marked, form, lambda path: target.written(path, places))
    if not found:
        return record
    # Never back into what is whole or nothing: with one file in it a module tree would pass for all of it.
    kept = [path for path in found if _is_part(path, form)]
    kept += put_back_paths(root, marked, "", [path for path in found if not _is_part(path, form)])
    if kept:
        apart = f"{os.path.dirname(record.hold)}/{APART}{record.target}"
        if left := put_back_paths(root, marked, apart, kept):
            raise IdecareError(
                "in-the-way", tr("{path} is not of this cache, and cannot be put back or apart", path=left[0])
            )
    back = tuple(path for path in found if path not in set(kept))
    return replace(record, put_back=(*record.put_back, *back), set_apart=(*record.set_apart, *kept))


def _is_part(path: str, form: Form) -> bool:
    """Whether it lies in a folder that goes whole."""
    return any(form.fate(str(above), True) == "whole" for above in PurePosixPath(path).parents[:-1])


@frozen
class _Parts:
    """What a repair set aside: it has compared each file with the module's sum, so all of that is go's or damaged."""

    held: tuple[str, ...]
    marks: frozenset[str]

    def fate(self, path: str, is_folder: bool) -> Fate:
        if path in self.held:
            return "whole" if is_folder else "own"
        return "own" if is_folder and any(held.startswith(f"{path}/") for held in self.held) else "foreign"


def _form(record: Record) -> Form:
    if record.target not in TARGETS:
        message = tr("this version of idecare does not know the target {target}", target=record.target)
        raise IdecareError("unknown-target", message, tr("purge it with the version that made it"))
    form: Form = registered(record.target)
    return _Parts(record.detail.held, form.marks) if isinstance(record.detail, PartsRecord) else form


def _uniform_suffix(record: Record) -> str:
    return record.detail.uniform_suffix if isinstance(record.detail, HeldRecord) else ""


def _is_mounted(record: Record) -> bool:
    """Whether the file system of the record's root is there; without it nothing can be said of what is held."""
    place = next(path for path in (record.root_path, *record.root_path.parents) if path.exists())
    return place.stat().st_dev == record.device


def workers_for(path: Path) -> int:
    """Two where the file system gains from it and a core is idle, else one."""
    gains = filesystem_type(path, read_mounts()) in SHARED_FILE_SYSTEMS
    return 2 if gains and has_idle_core() else 1


def next_due(journal: Journal) -> datetime | None:
    """When the next held record is to be purged; ``None`` when nothing is held."""
    held = [record for entry in journal.open_entries() for record in entry.records if record.state in AWAITS_PURGE]
    times = [datetime.fromisoformat(record.held_until) for record in held if record.held_until]
    return min(times) if times else None


def held_records(journal: Journal, now: datetime | None = None) -> tuple[tuple[str, int], ...]:
    """Entry id and record index of what is held; with ``now``, only what is due by then, without it also what could
    not be deleted before."""
    return tuple(
        (entry.id, index)
        for entry in journal.open_entries()
        for index, record in enumerate(entry.records)
        if record.hold and (record.is_due(now) if now else record.state in (*AWAITS_PURGE, "failed"))
    )
