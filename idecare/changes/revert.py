"""Taking an edit back, and finishing one that a crash cut short: both told from the bytes that are there."""

from __future__ import annotations

from idecare.changes.journal import EditRecord, Journal, Record
from idecare.changes.write_file import exchange
from idecare.core.errors import RefusedError
from idecare.system.filesystem.whole_files import read_whole, remove_left_over, temporary_name


class ChangedSinceError(RefusedError):
    """An edit cannot be taken back; ``details`` are the three texts, as differences."""

    def __init__(self, message: str, hint: str, details: tuple[str, ...]) -> None:
        super().__init__("changed-since", message, hint)
        self.details = details


def recovered_edit(journal: Journal, entry_id: str, record: Record) -> Record:
    """What became of an edit that was cut short: the file holds the old bytes or the new ones, and says so itself."""
    assert record.edit is not None
    remove_left_over(temporary_name(record.edit.file, entry_id))
    try:
        is_new = read_whole(record.edit.file) == _sides(journal, entry_id, record.edit)[1]
    except (RefusedError, OSError):
        is_new = False
    if record.state == "reverting":
        return record.with_state("written" if is_new else "restored", "the undo was cut short")
    return record.with_state("written" if is_new else "nothing", "the command was cut short")


def take_back(journal: Journal, entry_id: str, edit: EditRecord) -> None:
    """Put back the bytes from before an edit, or remove the file that it made. ChangedSinceError when the file holds
    something else by now than what was written."""
    try:
        before, after = _sides(journal, entry_id, edit)
    except OSError as error:
        raise RefusedError("not-kept", f"what it held before is not kept any more: {error.filename}") from error
    now = read_whole(edit.file)
    if now == before:
        return
    if now != after:
        raise _changed_since(journal, entry_id, edit, (before, after, now))
    exchange(edit.file, after, before, entry_id)


def _sides(journal: Journal, entry_id: str, edit: EditRecord) -> tuple[bytes | None, bytes | None]:
    before = None if edit.was_absent else journal.originals.side(edit.file, entry_id, "before")
    return before, None if edit.is_absent else journal.originals.side(edit.file, entry_id, "after")


def _changed_since(
    journal: Journal, entry_id: str, edit: EditRecord, sides: tuple[bytes | None, bytes | None, bytes | None]
) -> ChangedSinceError:
    before, after, now = sides
    details = (
        *_difference(before, after, "before idecare", "written by idecare"),
        *_difference(after, now, "written by idecare", "there now"),
    )
    kept = journal.originals.place_of_before(edit.file, entry_id)
    hint = f"take over by hand what you want; what it held before: {kept}" if before is not None else ""
    return ChangedSinceError("the file was changed after idecare wrote it, so it stays as it is", hint, details)


def _difference(old: bytes | None, new: bytes | None, old_name: str, new_name: str) -> list[str]:
    from difflib import unified_diff

    old_name, new_name = (
        name if side is not None else f"{name}: no file" for name, side in ((old_name, old), (new_name, new))
    )
    return list(unified_diff(_lines(old), _lines(new), old_name, new_name, lineterm="", n=0))


def _lines(data: bytes | None) -> list[str]:
    return (data or b"").decode(errors="replace").splitlines()
