"""The journal: what was done to the disk, where it is held, and what undoes it. One JSON file for each command.

A record is a header and, under its kind, what that kind of action has to know (schema 2). Files of schema 1, which
idecare 0.1.0 wrote, are read as well; an entry is written in schema 2 when it changes.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import asdict, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar, Literal, get_args

from idecare.changes.originals import Originals
from idecare.core.frozen import frozen
from idecare.core.results import Identity
from idecare.system.filesystem import remove_file, write_atomic

# Where a clean holds what it moved aside. Inside the root, not next to it: the same file system, the same owner, and no
# folder of another user's to write to. Its dot keeps go's and gopls' scans of the module cache out
# (golang.org/x/tools internal/gopathwalk).
HOLD_FOLDER = ".idecare-held"
PURGED_SUFFIX = ".purged"  # of a target's folder in it, from the start of its deletion
APART = "not-of-"  # and the target: a folder next to it, for what is not of the cache and cannot go back
SCHEMA = 2
KEEP_ENTRIES = 500
# started: not finished, a crash leaves it so; written: a file was rewritten, nothing is held; reverting: an edit is
# being taken back, a crash leaves it so; superseded: put back, but for what newer entries had replaced, which is held
# until its time; failed: it could not be put back or not be deleted, and is still held.
State = Literal[
    "started", "held", "superseded", "purging", "purged", "restored", "written", "reverting", "nothing", "failed"
]
AWAITS_PURGE = ("held", "superseded", "purging")


# How what was moved aside comes back. merge: file by file, newer ones stay; whole: a folder is a database, of which
# the newer one stays; module-trees: the same for each folder named <module>@<version>.
Restore = Literal["merge", "whole", "module-trees"]


@frozen
class HeldRecord:
    """Entries that were moved to ``hold`` (relative to the root); ``trimmed``: single files of folders that stay.
    ``restore``, ``returns_in_use`` and ``uniform_suffix`` are the action's."""

    kind: ClassVar[str] = "hold"
    hold: str
    trimmed: bool = False
    restore: Restore = "merge"
    returns_in_use: bool = False
    uniform_suffix: str = ""


@frozen
class StampRecord:
    """A small file that was rewritten in place: its bytes before and after, as Latin-1 text; ``previous`` is ``None``
    where there was no file."""

    kind: ClassVar[str] = "stamp"
    name: str
    previous: str | None = None
    content: str | None = None


@frozen
class FileRecord:
    """An edited configuration file: ``path`` as its owner reads it, ``real_path`` with links resolved. ``values`` are
    each key's text before and after. The bytes are in the originals, of each side that is a file."""

    kind: ClassVar[str] = "file"
    path: str
    real_path: str
    was_absent: bool
    is_absent: bool
    values: dict[str, tuple[str | None, str | None]]

    @property
    def file(self) -> Path:
        return Path(self.real_path)


@frozen
class PartsRecord:
    """A module version or repository whose parts were replaced: its ``name``, go's ``lock`` file, its tree or folder
    (``place``), what was set aside to ``hold``, what was put in place instead (``made``: path, device, inode, newest
    mtime in it in ns), and the .partial ``marker`` that idecare set. All paths are relative to the root."""

    kind: ClassVar[str] = "parts"
    hold: str
    name: str
    lock: str
    place: str
    held: tuple[str, ...]
    made: tuple[tuple[str, int, int, int], ...] = ()
    marker: str | None = None


Detail = HeldRecord | StampRecord | FileRecord | PartsRecord


