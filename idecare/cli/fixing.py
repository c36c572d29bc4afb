"""``idecare doctor --fix``: plan, show, ask, do, look again; only by the ways of configure, clean and repair."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime

import click

from idecare.changes.journal import Continued, Entry, Journal
from idecare.changes.write_file import EditOrder, apply_edits
from idecare.cli.common import Session
from idecare.cli.editing import finish_interrupted
from idecare.cli.fixing_plan import Planned, plan
from idecare.cli.output import print_out
from idecare.cli.render.fixing import Fixed, exit_code, fixed_json, fixed_text, plan_text
from idecare.core.errors import ExitCode
from idecare.core.frozen import frozen
from idecare.core.settings import read_settings
from idecare.doctor.base import Finding
from idecare.doctor.runner import Examined, is_fixable, plan_fixes, worst_first
from idecare.system.filesystem import exclusive

LookAgain = Callable[[], tuple[Examined, ...]]


@frozen
class Wishes:
    dry_run: bool = False
    yes: bool = False


def fix(session: Session, examined: Sequence[Examined], look_again: LookAgain, wishes: Wishes) -> int:
    """Carry the remedies of all findings through, and tell which did not take."""
    journal = Journal(session.host.own.state)
    finish_interrupted(session, journal)
    findings = worst_first(examined)
    planned = plan(session, plan_fixes(findings))
    before = _told(planned, findings)
    if wishes.dry_run or planned.is_empty:
        return _finish(session, before, examined)
    if not wishes.yes and not session.may_ask:
        text = fixed_text(before, examined, session.host.home, session.verbose)
        code = session.finish(fixed_json(before, examined), text, ExitCode.USAGE)
        session.say("nothing was changed: pass --yes to do this without being asked")
        return code
    if not wishes.yes:
        print_out(plan_text(before, session.host.home))
        if not click.confirm("Change this?", default=True, err=True):
            return ExitCode.OK
    done = _Doing(session, journal, planned, before).carried_out()
    again = look_again()
    left = worst_first(again)
    code = _finish(session, replace(done, findings=left, not_taken=_not_taken(findings, left)), again)
    if done.entry:
        session.say(f"Take it back with: idecare undo {done.entry.id}")
    return code


def _told(planned: Planned, findings: tuple[Finding, ...]) -> Fixed:
    repair = planned.repair
    return Fixed(
        findings=findings,
        commands=planned.fixes.commands,
        results=planned.results,
        plan=planned.plan,
        verdicts=repair.verdicts if repair else (),
        index=repair.index if repair else (),
        modcache=repair.modcache.root if repair else None,
        notes=planned.notes,
    )


def _finish(session: Session, fixed: Fixed, examined: Sequence[Examined]) -> int:
    text = fixed_text(fixed, examined, session.host.home, session.verbose)
    return session.finish(fixed_json(fixed, examined), text, exit_code(fixed))


def _not_taken(before: Iterable[Finding], after: Iterable[Finding]) -> tuple[str, ...]:
    """The findings that a fix was to end and that are still there."""
    left = {(finding.id, finding.summary) for finding in after}
    return tuple(dict.fromkeys(each.id for each in before if is_fixable(each) and (each.id, each.summary) in left))


class _Doing:
    """The plan being carried out, all in one entry of the journal, so that one undo takes all of it back."""

    def __init__(self, session: Session, journal: Journal, planned: Planned, before: Fixed) -> None:
        self.session, self.first, self.planned, self.fixed = session, journal, planned, before
        self.command, self.now = ("idecare", *sys.argv[1:]), datetime.now(UTC)
        self.hold = read_settings(session.host.own.config).hold
        self.entry: Entry | None = None

    @property
    def journal(self) -> Journal:
        """As it is by now: what was done before stays part of the entry."""
        so_far = self.first.entry(self.entry.id) if self.entry else None
        return Continued(self.session.host.own.state, so_far) if so_far else self.first

    def carried_out(self) -> Fixed:
        with exclusive(self.first.lock):
            self._edit()
            if self.planned.plan.changes:
                self._clean()
        if self.planned.repair and self.planned.repair.has_changes:
            self._repair()
        entry = self.first.entry(self.entry.id) if self.entry else None
        if entry and any(record.state == "held" for record in entry.records):
            from idecare.changes.background import start_purger

            start_purger(self.session.host.environment)
        return replace(self.fixed, entry=entry)

    def _edit(self) -> None:
        pending = [edit for result in self.planned.results for edit in result.pending]
        order = EditOrder(self.command, self.session.host.cwd, self.now)
        self.entry, outcomes = apply_edits(pending, self.journal, order)
        by_edit = {id(outcome.edit): outcome for outcome in outcomes}
        results = tuple(
            replace(each, outcomes=tuple(by_edit[id(edit)] for edit in each.edits if id(edit) in by_edit))
            for each in self.planned.results
        )
        self.fixed = replace(self.fixed, results=results)

    def _clean(self) -> None:
        from idecare.changes.apply import Order, apply

        assert self.planned.looked is not None, "a plan of a clean comes with its look"
        look_again = self.planned.looked.users_of
        order = Order(self.command, self.session.host.cwd, self.now, self.hold, look_again)
        entry, outcomes = apply(self.planned.plan, self.journal, order)
        self.entry = self.entry or entry
        self.fixed = replace(self.fixed, outcomes=outcomes)

    def _repair(self) -> None:
        from idecare.caches.verify import carry_out

        assert self.planned.repair is not None, "asked before"
        entry, mends = carry_out(self.planned.repair, self.journal, self.command, self.hold)
        self.entry = self.entry or entry
        self.fixed = replace(self.fixed, mends=mends)
