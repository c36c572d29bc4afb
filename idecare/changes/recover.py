"""After a crash or a lost journal: putting back what is half done, and finding again what is held."""

from __future__ import annotations

import os
from collections.abc import Container, Iterable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol, assert_never

from idecare.changes import hold_entries, stamp_file
from idecare.changes.hold_folder import is_usable
from idecare.changes.hold_owner import claim_to, owner, write_owner
from idecare.changes.journal import (
    HOLD_FOLDER,
    PURGED_SUFFIX,
    Entry,
    FileRecord,
    HeldRecord,
    Journal,
    PartsRecord,
    Record,
    Restore,
    StampRecord,
    State,
)
from idecare.changes.journal_format import ENTRY_ID
from idecare.core.errors import IdecareError
from idecare.core.language import tr
from idecare.core.results import Identity, Skip

STARTED = "%Y%m%d-%H%M%S"


def back_out(journal: Journal, entry_id: str, record: Record, at_once: bool = False) -> State:
    """Put back what a record describes after an interruption, and return the state that it is in then. ``at_once``: it
    is this run that was interrupted, a moment ago."""
    if isinstance(record.detail, FileRecord):
        from idecare.changes import write_file  # only for edits

        if record.state == "written":  # finished, and to be taken back all the same
            write_file.undo(journal, entry_id, record.detail)
            return "restored"
        return write_file.recover(journal, entry_id, record.detail, is_undo=record.state == "reverting")
    restored, kept = restore_whole(record, record.detail, at_once)
    if kept and isinstance(record.detail, PartsRecord):
        return "held"  # a newer tree may be in the place of the held one
    return "restored" if restored else "nothing"


def restore_whole(
    record: Record, detail: HeldRecord | StampRecord | PartsRecord, at_once: bool = False
) -> tuple[int, int]:
    """Put everything back as if nothing had begun; return how many came back and how many did not."""
    match detail:
        case HeldRecord():
            return hold_entries.recover(record, detail, at_once)
        case StampRecord():
            return stamp_file.undo(record, detail)
        case PartsRecord():
            from idecare.changes import replace_parts  # with hashlib, which only a repair needs

            return replace_parts.undo(record, detail)
        case _:
            assert_never(detail)


def is_interrupted(journal: Journal) -> bool:
    """Whether a crash left something half done."""
    records = (record for entry in journal.open_entries() for record in entry.records)
    return bool(journal.leftovers()) or any(record.is_cut_short for record in records)


def recover(journal: Journal) -> tuple[Entry, ...]:
    """Put back what a crash left half moved; return the entries concerned. Needs the lock: so nobody is at it."""
    journal.tidy()
    recovered = []
    for entry in journal.open_entries():
        if any(record.is_cut_short for record in entry.records):
            changed = _recovered(journal, entry)
            journal.write(changed)
            recovered.append(changed)
    return tuple(recovered)


def _recovered(journal: Journal, entry: Entry) -> Entry:
    for index, record in enumerate(entry.records):
        if not record.is_cut_short:
            continue
        why = tr("the undo was cut short") if record.state == "reverting" else tr("the command was cut short")
        try:
            entry = entry.with_record(index, state=back_out(journal, entry.id, record), reason=why)
        except (IdecareError, OSError) as error:
            entry = entry.with_record(index, state="failed", reason=str(error))
    return entry


class HoldRoot(Protocol):
    """A cache whose hold folder is read, and how its target puts back what it held."""

    @property
    def target(self) -> str: ...

    @property
    def root(self) -> Path: ...

    @property
    def identity(self) -> Identity | None: ...

    @property
    def restore(self) -> Restore: ...

    @property
    def returns_in_use(self) -> bool: ...

    @property
    def uniform_suffix(self) -> str: ...

    @property
    def skip(self) -> Skip | None: ...


