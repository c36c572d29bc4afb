"""Carrying out a plan: each action checked again first, the journal written before, everything undone on the way out.

Nothing but an action of a plan changes a file of the user's or of a tool's.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Literal, assert_never

from idecare.changes import hold_entries, stamp_file
from idecare.changes.hold_owner import owner, write_owner
from idecare.changes.journal import HOLD_FOLDER, Detail, Entry, HeldRecord, Journal, PartsRecord, Record
from idecare.changes.plan import (
    Done,
    Failed,
    HoldEntries,
    Outcome,
    Plan,
    Refused,
    RemoveFile,
    ReplaceParts,
    Stamp,
    StampFile,
    Step,
    TrimEntries,
    WriteFile,
)
from idecare.changes.recover import back_out
from idecare.core.errors import BusyError, IdecareError, RefusedError
from idecare.core.frozen import frozen
from idecare.core.language import tr
from idecare.core.results import Skip
from idecare.system.filesystem import hint_for
from idecare.system.filesystem.moving import load_exchange
from idecare.system.mounts import space_at
from idecare.system.processes import Process

# Below this a file system is nearly full: what was moved aside is purged at once.
FULL_SHARE, FULL_BYTES = 0.05, 5_000_000_000


def nobody(step: Step) -> tuple[Process, ...]:
    return ()


@frozen
class Order:
    """How a plan is to be carried out. ``users_of`` says who uses a step's cache at that moment, with whoever may just
    have begun last; ``users_after``, unless it is the same, with them first."""

    command: tuple[str, ...]
    cwd: Path
    now: datetime
    hold: timedelta = timedelta(0)
    users_of: Callable[[Step], tuple[Process, ...]] = nobody
    users_after: Callable[[Step], tuple[Process, ...]] | None = None


def apply(plan: Plan, journal: Journal, order: Order) -> tuple[Entry | None, tuple[Outcome, ...]]:
    """Carry out the plan, with the journal's lock held: one entry, and one outcome for each step, in their order.

    A step that cannot be done does not stop the others. An interruption puts back the step at hand and goes on up.
    """
    if not plan.changes:
        return None, tuple(_skipped(step) for step in plan.steps)
    run = _Run(plan.changes, journal, order)
    run.write_intent()
    try:
        for index in range(len(run.steps)):
            run.carry_out(index)
    finally:
        run.close()
    return run.entry, tuple(run.outcomes.get(id(step)) or _skipped(step) for step in plan.steps)


def _skipped(step: Step) -> Refused:
    assert isinstance(step.decision, Skip)
    return Refused(step, step.decision, step.busy)


class _Run:
    """One plan being carried out: the journal entry as it is by now, and what became of each step."""

    def __init__(self, steps: tuple[Step, ...], journal: Journal, order: Order) -> None:
        self.steps, self.journal, self.order = steps, journal, order
        self.at = -1
        self.outcomes: dict[int, Outcome] = {}
        entry_id = journal.new_id(order.now)
        places = (f"{HOLD_FOLDER}/{entry_id}/{name}" for name in _hold_names(steps))
        records = tuple(self._record(step, hold) for step, hold in zip(steps, places, strict=True))
        self.entry = Entry(entry_id, order.command, str(order.cwd), order.now.isoformat(), records)

    def _record(self, step: Step, hold: str) -> Record:
        """What undoes the step. One that cannot even be described has its outcome already."""
        action = step.decision
        assert not isinstance(action, Skip)
        device, inode = (0, 0) if isinstance(action, WriteFile | RemoveFile) else _identity(action)
        try:
            detail = self._detail(step, hold)
        except (IdecareError, OSError) as error:
            self.outcomes[id(step)] = outcome = _not_done(step, error)
            return Record(
                step.target, str(step.root), device, inode, "nothing", HeldRecord(hold), reason=_reason(outcome)
            )
        return Record(step.target, str(step.root), device, inode, "started", detail)

    def _detail(self, step: Step, hold: str) -> Detail:
        match step.decision:
            case HoldEntries() | TrimEntries() as action:
                is_trim = isinstance(action, TrimEntries)
                return HeldRecord(hold, is_trim, action.restore, action.returns_in_use, action.uniform_suffix)
            case StampFile() as action:
                return stamp_file.record_of(action)
            case WriteFile() | RemoveFile() as edit:
                from idecare.changes import write_file  # only for edits

                self._require_single(edit)
                return write_file.record_of(edit)
            case ReplaceParts() as action:
                from idecare.changes import replace_parts  # with hashlib, which only a repair needs

                return replace_parts.record_of(action, hold)
            case Skip():
                raise AssertionError("a step that is skipped is not carried out")
            case _:
                assert_never(step.decision)

    def _require_single(self, edit: WriteFile | RemoveFile) -> None:
        """Two versions of an IDE can read the same file: the first decides, the other has to be planned again."""
        edits = (step.decision for step in self.steps if isinstance(step.decision, WriteFile | RemoveFile))
        if next(other for other in edits if other.real_path == edit.real_path) is not edit:
            raise RefusedError(
                "same-file", tr("{path} is changed for another IDE", path=edit.real_path), tr("run it again")
            )

    def write_intent(self) -> None:
        """What undoes the plan is safe before the first step begins."""
        try:
            for step, record in zip(self.steps, self.entry.records, strict=True):
                if isinstance(step.decision, WriteFile | RemoveFile) and record.state == "started":
                    edit = step.decision
                    self.journal.originals.keep(edit.real_path, self.entry.id, edit.before, edit.after)
            self.journal.write(self.entry, durable=True)
        except OSError as error:
            full = tr("free some space (idecare purge deletes what is held), then run it again")
            hint = hint_for(self.journal.folder, full)
            message = tr(
                "nothing was changed: the journal in {folder} cannot be written: {reason}",
                folder=self.journal.folder,
                reason=error.strerror,
            )
            raise IdecareError("journal", message, hint) from error
        if any(isinstance(step.decision, HoldEntries) and step.decision.keep_folders for step in self.steps):
            load_exchange()  # not between the check and the renames: a go command can slip into that time

    def carry_out(self, index: int) -> None:
        """Check, act, check again; whatever goes wrong, what was moved is put back."""
        step = self.steps[index]
        if id(step) in self.outcomes:
            return
        self.at, moved = index, 0
        users: tuple[Process, ...] = ()

        def is_free() -> bool:
            nonlocal users
            users = self._users(step, self.order.users_of)
            return not users

        try:
            self._name_owner(step)
            moved = self._act(index, step, is_free)
            is_refused = bool(users) and not moved
            meanwhile = () if is_refused else self._users(step, self.order.users_after or self.order.users_of)
            until = self._held_until(step)
        except BaseException as error:
            outcome = self._back_out(index, str(error) or tr("interrupted"), moved > 0)
            if not isinstance(error, IdecareError | OSError):
                raise
            self.outcomes[id(step)] = outcome or _not_done(step, error)
            return
        if is_refused:
            record = self.entry.records[index]
            hold_entries.forget(record.root_path, record.identity, record.hold)
            skip = Skip("busy", "busy", tr("came into use since the plan was made"), tr("wait for it: --wait 5m"))
            self._end(index, "nothing", Refused(step, skip, users))
        elif meanwhile:
            skip = Skip("busy", "busy", tr("came into use meanwhile and was put back"), tr("wait for it: --wait 5m"))
            outcome = self._back_out(index, tr("came into use meanwhile"), moved > 0)
            self.outcomes[id(step)] = outcome or Refused(step, skip, meanwhile)
        else:
            self._done(index, step, moved, until)

    def _name_owner(self, step: Step) -> None:
        if isinstance(step.decision, HoldEntries | TrimEntries | ReplaceParts):
            until = self.order.now + self.order.hold
            write_owner(step.root, step.decision.identity, self.entry.id, owner(self.journal, until))

    def _users(self, step: Step, users_of: Callable[[Step], tuple[Process, ...]]) -> tuple[Process, ...]:
        """Who would be harmed now. Right before and right after the renames: a go command needs longer than what lies
        between the two checks to get from its start to its first use of a cache."""
        match step.decision:
            case HoldEntries(at_any_time=False) | TrimEntries(only_idle=True):
                return users_of(step)
            case _:
                return ()

    def _act(self, index: int, step: Step, is_free: Callable[[], bool]) -> int:
        match step.decision:
            case HoldEntries() as action:
                return hold_entries.apply_hold(action, self.entry.records[index].hold, is_free)
            case TrimEntries() as action:
                return hold_entries.apply_trim(action, self.entry.records[index].hold, is_free)
            case StampFile() as action:
                return stamp_file.apply_stamp(action)
            case WriteFile() | RemoveFile() as edit:
                from idecare.changes import write_file

                return write_file.apply_edit(edit, self.entry.id)
            case ReplaceParts() as action:
                from idecare.changes import replace_parts

                return replace_parts.apply_parts(action, self.entry.records[index].hold, partial(self._note, index))
            case Skip():
                raise AssertionError("a step that is skipped is not carried out")
            case _:
                assert_never(step.decision)

    def _note(self, index: int, made: tuple[Stamp, ...]) -> None:
        detail = self.entry.records[index].detail
        assert isinstance(detail, PartsRecord)
        self.entry = self.entry.with_record(index, detail=replace(detail, made=made))
        self.journal.write(self.entry)

    def _held_until(self, step: Step) -> datetime:
        is_held = isinstance(step.decision, HoldEntries | TrimEntries)
        return self.order.now if is_held and is_nearly_full(step.root) else self.order.now + self.order.hold

    def _back_out(self, index: int, reason: str, moved: bool) -> Failed | None:
        """Put back what a step moved. What cannot be put back stays held, and that is what became of the step."""
        record = self.entry.records[index]
        try:
            state = back_out(self.journal, self.entry.id, record, at_once=True)
        except (IdecareError, OSError) as error:
            if isinstance(error, RefusedError) and not moved and not os.path.lexists(record.root_path / record.hold):
                self.entry = self.entry.with_record(index, state="nothing", reason=str(error))
                return None
            why = tr("{reason}; it could not be put back: {error}", reason=reason, error=error)
            self.entry = self.entry.with_record(index, state="failed", reason=why)
            undo = f"idecare undo {self.entry.id}"
            return Failed(self.steps[index], why, tr("remove that cause, then run: {command}", command=undo))
        self.entry = self.entry.with_record(index, state=state, reason=reason)
        return None

    def _done(self, index: int, step: Step, moved: int, until: datetime) -> None:
        match step.decision:
            case StampFile() as action:
                self._end(index, "written", Done(step, action.state, moved))
            case WriteFile() | RemoveFile():
                self._end(index, "written", Done(step, "written", moved))
            case ReplaceParts():
                self.entry = self.entry.with_record(index, held_until=until.isoformat())
                self._end(index, "held", Done(step, "replaced", moved, held_until=until))
                self.journal.write(self.entry)  # a crash in the next one must not take this one back
            case _:
                self._moved(index, step, moved, until)

    def _moved(self, index: int, step: Step, moved: int, until: datetime) -> None:
        state = "trimmed" if isinstance(step.decision, TrimEntries) else "held"
        if not moved:
            record = self.entry.records[index]
            hold_entries.forget(record.root_path, record.identity, record.hold)
            self._end(index, "nothing", Done(step, state, 0))
            return
        self.entry = self.entry.with_record(index, held_until=until.isoformat())
        full = until == self.order.now and self.order.hold > timedelta(0)
        self._end(index, "held", Done(step, state, moved, held_until=until, disk_full=full))

    def _end(self, index: int, state: str, outcome: Outcome) -> None:
        self.entry = self.entry.with_record(index, state=state, reason=_reason(outcome))
        self.outcomes[id(self.steps[index])] = outcome

    def close(self) -> None:
        """Write what became of each step. After an interruption the steps behind the one at hand never began; that one,
        if it could not be put back either, stays as started: the next run puts it back.

        Without a journal nothing could be undone or purged, so then nothing is held either.
        """
        for index, record in enumerate(self.entry.records):
            if record.state == "started" and index > self.at:
                self.entry = self.entry.with_record(index, state="nothing", reason=tr("interrupted"))
        try:
            self.journal.write(self.entry)
        except OSError as error:
            self._back_out_all()
            place, why = self.journal.folder, error.strerror
            message = tr(
                "everything was put back: the journal in {folder} cannot be written: {reason}", folder=place, reason=why
            )
            hint = hint_for(self.journal.folder, tr("free some space, or check its permissions, then run it again"))
            raise IdecareError("journal", message, hint) from error

    def _back_out_all(self) -> None:
        for index, record in enumerate(self.entry.records):
            if record.state in ("held", "written"):
                self._back_out(index, tr("the journal cannot be written"), moved=True)


def _hold_names(steps: tuple[Step, ...]) -> Iterator[str]:
    """The target, with a number behind it where one command holds several things of it."""
    seen: set[str] = set()
    for number, step in enumerate(steps):
        yield f"{step.target}.{number}" if step.target in seen else step.target
        seen.add(step.target)


def _identity(action: HoldEntries | TrimEntries | StampFile | ReplaceParts) -> tuple[int, int]:
    return action.identity.device, action.identity.inode


def _reason(outcome: Outcome) -> str | None:
    match outcome:
        case Done():
            return None
        case Refused():
            return outcome.skip.reason
        case Failed():
            return outcome.reason
        case _:
            assert_never(outcome)


def _not_done(step: Step, error: IdecareError | OSError) -> Outcome:
    if isinstance(error, OSError):
        place = f": {error.filename}" if error.filename else ""
        return Failed(step, f"{error.strerror}{place}", tr("everything is as it was before"))
    kind: Literal["busy", "refused"] = "busy" if isinstance(error, BusyError) else "refused"
    return Refused(step, Skip(kind, error.code, str(error), error.hint))


def is_nearly_full(path: Path) -> bool:
    """Whether less than 5 % and less than 5 GB of the file system are free to this user."""
    free, size = space_at(path)
    return free < min(FULL_SHARE * size, FULL_BYTES)
