"""``idecare configure``: scan, plan, start the JVM with it, show, confirm, apply, report."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from idecare.changes.drift import NOTHING_WRITTEN, read_written
from idecare.changes.journal import Journal
from idecare.cli.common import Session, takes, verb
from idecare.cli.edits import propose_edits
from idecare.cli.flow import Request, finish, finish_interrupted, settle
from idecare.cli.ides import JETBRAINS_IDES, Chosen, choose, ide_words, inspect_chosen
from idecare.configure.configured import Configured
from idecare.configure.machine import inspect_machine
from idecare.configure.plan import Overrides, parse_overrides, plan_configure
from idecare.configure.profile import Profile
from idecare.configure.profile_file import DEFAULT, find_profile
from idecare.core.commands import command_text
from idecare.core.errors import UsageError
from idecare.core.frozen import frozen
from idecare.core.language import tr
from idecare.core.platforms import WINDOWS
from idecare.core.results import Skip
from idecare.system.files import read_config

if TYPE_CHECKING:
    from idecare.configure.plan import Target
    from idecare.jetbrains.config_files import JetbrainsTarget
    from idecare.vscode.config_files import Scope

FOR_WHOM = {"jetbrains": tr("GoLand and IntelliJ IDEA"), "vscode": tr("VS Code and its forks")}
SCOPES: tuple[Scope, ...] = ("user", "profile", "machine", "devcontainer", "workspace", "code-workspace")


@frozen
class Options:
    """The options of one run, as given."""

    ides: tuple[str, ...]
    profile: str | None
    sets: tuple[str, ...]
    jvm: tuple[str, ...]
    unsets: tuple[str, ...]
    version_dir: str | None
    all_versions: bool
    scope: Scope | None
    code_workspace: Path | None
    keep_from_sync: bool
    tasks: bool
    force_key: bool
    force: bool
    check: bool
    dry_run: bool
    yes: bool
    watch_start: str | None

    @property
    def wants_settings(self) -> bool:
        """Tasks alone are no reason for a profile."""
        return not self.tasks or bool(self.profile or self.sets or self.jvm or self.unsets)

    @property
    def words(self) -> tuple[str, ...]:
        """What is asked for, as it would be asked for again."""
        profile = () if self.profile is None else ("--profile", self.profile)
        sets = (f"--set={word}" for word in self.sets)
        return (*profile, *sets, *(f"--jvm={word}" for word in self.jvm), *(f"--unset={word}" for word in self.unsets))


@click.command()
@click.option("--ide", "ides", multiple=True, metavar="IDE", help=tr("Only this IDE; may be repeated. Else all found."))
@click.option("--profile", metavar="NAME|FILE", help=tr("See `idecare profile list`; else balanced."))
@click.option("--set", "sets", multiple=True, metavar="KEY=VALUE", help=tr("Set one setting or idea.properties key."))
@click.option("--jvm", multiple=True, metavar="OPTION", help=tr("Set one JVM option, as --jvm=-Xmx4g."))
@click.option("--unset", "unsets", multiple=True, metavar="KEY|OPTION", help=tr("Remove one, as --unset=-Xmx."))
@click.option(
    "--version-dir", metavar="DIR", help=tr("This install, or the version with this data folder: GoLand2026.1.")
)
@click.option("--all-versions", is_flag=True, help=tr("Every installed version; else the one in use or the newest."))
@click.option("--scope", type=click.Choice(SCOPES), help=tr("VS Code: write to this file."))
@click.option(
    "--code-workspace", type=click.Path(path_type=Path), metavar="FILE", help=tr("VS Code: with this workspace.")
)
@click.option(
    "--keep-from-sync/--no-keep-from-sync",
    default=True,
    help=tr("VS Code: keep paths of this machine out of Settings Sync, as is usual, or leave them in."),
)
@click.option("--tasks", is_flag=True, help=tr("VS Code: add idecare's tasks to .vscode/tasks.json in this folder."))
@click.option("--force-key", is_flag=True, help=tr("Write keys and options that idecare does not know."))
@click.option("--force", is_flag=True, help=tr("Overwrite values that you changed after idecare wrote them."))
@click.option("--check", is_flag=True, help=tr("Change nothing; exit 4 when changes are pending."))
@click.option("-n", "--dry-run", is_flag=True, help=tr("Show what would change and stop."))
@click.option("-y", "--yes", is_flag=True, help=tr("Do not ask."))
@click.option("--watch-start", hidden=True)
@verb
@takes(Options)
def configure(session: Session, options: Options) -> int:
    """Give IDEs the right settings: shown as a diff, proven to start, undoable.

    IDE: goland idea vscode insiders vscodium cursor windsurf code-server. KEY is a setting as the IDE spells it, a
    member of one after a slash (go.alternateTools/dlv), or a key of idea.properties. VALUE is read as JSON, else as
    text.
    """
    if options.watch_start is not None:
        from idecare.cli.first_start import watch_first_starts

        return watch_first_starts(session, options.watch_start)
    return _run(session, options)


def _run(session: Session, options: Options) -> int:
    journal = Journal(session.host.own.state)
    finish_interrupted(session, journal)
    overrides = parse_overrides(
        options.sets,
        options.jvm,
        options.unsets,
        scope=options.scope,
        keep_from_sync=options.keep_from_sync,
        force=options.force_key,
    )
    profile, words = _profile(session, options), ide_words(options.ides, session.host)
    results = _tasks(session, words) if options.tasks else ()
    if options.wants_settings:
        chosen = choose(session.host, words, options.version_dir, options.all_versions)
        targets = tuple(_scan(session, chosen, options))
        if not targets:
            return _nothing_found(session, journal, options)
        _check_words(overrides, targets)
        decided = _decide(session, journal, targets, profile, overrides, options)
        results = (*_with_versions(chosen, decided), *results)
    proposal = propose_edits(session, journal, results)
    return settle(session, proposal, Request(options.check, options.dry_run, options.yes), journal.unreadable())


def _tasks(session: Session, words: tuple[str, ...]) -> tuple[Configured, ...]:
    """The folder's file is the same for VS Code and all its forks, installed or not."""
    from idecare.configure.vscode_tasks import plan_tasks

    if words and all(word in JETBRAINS_IDES for word in words):
        raise _not_for("--tasks", "vscode", words)
    newline = "\r\n" if session.host.platform is WINDOWS else "\n"
    return (plan_tasks(read_config(session.host.cwd / ".vscode" / "tasks.json"), newline),)


