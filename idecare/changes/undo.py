"""Undoing a command: what it holds comes back, what it wrote is written back, and what cannot is said exactly."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Literal

from idecare.changes.journal import Entry, Journal, Record
from idecare.changes.recover import restore
from idecare.changes.revert import ChangedSinceError, take_back
from idecare.core.errors import IdecareError
from idecare.core.frozen import frozen
from idecare.system.processes import Process

UsersOf = Callable[[Record], tuple[Process, ...]]
REASONS = {
    "purging": "it is being deleted",
    "purged": "it has been deleted",
    "restored": "it was put back before",
    "nothing": "nothing had been changed",
    "started": "it was cut short; the next idecare clean puts it back",
}


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
    return next((entry for entry in reversed(entries) if any(map(is_undoable, entry.records))), None)


def is_undoable(record: Record) -> bool:
    """Also what an undo that was cut short has left: what became of it is found out before it is tried again."""
    return record.state in ("held", "written", "failed", "reverting")


def undo_entry(journal: Journal, entry_id: str, targets: frozenset[str], users_of: UsersOf) -> tuple[Undone, ...]:
    """Undo one command, or some targets of it, with the lock held; the journal says what became of each."""
    entry = journal.entry(entry_id)
    results = []
    done_with = () if targets or not (entry and any(map(is_undoable, entry.records))) else ("nothing", "restored")
    for index, record in enumerate(entry.records if entry else ()):
        if entry is None or (targets and record.target not in targets) or record.state in done_with:
            continue
        result = _undo_edit(journal, entry, index) if record.edit else _undo(record, users_of)
        results.append(result)
        if result.state in ("restored", "partly"):
            entry = entry.with_record(index, state=_state_after(result), reason=_reason_after(result))
            with suppress(OSError):  # on a full disk the journal says so later: nothing of it is held any more
                journal.write(entry)
    return tuple(results)


def _undo_edit(journal: Journal, entry: Entry, index: int) -> Undone:
    """The journal knows that it begins: what a crash leaves is then found and tidied up."""
    record = entry.records[index]
    if record.state != "written" or record.edit is None:
        return Undone(record, "impossible", reason=REASONS.get(record.state, record.reason or ""))
    journal.write(entry.with_record(index, state="reverting"), durable=True)
    try:
        take_back(journal, entry.id, record.edit)
    except (IdecareError, OSError) as error:
        journal.write(entry)
        details = error.details if isinstance(error, ChangedSinceError) else ()
        hint = error.hint if isinstance(error, IdecareError) else ""
        return Undone(record, "impossible", reason=str(error), details=details, next_step=hint)
    return Undone(record, "restored", 1)


def _undo(record: Record, users_of: UsersOf) -> Undone:
    if not is_undoable(record):
        return Undone(record, "impossible", reason=REASONS.get(record.state, record.reason or ""))
    users = users_of(record)
    if users and not record.returns_in_use:
        return Undone(record, "busy", reason=f"in use by {users[0].label}")
    try:
        result = restore(record, bool(users))
    except (IdecareError, OSError) as error:
        return Undone(record, "impossible", reason=str(error))
    if result.kept:
        return Undone(record, "partly", result.restored, result.kept, _kept_reason(record))
    if not result.restored:
        return Undone(record, "impossible", reason="nothing is held any more: it was deleted by something else")
    return Undone(record, "restored", result.restored)


def _kept_reason(record: Record) -> str:
    return "written again since, left so" if record.name else "made anew since, left so"


def _state_after(result: Undone) -> str:
    """What did not come back stays held until its time; a file that was written since is left for good."""
    return "held" if result.state == "partly" and result.record.name is None else "restored"


def _reason_after(result: Undone) -> str | None:
    return f"{result.restored} put back, {result.kept} {result.reason}" if result.kept else None
