"""``idecare clean``: find, look, decide, show, do, tell."""

from __future__ import annotations

import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click

from idecare.caches.base import CleanRequest
from idecare.caches.find import FoundCaches, find_caches, going_bytes
from idecare.caches.plan import plan_clean
from idecare.caches.queue import read_queue, requeue
from idecare.changes.apply import Order, apply
from idecare.changes.journal import Entry, Journal, Record
from idecare.changes.plan import Done, Failed, Outcome, Plan
from idecare.changes.recover import adopt, is_interrupted, recover, release
from idecare.cli.common import Session, age, size, verb
from idecare.cli.output import print_out
from idecare.cli.render.clean import Sizes, exit_code, held_text, outcomes_json, outcomes_text, plan_json, plan_text
from idecare.core.errors import ExitCode, UsageError
from idecare.core.frozen import frozen
from idecare.core.settings import Settings, read_settings
from idecare.core.targets import misnomer, resolve_target
from idecare.golang.setup import GoSetup, inspect_go_setup
from idecare.system.filesystem import exclusive

LOOK_SECONDS = 0.25
# With --undo-on-failure: no purge while the command runs, however long; its end sets the real time.
UNTIL_COMMAND_ENDS = timedelta(days=7)


@frozen
class Options:
    """The options of one clean, as given."""

    targets: tuple[str, ...]
    dry_run: bool
    check: bool
    yes: bool
    sizes: bool
    older_than: timedelta | None
    max_size: int | None
    toolchains: bool
    purge_now: bool
    hold: timedelta | None
    wait: timedelta | None
    when_idle: bool
    queued: bool
    undo_on_failure: bool


@click.command()
@click.argument("targets", nargs=-1, metavar="[TARGET]...")
@click.option("-n", "--dry-run", is_flag=True, help="Show the plan with sizes and stop.")
@click.option("--check", is_flag=True, help="As --dry-run, but exit 4 when there is something to clean.")
@click.option("-y", "--yes", is_flag=True, help="Do not ask.")
@click.option("--sizes", is_flag=True, help="Measure what goes; without it a clean takes constant time.")
@click.option(
    "--older-than", type=age, metavar="AGE", help="Take only build cache entries last used longer ago (at least 2h)."
)
@click.option(
    "--max-size", type=size, metavar="SIZE", help="Take the least recently used build cache entries until SIZE is left."
)
@click.option("--toolchains", is_flag=True, help="Take downloaded Go toolchains too.")
@click.option("--now", "purge_now", is_flag=True, help="Delete at once, with a progress bar; it cannot be undone.")
@click.option(
    "--hold", type=age, metavar="AGE", help="How long it can be undone before it is deleted (setting hold, else 10m)."
)
@click.option("--wait", type=age, metavar="AGE", help="Wait up to AGE for what is in use.")
@click.option("--when-idle", is_flag=True, help="Queue what is in use for `idecare clean --queued`.")
@click.option("--queued", is_flag=True, help="Clean what was queued and is idle now.")
@click.option("--undo-on-failure", is_flag=True, help="With -- COMMAND: put everything back when COMMAND fails.")
@verb
def clean(session: Session, **options: object) -> int:
    """Clear caches before `go mod tidy`, without breaking a running build.

    TARGET: gocache testcache fuzzcache modcache gopls goimports goland vscode. Without one: gocache modcache gopls
    goland, or the setting `targets`.

    `idecare clean [TARGET...] -- COMMAND...` runs COMMAND after the clean and returns its exit code.
    """
    return _run(session, Options(**options))  # type: ignore[arg-type]


def _run(session: Session, options: Options) -> int:
    command: list[str] = click.get_current_context().find_root().obj or []
    if options.undo_on_failure and not command:
        raise UsageError("usage", "--undo-on-failure needs a command", "idecare clean --undo-on-failure -- go mod tidy")
    if session.host.user_id is None:
        raise UsageError("unsupported", "cleaning is not supported on Windows yet", "`idecare usage` and `locate` are")
    settings = read_settings(session.host.own.config)
    journal = Journal(session.host.own.state)
    _finish_interrupted(session, journal)
    found, go = _find(session, options, settings, journal)
    plan = _decided(found, go, options)
    if options.dry_run or options.check:
        return _show(session, plan, options)
    if plan.changes and not options.yes and not _agreed(session, plan):
        return ExitCode.USAGE if not session.may_ask else ExitCode.OK
    sizes = _sizes(session, plan) if options.sizes else {}
    entry, outcomes = _do(session, found, plan, options, settings, journal)
    code = _tell(session, outcomes, sizes, entry, options, journal)
    return _then(session, command, entry, journal, options) if command else code


def _finish_interrupted(session: Session, journal: Journal) -> None:
    if not is_interrupted(journal):
        return
    with exclusive(journal.lock):
        for entry in recover(journal):
            session.say(f"put back what {' '.join(entry.command)} of {entry.started} had left half done")


def _find(session: Session, options: Options, settings: Settings, journal: Journal) -> tuple[FoundCaches, GoSetup]:
    targets = tuple(dict.fromkeys(resolve_target(word) for word in options.targets)) or settings.targets
    for word in options.targets:
        if note := misnomer(word):
            session.say(f"{word}: {note}")
    if options.queued:
        targets = read_queue(journal)
    found = find_caches(session.host, settings, targets, options.toolchains)
    return found, inspect_go_setup(found.host)


