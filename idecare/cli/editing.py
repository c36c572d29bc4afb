"""From planned edits to an exit code: show, ask, do, tell. Shared by the verbs that edit configuration files."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import field, replace
from typing import Any

import click

from idecare.changes.journal import Entry, Journal
from idecare.cli.common import Session
from idecare.cli.render.configure import Result, exit_code, results_json, results_text
from idecare.core.errors import ExitCode
from idecare.core.frozen import frozen


@frozen
class Wishes:
    """How far to go."""

    check: bool = False
    dry_run: bool = False
    yes: bool = False


@frozen
class Afterwards:
    """What was done once the edits were made: more values, lines of text, and how it went."""

    values: dict[str, Any] = field(default_factory=dict)
    text: str = ""
    code: ExitCode = ExitCode.OK


NOTHING_AFTER = Afterwards()


def finish_interrupted(session: Session, journal: Journal) -> None:
    """Tidy up what an earlier run left half done."""
    states = {record.state for entry in journal.open_entries() for record in entry.records}
    if states & {"started", "reverting"}:
        from idecare.changes.recover import recover  # with all that moves caches
        from idecare.system.filesystem import exclusive

        with exclusive(journal.lock):
            for entry in recover(journal):
                session.say(f"tidied up what {' '.join(entry.command)} of {entry.started} had left half done")


def settle(
    session: Session,
    journal: Journal,
    results: Sequence[Result],
    wishes: Wishes,
    afterwards: Callable[[], Afterwards] | None = None,
) -> int:
    """Carry planned edits through to the end that the user wants, and do ``afterwards`` when all of them are made."""
    is_pending = any(result.pending for result in results)
    if wishes.check or wishes.dry_run or not (is_pending or afterwards):
        pending = ExitCode.FINDINGS if wishes.check and is_pending else ExitCode.OK
        return _finish(session, results, None, exit_code(results) or pending, dry_run=True)
    if is_pending and not wishes.yes:
        if not session.may_ask:
            code = _finish(session, results, None, ExitCode.USAGE, dry_run=True)
            session.say("nothing was changed: pass --yes to do this without being asked")
            return code
        print(results_text(results, session.host.home, with_diff=True))
        if not click.confirm("Change this?", default=True, err=True):
            return ExitCode.OK
    done, entry = _apply(session, journal, results) if is_pending else (tuple(results), None)
    code = exit_code(done)
    after = afterwards() if afterwards and code is ExitCode.OK else NOTHING_AFTER
    return _finish(session, done, entry, code or after.code, dry_run=False, after=after)


def _apply(session: Session, journal: Journal, results: Sequence[Result]) -> tuple[tuple[Result, ...], Entry | None]:
    from idecare.changes.write_file import EditOrder, apply_edits  # only when something is to be written
    from idecare.system.filesystem import exclusive

    order = EditOrder(("idecare", *sys.argv[1:]), session.host.cwd, session.now)
    with exclusive(journal.lock):
        entry, outcomes = apply_edits((edit for result in results for edit in result.pending), journal, order)
    by_edit = {id(outcome.edit): outcome for outcome in outcomes}
    return tuple(
        replace(result, outcomes=tuple(by_edit[id(edit)] for edit in result.edits if id(edit) in by_edit))
        for result in results
    ), entry


def _finish(
    session: Session,
    results: Sequence[Result],
    entry: Entry | None,
    code: ExitCode | int,
    dry_run: bool,
    after: Afterwards = NOTHING_AFTER,
) -> int:
    values = {"dry_run": dry_run, "id": entry.id if entry else None, "changes": results_json(results), **after.values}
    text = "\n".join(filter(None, [results_text(results, session.host.home, with_diff=True), after.text]))
    if entry and any(record.state == "written" for record in entry.records):
        session.say(f"Take it back with: idecare undo {entry.id}")
    return session.finish(values, text, code)
