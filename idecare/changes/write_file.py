"""Replacing the bytes of a configuration file, taking that back, and finding out what a crash left of either."""

from __future__ import annotations

import os
from pathlib import Path

from idecare.changes.journal import FileRecord, Journal, State
from idecare.changes.plan import FileChange
from idecare.core.errors import RefusedError
from idecare.core.language import tr
from idecare.system.filesystem.whole_files import (
    read_whole,
    remove_known_file,
    remove_left_over,
    replace_file,
    temporary_name,
)


class ChangedSinceError(RefusedError):
    """An edit cannot be taken back; ``details`` are the three texts, as differences."""

    def __init__(self, message: str, hint: str, details: tuple[str, ...]) -> None:
        super().__init__("changed-since", message, hint)
        self.details = details


def record_of(edit: FileChange) -> FileRecord:
    values = {change.key: (change.before, change.after) for change in edit.changes}
    return FileRecord(str(edit.path), str(edit.real_path), edit.before is None, edit.after is None, values)


def apply_edit(edit: FileChange, entry_id: str) -> int:
    """RefusedError when the file, or what its path leads to, is not as it was planned for."""
    if Path(os.path.realpath(edit.path)) != edit.real_path:
        raise RefusedError("changed", tr("{path} leads to another file by now", path=edit.path), tr("run it again"))
    try:
        _exchange(edit.real_path, edit.before, edit.after, entry_id)
    except OSError:
        if not _holds(edit.real_path, edit.after):
            raise  # else the new bytes are there; only what makes them last through a power cut failed
    return 1


def undo(journal: Journal, entry_id: str, detail: FileRecord) -> None:
    """Put back the bytes from before an edit, or remove the file that it made. ChangedSinceError when the file holds
    something else by now than what was written."""
    try:
        before, after = _sides(journal, entry_id, detail)
    except OSError as error:
        raise RefusedError(
            "not-kept", tr("what it held before is not kept any more: {path}", path=error.filename)
        ) from error
    now = read_whole(detail.file)
    if now == before:
        return
    if now != after:
        raise _changed_since(journal, entry_id, detail, (before, after, now))
    _exchange(detail.file, after, before, entry_id)


def recover(journal: Journal, entry_id: str, detail: FileRecord, is_undo: bool) -> State:
    """What became of an edit, or of its undo, that was cut short: the file holds the old bytes or the new ones, and
    says so itself."""
    remove_left_over(temporary_name(detail.file, entry_id))
    try:
        is_new = read_whole(detail.file) == _sides(journal, entry_id, detail)[1]
    except (RefusedError, OSError):
        is_new = False
    if is_new:
        return "written"
    return "restored" if is_undo else "nothing"


def _exchange(path: Path, before: bytes | None, after: bytes | None, entry_id: str) -> None:
    """Put ``after`` in the place of ``before``; ``None`` means no file."""
    if after is not None:
        replace_file(path, before, after, temporary_name(path, entry_id))
    elif before is not None:
        remove_known_file(path, before)


def _holds(path: Path, content: bytes | None) -> bool:
    try:
        return read_whole(path) == content
    except (RefusedError, OSError):
        return False


def _sides(journal: Journal, entry_id: str, detail: FileRecord) -> tuple[bytes | None, bytes | None]:
    before = None if detail.was_absent else journal.originals.side(detail.file, entry_id, "before")
    return before, None if detail.is_absent else journal.originals.side(detail.file, entry_id, "after")


def _changed_since(
    journal: Journal, entry_id: str, detail: FileRecord, sides: tuple[bytes | None, bytes | None, bytes | None]
) -> ChangedSinceError:
    before, after, now = sides
    details = (
        *_difference(before, after, tr("before idecare"), tr("written by idecare")),
        *_difference(after, now, tr("written by idecare"), tr("there now")),
    )
    kept = journal.originals.place_of_before(detail.file, entry_id)
    hint = tr("take over by hand what you want; what it held before: {path}", path=kept) if before is not None else ""
    return ChangedSinceError(tr("the file was changed after idecare wrote it, so it stays as it is"), hint, details)


def _difference(old: bytes | None, new: bytes | None, old_name: str, new_name: str) -> list[str]:
    from difflib import unified_diff

    old_name, new_name = (
        name if side is not None else tr("{side}: no file", side=name)
        for name, side in ((old_name, old), (new_name, new))
    )
    return list(unified_diff(_lines(old), _lines(new), old_name, new_name, lineterm="", n=0))


def _lines(data: bytes | None) -> list[str]:
    return (data or b"").decode(errors="replace").splitlines()
