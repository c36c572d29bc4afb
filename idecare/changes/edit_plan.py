"""What a plan for configuration files is made of, and what became of it: types only, no decisions."""

from __future__ import annotations

from pathlib import Path

from idecare.changes.drift import Conflict
from idecare.core.frozen import frozen
from idecare.core.results import Skip


@frozen
class Change:
    """One value of a file: ``before`` and ``after`` as text, ``None`` when it is not there. ``reason`` says why this
    value, ``source`` which profile, option or rule asked for it."""

    key: str
    before: str | None
    after: str | None
    reason: str
    source: str


@frozen
class EditFile:
    """Replace a configuration file's bytes, if they are still ``before`` (``None``: there is no file yet). ``path`` is
    the file as the IDE reads it, ``real_path`` the one that is replaced, links resolved; ``why_this_file`` says why
    this one wins."""

    ide: str
    path: Path
    real_path: Path
    before: bytes | None
    after: bytes
    changes: tuple[Change, ...]
    why_this_file: str


@frozen
class RemoveFile:
    """Remove a configuration file, if it still holds ``before``: the IDE then does as it does without one."""

    ide: str
    path: Path
    real_path: Path
    before: bytes
    changes: tuple[Change, ...]
    why_this_file: str

    @property
    def after(self) -> None:
        return None


FileChange = EditFile | RemoveFile


@frozen
class Written:
    """The file holds the new bytes (or is gone), and the journal the old ones."""

    edit: FileChange


@frozen
class NotWritten:
    """The file is as it was."""

    edit: FileChange
    code: str
    reason: str
    next_step: str = ""


EditOutcome = Written | NotWritten


@frozen
class Configured:
    """What became of one IDE in a plan: edits, or why there are none. ``conflicts``: values that the user has changed
    since, so that they stay."""

    ide: str
    name: str
    edits: tuple[EditFile, ...] = ()
    skip: Skip | None = None
    notes: tuple[str, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
