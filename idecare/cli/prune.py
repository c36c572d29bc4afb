"""``idecare prune``: the modules that no project on this machine needs go from the module cache."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click

from idecare.caches.base import Cache, Users, busy, hold
from idecare.caches.find import FoundCaches, find_caches
from idecare.caches.modcache import TARGET as MODULE_CACHE
from idecare.caches.sizes import measure_parts
from idecare.changes.apply import Order, apply
from idecare.changes.journal import Journal
from idecare.changes.plan import Action, Plan, Step
from idecare.cli.common import Session, age, takes, verb
from idecare.cli.flow import Proposal, Report, Request, finish_interrupted, settle
from idecare.cli.progress import live_line
from idecare.cli.render.prune import Found, outcomes_report, plan_report
from idecare.cli.usage import size_memory
from idecare.core.errors import IdecareError, UsageError
from idecare.core.frozen import frozen
from idecare.core.host import Host
from idecare.core.humanize import age_text, path_text
from idecare.core.results import Skip, absent, kept, refused
from idecare.core.settings import read_settings
from idecare.golang.environment import go_environment
from idecare.golang.installed_tools import installed_tools
from idecare.golang.installs import other_modcaches
from idecare.golang.setup import inspect_go_setup
from idecare.modules.build_list import go_mods_of
from idecare.modules.cached import cached_versions
from idecare.system.files import children, real
from idecare.system.filesystem import exclusive
from idecare.vscode.locations import configs
from idecare.workspaces.instances import KnownInstalls, find_known_installs
from idecare.workspaces.projects import Projects, find_evidence, find_projects
from idecare.workspaces.unneeded import Sorted, named_toolchains, sort_out

USED_LATELY = timedelta(days=14)
COST = "a project that is not known here downloads again what it needs of them"


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
@click.option("-n", "--dry-run", is_flag=True, help="Show what would go and stop.")
@click.option("--check", is_flag=True, help="As --dry-run, but exit 4 when something would go.")
@click.option("-y", "--yes", is_flag=True, help="Do not ask.")
@click.option(
    "--older-than",
    type=age,
    metavar="AGE",
    default="14d",
    show_default=True,
    help="Take only what was downloaded and used longer ago.",
)
@click.option("--hold", type=age, metavar="AGE", help="How long it can be undone (setting hold, else 10m).")
@verb
@takes(Options)
def prune(session: Session, options: Options) -> int:
    """Remove modules and Go toolchains that no project on this machine needs.

    Projects are found by what IDEs have opened, by the module you are in, below your home folder, and below each FOLDER
    that you name. What their go.mod, go.sum and go.work select stays, and what installed tools were built from; so does
    what was used lately, and all that a project names whose go.mod cannot be read. Nothing is downloaded to find out.
    """
    return _run(session, options)


def _run(session: Session, options: Options) -> int:
    if session.host.user_id is None:
        raise UsageError("unsupported", "pruning is not supported on Windows yet", "go clean -modcache")
    journal = Journal(session.host.own.state)
    finish_interrupted(session, journal)
    run = _Prune(session, options, journal)
    question = "Remove these from the module cache?"
    proposal = Proposal(bool(run.plan.changes), run.show, run.carry_out, question)
    return settle(session, proposal, Request(options.check, options.dry_run, options.yes), journal.unreadable())


class _Prune:
    """One prune: what was found, and what becomes of it."""

    def __init__(self, session: Session, options: Options, journal: Journal) -> None:
        self.session, self.options, self.journal = session, options, journal
        self.settings = read_settings(session.host.own.config)
        self.scan = find_caches(session.host, self.settings, (MODULE_CACHE.name,), toolchains=True)
        self.now = session.now
        self.cache = _only(self.scan)
        with live_line(session) as line:
            line.show("Searching for projects")
            self.found = self._find()
        self.plan = Plan((self._step(),))

    def _find(self) -> Found:
        if self.cache.skip:
            return Found(Projects(()), (), Sorted((), (), 0), {})
        host, root = self.scan.host, self.cache.root
        read, known = go_mods_of(root), find_known_installs(host)
        evidence = find_evidence(host, self.options.folders, known, self.now)
        projects = find_projects(evidence, frozenset(_caches(host, root)), read)
        tools, cached = tuple(installed_tools(host)), cached_versions(root)
        trees = [one.parts[0] for one in cached if one.toolchain]
        named = named_toolchains(trees, _settings_files(host, known, projects), _variables(host))
        wanted = frozenset({go_environment(host).lookup("GOTOOLCHAIN").value})
        used_before = _before(self.now, self.options.older_than)
        stays = frozenset((*self.cache.left, *named))
        versions = sort_out(cached, projects, tools, wanted, stays, used_before, read)
        memory = size_memory(host)
        parts = (one.parts for one in versions.unneeded)
        usages = measure_parts(root, self.cache.target, parts, memory, self.now.timestamp())
        sizes = {one.module: used.allocated_bytes for one, used in zip(versions.unneeded, usages, strict=True)}
        return Found(projects, tools, versions, sizes)

    def _step(self) -> Step:
        users = next(iter(self.scan.candidates(self.now))).users if not self.cache.skip else Users()
        decision = self.cache.skip or self._decision(users)
        is_busy = isinstance(decision, Skip) and decision.kind == "busy"
        cost = "" if isinstance(decision, Skip) else COST
        return Step(
            self.cache.target,
            self.cache.root,
            decision,
            self.cache.location.source,
            cost,
            busy=users.blocking if is_busy else (),
        )

    def _decision(self, users: Users) -> Action | Skip:
        if unknown := self.found.projects.unknown:
            names = ", ".join(path_text(path, self.session.host.home) for path in unknown[:3])
            return refused(
                "unknown-project", f"what is needed is not known: {names} cannot be read", "make it readable"
            )
        if not self.found.versions.unneeded:
            span = age_text(self.options.older_than.total_seconds())
            return absent("all-needed", f"holds nothing that was not used for {span} and that no project needs")
        if offline := inspect_go_setup(self.scan.host).offline:
            return kept("offline", offline, "set GOPROXY for this command: GOPROXY=direct idecare prune")
        if users.blocking:
            return busy(users.blocking)
        return hold(self.cache, tuple(part for one in self.found.versions.unneeded for part in one.parts))

    def show(self) -> Report:
        return plan_report(self.plan, self.found, self.session.host.home, self.now, self.session.verbose)

    def carry_out(self) -> Report:
        hold_for = self.options.hold if self.options.hold is not None else self.settings.hold
        order = Order(
            ("idecare", "prune"),
            self.session.host.cwd,
            datetime.now(UTC),
            hold_for,
            self.scan.users_of,
            self.scan.users_after,
        )
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
        message = "nothing says where the module cache is: HOME, GOPATH and GOMODCACHE are not set"
        raise IdecareError("no-place", message, "set HOME, or GOMODCACHE")
    return scan.caches[0]


def _before(now: datetime, span: timedelta) -> float:
    return now.timestamp() - span.total_seconds()


def _caches(host: Host, root: Path) -> Iterator[Path]:
    """Folders in which every go.mod is one of a download, or none at all."""
    yield real(root)
    yield from (real(place.path) for place in other_modcaches(host))
    build_cache = go_environment(host).gocache.value
    if os.path.isabs(build_cache):
        yield real(Path(build_cache))


def _settings_files(host: Host, known: KnownInstalls, projects: Projects) -> Iterator[Path]:
    """Where an IDE may name a toolchain as its GOROOT."""
    yield from (place.path for place in configs(host))
    for version in known.jetbrains:
        yield from children(version.folders.options.path)
    for project in projects.found:
        yield project.root / ".vscode" / "settings.json"
        yield from (path for path in children(project.root / ".idea") if path.suffix == ".xml")


def _variables(host: Host) -> Iterator[str]:
    yield from (host.environment.get(name, "") for name in ("GOROOT", "PATH"))
