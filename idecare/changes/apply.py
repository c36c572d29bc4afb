"""Carrying out a plan: each action checked again first, the journal written before, everything undone on the way out.

The only caller of the writers in ``disk``, besides ``holding``.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal, assert_never

from idecare.changes.journal import HOLD_FOLDER, Entry, Journal, Record
from idecare.changes.plan import Action, Done, Failed, HoldEntries, Outcome, Plan, Refused, StampFile, Step, TrimEntries
from idecare.changes.recover import back_out
from idecare.core.errors import BusyError, IdecareError, RefusedError
from idecare.core.frozen import frozen
from idecare.core.results import Skip
from idecare.system.filesystem import exchange as exchanging
from idecare.system.filesystem.folders import opened, subfolder
from idecare.system.filesystem.moving import hold_entries, hold_matching
from idecare.system.filesystem.small_files import read_small_file, rewrite_small_file
from idecare.system.processes import Process

# Below this a file system is nearly full: what was moved aside is purged at once.
FULL_SHARE, FULL_BYTES = 0.05, 5_000_000_000


@frozen
class Order:
    """How a plan is to be carried out. ``look_again`` tells who uses a step's cache at that moment."""

    command: tuple[str, ...]
    cwd: Path
    now: datetime
    hold: timedelta
    look_again: Callable[[Step], tuple[Process, ...]]


def apply(plan: Plan, journal: Journal, order: Order) -> tuple[Entry | None, tuple[Outcome, ...]]:
    """Carry out the plan, with the journal's lock held. An interruption puts back the step at hand and goes on up."""
    if not plan.changes:
        return None, tuple(_skipped(step) for step in plan.steps)
    run = _Run(plan.changes, journal.new_id(order.now), order)
    if any(isinstance(step.decision, HoldEntries) and step.decision.keep_folders for step in run.steps):
        exchanging.load()  # not between the look and the renames: that time is what a go command can slip into
    _write_intent(journal, run.entry)
    try:
        for index in range(len(run.steps)):
            run.carry_out(index)
    finally:
        run.close()
        _write_outcome(journal, run)
    return run.entry, tuple(run.outcomes.get(id(step)) or _skipped(step) for step in plan.steps)


def _skipped(step: Step) -> Refused:
    assert isinstance(step.decision, Skip)
    return Refused(step, step.decision, step.busy)


def _write_intent(journal: Journal, entry: Entry) -> None:
    try:
        journal.write(entry, durable=True)
    except OSError as error:
        hint = "free some space (idecare purge deletes what is held), then run it again"
        message = f"nothing was changed: the journal in {journal.folder} cannot be written: {error.strerror}"
        raise IdecareError("journal", message, hint) from error


def _write_outcome(journal: Journal, run: _Run) -> None:
    """Without a journal nothing could be undone or purged, so then nothing is held either."""
    try:
        journal.write(run.entry)
    except OSError as error:
        run.back_out_all()
        message = f"everything was put back: the journal in {journal.folder} cannot be written: {error.strerror}"
        raise IdecareError(
            "journal", message, "free some space, or check its permissions, then run it again"
        ) from error


