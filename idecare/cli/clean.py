"""``idecare clean``: scan, plan, show, confirm, apply, report; then the command behind ``--``."""

from __future__ import annotations

import sys
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import click

from idecare.caches.base import CleanRequest
from idecare.caches.find import FoundCaches, Picked, find_caches, going_bytes
from idecare.caches.plan import plan_clean, without_empty_trims
from idecare.caches.queue import read_queue, requeue
from idecare.changes.journal import AWAITS_PURGE, Entry, Journal, Record
from idecare.changes.plan import Done, Failed, Outcome, Plan, Step, exit_code
from idecare.cli.common import AGE, Session, size, takes, verb
from idecare.cli.flow import Proposal, Report, Request, finish_interrupted, settle
from idecare.cli.output import print_out
from idecare.cli.progress import live_line
from idecare.cli.render.clean import (
    Needs,
    Sizes,
    held_text,
    hold_text,
    outcomes_json,
    outcomes_text,
    plan_json,
    plan_text,
    spared,
)
from idecare.core.errors import ExitCode, UsageError
from idecare.core.frozen import frozen
from idecare.core.humanize import age_text
from idecare.core.language import tr
from idecare.core.results import Skip
from idecare.core.settings import Settings, read_settings
from idecare.core.targets import misnomer, resolve_target
from idecare.golang.setup import GoSetup, inspect_go_setup
from idecare.system.filesystem import exclusive

SCAN_SECONDS = 0.25
# With --undo-on-failure: no purge while the command runs, however long; its end sets the real time.
UNTIL_COMMAND_ENDS = timedelta(days=7)


@frozen
class Options:
    """The options of one clean, as given."""

    targets: tuple[str, ...]
    dry_run: bool = False
    check: bool = False
    yes: bool = False
    sizes: bool = False
    older_than: timedelta | None = None
    max_size: int | None = None
    toolchains: bool = False
    purge_now: bool = False
    hold: timedelta | None = None
    wait: timedelta | None = None
    when_idle: bool = False
    queued: bool = False
    undo_on_failure: bool = False


@click.command()
@click.argument("targets", nargs=-1, metavar="[TARGET]...")
@click.option("-n", "--dry-run", is_flag=True, help=tr("Show the plan with sizes and stop."))
@click.option("--check", is_flag=True, help=tr("As --dry-run, but exit 4 when there is something to clean."))
@click.option("-y", "--yes", is_flag=True, help=tr("Do not ask."))
@click.option("--sizes", is_flag=True, help=tr("Measure what goes; without it a clean takes constant time."))
@click.option("--older-than", **AGE, help=tr("Take only build cache entries last used longer ago (at least 2h)."))
@click.option(
    "--max-size",
    type=size,
    metavar="SIZE",
    help=tr(
        "Take the least recently used build cache entries until SIZE is left; none of the last 2h while Go is busy."
    ),
)
@click.option("--toolchains", is_flag=True, help=tr("Take downloaded Go toolchains too."))
@click.option("--now", "purge_now", is_flag=True, help=tr("Delete at once, with a progress bar; it cannot be undone."))
@click.option("--hold", **AGE, help=tr("How long it can be undone before it is deleted (setting hold, else 10m)."))
@click.option("--wait", **AGE, help=tr("Wait up to AGE for what is in use."))
@click.option("--when-idle", is_flag=True, help=tr("Queue what is in use for `idecare clean --queued`."))
@click.option("--queued", is_flag=True, help=tr("Clean what was queued and is idle now."))
@click.option("--undo-on-failure", is_flag=True, help=tr("With -- COMMAND: put everything back when COMMAND fails."))
@verb
@takes(Options)
def clean(session: Session, options: Options) -> int:
    """Clear caches before `go mod tidy`, without breaking a running build.

    TARGET: gocache testcache fuzzcache modcache gopls goimports goland vscode. Without one: gocache modcache gopls
    goland, or the setting `targets`.

    `idecare clean [TARGET...] -- COMMAND...` runs COMMAND after the clean and returns its exit code.
    """
    return _run(session, options)


def clean_picked(session: Session, picked: tuple[Picked, ...], toolchains: bool, dry_run: bool) -> int:
    """Clean what a user has picked: shown, confirmed, done and undone as any clean."""
    targets = tuple(dict.fromkeys(one.target for one in picked))
    return _run(session, Options(targets, dry_run, toolchains=toolchains), picked)


