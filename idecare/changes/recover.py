"""What cleans hold aside: putting it back, finishing what a crash left, and finding it again."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

from idecare.changes.journal import HOLD_FOLDER, PURGED_SUFFIX, Entry, Journal, Record, Restore, State
from idecare.changes.revert import recovered_edit
from idecare.core.errors import IdecareError
from idecare.core.frozen import frozen
from idecare.core.results import Identity
from idecare.system.files import child_folders
from idecare.system.filesystem.folders import opened, subfolder
from idecare.system.filesystem.moving import put_back, put_back_in_use
from idecare.system.filesystem.small_files import read_small_file, remove_small_file, rewrite_small_file

ENTRY_ID = re.compile(r"\d{8}-\d{6}(-\d+)?")


@frozen
class Restored:
    """``kept`` entries stay held, because newer ones of the same name exist."""

    restored: int
    kept: int


def is_unit(restore: Restore) -> Callable[[str], bool]:
    """For a path below the root: whether a folder of that name is whole or nothing when it is put back."""
    if restore == "module-trees":
        return lambda path: "@" in os.path.basename(path) and not path.endswith("/@v") and not path.startswith("cache/")
    return lambda path: restore == "whole"


def restore(record: Record, in_use: bool = False) -> Restored:
    """Put a held record back; RefusedError when its root is another folder by now. In constant time if nothing is
    using the cache."""
    if record.mend is not None:
        return _restore_mend(record)
    with opened(record.root_path, record.identity) as root:
        if record.name is not None:
            return _restore_file(root, record)
        if in_use:
            return Restored(*put_back_in_use(root, record.hold, _comes_last))
        return Restored(*put_back(root, record.hold, is_unit(record.restore)))


def back_out(record: Record) -> Restored:
    """Put everything back after an interruption: folders made meanwhile are merged with the held ones."""
    if record.mend is not None:
        return _restore_mend(record)
    with opened(record.root_path, record.identity) as root:
        if record.name is not None:
            return _restore_file(root, record)
        if record.returns_in_use:
            return Restored(*put_back_in_use(root, record.hold, _comes_last))
        return Restored(*put_back(root, record.hold, lambda path: False))


def _restore_mend(record: Record) -> Restored:
    from idecare.changes.replace_parts import take_back  # only a repair's records need it

    return Restored(*take_back(record))


def _comes_last(name: str) -> bool:
    """Build cache actions (-a), after every output (-d): whoever finds an action looks next for the output it names,
    in another folder."""
    return name.endswith("-a")


def _restore_file(root: int, record: Record) -> Restored:
    folder, name = os.path.split(record.name or "")
    with subfolder(root, folder) as parent:
        if read_small_file(parent, name) != _bytes(record.content):
            return Restored(0, 1)  # its owner, or the user, has written it since
        previous = _bytes(record.previous)
        if previous is None:
            remove_small_file(parent, name)
        else:
            rewrite_small_file(parent, name, previous, locked=False)
    return Restored(1, 0)


def _bytes(text: str | None) -> bytes | None:
    return None if text is None else text.encode("latin-1")


def is_interrupted(journal: Journal) -> bool:
    """Whether a crash left something half done."""
    records = (record for entry in journal.open_entries() for record in entry.records)
    return bool(journal.leftovers()) or any(record.state in ("started", "reverting") for record in records)


def recover(journal: Journal) -> tuple[Entry, ...]:
    """Put back what a crash left half moved; return the entries concerned. Needs the lock: so nobody is at it."""
    journal.tidy()
    recovered = []
    for entry in journal.open_entries():
        if any(record.state in ("started", "reverting") for record in entry.records):
            changed = _recovered(journal, entry)
            journal.write(changed)
            recovered.append(changed)
    return tuple(recovered)


def _recovered(journal: Journal, entry: Entry) -> Entry:
    for index, record in enumerate(entry.records):
        if record.state not in ("started", "reverting"):
            continue
        if record.edit:
            found = recovered_edit(journal, entry.id, record)
            entry = entry.with_record(index, state=found.state, reason=found.reason)
            continue
        try:
            back = back_out(record)
            # Of a mended module a newer tree may stand in the place of the held one.
            state: State = "held" if record.mend and back.kept else "restored"
            entry = entry.with_record(index, state=state, reason="the command was cut short")
        except (IdecareError, OSError) as error:
            entry = entry.with_record(index, state="failed", reason=str(error))
    return entry


class HoldRoot(Protocol):
    """A cache whose hold folder is looked at, and how its target puts back what it held."""

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


def adopt(journal: Journal, caches: Iterable[HoldRoot], held_until: datetime) -> None:
    """Take what lies in a hold folder without a journal entry into the journal: its state folder was lost."""
    found: dict[str, dict[tuple[str, str], Record]] = {}
    for cache in caches:
        for entry_id in _hold_ids(cache):
            for name in _held_names(cache, entry_id):
                record = _adopted(cache, entry_id, name, held_until)
                found.setdefault(entry_id, {})[record.root, os.path.basename(record.hold)] = record
    for entry_id, records in found.items():
        known = journal.entry(entry_id) or _lost_entry(entry_id)
        opened_places = {(record.root, os.path.basename(record.hold)) for record in known.records if record.is_open}
        lost = tuple(record for place, record in records.items() if place not in opened_places)
        if lost:
            journal.write(replace(known, records=known.records + lost))


def _lost_entry(entry_id: str) -> Entry:
    started = datetime.strptime(entry_id[:15], "%Y%m%d-%H%M%S").replace(tzinfo=UTC).isoformat()
    return Entry(entry_id, ("found", "without", "journal"), "", started)


def _hold_ids(cache: HoldRoot) -> list[str]:
    folder = cache.root / HOLD_FOLDER
    if cache.identity is None or folder.is_symlink() or not folder.is_dir():
        return []
    return sorted(
        path.name for path in child_folders(folder) if ENTRY_ID.fullmatch(path.name) and not path.is_symlink()
    )


def _held_names(cache: HoldRoot, entry_id: str) -> list[str]:
    names = os.listdir(cache.root / HOLD_FOLDER / entry_id)
    return sorted(name for name in names if name.removesuffix(PURGED_SUFFIX).partition(".")[0] == cache.target)


def _adopted(cache: HoldRoot, entry_id: str, name: str, held_until: datetime) -> Record:
    """``name`` is the target, a number behind it where a command held several, with a suffix when its deletion has
    begun."""
    identity, held = cache.identity, name.removesuffix(PURGED_SUFFIX)
    state: State = "held" if held == name else "purging"
    assert identity is not None, "a cache that is not there holds nothing"
    hold, until = f"{HOLD_FOLDER}/{entry_id}/{held}", held_until.isoformat()
    return Record(
        cache.target,
        str(cache.root),
        identity.device,
        identity.inode,
        hold,
        state,
        held_until=until,
        restore=cache.restore,
        returns_in_use=cache.returns_in_use,
        uniform_suffix=cache.uniform_suffix,
    )


def release(journal: Journal, entry_id: str, held_until: datetime) -> None:
    """Set when what a command holds may be purged. Needs the lock."""
    entry = journal.entry(entry_id)
    for index, record in enumerate(entry.records if entry else ()):
        if entry and record.state == "held":
            entry = entry.with_record(index, held_until=held_until.isoformat())
    if entry:
        journal.write(entry)