class _Run:
    """One plan being carried out: the journal entry as it is by now, and what became of each step."""

    def __init__(self, steps: tuple[Step, ...], entry_id: str, order: Order) -> None:
        self.steps = steps
        self.order = order
        self.at = -1
        self.outcomes: dict[int, Outcome] = {}
        records = tuple(_record(step.decision, entry_id) for step in steps if not isinstance(step.decision, Skip))
        self.entry = Entry(entry_id, order.command, str(order.cwd), order.now.isoformat(), records)
        for index, step in enumerate(steps):
            if isinstance(step.decision, StampFile):
                self._note_previous(index, step, step.decision)

    def _note_previous(self, index: int, step: Step, action: StampFile) -> None:
        """The journal must know what a file held before it is written."""
        try:
            folder, name = os.path.split(action.name)
            with opened(action.root, action.identity) as root, subfolder(root, folder) as parent:
                previous = read_small_file(parent, name)
        except (IdecareError, OSError) as error:
            self._end(index, "nothing", _not_done(step, error))
            return
        text = None if previous is None else previous.decode("latin-1")
        content = action.content.decode("latin-1")
        self.entry = self.entry.with_record(index, name=action.name, previous=text, content=content)

    def carry_out(self, index: int) -> None:
        """Look, act, look again; whatever goes wrong, what was moved is put back."""
        step = self.steps[index]
        if id(step) in self.outcomes:
            return
        if users := _users(step, self.order):
            skip = Skip("busy", "busy", "came into use since the plan was made", "wait for it: --wait 5m")
            self._end(index, "nothing", Refused(step, skip, users))
            return
        self.at, moved = index, 0
        try:
            moved = _act(step.decision, self.entry.records[index].hold)
            meanwhile = _users(step, self.order)
            until = self.order.now if is_nearly_full(step.root) else self.order.now + self.order.hold
        except BaseException as error:
            outcome = self._back_out(index, str(error) or "interrupted", moved > 0)
            if not isinstance(error, IdecareError | OSError):
                raise
            self.outcomes[id(step)] = outcome or _not_done(step, error)
            return
        if meanwhile:
            skip = Skip("busy", "busy", "came into use meanwhile and was put back", "wait for it: --wait 5m")
            outcome = self._back_out(index, skip.reason, moved > 0)
            self.outcomes[id(step)] = outcome or Refused(step, skip, meanwhile)
        else:
            self._done(index, step, moved, until)

    def _back_out(self, index: int, reason: str, moved: bool) -> Failed | None:
        """Put back what a step moved. What cannot be put back stays held, and that is what became of the step."""
        record = self.entry.records[index]
        try:
            back = back_out(record)
        except (RefusedError, OSError) as error:
            if isinstance(error, RefusedError) and not moved and not os.path.lexists(record.root_path / record.hold):
                self.entry = self.entry.with_record(index, state="nothing", reason=str(error))
                return None
            told = f"it could not be put back: {error}"
            self.entry = self.entry.with_record(index, state="failed", reason=told)
            return Failed(self.steps[index], told, f"mend that, then run: idecare undo {self.entry.id}")
        self.entry = self.entry.with_record(index, state="restored" if back.restored else "nothing", reason=reason)
        return None

    def back_out_all(self) -> None:
        """Put back what every step holds."""
        for index, record in enumerate(self.entry.records):
            if record.state in ("held", "written"):
                self._back_out(index, "the journal cannot be written", moved=True)

    def _done(self, index: int, step: Step, moved: int, until: datetime) -> None:
        if isinstance(step.decision, StampFile):
            self._end(index, "written", Done(step, step.decision.state, moved))
            return
        state = "trimmed" if isinstance(step.decision, TrimEntries) else "held"
        if not moved:
            self._end(index, "nothing", Done(step, state, 0))
            return
        self.entry = self.entry.with_record(index, held_until=until.isoformat())
        full = until == self.order.now and self.order.hold > timedelta(0)
        self._end(index, "held", Done(step, state, moved, held_until=until, disk_full=full))

    def _end(self, index: int, state: str, outcome: Outcome) -> None:
        reason = outcome.reason if isinstance(outcome, Failed) else None
        reason = outcome.skip.reason if isinstance(outcome, Refused) else reason
        self.entry = self.entry.with_record(index, state=state, reason=reason)
        self.outcomes[id(self.steps[index])] = outcome

    def close(self) -> None:
        """After an interruption: the steps behind the one at hand never began. That one, if it could not be put back
        either, stays as started: the next run puts it back."""
        for index, record in enumerate(self.entry.records):
            if record.state == "started" and index > self.at:
                self.entry = self.entry.with_record(index, state="restored", reason="interrupted")


def _record(action: Action, entry_id: str) -> Record:
    record = Record(
        target=action.target,
        root=str(action.root),
        device=action.identity.device,
        inode=action.identity.inode,
        hold=f"{HOLD_FOLDER}/{entry_id}/{action.target}",
        state="started",
        trimmed=isinstance(action, TrimEntries),
    )
    if isinstance(action, StampFile):
        return record
    return replace(
        record,
        restore=action.restore,
        returns_in_use=action.returns_in_use,
        uniform_suffix=action.uniform_suffix,
    )


def _not_done(step: Step, error: IdecareError | OSError) -> Outcome:
    if isinstance(error, OSError):
        place = f": {error.filename}" if error.filename else ""
        return Failed(step, f"{error.strerror}{place}", "everything is as it was before")
    kind: Literal["busy", "refused"] = "busy" if isinstance(error, BusyError) else "refused"
    return Refused(step, Skip(kind, error.code, str(error), error.hint))


def _users(step: Step, order: Order) -> tuple[Process, ...]:
    """Who would be harmed now. Right before and right after the renames: a go command needs longer than what lies
    between the two looks to get from its start to its first use of a cache."""
    return order.look_again(step) if isinstance(step.decision, HoldEntries) else ()


def _act(action: Action | Skip, hold: str) -> int:
    assert not isinstance(action, Skip)
    with opened(action.root, action.identity) as root:
        match action:
            case HoldEntries():
                return hold_entries(root, hold, action.entries, action.keep_folders)
            case TrimEntries():
                return _trim(root, hold, action)
            case StampFile():
                folder, name = os.path.split(action.name)
                with subfolder(root, folder) as parent:
                    rewrite_small_file(parent, name, action.content, action.locked)
                return 1
            case _:
                assert_never(action)


def _trim(root: int, hold: str, action: TrimEntries) -> int:
    """All actions of all folders first: from then on every look-up misses, and no new use of an old output begins."""
    moved = 0
    if action.all_actions:
        moved += hold_matching(root, hold, action.folders, lambda entry: entry.name.endswith("-a"))
    before = action.used_before.timestamp()
    return moved + hold_matching(root, hold, action.folders, lambda entry: is_older_entry(entry, before))


def is_older_entry(entry: os.DirEntry[str], before: float) -> bool:
    """Whether a build cache entry was last used before that time (seconds since the epoch); its mtime says so."""
    return entry.name.endswith(("-a", "-d")) and entry.stat(follow_symlinks=False).st_mtime < before


def is_nearly_full(path: Path) -> bool:
    """Whether less than 5 % and less than 5 GB of the file system are free to this user."""
    status = os.statvfs(path)
    free, size = status.f_bavail * status.f_frsize, status.f_blocks * status.f_frsize
    return free < min(FULL_SHARE * size, FULL_BYTES)