def _run(session: Session, options: Options, picked: tuple[Picked, ...] = ()) -> int:
    command: list[str] = click.get_current_context().find_root().obj or []
    _check_words(session, options, command)
    if options.max_size is not None and session.host.is_ci and options.hold is None and not options.undo_on_failure:
        session.say(
            tr("In CI, what goes is deleted at once, so that it is not saved with the cache (--hold 10m: later).")
        )
        options = replace(options, purge_now=True)
    settings, journal = read_settings(session.host.own.config), Journal(session.host.own.state)
    finish_interrupted(session, journal)
    run = _Clean(session, options, settings, journal, command, picked)
    question = tr("Delete this now? It cannot be undone.") if options.purge_now else tr("Clean?")
    proposal = Proposal(bool(run.plan.changes), run.show, run.carry_out, question, default=not options.purge_now)
    return settle(session, proposal, Request(options.check, options.dry_run, options.yes), journal.unreadable())


def _check_words(session: Session, options: Options, command: list[str]) -> None:
    """What cannot work is refused before anything is cleaned."""
    if options.undo_on_failure and not command:
        raise UsageError(
            "usage", tr("--undo-on-failure needs a command"), "idecare clean --undo-on-failure -- go mod tidy"
        )
    if command:
        import shutil

        if shutil.which(command[0]) is None:
            message = tr("nothing was cleaned: there is no program '{command}'", command=command[0])
            raise UsageError("no-command", message, tr("check its name and PATH"))


class _Clean:
    """One clean: what was scanned and planned, and what becomes of it."""

    def __init__(
        self,
        session: Session,
        options: Options,
        settings: Settings,
        journal: Journal,
        command: list[str],
        picked: tuple[Picked, ...],
    ) -> None:
        self.session, self.options, self.settings, self.journal = session, options, settings, journal
        self.command, self.picked = command, picked
        self.journal_version = journal.version()
        self.scan, self.go = self._scan()
        self.plan = _decided(session, self.scan, self.go, options)

    def _scan(self) -> tuple[FoundCaches, GoSetup]:
        found, go = _scan(self.session, self.options, self.settings, self.journal)
        return (found.only(self.picked) if self.picked else found), go

    @property
    def hold(self) -> timedelta:
        return self.options.hold if self.options.hold is not None else self.settings.hold

    @property
    def _needs(self) -> Needs:
        return {(cache.target, cache.root): cache.need for cache in self.scan.caches if cache.need}

    def show(self) -> Report:
        sizes = _sizes(self.session, self.plan)
        text = plan_text(self.plan, sizes, self.session.host.home)
        hold = timedelta(0) if self.options.purge_now else self.hold
        text = "\n".join(filter(None, [text, hold_text(self.plan, hold, offers_now=not self.picked)]))
        return Report(
            plan_json(self.plan, sizes, self._needs), text, has_changed=bool(self.plan.changes) or self._would_queue()
        )

    def _would_queue(self) -> bool:
        skips = ((step.target, step.decision) for step in self.plan.steps if isinstance(step.decision, Skip))
        busy = {target for target, skip in skips if skip.kind == "busy"}
        return self.options.when_idle and not busy <= set(read_queue(self.journal))

    def carry_out(self) -> Report:
        sizes = _sizes(self.session, self.plan) if self.options.sizes else {}
        queued = read_queue(self.journal)
        entry, outcomes = self._apply()
        has_changed = bool(entry and entry.is_undoable) or read_queue(self.journal) != queued
        report = replace(self._report(outcomes, sizes, entry), has_changed=has_changed)
        return _then(self, report, entry) if self.command else report

    def _apply(self) -> tuple[Entry | None, tuple[Outcome, ...]]:
        from idecare.changes.apply import Order, apply  # not for a dry run
        from idecare.changes.recover import adopt

        options, now = self.options, datetime.now(UTC)
        verb = "pick" if self.picked else "clean"
        flags = ("--undo-on-failure",) if options.undo_on_failure else ()  # such a hold is no longer than its command
        command = ("idecare", verb, *flags, *dict.fromkeys(step.target for step in self.plan.changes))
        hold = max(self.hold, UNTIL_COMMAND_ENDS) if options.undo_on_failure else self.hold
        queues = options.when_idle or options.queued
        if not (self.plan.changes or queues):
            return None, apply(self.plan, self.journal, Order(command, self.session.host.cwd, now))[1]
        with exclusive(self.journal.lock):
            if self.journal.version() != self.journal_version:
                self._plan_again()
            adopt(self.journal, self.scan.caches, now + self.hold, now)
            order = Order(command, self.session.host.cwd, now, hold, self.scan.users_of, self.scan.users_after)
            entry, outcomes = apply(self.plan, self.journal, order)
            if queues:
                outcomes = requeue(self.journal, self.scan.targets, outcomes, queue_busy=options.when_idle)
        return entry, outcomes

    def _plan_again(self) -> None:
        """Another command has changed the caches since; what was not shown is not done."""
        shown = {(step.target, step.root): step for step in self.plan.steps}
        self.scan, self.go = self._scan()
        plan = _decided(self.session, self.scan, self.go, replace(self.options, wait=None))
        self.plan = Plan(tuple(_as_shown(step, shown.get((step.target, step.root))) for step in plan.steps))

    def _report(self, outcomes: tuple[Outcome, ...], sizes: Sizes, entry: Entry | None) -> Report:
        options, home, freed = self.options, self.session.host.home, 0
        if entry and options.purge_now:
            outcomes, sizes = _purged_now(self.session, outcomes, entry, self.journal)
            freed = sum(sizes.values())
        elif not options.undo_on_failure and any(_awaits_purge(found) for found in self.journal.open_entries()):
            _purge_later(self.session)
        # With --undo-on-failure the command's end decides what becomes of what is held.
        held = "" if options.undo_on_failure else held_text(outcomes, datetime.now(UTC))
        text = "\n".join(filter(None, [outcomes_text(outcomes, sizes, home), held]))
        code = exit_code(outcomes)
        if self.session.quiet and code is ExitCode.OK:
            text = ""
        elif not text:
            text = tr("nothing to clean")
        return Report(
            outcomes_json(outcomes, sizes, self._needs, entry.id if entry else None, freed), text, code, self._notes()
        )

    def _notes(self) -> tuple[str, ...]:
        if not (self.options.when_idle and read_queue(self.journal)):
            return ()
        from idecare.watcher.service.process import is_ready

        if is_ready(self.session.host):
            return ()
        return (
            tr("No daemon runs that would do what is queued: idecare daemon start, or later: idecare clean --queued"),
        )


