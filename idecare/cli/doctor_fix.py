"""``idecare doctor --fix``: one plan for all findings, one undo, and a second run of the checks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from idecare.changes.journal import Journal
from idecare.cli.common import Session
from idecare.cli.flow import Proposal, Report, Request, command_line, finish_interrupted, settle
from idecare.cli.render.doctor_fix import Fixed, exit_code, fixed_json, fixed_text
from idecare.core.language import tr
from idecare.doctor.base import Finding
from idecare.doctor.fix import FixPlan, plan_fix
from idecare.doctor.runner import Examined, is_fixable, plan_fixes, worst_first


def fix(
    session: Session, examined: Sequence[Examined], run_again: Callable[[], tuple[Examined, ...]], request: Request
) -> int:
    """Carry the remedies of all findings out, and report which of them did not help."""
    journal = Journal(session.host.own.state)
    finish_interrupted(session, journal)
    findings = worst_first(examined)
    plan = _plan(session, findings)
    before = Fixed(findings, plan)

    def show() -> Report:
        return _report(session, before, examined)

    def carry_out() -> Report:
        if not plan.whole.changes:
            return show()
        done = _applied(session, journal, before)
        again = run_again()
        left = worst_first(again)
        return _report(session, done.with_result(left, _not_taken(findings, left)), again)

    proposal = Proposal(bool(plan.whole.changes), show, carry_out, tr("Change this?"))
    return settle(session, proposal, request, journal.unreadable())


def _plan(session: Session, findings: tuple[Finding, ...]) -> FixPlan:
    from idecare.cli.progress import counting_progress
    from idecare.cli.render.proof import refusal

    with counting_progress(session, tr("verifying")) as on_progress:
        return plan_fix(
            session.host, plan_fixes(findings), lambda proof: refusal(proof, session.host.home), on_progress
        )


def _applied(session: Session, journal: Journal, before: Fixed) -> Fixed:
    from idecare.changes.apply import Order, apply
    from idecare.core.settings import read_settings
    from idecare.system.filesystem import exclusive

    hold = read_settings(session.host.own.config).hold
    order = Order(command_line(), session.host.cwd, session.now, hold, before.plan.users_of, before.plan.users_after)
    with exclusive(journal.lock):
        entry, outcomes = apply(before.plan.whole, journal, order)
    if entry and any(record.state == "held" for record in entry.records):
        from idecare.changes.background import start_purger

        start_purger(session.host.environment)
    return Fixed(before.findings, before.plan, outcomes, entry)


def _report(session: Session, fixed: Fixed, examined: Sequence[Examined]) -> Report:
    text = fixed_text(fixed, examined, session.host.home, session.verbose)
    notes = (tr("Take it back with: idecare undo {id}", id=fixed.entry.id),) if fixed.entry else ()
    has_changed = bool(fixed.entry and fixed.entry.is_undoable) if fixed.is_done else None
    return Report(fixed_json(fixed, examined), text, exit_code(fixed), notes, has_changed)


def _not_taken(before: Iterable[Finding], after: Iterable[Finding]) -> tuple[str, ...]:
    """The findings that a fix was to end and that are still there."""
    left = {(finding.id, finding.summary) for finding in after}
    return tuple(dict.fromkeys(each.id for each in before if is_fixable(each) and (each.id, each.summary) in left))
