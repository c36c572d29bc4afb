"""The journal: what was done to the disk, where it is held, and what undoes it. One JSON file for each command."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from idecare.changes.journal_format import JOURNAL_FOLDER, entry_text, read_entry
from idecare.changes.journal_format import Unreadable as Unreadable
from idecare.changes.originals import Originals
from idecare.changes.records import APART as APART
from idecare.changes.records import AWAITS_PURGE as AWAITS_PURGE
from idecare.changes.records import HOLD_FOLDER as HOLD_FOLDER
from idecare.changes.records import PURGED_SUFFIX as PURGED_SUFFIX
from idecare.changes.records import Detail as Detail
from idecare.changes.records import Entry as Entry
from idecare.changes.records import FileRecord as FileRecord
from idecare.changes.records import HeldRecord as HeldRecord
from idecare.changes.records import PartsRecord as PartsRecord
from idecare.changes.records import Record as Record
from idecare.changes.records import Restore as Restore
from idecare.changes.records import StampRecord as StampRecord
from idecare.changes.records import State as State
from idecare.core.errors import IdecareError
from idecare.core.language import tr
from idecare.core.reading import read_file
from idecare.system.filesystem import hint_for, remove_file, rename_file, write_atomic

KEEP_ENTRIES = 500


class Journal:
    """Open entries in one folder, ended ones in another: what a clean must read does not grow with history.

    Writing needs idecare's lock (``lock``).
    """

    def __init__(self, state_folder: Path) -> None:
        self.folder = state_folder / JOURNAL_FOLDER
        self.history = state_folder / "history"
        self.originals = Originals(state_folder / "originals")
        self.queue = state_folder / "queue.json"
        self.identity_file = state_folder / "id"
        self.lock = state_folder / "lock"
        self.purge_lock = state_folder / "purge.lock"
        self.waiting_lock = state_folder / "purge-waiting.lock"

    @property
    def identity(self) -> str:
        """What tells this journal from another one in a folder of the same name; "" before it has held anything."""
        try:
            return read_file(self.identity_file)[:100].decode("latin-1").strip()
        except OSError:
            return ""

    def make_identity(self) -> str:
        """The same, made if there is none; with the lock held."""
        if not self.identity:
            write_atomic(self.identity_file, os.urandom(16).hex().encode(), durable=True)
        return self.identity

    def open_entries(self) -> tuple[Entry, ...]:
        """Entries of which something is held or was left half done, oldest first."""
        return tuple(_entries_in(self.folder))

    def entries(self) -> tuple[Entry, ...]:
        """All readable entries, oldest first."""
        by_id = {entry.id: entry for entry in (*_entries_in(self.history), *self.open_entries())}
        return tuple(by_id[entry_id] for entry_id in sorted(by_id))

    def unreadable(self, with_history: bool = False) -> tuple[Unreadable, ...]:
        """What should be an open entry, or one at all, and cannot be read as one."""
        paths = (*_files(self.folder), *(_files(self.history) if with_history else ()))
        return tuple(found for path in paths if isinstance(found := read_entry(path), Unreadable))

    def set_aside(self, entry_id: str) -> None:
        """Give an entry that cannot be read another name, for what is found of it in the caches to take its place."""
        path = self.folder / f"{entry_id}.json"
        if os.path.lexists(path) and isinstance(read_entry(path), Unreadable):
            rename_file(path, path.with_name(f"{path.name}.unreadable"))

    def entry(self, entry_id: str) -> Entry | None:
        """The entry with this id; ``None`` when there is none."""
        places = (folder / f"{entry_id}.json" for folder in (self.folder, self.history))
        return next((entry for path in places if isinstance(entry := read_entry(path), Entry)), None)

    def write(self, entry: Entry, durable: bool = False) -> None:
        """Write an entry, new or changed; OSError where there is no space. An ended one moves to the history."""
        data = entry_text(entry)
        if entry.is_open:
            write_atomic(self.folder / f"{entry.id}.json", data, durable=durable)
            return
        write_atomic(self.history / f"{entry.id}.json", data)
        remove_file(self.folder / f"{entry.id}.json")
        self._prune()

    def version(self) -> int:
        """Changes whenever an entry is written or ends (in nanoseconds); 0 while there is none."""
        try:
            return self.folder.stat().st_mtime_ns
        except OSError:
            return 0

    def leftovers(self) -> tuple[Path, ...]:
        """Temporary files of writes that were cut short."""
        return tuple(path for folder in (self.folder, self.history) for path in _temporary(folder))

    def tidy(self) -> None:
        """Remove them; with the lock held, so nobody is writing."""
        for path in self.leftovers():
            remove_file(path)

    def new_id(self, now: datetime) -> str:
        """The time in UTC to the second, with a count behind it where that second has been used."""
        base = now.astimezone(UTC).strftime("%Y%m%d-%H%M%S")
        return next(name for name in _numbered(base) if not self._is_used(name))

    def _is_used(self, entry_id: str) -> bool:
        return any(os.path.lexists(folder / f"{entry_id}.json") for folder in (self.folder, self.history))

    def _prune(self) -> None:
        for path in _files(self.history)[:-KEEP_ENTRIES]:
            entry = read_entry(path)
            if not isinstance(entry, Entry):
                continue
            details = [record.detail for record in entry.records]
            self.originals.forget((detail.file for detail in details if isinstance(detail, FileRecord)), path.stem)
            remove_file(path)


def _files(folder: Path) -> list[Path]:
    try:
        names = os.listdir(folder)
    except (FileNotFoundError, NotADirectoryError):
        return []
    except PermissionError as error:
        hint = hint_for(folder.parent, tr("make {folder} readable", folder=folder))
        raise IdecareError(
            "state-folder",
            tr("cannot read the journal in {folder}: {reason}", folder=folder, reason=error.strerror),
            hint,
        ) from error
    paths = (folder / name for name in names if name.endswith(".json") and not name.startswith("."))
    return sorted(paths, key=lambda path: path.stem)


def _numbered(base: str) -> Iterator[str]:
    yield base
    number = 1
    while True:
        number += 1
        yield f"{base}-{number}"


def _entries_in(folder: Path) -> Iterator[Entry]:
    return (entry for path in _files(folder) if isinstance(entry := read_entry(path), Entry))


def _temporary(folder: Path) -> Iterator[Path]:
    with suppress(OSError):
        yield from (folder / name for name in os.listdir(folder) if name.startswith(".") and name.endswith(".tmp"))