@frozen
class Record:
    """What one action did. ``bytes`` and ``entries`` were measured when they were removed. ``put_back``: what a purge
    found that the cache's owner had not made, as paths below the root; ``set_apart``: that of it which could not go
    back, because something is there."""

    target: str
    root: str
    device: int
    inode: int
    state: State
    detail: Detail
    held_until: str | None = None
    entries: int | None = None
    bytes: int | None = None
    reason: str | None = None
    put_back: tuple[str, ...] = ()
    set_apart: tuple[str, ...] = ()

    @property
    def is_open(self) -> bool:
        """Whether something of it lies in the hold folder, or may, or it was cut short."""
        return self.state in (*AWAITS_PURGE, "started", "failed", "reverting")

    @property
    def is_cut_short(self) -> bool:
        return self.state in ("started", "reverting")

    @property
    def identity(self) -> Identity:
        return Identity(self.device, self.inode)

    @property
    def root_path(self) -> Path:
        return Path(self.root)

    @property
    def hold(self) -> str:
        """Where it is held, relative to the root; empty for an action that holds nothing."""
        return self.detail.hold if isinstance(self.detail, HeldRecord | PartsRecord) else ""

    @property
    def file_path(self) -> str | None:
        """The configuration file that was edited, as its owner reads it."""
        return self.detail.path if isinstance(self.detail, FileRecord) else None

    @property
    def place(self) -> Path:
        """The file that was edited, the tree whose parts were replaced, else the root."""
        if isinstance(self.detail, PartsRecord):
            return self.root_path / self.detail.place
        return Path(self.file_path or self.root)

    def is_due(self, now: datetime) -> bool:
        """Whether it may be purged: held and past its time, or left half purged by a crash."""
        if self.state == "purging":
            return True
        return self.state in AWAITS_PURGE and (
            self.held_until is None or datetime.fromisoformat(self.held_until) <= now
        )


@frozen
class Entry:
    """One command that changed the disk."""

    id: str
    command: tuple[str, ...]
    cwd: str
    started: str
    records: tuple[Record, ...] = field(default=())

    def with_record(self, index: int, **changes: Any) -> Entry:
        records = list(self.records)
        records[index] = replace(records[index], **changes)
        return replace(self, records=tuple(records))

    @property
    def is_open(self) -> bool:
        return any(record.is_open for record in self.records)


class Journal:
    """Open entries in one folder, ended ones in another: what a clean must read does not grow with history.

    Writing needs idecare's lock (``lock``).
    """

    def __init__(self, state_folder: Path) -> None:
        self.folder = state_folder / "journal"
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
            return self.identity_file.read_bytes()[:100].decode("latin-1").strip()
        except OSError:
            return ""

    def make_identity(self) -> str:
        """The same, made if there is none; with the lock held."""
        if not self.identity:
            write_atomic(self.identity_file, os.urandom(16).hex().encode(), durable=True)
        return self.identity

    def open_entries(self) -> tuple[Entry, ...]:
        """Entries of which something is held or was left half done, oldest first."""
        return tuple(entry for path in _files(self.folder) if (entry := _read(path)) is not None)

    def entries(self) -> tuple[Entry, ...]:
        """All readable entries, oldest first."""
        ended = (entry for path in _files(self.history) if (entry := _read(path)) is not None)
        by_id = {entry.id: entry for entry in (*ended, *self.open_entries())}
        return tuple(by_id[entry_id] for entry_id in sorted(by_id))

    def unreadable(self) -> tuple[Path, ...]:
        """Files that should be an entry and cannot be read as one."""
        return tuple(path for path in (*_files(self.folder), *_files(self.history)) if _read(path) is None)

    def entry(self, entry_id: str) -> Entry | None:
        """The entry with this id; ``None`` when there is none."""
        return _read(self.folder / f"{entry_id}.json") or _read(self.history / f"{entry_id}.json")

    def write(self, entry: Entry, durable: bool = False) -> None:
        """Write an entry, new or changed; OSError where there is no space. An ended one moves to the history."""
        data = json.dumps(_entry_values(entry), indent=1).encode()
        if entry.is_open:
            write_atomic(self.folder / f"{entry.id}.json", data, durable=durable)
            return
        write_atomic(self.history / f"{entry.id}.json", data)
        remove_file(self.folder / f"{entry.id}.json")
        self._prune()

    def version(self) -> int:
        """Changes whenever an entry is written or ends (in nanoseconds); 0 while there is none."""
        return self.folder.stat().st_mtime_ns if self.folder.is_dir() else 0

    def leftovers(self) -> tuple[Path, ...]:
        """Temporary files of writes that were cut short."""
        return tuple(path for folder in (self.folder, self.history) for path in folder.glob(".*.tmp"))

    def tidy(self) -> None:
        """Remove them; with the lock held, so nobody is writing."""
        for path in self.leftovers():
            remove_file(path)

    def new_id(self, now: datetime) -> str:
        """The time in UTC to the second, with a count behind it where that second has been used."""
        base = now.astimezone(UTC).strftime("%Y%m%d-%H%M%S")
        return next(name for name in _numbered(base) if self.entry(name) is None)

    def _prune(self) -> None:
        for path in _files(self.history)[:-KEEP_ENTRIES]:
            entry = _read(path)
            details = [record.detail for record in entry.records] if entry else []
            self.originals.forget((detail.file for detail in details if isinstance(detail, FileRecord)), path.stem)
            remove_file(path)


