"""``idecare jbr``: which Java runtimes there are, whether an IDE's is right, and giving it another."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import click

from idecare.changes.journal import Journal
from idecare.changes.plan import FileChange
from idecare.cli.common import Session, takes, verb
from idecare.cli.edits import propose_edits
from idecare.cli.flow import Request, finish_interrupted, settle
from idecare.cli.ides import choose, ide_words
from idecare.cli.render.jbr import checked_json, checked_text, exit_code, listed_json, listed_text
from idecare.configure.configured import Configured
from idecare.configure.machine import physical_memory
from idecare.core.errors import UsageError
from idecare.core.frozen import frozen
from idecare.core.language import tr
from idecare.core.locations import Install
from idecare.core.results import Skip
from idecare.jetbrains.installs import installs
from idecare.jetbrains.jvm.dry_start import prove
from idecare.jetbrains.launcher import Launch, simulate
from idecare.jetbrains.launcher.runtime import ChosenRuntime
from idecare.jetbrains.runtime_choice import (
    Judged,
    find_runtime,
    judge_install,
    judge_path,
    plan_reset,
    plan_use,
    shadowing_variable,
)
from idecare.jetbrains.runtime_verdict import read_facts
from idecare.jetbrains.runtimes import runtimes
from idecare.system.files import real

DEFAULT_IDE = "goland"

Verb = Callable[..., int]


@click.group()
def jbr() -> None:
    """List and check Java runtimes; choose the one that an IDE starts with."""


@jbr.command(name="list")
@verb
def list_(session: Session) -> int:
    """Show every runtime: vendor, version, architecture, where it was found, which IDE uses it."""
    found = tuple((read_facts(session.host, runtime.home), runtime.source) for runtime in runtimes(session.host))
    users = _users(session, [facts.home for facts, _ in found])
    values = {"runtimes": listed_json(found, users)}
    return session.finish(values, listed_text(found, users, session.host.home))


def _users(session: Session, homes: list[Path]) -> dict[Path, tuple[str, ...]]:
    users: dict[Path, tuple[str, ...]] = {}
    by_real = {real(home): home for home in homes}
    for install in installs(session.host):
        launch = simulate(session.host, install.path)
        if isinstance(launch, Launch) and isinstance(launch.runtime, ChosenRuntime):
            home = by_real.get(real(launch.runtime.home), launch.runtime.home)
            users[home] = (*users.get(home, ()), install.selector or install.product)
    return users


@jbr.command()
@click.argument("word", metavar="[IDE|PATH]", required=False)
@verb
def check(session: Session, word: str | None) -> int:
    """Judge the runtime that an IDE would start with, and what its launcher does not look at.

    With PATH: that runtime, as if it were chosen for GoLand. Exits 4 when something is wrong with it.
    """
    if word is not None and _is_path(session, word):
        judged: tuple[Judged, ...] = (_judged_path(session, word),)
    else:
        words = ide_words([word] if word else [])
        chosen = choose(session.host, words, all_versions=True).installs
        judged = tuple(judge_install(session.host, install, physical_memory()) for install in chosen)
    if not judged:
        missing = tr("{word} was not found", word=word) if word else tr("no JetBrains IDE was found")
        raise UsageError("not-installed", missing, "idecare locate installs")
    text = checked_text(judged, session.host.home, session.verbose)
    return session.finish({"runtimes": checked_json(judged)}, text, exit_code(judged))


def _is_path(session: Session, word: str) -> bool:
    return os.sep in word or (session.host.cwd / word).is_dir()


def _judged_path(session: Session, word: str) -> Judged:
    path = Path(os.path.abspath(session.host.cwd / word))
    if not path.is_dir():
        raise UsageError("no-folder", tr("there is no folder {path}", path=path), tr("name the folder with bin/java"))
    chosen = choose(session.host, (DEFAULT_IDE,)).installs
    return judge_path(session.host, path, chosen[0] if chosen else None, physical_memory())


@frozen
class Options:
    """What `use` and `reset` share, as given."""

    ide: str
    version_dir: str | None
    all_versions: bool
    dry_run: bool
    yes: bool


@frozen
class UseOptions(Options):
    """The options of `use`, as given."""

    runtime: str


def _options(function: Verb) -> Verb:
    for option in reversed(
        (
            click.option("--ide", default=DEFAULT_IDE, show_default=True, metavar="IDE", help=tr("goland or idea.")),
            click.option("--version-dir", metavar="DIR", help=tr("This install or version; else the one in use.")),
            click.option("--all-versions", is_flag=True, help=tr("Every installed version.")),
            click.option("-n", "--dry-run", is_flag=True, help=tr("Show what would change and stop.")),
            click.option("-y", "--yes", is_flag=True, help=tr("Do not ask.")),
        )
    ):
        function = option(function)
    return function


@jbr.command()
@click.argument("runtime", metavar="PATH|NAME")
@_options
@verb
@takes(UseOptions)
def use(session: Session, options: UseOptions) -> int:
    """Let an IDE start with this runtime: it is checked first, and written to the file that the launcher reads.

    NAME is one of `idecare jbr list`: a folder's name, a version, a vendor's version.
    """
    named = find_runtime(session.host, options.runtime, tuple(runtimes(session.host)))
    return _change(session, options, lambda install: plan_use(session.host, install, named))


@jbr.command()
@_options
@verb
@takes(Options)
def reset(session: Session, options: Options) -> int:
    """Let an IDE start with its bundled runtime again."""
    return _change(session, options, lambda install: plan_reset(session.host, install))


def _change(session: Session, options: Options, plan: Callable[[Install], FileChange | None]) -> int:
    journal = Journal(session.host.own.state)
    finish_interrupted(session, journal)
    chosen = choose(session.host, ide_words([options.ide]), options.version_dir, options.all_versions).installs
    if not chosen:
        raise UsageError("not-installed", tr("{ide} was not found", ide=options.ide), "idecare locate installs")
    results = tuple(_result(session, install, plan(install)) for install in chosen)
    request = Request(dry_run=options.dry_run, yes=options.yes)
    return settle(session, propose_edits(session, journal, results), request, journal.unreadable())


def _result(session: Session, install: Install, edit: FileChange | None) -> Configured:
    """Nothing is written that would keep the IDE from starting."""
    result = Configured(install.product, install.selector or install.product)
    if edit is None:
        return result
    judged = judge_install(
        session.host, install, physical_memory(), prove(session.host, install.path, {edit.path: edit.after})
    )
    variable = shadowing_variable(session.host, install)
    notes = (
        [tr("{variable} is set and comes first: while it is, this file has no effect", variable=variable)]
        if variable
        else []
    )
    notes += [finding.message for finding in judged.findings if finding.severity == "warning"]
    wrong = [finding for finding in judged.findings if finding.severity == "error"]
    blocked = Skip("refused", wrong[0].code, wrong[0].message, wrong[0].next_step) if wrong and edit.after else None
    return replace(result, edits=(edit,), notes=tuple(notes), proof=judged.proof, blocked=blocked)
