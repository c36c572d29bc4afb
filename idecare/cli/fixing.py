"""``idecare doctor --fix``: plan, show, ask, do, look again; only by the ways of configure, clean and repair."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import click

from idecare.checks.base import CleanTarget, Finding
from idecare.cli.common import Session
from idecare.cli.editing import finish_interrupted
from idecare.cli.output import print_out
from idecare.disk import exclusive
from idecare.doctor import Examined, Fixes, is_fixable, plan_fixes, worst_first
from idecare.editing import EditOrder, apply_edits
from idecare.errors import ExitCode
from idecare.fixing import plan_edits
from idecare.inspection.cache import Skip
from idecare.inspection.configs import read_config
from idecare.journal import Continued, Entry, Journal
from idecare.plan import Action, Done, HoldEntries, Outcome, Plan
from idecare.platforms import WINDOWS
from idecare.report.configure import Result
from idecare.report.fixing import Fixed, exit_code, fixed_json, fixed_text, plan_text

LookAgain = Callable[[], tuple[Examined, ...]]


@dataclass(frozen=True)
class Wishes:
    dry_run: bool = False
    yes: bool = False


@dataclass(frozen=True)
class _Planned:
    """What is to be done. ``find`` looks who uses a cache at the moment of the clean."""

    fixes: Fixes
    results: tuple[Result, ...]
    plan: Plan
    find: object = None

    @property
    def is_empty(self) -> bool:
        return not (self.plan.changes or any(result.pending for result in self.results))


def fix(session: Session, examined: Sequence[Examined], look_again: LookAgain, wishes: Wishes) -> int:
    """Carry the remedies of all findings through, and tell which did not take."""
    journal = Journal(session.host.own.state)
    finish_interrupted(session, journal)
    findings = worst_first(examined)
    planned = _plan(session, plan_fixes(findings))
    before = Fixed(findings, (), planned.fixes.commands, planned.results, planned.plan)
    if wishes.dry_run or planned.is_empty:
        return _finish(session, before, examined)
    if not wishes.yes and not session.may_ask:
        code = session.finish(fixed_json(before, examined), plan_text(before, session.host.home), ExitCode.USAGE)
        session.say("nothing was changed: pass --yes to do this without being asked")
        return code
    if not wishes.yes:
        print_out(plan_text(before, session.host.home))
        if not click.confirm("Change this?", default=True, err=True):
            return ExitCode.OK
    entry, results, outcomes = _do(session, journal, planned)
    again = look_again()
    left = worst_first(again)
    done = Fixed(left, _not_taken(findings, left), planned.fixes.commands, results, planned.plan, outcomes, entry)
    code = _finish(session, done, again)
    if entry:
        session.say(f"Take it back with: idecare undo {entry.id}")
    return code


def _finish(session: Session, fixed: Fixed, examined: Sequence[Examined]) -> int:
    text = fixed_text(fixed, examined, session.host.home, session.verbose)
    return session.finish(fixed_json(fixed, examined), text, exit_code(fixed))


def _not_taken(before: Iterable[Finding], after: Iterable[Finding]) -> tuple[str, ...]:
    """The findings that a fix was to end and that are still there."""
    left = {(finding.id, finding.summary) for finding in after}
    return tuple(dict.fromkeys(each.id for each in before if is_fixable(each) and (each.id, each.summary) in left))


def _plan(session: Session, fixes: Fixes) -> _Planned:
    files = {remedy.file: read_config(remedy.file) for _, remedy in fixes.edits}
    newline = "\r\n" if session.host.platform is WINDOWS else "\n"
    results = tuple(
        _proven(session, Result(each.ide, each.name, each.edits, each.skip, each.notes))
        for each in plan_edits(fixes.edits, files, newline)
    )
    if not fixes.cleans or session.host.user_id is None:
        return _Planned(fixes, results, Plan())
    plan, find = _plan_cleans(session, fixes.cleans)
    return _Planned(fixes, results, plan, find)


def _proven(session: Session, result: Result) -> Result:
    """Options with which the IDE would not start are not written."""
    edits = [edit for edit in result.edits if edit.path.suffix == ".vmoptions"]
    if not edits:
        return result
    from idecare.inspection.launcher import Launch, simulate
    from idecare.inspection.launcher_files import file_to_edit
    from idecare.proving import prove
    from idecare.report.proof import refusal
    from idecare.tools.jetbrains_installs import installs

    for install in installs(session.host):
        launch = simulate(session.host, install.path) if install.product == result.ide else None
        if isinstance(launch, Launch) and file_to_edit(session.host, launch.descriptor) == edits[0].path:
            proof = prove(session.host, install.path, {edit.path: edit.after for edit in edits})
            reason = refusal(proof, session.host.home)
            step = "change what is named; nothing was written"
            blocked = Skip("refused", "jvm-refuses", reason, step) if reason else None
            return replace(result, proof=proof, blocked=blocked)
    return result


def _plan_cleans(session: Session, cleans: Iterable[CleanTarget]) -> tuple[Plan, object]:
    """What `clean` would take of these targets, less what no finding names."""
    from idecare.cleaning import Wishes as CleanWishes
    from idecare.cleaning import plan_clean
    from idecare.cli.looking import look
    from idecare.inspection.go_setup import inspect_go_setup
    from idecare.settings import read_settings

    by_target = {clean.target: clean for clean in cleans}
    found = look(session.host, read_settings(session.host.own.config), tuple(by_target), toolchains=False)
    now = datetime.now(UTC)
    plan = plan_clean(found.candidates(now), inspect_go_setup(found.host), CleanWishes(now, frozenset(by_target)))
    steps = [
        replace(step, decision=narrowed)
        for step in plan.steps
        if (narrowed := _narrowed(step.decision, by_target[step.target])) is not None
    ]
    return Plan(tuple(steps)), found


def _narrowed(decision: Action | Skip, clean: CleanTarget) -> Action | Skip | None:
    """``None`` where nothing is left. What is not moved by name cannot be narrowed: then nothing of it is done."""
    if not clean.entries:
        return decision
    if not isinstance(decision, HoldEntries):
        return None
    entries = tuple(name for name in decision.entries if name in clean.entries)
    return replace(decision, entries=entries) if entries else None


def _do(
    session: Session, journal: Journal, planned: _Planned
) -> tuple[Entry | None, tuple[Result, ...], tuple[Outcome, ...]]:
    """One entry of the journal for all, so that one undo takes all back."""
    command, now = ("idecare", *sys.argv[1:]), datetime.now(UTC)
    with exclusive(journal.lock):
        pending = [edit for result in planned.results for edit in result.pending]
        entry, written = apply_edits(pending, journal, EditOrder(command, session.host.cwd, now))
        by_edit = {id(outcome.edit): outcome for outcome in written}
        results = tuple(
            replace(each, outcomes=tuple(by_edit[id(edit)] for edit in each.edits if id(edit) in by_edit))
            for each in planned.results
        )
        outcomes: tuple[Outcome, ...] = ()
        if planned.plan.changes:
            more = Continued(session.host.own.state, entry) if entry else journal
            cleaned, outcomes = _clean(session, more, planned, command, now)
            entry = entry or cleaned
    if any(isinstance(outcome, Done) and outcome.held_until for outcome in outcomes):
        from idecare.background import start_purger

        start_purger(session.host.environment)
    return entry, results, outcomes


def _clean(
    session: Session, journal: Journal, planned: _Planned, command: tuple[str, ...], now: datetime
) -> tuple[Entry | None, tuple[Outcome, ...]]:
    from idecare.apply import Order, apply
    from idecare.cli.looking import Look
    from idecare.settings import read_settings

    assert isinstance(planned.find, Look)
    hold = read_settings(session.host.own.config).hold
    return apply(planned.plan, journal, Order(command, session.host.cwd, now, hold, planned.find.users_of))