def _as_shown(step: Step, shown: Step | None) -> Step:
    """A step that was shown as skipped stays so."""
    return shown if shown and isinstance(shown.decision, Skip) and not isinstance(step.decision, Skip) else step


def _scan(session: Session, options: Options, settings: Settings, journal: Journal) -> tuple[FoundCaches, GoSetup]:
    targets = tuple(dict.fromkeys(resolve_target(word) for word in options.targets)) or settings.targets
    for word in options.targets:
        if note := misnomer(word):
            session.say(f"{word}{tr(': ')}{note}")
    if options.queued:
        targets = read_queue(journal)
    found = find_caches(session.host, settings, targets, options.toolchains)
    return found, inspect_go_setup(found.host)


def _decided(session: Session, scan: FoundCaches, go: GoSetup, options: Options) -> Plan:
    """The plan; with --wait, the first one in which nothing is in use, or the last one before the time is over."""
    named = frozenset(cache.target for cache in scan.caches if options.targets or options.queued)
    deadline = time.monotonic() + (options.wait.total_seconds() if options.wait else 0)
    waited_for: frozenset[str] = frozenset()
    with live_line(session) as line:
        while True:
            in_ci = session.host.is_ci
            request = CleanRequest(datetime.now(UTC), named, options.older_than, options.max_size, in_ci)
            plan = without_empty_trims(plan_clean(scan.candidates(request.now, options.max_size), go, request))
            busy = frozenset(found.label for step in plan.steps for found in step.busy)
            left = deadline - time.monotonic()
            if not busy or left <= 0:
                return plan
            if busy != waited_for:
                session.say(tr("waiting for {users}", users=", ".join(sorted(busy))))
                waited_for = busy
            line.show(tr("Waiting, {age} at most", age=age_text(left)))
            time.sleep(SCAN_SECONDS)