def _decided(found: FoundCaches, go: GoSetup, options: Options) -> Plan:
    """The plan; with --wait, the first one in which nothing is in use, or the last one before the time is over."""
    named = frozenset(cache.target for cache in found.caches if options.targets or options.queued)
    deadline = time.monotonic() + (options.wait.total_seconds() if options.wait else 0)
    while True:
        request = CleanRequest(datetime.now(UTC), named, options.older_than, options.max_size)
        plan = plan_clean(found.candidates(request.now, options.max_size), go, request)
        if not any(step.busy for step in plan.steps) or time.monotonic() >= deadline:
            return plan
        time.sleep(LOOK_SECONDS)


def _sizes(session: Session, plan: Plan) -> Sizes:
    sizes = {(step.target, step.root): going_bytes(step, session.host.own.cache, time.time()) for step in plan.changes}
    return {place: size for place, size in sizes.items() if size is not None}


def _show(session: Session, plan: Plan, options: Options) -> int:
    sizes = _sizes(session, plan)
    code = ExitCode.FINDINGS if options.check and plan.changes else ExitCode.OK
    return session.finish(plan_json(plan, sizes), plan_text(plan, sizes, session.host.home), code)


def _agreed(session: Session, plan: Plan) -> bool:
    """Show the plan and ask. Without a terminal nobody can be asked, so the plan is all there is."""
    sizes = _sizes(session, plan)
    text = plan_text(plan, sizes, session.host.home)
    if not session.may_ask:
        session.finish(plan_json(plan, sizes), text, ExitCode.USAGE)
        session.say("nothing was changed: pass --yes to do this without being asked")
        return False
    print_out(text)
    return click.confirm("Clean?", default=True, err=True)


def _do(
    session: Session, found: FoundCaches, plan: Plan, options: Options, settings: Settings, journal: Journal
) -> tuple[Entry | None, tuple[Outcome, ...]]:
    hold = options.hold if options.hold is not None else settings.hold
    order = Order(
        command=("idecare", "clean", *dict.fromkeys(step.target for step in plan.changes)),
        cwd=session.host.cwd,
        now=datetime.now(UTC),
        hold=max(hold, UNTIL_COMMAND_ENDS) if options.undo_on_failure else hold,
        look_again=found.users_of,
    )
    if not (plan.changes or options.when_idle or options.queued):
        return None, apply(plan, journal, order)[1]
    with exclusive(journal.lock):
        adopt(journal, found.caches, order.now + hold)
        entry, outcomes = apply(plan, journal, order)
        if options.when_idle or options.queued:
            outcomes = requeue(journal, found.targets, outcomes, queue_busy=options.when_idle)
    return entry, outcomes


def _tell(
    session: Session,
    outcomes: tuple[Outcome, ...],
    sizes: Sizes,
    entry: Entry | None,
    options: Options,
    journal: Journal,
) -> int:
    freed = 0
    if entry and options.purge_now:
        outcomes, sizes = _purged_now(session, outcomes, entry, journal)
        freed = sum(sizes.values())
    elif not options.undo_on_failure and any(_awaits_purge(found) for found in journal.open_entries()):
        _purge_later(session)
    home = session.host.home
    # With --undo-on-failure the command's end decides what becomes of what is held.
    held = "" if options.undo_on_failure else held_text(outcomes, datetime.now(UTC))
    text = "\n".join(filter(None, [outcomes_text(outcomes, sizes, home), held]))
    values = outcomes_json(outcomes, sizes, entry.id if entry else None, freed)
    return session.finish(values, text or "nothing to clean", exit_code(outcomes))


def _awaits_purge(entry: Entry) -> bool:
    """Also what an earlier command holds: its purge may have ended with the machine, or been put off for long."""
    return any(record.state in ("held", "purging") for record in entry.records)


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
    told = tuple(_with_purge(outcome, by_place.get((outcome.step.target, outcome.step.root))) for outcome in outcomes)
    return told, {place: record.bytes or 0 for place, record in by_place.items()}


def _with_purge(outcome: Outcome, record: Record | None) -> Outcome:
    if record is None or not isinstance(outcome, Done):
        return outcome
    if record.state == "purged":
        return Done(outcome.step, "purged", record.entries or 0, record.bytes)
    return Failed(outcome.step, record.reason or "could not be deleted", "mend that, then run: idecare purge")


def _then(session: Session, command: list[str], entry: Entry | None, journal: Journal, options: Options) -> int:
    """Run the user's command, then keep or undo the clean; the command's exit code is the result."""
    import subprocess

    sys.stdout.flush()
    code: int = ExitCode.INTERRUPTED
    try:
        code = subprocess.call(command)
    except OSError as error:
        session.say(f"idecare: cannot run {command[0]}: {error.strerror}")
        code = 127
    finally:
        if entry and options.undo_on_failure:
            _keep_or_undo(session, entry, journal, code, options)
    return code if code >= 0 else 128 - code


def _keep_or_undo(session: Session, entry: Entry, journal: Journal, code: int, options: Options) -> None:
    if code == 0:
        hold = options.hold if options.hold is not None else read_settings(session.host.own.config).hold
        with exclusive(journal.lock, wait_seconds=60):
            release(journal, entry.id, datetime.now(UTC) + hold)
        _purge_later(session)
        return
    from idecare.changes.undo import undo_entry
    from idecare.cli.render.undo import undone_text

    with exclusive(journal.lock, wait_seconds=60):
        restored = undo_entry(journal, entry.id, frozenset(), lambda record: ())
    session.say(undone_text(restored, session.host.home))
