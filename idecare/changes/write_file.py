"""Carrying out edits of configuration files: the journal first, then each file on its own."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from idecare.changes.edit_plan import EditOutcome, FileChange, NotWritten, Written
from idecare.changes.journal import EditRecord, Entry, Journal, Record
from idecare.core.errors import IdecareError, RefusedError
from idecare.core.frozen import frozen
from idecare.system.filesystem.whole_files import read_whole, remove_known_file, replace_file, temporary_name


@frozen
class EditOrder:
    """Which command asks for the edits, where and when."""

    command: tuple[str, ...]
    cwd: Path
    now: datetime


@dataclass
class _Run:
    entry: Entry
    outcomes: list[EditOutcome] = field(default_factory=list)


def apply_edits(
    edits: Iterable[FileChange], journal: Journal, order: EditOrder
) -> tuple[Entry | None, tuple[EditOutcome, ...]]:
    """Make the edits one by one, with the journal's lock held. One that cannot be made does not stop the others."""
    wanted, doubled = _by_file(edits)
    if not wanted:
        return None, ()
    entry_id = journal.new_id(order.now)
    records = tuple(_record_of(edit) for edit in wanted)
    run = _Run(Entry(entry_id, order.command, str(order.cwd), order.now.isoformat(), records))
    _write_intent(journal, run.entry, wanted)
    try:
        for index, edit in enumerate(wanted):
            _carry_out(run, index, edit)
    finally:
        journal.write(_without_unbegun(run))
    return run.entry, (*run.outcomes, *doubled)


def _by_file(edits: Iterable[FileChange]) -> tuple[tuple[FileChange, ...], tuple[NotWritten, ...]]:
    """One edit a file. Two versions of an IDE can read the same one: the first decides, the other is planned anew."""
    wanted: dict[Path, FileChange] = {}
    doubled = []
    for edit in edits:
        if edit.before == edit.after:
            continue
        if wanted.setdefault(edit.real_path, edit) is not edit:
            doubled.append(
                NotWritten(edit, "same-file", f"{edit.real_path} is changed for another IDE", "run it again")
            )
    return tuple(wanted.values()), tuple(doubled)


def _record_of(edit: FileChange) -> Record:
    values = {change.key: (change.before, change.after) for change in edit.changes}
    kept = EditRecord(str(edit.path), str(edit.real_path), edit.before is None, edit.after is None, values)
    return Record(edit.ide, str(edit.real_path.parent), 0, 0, "", "started", name=edit.real_path.name, edit=kept)


def _write_intent(journal: Journal, entry: Entry, edits: Iterable[FileChange]) -> None:
    """What undoes the edits is safe before the first of them begins."""
    try:
        for edit in edits:
            journal.originals.keep(edit.real_path, entry.id, edit.before, edit.after)
        journal.write(entry, durable=True)
    except OSError as error:
        message = f"nothing was changed: the journal in {journal.folder} cannot be written: {error.strerror}"
        raise IdecareError("journal", message, "free some space, then run it again") from error


def _carry_out(run: _Run, index: int, edit: FileChange) -> None:
    try:
        _check_link(edit)
        exchange(edit.real_path, edit.before, edit.after, run.entry.id)
    except (IdecareError, OSError) as error:
        outcome = _not_written(edit, error)
        if outcome.code == "failed" and _is_made(edit):  # only what makes it last through a power cut failed
            run.entry = run.entry.with_record(index, state="written", reason=outcome.reason)
            run.outcomes.append(Written(edit))
            return
        run.entry = run.entry.with_record(index, state="nothing", reason=outcome.reason)
        run.outcomes.append(outcome)
        return
    run.entry = run.entry.with_record(index, state="written")
    run.outcomes.append(Written(edit))


def _is_made(edit: FileChange) -> bool:
    try:
        return read_whole(edit.real_path) == edit.after
    except (RefusedError, OSError):
        return False


def exchange(path: Path, before: bytes | None, after: bytes | None, entry_id: str) -> None:
    """Put ``after`` in the place of ``before``; ``None`` stands for no file."""
    if after is not None:
        replace_file(path, before, after, temporary_name(path, entry_id))
    elif before is not None:
        remove_known_file(path, before)


def _check_link(edit: FileChange) -> None:
    if Path(os.path.realpath(edit.path)) != edit.real_path:
        raise RefusedError("changed", f"{edit.path} leads to another file by now", "run it again")


def _not_written(edit: FileChange, error: IdecareError | OSError) -> NotWritten:
    if isinstance(error, OSError):
        return NotWritten(
            edit, "failed", f"{error.filename or edit.real_path}: {error.strerror}", "nothing was changed"
        )
    return NotWritten(edit, error.code, str(error), error.hint)


def _without_unbegun(run: _Run) -> Entry:
    """After an interruption: the edits behind the one at hand never began; that one is found out by its bytes."""
    for index in range(len(run.outcomes) + 1, len(run.entry.records)):
        run.entry = run.entry.with_record(index, state="nothing", reason="interrupted")
    return run.entry