def _sizes(session: Session, plan: Plan) -> Sizes:
    sizes = {}
    with live_line(session) as line:
        for step in plan.changes:
            line.show(tr("Measuring: {target}", target=step.target))
            sizes[step.target, step.root] = going_bytes(step, session.host.own.cache, time.time())
    return {place: size for place, size in sizes.items() if size is not None}


def _awaits_purge(entry: Entry) -> bool:
    """Also what an earlier command holds: its purge may have ended with the machine, or been put off for long."""
    return any(record.state in AWAITS_PURGE for record in entry.records)


def _purge_later(session: Session) -> None:
    from idecare.changes.background import start_purger

    start_purger(session.host.environment)


def _purged_now(
    session: Session, outcomes: tuple[Outcome, ...], entry: Entry, journal: Journal
) -> tuple[tuple[Outcome, ...], dict[tuple[str, Path], int]]:
    """Delete what this clean holds; what could not be deleted is a failure, and stays held for `idecare purge`."""
    from idecare.changes.background import purge_all
    from idecare.cli.progress import deletion_progress

    try:
        with deletion_progress(session) as after_batch:
            removed = purge_all(journal, None, after_batch, lambda entry_id: entry_id == entry.id)
    except BaseException:  # interrupted: the rest is deleted in the background
        _purge_later(session)
        raise
    by_place = {(record.target, record.root_path): record for record in removed}
    outcomes = tuple(_with_purge(each, by_place.get((each.step.target, each.step.root))) for each in outcomes)
    return outcomes, {place: record.bytes or 0 for place, record in by_place.items()}


def _with_purge(outcome: Outcome, record: Record | None) -> Outcome:
    if record is None or not isinstance(outcome, Done):
        return outcome
    if record.state == "purged":
        return Done(outcome.step, "purged", record.entries or 0, record.bytes, spared=spared(record))
    return Failed(
        outcome.step, record.reason or tr("could not be deleted"), tr("remove that cause, then run: idecare purge")
    )


def _then(clean: _Clean, report: Report, entry: Entry | None) -> Report:
    """Run the user's command, then keep or undo the clean; the command's exit code is the result."""
    from idecare.cli.reuse import offered  # only for a command

    session = clean.session
    if report.text and not session.as_json:
        print_out(report.text)
    for note in report.notes:
        session.say(note)
    code: int = ExitCode.INTERRUPTED
    restored = False
    try:
        with offered(session, entry, clean.command) as offer:
            code = _called(clean, offer.environment, offer.held_open)
            used = len(offer.used)
        if said := offer.text(used):
            session.say(said)
    finally:
        if entry and clean.options.undo_on_failure:
            restored = _keep_or_undo(clean, entry, code)
    code = code if code >= 0 else 128 - code
    ran = {"command": clean.command, "exit": code, "reused_modules": used}
    values = {**report.values, "ran": ran, "undone": restored}
    if restored:
        values["targets"] = [{**target, **_restored(target)} for target in values["targets"]]
    return Report(values, "", code, has_changed=report.has_changed and not restored)


def _called(clean: _Clean, environment: dict[str, str], held_open: tuple[int, ...]) -> int:
    import subprocess

    output = sys.stderr if clean.session.as_json else None  # stdout is one JSON object
    try:
        env = {**clean.session.host.environment, **environment}
        return subprocess.call(clean.command, stdout=output, env=env, pass_fds=held_open)
    except OSError as error:
        clean.session.say(
            tr("idecare: cannot run {command}: {reason}", command=clean.command[0], reason=error.strerror)
        )
        return 127


def _restored(target: dict[str, Any]) -> dict[str, Any]:
    return {"state": "restored", "held_until": None} if target["state"] in ("held", "trimmed") else {}


def _keep_or_undo(clean: _Clean, entry: Entry, code: int) -> bool:
    """Whether it was undone."""
    journal, session = clean.journal, clean.session
    if code == 0:
        from idecare.changes.recover import release

        with exclusive(journal.lock, wait_seconds=60):
            release(journal, entry.id, datetime.now(UTC) + clean.hold)
        _purge_later(session)
        return False
    from idecare.changes.undo import undo_entry
    from idecare.cli.render.undo import undone_text

    with exclusive(journal.lock, wait_seconds=60):
        results = undo_entry(journal, entry.id, frozenset(), lambda record: ())
    session.say(undone_text(results, session.host.home))
    return True
