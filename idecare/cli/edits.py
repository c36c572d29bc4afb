"""What the verbs that edit configuration files propose: planned edits shown as diffs, applied, reported."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import field
from typing import TYPE_CHECKING, Any

from idecare.changes.journal import Entry, Journal
from idecare.cli.common import Session
from idecare.cli.flow import Proposal, Report, command_line
from idecare.cli.render.configure import exit_code, results_json, results_text
from idecare.configure.configured import Configured, other_names, plan_edits
from idecare.core.errors import ExitCode, IdecareError
from idecare.core.frozen import frozen
from idecare.core.language import tr

if TYPE_CHECKING:
    from idecare.changes.plan import Outcome

QUESTION = tr("Change this?")


@frozen
class Afterwards:
    """What was done once the edits were made: more values, lines of text, how it went, and whether it changed more."""

    values: dict[str, Any] = field(default_factory=dict)
    text: str = ""
    code: ExitCode = ExitCode.OK
    has_changed: bool = False


NOTHING_AFTER = Afterwards()


def propose_edits(
    session: Session,
    journal: Journal,
    results: Sequence[Configured],
    afterwards: Callable[[], Afterwards] | None = None,
) -> Proposal:
    """``afterwards`` is done when all edits are made, also when there is none to make."""
    plan = plan_edits(results)
    names = other_names(plan)

    def show() -> Report:
        return _report(session, results, (), None, dry_run=True, notes=names)

    def carry_out() -> Report:
        if not plan.changes and afterwards is None:
            return show()
        entry, outcomes = _applied() if plan.changes else (None, ())
        is_fine = exit_code(results, outcomes) is ExitCode.OK
        notes = _watch_starts(session, entry, results) if entry and is_fine else ()
        after = afterwards() if afterwards and is_fine else NOTHING_AFTER
        return _report(session, results, outcomes, entry, dry_run=False, after=after, notes=notes)

    def _applied() -> tuple[Entry | None, tuple[Outcome, ...]]:
        from idecare.changes.apply import Order, apply  # only when something is to be written
        from idecare.system.filesystem import exclusive

        with exclusive(journal.lock):
            return apply(plan, journal, Order(command_line(), session.host.cwd, session.now))

    return Proposal(bool(plan.changes), show, carry_out, QUESTION)


def _watch_starts(session: Session, entry: Entry, results: Sequence[Configured]) -> tuple[str, ...]:
    """Start the process that takes the edit of a JetBrains IDE back when the IDE crashes at its next start."""
    names = [result.name for result in results if result.proof and result.pending]
    if not names or session.host.user_id is None or session.host.is_ci:
        return ()
    from idecare.changes.background import start_idecare
    from idecare.core.settings import read_settings

    with suppress(IdecareError):  # the edit is made, whatever is wrong with the settings
        if not read_settings(session.host.own.config).watch_starts:
            return ()
    if start_idecare(session.host.environment, "configure", "--watch-start", entry.id) is None:
        return ()
    return (tr("If {ide} crashes at its next start, this is taken back.", ide=tr(" or ").join(names)),)


def _report(
    session: Session,
    results: Sequence[Configured],
    outcomes: Sequence[Outcome],
    entry: Entry | None,
    dry_run: bool,
    after: Afterwards = NOTHING_AFTER,
    notes: tuple[str, ...] = (),
) -> Report:
    changes = results_json(results, outcomes)
    values = {"dry_run": dry_run, "id": entry.id if entry else None, "changes": changes, **after.values}
    text = "\n".join(filter(None, [results_text(results, outcomes, session.host.home), after.text]))
    if entry and entry.is_undoable:
        notes = (*notes, tr("Take it back with: idecare undo {id}", id=entry.id))
    has_changed = None if dry_run else after.has_changed or bool(entry and entry.is_undoable)
    return Report(values, text, exit_code(results, outcomes) or after.code, notes, has_changed)