def _profile(session: Session, options: Options) -> Profile | None:
    """The default is for those who name nothing: who sets one value wants that value."""
    if options.profile is None and (options.sets or options.jvm or options.unsets):
        return None
    return find_profile(options.profile or DEFAULT, session.host)


def _scan(session: Session, chosen: Chosen, options: Options) -> Iterable[Target]:
    """Of a scope that was asked for: those that have it, each file once, whichever IDEs read it."""
    found = inspect_chosen(session.host, chosen, options.code_workspace)
    if options.scope in (None, "user"):  # a profile has its own instead
        return found
    from idecare.vscode.config_files import VscodeTarget, with_workspace

    targets = tuple(found)
    if options.scope == "workspace":
        targets = tuple(with_workspace(session.host, one) if isinstance(one, VscodeTarget) else one for one in targets)
    places = [target.place_of(options.scope) if isinstance(target, VscodeTarget) else None for target in targets]
    if not any(places):
        return targets
    first = {place.file.path: target for place, target in reversed(list(zip(places, targets, strict=True))) if place}
    return tuple(one for one in targets if not isinstance(one, VscodeTarget) or one in first.values())


def _nothing_found(session: Session, journal: Journal, options: Options) -> int:
    if options.ides:
        raise UsageError(
            "not-installed",
            tr("not found: {names}", names=", ".join(options.ides)),
            tr("`idecare locate installs` shows all"),
        )
    report = propose_edits(session, journal, ()).show()
    text = tr("No IDE was found, so there is nothing to configure.")
    return finish(session, replace(report, text=text, has_changed=False), journal.unreadable())


def _check_words(overrides: Overrides, targets: Sequence[Target]) -> None:
    """A word for which none of these IDEs has a file is not passed over in silence."""
    kinds = {target.kind for target in targets}
    for kind, word in overrides.words:
        if kind not in kinds:
            raise _not_for(word, kind, dict.fromkeys(target.name for target in targets))


def _not_for(word: str, kind: str, ides: Iterable[str]) -> UsageError:
    message = tr(
        "{word} is for {product}; this run is about {ides}", word=word, product=FOR_WHOM[kind], ides=", ".join(ides)
    )
    return UsageError("no-ide-for-it", message, tr("leave it out, or name another IDE with --ide"))


def _decide(
    session: Session,
    journal: Journal,
    targets: Sequence[Target],
    profile: Profile | None,
    overrides: Overrides,
    options: Options,
) -> tuple[Configured, ...]:
    machine = inspect_machine(session.host, targets, profile, overrides)
    written = NOTHING_WRITTEN if options.force else read_written(journal)

    def plan(target: Target, overrides: Overrides) -> Configured:
        (result,) = plan_configure([target], profile, overrides, machine, written)
        return _proven(session, target, result) if target.kind == "jetbrains" else result

    return tuple(
        _with_way_out(plan(target, overrides), options, partial(_without, plan, target, overrides))
        for target in targets
    )


def _without(
    plan: Callable[[Target, Overrides], Configured], target: Target, overrides: Overrides, more: tuple[str, ...]
) -> Configured:
    return plan(target, overrides.without_options(more))


def _proven(session: Session, target: JetbrainsTarget, result: Configured) -> Configured:
    """Nothing is written that the launcher or the JVM would refuse. What is refused already needs no proof."""
    if result.skip and result.skip.kind == "refused":
        return result
    from idecare.cli.render.proof import refusal
    from idecare.jetbrains.jvm.dry_start import prove

    proof = prove(session.host, target.install, {edit.path: edit.after for edit in result.edits})
    reason = refusal(proof, session.host.home)
    blocked = (
        Skip("refused", "jvm-refuses", reason, tr("change what is named; nothing was written")) if reason else None
    )
    return replace(result, proof=proof, blocked=blocked)


def _with_way_out(result: Configured, options: Options, plan: Callable[[tuple[str, ...]], Configured]) -> Configured:
    """A refusal by the JVM ends in the command that works, where removing the lines which it names is enough."""
    rejected = getattr(result.proof.verdict, "options", ()) if result.blocked and result.proof else ()
    words = tuple(dict.fromkeys(option.text for option in rejected if option.line is not None))
    if result.blocked is None or not words or plan(words).blocked or not plan(words).edits:
        return result
    command = command_text(
        "idecare", "configure", "--ide", result.ide, *options.words, *(f"--unset={word}" for word in words)
    )
    return replace(result, blocked=replace(result.blocked, next_step=command))


def _with_versions(chosen: Chosen, results: Sequence[Configured]) -> tuple[Configured, ...]:
    """The IDE whose other versions are left alone says so."""
    others: dict[str, list[str]] = {}
    for install in chosen.skipped:
        others.setdefault(install.product, []).append(install.selector or str(install.path))
    return tuple(
        replace(
            result,
            notes=(*result.notes, tr("left alone: {names} (--all-versions)", names=", ".join(others[result.ide]))),
        )
        if result.ide in others
        else result
        for result in results
    )
