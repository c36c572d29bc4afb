"""Carrying out a plan: each action checked again first, the journal written before, everything undone on the way out.

The only caller of the writers in ``disk``, besides ``holding``.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import assert_never

from idecare.disk.folders import opened, subfolder
from idecare.disk.moving import hold_entries, hold_matching
from idecare.disk.owned import read_small_file, rewrite_in_place
from idecare.errors import IdecareError, RefusedError
from idecare.holding import back_out
from idecare.inspection.cache import HOLD_FOLDER, Skip
from idecare.inspection.processes import Process
from idecare.journal import Entry, Journal, Record
from idecare.plan import Action, Done, Failed, HoldEntries, Outcome, Plan, Refused, StampFile, Step, TrimEntries

# Below this a file system is nearly full: what was moved aside is purged at once.
FULL_SHARE, FULL_BYTES = 0.05, 5_000_000_000


@dataclass(frozen=True)
class Order:
    """How a plan is to be carried out. ``look_again`` tells who uses a step's cache at that moment."""

    command: tuple[str, ...]
    cwd: Path
    now: datetime
    hold: timedelta
    look_again: Callable[[Step], tuple[Process, ...]]


def apply(plan: Plan, journal: Journal, order: Order) -> tuple[Entry | None, tuple[Outcome, ...]]:
    """Carry out the plan, with the journal's lock held. An interruption puts back the step at hand and goes on up."""
    steps = plan.changes
    if not steps:
        return None, tuple(_skipped(step) for step in plan.steps)
    entry = _intent(steps, journal, order)
    _write_intent(journal, entry)
    outcomes: dict[int, Outcome] = {}
    try:
        for index, step in enumerate(steps):
            entry, outcomes[id(step)] = _carry_out(step, entry, index, order)
    finally:
        entry = _close(entry)
        journal.write(entry)
    return entry, tuple(outcomes.get(id(step)) or _skipped(step) for step in plan.steps)


def _skipped(step: Step) -> Refused:
    assert isinstance(step.decision, Skip)
    return Refused(step, step.decision, step.busy)


def _intent(steps: tuple[Step, ...], journal: Journal, order: Order) -> Entry:
    entry_id = journal.new_id(order.now)
    records = tuple(_record(step.decision, entry_id) for step in steps if not isinstance(step.decision, Skip))
    return Entry(entry_id, order.command, str(order.cwd), order.now.isoformat(), records)


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
    return _with_file(record, action) if isinstance(action, StampFile) else record


def _with_file(record: Record, action: StampFile) -> Record:
    folder, name = os.path.split(action.name)
    with opened(action.root, action.identity) as root, subfolder(root, folder) as parent:
        previous = read_small_file(parent, name)
    return replace(
        record,
        name=action.name,
        previous=None if previous is None else previous.decode("latin-1"),
        content=action.content.decode("latin-1"),
    )


def _write_intent(journal: Journal, entry: Entry) -> None:
    try:
        journal.write(entry, durable=True)
    except OSError as error:
        hint = "free some space (idecare purge deletes what is held), then run it again"
        message = f"nothing was changed: the journal in {journal.folder} cannot be written: {error.strerror}"
        raise IdecareError("journal", message, hint) from error


def _carry_out(step: Step, entry: Entry, index: int, order: Order) -> tuple[Entry, Outcome]:
    record = entry.records[index]
    assert not isinstance(step.decision, Skip)
    if users := _users(step, order):
        skip = Skip("busy", "busy", "came into use since the plan was made", "wait for it: --wait 5m")
        return _ended(entry, index, "nothing", skip.reason), Refused(step, skip, users)
    try:
        moved = _act(step.decision, record.hold)
    except RefusedError as error:
        return _ended(entry, index, "nothing", str(error)), Refused(
            step, Skip("refused", error.code, str(error), error.hint)
        )
    except IdecareError as error:
        return _ended(entry, index, "nothing", str(error)), Refused(
            step, Skip("busy", error.code, str(error), error.hint)
        )
    except OSError as error:
        back_out(record)
        return _ended(entry, index, "restored", str(error)), Failed(
            step, _reason(error), "everything is as it was before"
        )
    except BaseException:
        back_out(record)
        raise
    if meanwhile := _users(step, order):
        back_out(record)
        skip = Skip("busy", "busy", "came into use meanwhile and was put back", "wait for it: --wait 5m")
        return _ended(entry, index, "restored", skip.reason), Refused(step, skip, meanwhile)
    return _done(step, entry, index, moved, order)


def _users(step: Step, order: Order) -> tuple[Process, ...]:
    """Who would be harmed now. Right before and right after the renames: a go command needs longer than what lies
    between the two looks to get from its start to its first use of a cache."""
    return order.look_again(step) if isinstance(step.decision, HoldEntries) else ()


def _reason(error: OSError) -> str:
    return f"{error.strerror}{f': {error.filename}' if error.filename else ''}"


def _act(action: Action, hold: str) -> int:
    with opened(action.root, action.identity) as root:
        match action:
            case HoldEntries():
                return hold_entries(root, hold, action.entries, action.keep_folders)
            case TrimEntries():
                return _trim(root, hold, action)
            case StampFile():
                folder, name = os.path.split(action.name)
                with subfolder(root, folder) as parent:
                    rewrite_in_place(parent, name, action.content, action.locked)
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
    status = entry.stat(follow_symlinks=False)
    return entry.name.endswith(("-a", "-d")) and status.st_mtime < before and not stat.S_ISLNK(status.st_mode)


def _done(step: Step, entry: Entry, index: int, moved: int, order: Order) -> tuple[Entry, Outcome]:
    if isinstance(step.decision, StampFile):
        state = "scheduled" if step.target == "goland" else "purged"
        return entry.with_record(index, state="written"), Done(step, state, moved)
    until = order.now if is_nearly_full(step.root) else order.now + order.hold
    state = "trimmed" if isinstance(step.decision, TrimEntries) else "held"
    if not moved:
        return entry.with_record(index, state="nothing"), Done(step, state, 0)
    return entry.with_record(index, state="held", held_until=until.isoformat()), Done(
        step, state, moved, held_until=until
    )


def _ended(entry: Entry, index: int, state: str, reason: str) -> Entry:
    return entry.with_record(index, state=state, reason=reason)


def _close(entry: Entry) -> Entry:
    """After an interruption: the step at hand was put back, those behind it never began."""
    for index, record in enumerate(entry.records):
        if record.state == "started":
            entry = entry.with_record(index, state="restored", reason="interrupted")
    return entry


def is_nearly_full(path: Path) -> bool:
    """Whether less than 5 % and less than 5 GB of the file system are free to this user."""
    status = os.statvfs(path)
    free, size = status.f_bavail * status.f_frsize, status.f_blocks * status.f_frsize
    return free < min(FULL_SHARE * size, FULL_BYTES)
