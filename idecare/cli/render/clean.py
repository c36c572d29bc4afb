"""A clean in words and as JSON: the plan before, the outcomes after."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, assert_never

from idecare.changes.journal import APART, Record
from idecare.changes.plan import (
    Done,
    Failed,
    HoldEntries,
    Outcome,
    Plan,
    Refused,
    RemoveFile,
    ReplaceParts,
    StampFile,
    Step,
    TrimEntries,
    WriteFile,
)
from idecare.cli.render.tables import table
from idecare.cli.render.terminal import paint
from idecare.core.humanize import age_text, count_text, path_text, size_text, time_text
from idecare.core.language import tr
from idecare.core.results import Skip
from idecare.system.processes import Process

if TYPE_CHECKING:
    from idecare.modules.need import Need

# Of what is done or to be done the state is green.
STYLES = {tr("skipped"): "warning", tr("failed"): "error", tr("nothing to do"): "dim"}
Sizes = Mapping[tuple[str, Path], int]  # by target and root: allocated bytes that go
Needs = Mapping[tuple[str, Path], "Need"]  # by target and root: what of a module cache is downloaded again
STATES = {
    "held": tr("set aside"),
    "purged": tr("deleted"),
    "trimmed": tr("trimmed"),
    "scheduled": tr("queued until idle"),
}


def plan_text(plan: Plan, sizes: Sizes, home: Path | None) -> str:
    """What would be done: a line a target, with costs and reasons below it."""
    return _text(
        [
            (step, _planned(step), _reasons(step.decision, step.busy) + _outlook(step), _absence(step.decision))
            for step in plan.steps
        ],
        sizes,
        home,
    )


def outcomes_text(outcomes: tuple[Outcome, ...], sizes: Sizes, home: Path | None) -> str:
    """What was done, and what was not and why."""
    return _text(
        [
            (outcome.step, _state(outcome), _explained(outcome), _absence(getattr(outcome, "skip", None)))
            for outcome in outcomes
        ],
        sizes,
        home,
    )


def _text(lines: list[tuple[Step, str, list[str], str]], sizes: Sizes, home: Path | None) -> str:
    """Columns for target, state, size and place, each with its details indented below."""
    measured = any((step.target, step.root) in sizes for step, *_ in lines)
    rows = []
    for step, state, _, absence in lines:
        size = sizes.get((step.target, step.root))
        cells = [size_text(size) if size is not None else ""] if measured else []
        rows.append(
            (
                step.target,
                paint(state, STYLES.get(state.partition(",")[0], "good")),
                *cells,
                _place(step, home) + absence,
            )
        )
    return table(rows, indent="", details=[details for _, _, details, _ in lines])


def _absence(decision: object) -> str:
    return tr(": ") + decision.reason if isinstance(decision, Skip) and decision.kind == "absent" else ""


def _place(step: Step, home: Path | None) -> str:
    """The root, or where only a few named children of it go, these."""
    match step.decision:
        case HoldEntries(shares_root=True, entries=(name,)):
            return path_text(step.root / name, home)
        case HoldEntries(shares_root=True, entries=names):
            return f"{path_text(step.root, home)}: {', '.join(names)}"
        case StampFile(name=name):
            return path_text((step.root / name).parent, home)
        case _:
            return path_text(step.root, home)


def _planned(step: Step) -> str:
    match step.decision:
        case Skip(kind="absent"):
            return tr("nothing to do")
        case Skip():
            return tr("skipped")
        case HoldEntries():
            return tr("to be set aside")
        case TrimEntries():
            return tr("to be trimmed")
        case StampFile():
            return tr("to be {effect}", effect=tr(step.decision.effect))
        case WriteFile() | ReplaceParts():
            return tr("to be changed")
        case RemoveFile():
            return tr("to be removed")
        case _:
            assert_never(step.decision)


def _state(outcome: Outcome) -> str:
    match outcome:
        case Done(step=Step(decision=StampFile() as stamp)):
            return tr("will be {effect}", effect=tr(stamp.effect)) if stamp.state == "scheduled" else tr(stamp.effect)
        case Done(state="trimmed"):
            return tr("trimmed, {entries}", entries=count_text(outcome.entries, "entry"))
        case Done():
            return STATES[outcome.state]
        case Refused():
            return tr("nothing to do") if outcome.skip.kind == "absent" else tr("skipped")
        case Failed():
            return tr("failed")
        case _:
            assert_never(outcome)


def _explained(outcome: Outcome) -> list[str]:
    match outcome:
        case Done():
            return [*outcome.spared, *_outlook(outcome.step), *_used_by(outcome.step.busy)]
        case Refused():
            return _reasons(outcome.skip, outcome.busy or outcome.step.busy)
        case Failed():
            return [outcome.reason, *([outcome.next_step] if outcome.next_step else [])]
        case _:
            assert_never(outcome)


def spared(record: Record) -> tuple[str, ...]:
    """What a purge found that is not of the cache, and where it is now."""
    place = record.root_path / os.path.dirname(record.hold) / f"{APART}{record.target}"
    found = []
    if record.put_back:
        found.append(tr("put back, because it is not of this cache: {names}", names=_named(record.put_back)))
    if record.set_apart:
        found.append(tr("not of this cache, and kept in {place}: {names}", place=place, names=_named(record.set_apart)))
    return tuple(found)


def _named(paths: tuple[str, ...]) -> str:
    names = ", ".join(paths[:3])
    return tr("{names} and {count} more", names=names, count=len(paths) - 3) if len(paths) > 3 else names


def _outlook(step: Step) -> list[str]:
    return [*([step.cost] if step.cost else []), *step.notes]


def _reasons(decision: object, busy: tuple[Process, ...]) -> list[str]:
    if not isinstance(decision, Skip):
        return _used_by(busy)
    if decision.kind == "absent":
        return []
    return [decision.reason, *_used_by(busy), *([decision.next_step] if decision.next_step else [])]


def _used_by(busy: tuple[Process, ...]) -> list[str]:
    named = [found.use for found in busy[:3]]
    return [*named, *([tr("and {count} more processes", count=len(busy) - 3)] if len(busy) > 3 else [])]


def hold_text(plan: Plan, hold: timedelta, offers_now: bool = True) -> str:
    """What holding means for the disk; empty when nothing will be held, or not for long."""
    if not hold or not any(isinstance(step.decision, HoldEntries | TrimEntries) for step in plan.steps):
        return ""
    age = age_text(hold.total_seconds())
    if offers_now:
        return tr("No space is free before what is set aside is deleted, in {age} (--now: at once).", age=age)
    return tr("No space is free before what is set aside is deleted, in {age}.", age=age)


def held_text(outcomes: tuple[Outcome, ...], now: datetime) -> str:
    """Until when it can be undone; empty when nothing is held."""
    held = [outcome for outcome in outcomes if isinstance(outcome, Done) and outcome.held_until]
    if not held:
        return ""
    until = max(outcome.held_until for outcome in held if outcome.held_until)
    if until > now:
        when = time_text(until, now)
        return tr("Held until {time}, then deleted in the background. Put it back with: idecare undo", time=when)
    if any(outcome.disk_full for outcome in held):
        return tr("The disk is nearly full, so what was set aside is being deleted now and cannot be undone.")
    return tr("What was set aside is being deleted in the background now and cannot be undone.")


def plan_json(plan: Plan, sizes: Sizes, needs: Needs) -> dict[str, Any]:
    """The documented object, before anything was done."""
    targets = [_planned_target(step, sizes) | _need(step, needs) for step in plan.steps]
    return _head(targets, dry_run=True, entry_id=None, freed=0)


def outcomes_json(
    outcomes: tuple[Outcome, ...], sizes: Sizes, needs: Needs, entry_id: str | None, freed: int
) -> dict[str, Any]:
    """The documented object, after it."""
    targets = [_target(outcome, sizes) | _need(outcome.step, needs) for outcome in outcomes]
    return _head(targets, dry_run=False, entry_id=entry_id, freed=freed)


def _need(step: Step, needs: Needs) -> dict[str, Any]:
    need = needs.get((step.target, step.root)) if step.cost else None
    return {"need": asdict(need) if need else None}


def _head(targets: list[dict[str, Any]], dry_run: bool, entry_id: str | None, freed: int) -> dict[str, Any]:
    return {"dry_run": dry_run, "id": entry_id, "targets": targets, "freed_bytes": freed}


def _planned_target(step: Step, sizes: Sizes) -> dict[str, Any]:
    match step.decision:
        case Skip() as skip:
            return _values(step, "absent" if skip.kind == "absent" else "skipped", sizes, skip, step.busy)
        case HoldEntries():
            return _values(step, "held", sizes, None, step.busy)
        case TrimEntries():
            return _values(step, "trimmed", sizes, None, step.busy)
        case StampFile():
            return _values(step, step.decision.state, sizes, None, step.busy)
        case WriteFile() | RemoveFile() | ReplaceParts():
            return _values(step, "planned", sizes, None, step.busy)
        case _:
            assert_never(step.decision)


def _target(outcome: Outcome, sizes: Sizes) -> dict[str, Any]:
    match outcome:
        case Done():
            values = _values(outcome.step, outcome.state, sizes, None, outcome.step.busy)
            until = outcome.held_until.isoformat() if outcome.held_until else None
            return {**values, "entries": outcome.entries, "held_until": until, "spared": list(outcome.spared)}
        case Refused():
            state = "absent" if outcome.skip.kind == "absent" else "skipped"
            return _values(outcome.step, state, sizes, outcome.skip, outcome.busy or outcome.step.busy)
        case Failed():
            skip = Skip("refused", "failed", outcome.reason, outcome.next_step)
            return _values(outcome.step, "skipped", sizes, skip, outcome.step.busy)
        case _:
            assert_never(outcome)


def _values(step: Step, state: str, sizes: Sizes, skip: Skip | None, busy: tuple[Process, ...]) -> dict[str, Any]:
    return {
        "target": step.target,
        "root": str(step.root),
        "source": step.source,
        "state": state,
        "code": skip.code if skip else None,
        "reason": skip.reason if skip else None,
        "next_step": (skip.next_step or None) if skip else None,
        "entries": None,
        "bytes": sizes.get((step.target, step.root)),
        "held_until": None,
        "spared": [],
        "cost": step.cost or None,
        "notes": list(step.notes),
        "busy": [_user(found) for found in busy],
    }


def _user(found: Process) -> dict[str, Any]:
    return {"pid": found.pid, "name": found.name, "since": found.started.isoformat() if found.started else None}
