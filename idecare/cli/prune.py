"""``idecare prune``: the modules that no project on this machine needs go from the module cache."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import click

from idecare.caches.base import Cache
from idecare.caches.find import FoundCaches, find_caches
from idecare.caches.modcache import TARGET as MODULE_CACHE
from idecare.changes.apply import Order, apply
from idecare.changes.journal import Journal
from idecare.cli.common import AGE, Session, age, takes, verb
from idecare.cli.flow import Proposal, Report, Request, finish_interrupted, settle
from idecare.cli.progress import live_line
from idecare.cli.render.prune import outcomes_report, plan_report
from idecare.cli.usage import size_memory
from idecare.core.errors import IdecareError
from idecare.core.frozen import frozen
from idecare.core.language import tr
from idecare.core.settings import read_settings
from idecare.system.filesystem import exclusive
from idecare.workspaces.prune import find_unneeded, plan_prune


@frozen
class Options:
    """The options of one prune, as given."""

    folders: tuple[Path, ...]
    dry_run: bool
    check: bool
    yes: bool
    older_than: timedelta
    hold: timedelta | None


@click.command()
@click.argument(
    "folders", nargs=-1, metavar="[FOLDER]...", type=click.Path(exists=True, file_okay=False, path_type=Path)
)
@click.option("-n", "--dry-run", is_flag=True, help=tr("Show what would go and stop."))
@click.option("--check", is_flag=True, help=tr("As --dry-run, but exit 4 when something would go."))
@click.option("-y", "--yes", is_flag=True, help=tr("Do not ask."))
@click.option(
    "--older-than",
    type=age,
    metavar="AGE",
    default="14d",
    show_default=True,
    help=tr("Take only what was downloaded and used longer ago."),
)
@click.option("--hold", **AGE, help=tr("How long it can be undone (setting hold, else 10m)."))
@verb
@takes(Options)
def prune(session: Session, options: Options) -> int:
    """Remove modules and Go toolchains that no project on this machine needs.

    Projects are found by what IDEs have opened, by the module you are in, below your home folder, and below each FOLDER
    that you name here or in the setting `projects`. What their go.mod, go.sum and go.work select stays, and what
    installed tools were built from; so does what was used lately, and all that a project names whose go.mod cannot be
    read. Nothing is downloaded to find out.
    """
    return _run(session, options)


def _run(session: Session, options: Options) -> int:
    journal = Journal(session.host.own.state)
    finish_interrupted(session, journal)
    run = _Prune(session, options, journal)
    question = tr("Remove these from the module cache?")
    proposal = Proposal(bool(run.plan.changes), run.show, run.carry_out, question)
    return settle(session, proposal, Request(options.check, options.dry_run, options.yes), journal.unreadable())


class _Prune:
    """One prune: what was found, and what becomes of it."""

    def __init__(self, session: Session, options: Options, journal: Journal) -> None:
        self.session, self.options, self.journal = session, options, journal
        self.settings, self.now = read_settings(session.host.own.config), session.now
        self.scan = find_caches(session.host, self.settings, (MODULE_CACHE.name,), toolchains=True)
        cache, host, span = _only(self.scan), self.scan.host, options.older_than
        with live_line(session) as line:
            line.show(tr("Searching for projects"))
            memory = size_memory(host)
            self.found = find_unneeded(host, cache, self.settings, options.folders, span, self.now, memory)
        self.plan = plan_prune(self.scan, cache, self.found, self.found.versions.unneeded, span, self.now)

    def show(self) -> Report:
        session = self.session
        return plan_report(self.plan, self.found, self._hold, session.host.home, self.now, session.verbose)

    @property
    def _hold(self) -> timedelta:
        return self.options.hold if self.options.hold is not None else self.settings.hold

    def carry_out(self) -> Report:
        cwd, scan = self.session.host.cwd, self.scan
        order = Order(("idecare", "prune"), cwd, datetime.now(UTC), self._hold, scan.users_of, scan.users_after)
        if self.plan.changes:
            with exclusive(self.journal.lock):
                entry, outcomes = apply(self.plan, self.journal, order)
        else:
            entry, outcomes = apply(self.plan, self.journal, order)
        if entry and entry.is_open:
            from idecare.changes.background import start_purger

            start_purger(self.session.host.environment)
        now = datetime.now(UTC)
        return outcomes_report(outcomes, self.found, entry, self.session.host.home, now)


def _only(scan: FoundCaches) -> Cache:
    if not scan.caches:
        message = tr("nothing says where the module cache is: HOME, GOPATH and GOMODCACHE are not set")
        raise IdecareError("no-place", message, tr("set HOME, or GOMODCACHE"))
    return scan.caches[0]
