"""Undoing a command: what it holds comes back, what it wrote is written back, and what cannot is said exactly."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Literal, assert_never

from idecare.changes import hold_entries, stamp_file, write_file
from idecare.changes.journal import Entry, FileRecord, HeldRecord, Journal, PartsRecord, Record, StampRecord
from idecare.core.errors import IdecareError, RefusedError
from idecare.core.frozen import frozen
from idecare.core.humanize import count_text
from idecare.core.language import tr
from idecare.system.processes import Process

UsersOf = Callable[[Record], tuple[Process, ...]]
REASONS = {
    "purging": tr("it is being deleted"),
    "purged": tr("it has been deleted"),
    "restored": tr("it was put back before"),
    "superseded": tr("it was put back before; newer entries had taken the place of the rest"),
    "nothing": tr("nothing had been changed"),
    "started": tr("it was cut short; the next idecare clean puts it back"),
}
GONE = tr("nothing is held any more: it was deleted by something else")


@frozen
class Undone:
    """What became of one record. ``kept`` entries did not come back, because newer ones are there. ``details`` are
    lines that explain the reason."""

    record: Record
    state: Literal["restored", "partly", "busy", "impossible"]
    restored: int = 0
    kept: int = 0
    reason: str = ""
    details: tuple[str, ...] = ()
    next_step: str = ""


def latest_undoable(entries: tuple[Entry, ...]) -> Entry | None:
    """The latest command of which something can be put back."""
    return next((entry for entry in reversed(entries) if entry.is_undoable), None)


def undo_entry(
    journal: Journal,
    entry_id: str,
    targets: frozenset[str],
    users_of: UsersOf,
    reason: str = "",
    files: frozenset[Path] = frozenset(),
) -> tuple[Undone, ...]:
    """Undo one command, or some targets or edited files of it, with the lock held; the journal says what became of
    each, and for what ``reason``, where it was not a user who asked for it."""
    entry = journal.entry(entry_id)
    results = []
    done_with = () if targets or not (entry and entry.is_undoable) else ("nothing", "restored")
    for index, record in enumerate(entry.records if entry else ()):
        if entry is None or (targets and record.target not in targets) or record.state in done_with:
            continue
        if files and record.place not in files:
            continue
        result = _undo(journal, entry, index, users_of)
        results.append(result)
        if result.state in ("restored", "partly") or result.reason == GONE:
            entry = entry.with_record(index, state=_state_after(result), reason=result.reason or reason or None)
            with suppress(OSError):  # on a full disk the journal says so later: nothing of it is held any more
                journal.write(entry)
    return tuple(results)


def _undo(journal: Journal, entry: Entry, index: int, users_of: UsersOf) -> Undone:
    record = entry.records[index]
    if not record.is_undoable:
        return Undone(record, "impossible", reason=REASONS.get(record.state, record.reason or ""))
    if isinstance(record.detail, FileRecord):
        return _undo_file(journal, entry, index, record.detail)
    users = users_of(record)
    if users and not (isinstance(record.detail, HeldRecord) and record.detail.returns_in_use):
        return Undone(record, "busy", reason=users[0].use)
    try:
        restored, kept = restore(record, record.detail, bool(users))
    except RefusedError as error:
        return Undone(record, "impossible", reason=str(error), next_step=_next_step(error))
    except IdecareError as error:
        return Undone(record, "impossible", reason=str(error))
    except OSError as error:
        place = f": {error.filename}" if error.filename else ""
        step = tr("remove that cause, then run: {command}", command=f"idecare undo {entry.id}")
        return Undone(record, "impossible", reason=f"{error.strerror or error}{place}", next_step=step)
    if kept:
        written = isinstance(record.detail, StampRecord)
        newer = tr("{entries} kept", entries=count_text(kept, "newer entry"))
        reason = tr("written again since, and kept so") if written else newer
        return Undone(record, "partly", restored, kept, reason)
    if not restored:
        return Undone(record, "impossible", reason=GONE)
    return Undone(record, "restored", restored)


def restore(record: Record, detail: HeldRecord | StampRecord | PartsRecord, in_use: bool = False) -> tuple[int, int]:
    """Put back what is held; return how many came back and how many did not, because newer ones are there."""
    match detail:
        case HeldRecord():
            return hold_entries.undo(record, detail, in_use)
        case StampRecord():
            return stamp_file.undo(record, detail)
        case PartsRecord():
            from idecare.changes import replace_parts  # with hashlib, which only a repair needs

            return replace_parts.undo(record, detail)
        case _:
            assert_never(detail)


def _next_step(error: RefusedError) -> str:
    earlier = tr("an earlier change can be undone by its ID: {command}", command="idecare history")
    return f"{error.hint}; {earlier}" if error.hint else earlier


def _undo_file(journal: Journal, entry: Entry, index: int, detail: FileRecord) -> Undone:
    """The journal knows that it begins: what a crash leaves is then found and tidied up."""
    record = entry.records[index]
    if record.state != "written":
        return Undone(record, "impossible", reason=REASONS.get(record.state, record.reason or ""))
    journal.write(entry.with_record(index, state="reverting"), durable=True)
    try:
        write_file.undo(journal, entry.id, detail)
    except (IdecareError, OSError) as error:
        journal.write(entry)
        details = error.details if isinstance(error, write_file.ChangedSinceError) else ()
        hint = error.hint if isinstance(error, IdecareError) else ""
        return Undone(record, "impossible", reason=str(error), details=details, next_step=hint)
    return Undone(record, "restored", 1)


def _state_after(result: Undone) -> str:
    """The change is over, so that the next undo takes the one before it: what did not come back, because newer entries
    are there, is held until its time and then deleted."""
    if result.state == "impossible":
        return "purged"
    return "superseded" if result.kept and not isinstance(result.record.detail, StampRecord) else "restored"