def adopt(
    journal: Journal, caches: Iterable[HoldRoot], held_until: datetime, now: datetime, rescued: Container[str] = ()
) -> None:
    """Take what lies in a hold folder without a journal entry into the journal: its state folder was lost.

    Not what another journal holds until a time to come, nor anything in a cache that was refused or that the user's
    settings keep. What an entry that cannot be read holds stays with it, unless its id is among ``rescued``: then what
    is found takes its place.
    """
    left = {entry.id for entry in journal.unreadable() if entry.id not in rescued}
    found: dict[str, dict[tuple[str, str], Record]] = {}
    for cache in caches:
        for entry_id in _hold_ids(cache) if _is_ours(cache) else ():
            if entry_id in left:
                continue
            names = _held_names(cache, entry_id)
            until = _time_of(journal, cache, entry_id, held_until, now) if names else None
            for name in names if until else ():
                record = _adopted(cache, entry_id, name, until or held_until)
                found.setdefault(entry_id, {})[record.root, os.path.basename(record.hold)] = record
    for entry_id, records in found.items():
        journal.set_aside(entry_id)
        known = journal.entry(entry_id) or _lost_entry(entry_id)
        opened_places = {(record.root, os.path.basename(record.hold)) for record in known.records if record.is_open}
        lost = tuple(record for place, record in records.items() if place not in opened_places)
        if lost:
            journal.write(replace(known, records=known.records + lost))


def _is_ours(cache: HoldRoot) -> bool:
    return cache.identity is not None and (cache.skip is None or cache.skip.kind == "absent")


def _time_of(journal: Journal, cache: HoldRoot, entry_id: str, held_until: datetime, now: datetime) -> datetime | None:
    """Until when a hold folder is held by this journal from now on; ``None`` where it is somebody else's."""
    assert cache.identity is not None, "a cache that is not there holds nothing"
    claim, known = claim_to(journal, cache.root, cache.identity, entry_id, now)
    if claim == "theirs":
        return None
    until = max(held_until, known.until) if known else held_until
    if claim in ("lost", "over") and not _is_known(journal, entry_id):
        write_owner(cache.root, cache.identity, entry_id, owner(journal, until))
    return until


def _is_known(journal: Journal, entry_id: str) -> bool:
    entry = journal.entry(entry_id)
    return entry is not None and entry.is_open


def _is_entry_id(name: str) -> bool:
    """Whether idecare has given this name: anybody can make a folder 20260700-120000."""
    try:
        datetime.strptime(name[:15], STARTED)
    except ValueError:
        return False
    return ENTRY_ID.fullmatch(name) is not None


def _lost_entry(entry_id: str) -> Entry:
    started = datetime.strptime(entry_id[:15], STARTED).replace(tzinfo=UTC).isoformat()
    return Entry(entry_id, ("found", "without", "journal"), "", started)


def _hold_ids(cache: HoldRoot) -> list[str]:
    if cache.identity is None or not is_usable(cache.root, HOLD_FOLDER):
        return []
    ids = filter(_is_entry_id, os.listdir(cache.root / HOLD_FOLDER))
    return sorted(entry_id for entry_id in ids if is_usable(cache.root, f"{HOLD_FOLDER}/{entry_id}"))


def _held_names(cache: HoldRoot, entry_id: str) -> list[str]:
    hold = f"{HOLD_FOLDER}/{entry_id}"
    names = os.listdir(cache.root / hold)
    ours = (name for name in names if name.removesuffix(PURGED_SUFFIX).partition(".")[0] == cache.target)
    return sorted(name for name in ours if is_usable(cache.root, f"{hold}/{name}"))


def _adopted(cache: HoldRoot, entry_id: str, name: str, held_until: datetime) -> Record:
    """``name`` is the target, a number behind it where a command held several, with a suffix when its deletion has
    begun."""
    identity, held = cache.identity, name.removesuffix(PURGED_SUFFIX)
    state: State = "held" if held == name else "purging"
    assert identity is not None, "a cache that is not there holds nothing"
    hold, until = f"{HOLD_FOLDER}/{entry_id}/{held}", held_until.isoformat()
    how = (cache.restore, cache.returns_in_use, cache.uniform_suffix)
    root, detail = str(cache.root), HeldRecord(hold, False, *how)
    return Record(cache.target, root, identity.device, identity.inode, state, detail, held_until=until)


def release(journal: Journal, entry_id: str, held_until: datetime) -> None:
    """Set when what a command holds may be purged. Needs the lock."""
    entry = journal.entry(entry_id)
    for index, record in enumerate(entry.records if entry else ()):
        if entry and record.state == "held":
            with suppress(IdecareError, OSError):  # others wait longer then
                write_owner(record.root_path, record.identity, entry_id, owner(journal, held_until))
            entry = entry.with_record(index, held_until=held_until.isoformat())
    if entry:
        journal.write(entry)
