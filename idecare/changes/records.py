"""What the journal knows of a command: its records, and what each kind of action has to know to be undone."""

from __future__ import annotations

from dataclasses import field, replace
from datetime import datetime
from pathlib import Path
from typing import Any, ClassVar, Literal

from idecare.core.frozen import frozen
from idecare.core.results import Identity

# Where a clean holds what it moved aside. Inside the root, not next to it: the same file system, the same owner, and no
# folder of another user's to write to. Its dot keeps go's and gopls' scans of the module cache out
# (golang.org/x/tools internal/gopathwalk).
HOLD_FOLDER = ".idecare-held"
PURGED_SUFFIX = ".purged"  # of a target's folder in it, from the start of its deletion
APART = "not-of-"  # and the target: a folder next to it, for what is not of the cache and cannot go back
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
    def is_undoable(self) -> bool:
        """Whether it has changed something. Also what an undo that was cut short has left: what became of it is found
        out before it is tried again."""
        return self.state in ("held", "written", "failed", "reverting")

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

    @property
    def is_undoable(self) -> bool:
        return any(record.is_undoable for record in self.records)