def _files(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.json"), key=lambda path: path.stem) if folder.is_dir() else []


def _numbered(base: str) -> Iterator[str]:
    yield base
    number = 1
    while True:
        number += 1
        yield f"{base}-{number}"


def _entry_values(entry: Entry) -> dict[str, Any]:
    return {"schema": SCHEMA, **asdict(entry), "records": [_record_values(record) for record in entry.records]}


def _record_values(record: Record) -> dict[str, Any]:
    """The header, and the detail under the name of its kind."""
    header = asdict(record)
    detail = header.pop("detail")
    return {**header, "kind": record.detail.kind, record.detail.kind: detail}


def _read(path: Path) -> Entry | None:
    try:
        values = json.loads(path.read_bytes())
        records = tuple(_record(record, values["schema"]) for record in values["records"])
        entry = Entry(values["id"], tuple(values["command"]), values["cwd"], values["started"], records)
        return entry if _is_sound(entry) else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _is_sound(entry: Entry) -> bool:
    """Whether states are known and times are times (ValueError or TypeError where they are not)."""
    for time in (entry.started, *(record.held_until for record in entry.records if record.held_until is not None)):
        datetime.fromisoformat(time)
    return all(
        record.state in get_args(State)
        and isinstance(record.root, str)
        and "\0" not in record.root
        and (isinstance(record.detail, FileRecord | StampRecord) or _is_in_hold_folder(record.hold))
        for record in entry.records
    )


def _is_in_hold_folder(hold: str) -> bool:
    """Whether it names a target's folder there, and nothing that a ``..`` would lead to."""
    parts = hold.split("/")
    return len(parts) == 3 and parts[0] == HOLD_FOLDER and not {"", ".", ".."} & set(parts)


def _record(values: dict[str, Any], schema: int) -> Record:
    """KeyError, TypeError or ValueError for what is no record."""
    if schema == 1:
        from idecare.changes.journal_schema1 import upgraded

        values = upgraded(values)
    elif schema != SCHEMA:
        raise ValueError(f"schema {schema}")
    header = {name: value for name, value in values.items() if name not in ("kind", values["kind"])}
    header |= {name: tuple(header[name]) for name in ("put_back", "set_apart") if name in header}
    return Record(**header, detail=_detail(values["kind"], values[values["kind"]]))


def _detail(kind: str, values: dict[str, Any]) -> Detail:
    match kind:
        case HeldRecord.kind:
            if values["restore"] not in get_args(Restore):
                raise ValueError(f"unknown way to restore: {values['restore']}")
            return HeldRecord(**values)
        case StampRecord.kind:
            return StampRecord(**values)
        case FileRecord.kind:
            sides = {key: (before, after) for key, (before, after) in values["values"].items()}
            return FileRecord(**{**values, "values": sides})
        case PartsRecord.kind:
            made = tuple((path, device, inode, mtime_ns) for path, device, inode, mtime_ns in values["made"])
            return PartsRecord(**{**values, "held": tuple(values["held"]), "made": made})
        case _:
            raise ValueError(f"unknown kind {kind}")
