"""``idecare repair``: verify modules against their sums and replace only what is damaged."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

import click

from idecare.caches.verify import ModuleCache, RepairPlan, carry_out, find_modcache, verified
from idecare.changes.journal import Entry, Journal
from idecare.cli.common import Session, age, verb
from idecare.cli.editing import finish_interrupted
from idecare.cli.output import print_out
from idecare.cli.progress import counting_progress
from idecare.cli.render.repair import exit_code, outcomes_json, outcomes_text, plan_json, plan_text
from idecare.core.errors import ExitCode, UsageError, nearest
from idecare.core.frozen import frozen
from idecare.core.humanize import path_text
from idecare.core.settings import read_settings
from idecare.modules.names import ModuleVersion, parsed
from idecare.modules.parts import chosen


@frozen
class Options:
    """The options of one repair, as given."""

    names: tuple[str, ...]
    everything: bool
    dry_run: bool
    check: bool
    yes: bool
    again: bool
    hold: timedelta | None


@click.command()
@click.argument("names", nargs=-1, metavar="[MODULE[@VERSION]]...")
@click.option("--all", "everything", is_flag=True, help="Verify every module of the module cache.")
@click.option("-n", "--dry-run", is_flag=True, help="Verify, show what would be mended, and stop.")
@click.option("--check", is_flag=True, help="As --dry-run, but exit 4 when something is damaged.")
@click.option("-y", "--yes", is_flag=True, help="Do not ask.")
@click.option("--again", is_flag=True, help="Hash also what did not change since it was hashed before.")
@click.option("--hold", type=age, metavar="AGE", help="How long it can be undone (setting hold, else 10m).")
@verb
def repair(session: Session, **options: object) -> int:
    """Verify modules of the module cache and replace only what is damaged.

    Without a MODULE: those which the go.sum files of the module or workspace you are in name. Zip, extracted tree, .mod
    and .ziphash of each are compared with go.sum and with one another; a tree is extracted again from its zip, so no
    network is needed while the zip is good. What is replaced is held as by a clean: idecare undo.
    """
    return _run(session, Options(**options))  # type: ignore[arg-type]


def _run(session: Session, options: Options) -> int:
    if session.host.user_id is None:
        raise UsageError("unsupported", "repairing is not supported on Windows yet", "go mod verify")
    if options.names and options.everything:
        raise UsageError("usage", "--all and names of modules exclude each other", "leave one of them out")
    journal = Journal(session.host.own.state)
    finish_interrupted(session, journal)
    plan = _look(session, find_modcache(session.host), options)
    if options.dry_run or options.check or not plan.has_changes:
        return _show(session, plan, options)
    if not options.yes and not _agreed(session, plan):
        return ExitCode.OK if session.may_ask else ExitCode.USAGE
    return _do(session, plan, journal, options)


def _look(session: Session, modcache: ModuleCache, options: Options) -> RepairPlan:
    modules, named = _wanted(modcache, options)
    whole = not options.names
    with counting_progress(session, "verifying") as on_progress:
        return verified(modcache, modules, named, options.again, whole, on_progress)


def _wanted(modcache: ModuleCache, options: Options) -> tuple[tuple[ModuleVersion, ...], frozenset[ModuleVersion]]:
    """The versions to verify, and those named with their version: for them the user has decided."""
    if options.everything:
        return modcache.modules, frozenset()
    if options.names:
        named = frozenset(found for name in options.names if (found := parsed(name)))
        return tuple(sorted(set(_named(modcache, options.names)))), named
    if not modcache.sum_files:
        hint = "name modules, or verify all of the module cache: idecare repair --all"
        place = path_text(modcache.host.cwd, modcache.host.home)
        raise UsageError("no-module", f"{place} lies in no module with a go.sum", hint)
    return chosen(modcache.known.modules, modcache.modules), frozenset()


def _named(modcache: ModuleCache, names: Iterable[str]) -> Iterable[ModuleVersion]:
    for name in names:
        path, _, version = name.partition("@")
        found = [module for module in modcache.modules if module.path == path and version in ("", module.version)]
        if not found:
            place = path_text(modcache.root, modcache.host.home)
            known = {str(module) if version else module.path for module in modcache.modules}
            message = f"{name} is not in the module cache {place}.{nearest(name, known)}"
            raise UsageError("unknown-module", message, "a version is written as in go.mod: example.com/mod@v1.2.3")
        yield from found


def _show(session: Session, plan: RepairPlan, options: Options) -> int:
    text = plan_text(plan.verdicts, plan.index, plan.modcache.root, session.host.home, session.verbose)
    damaged = any(verdict.damages for verdict in plan.verdicts)
    if options.dry_run or options.check:
        code = ExitCode.FINDINGS if options.check and damaged else ExitCode.OK
    else:
        code = exit_code(plan.verdicts, ())
    return session.finish(plan_json(plan.verdicts, plan.index, plan.modcache.root), text, code)


def _agreed(session: Session, plan: RepairPlan) -> bool:
    """Show the plan and ask. Without a terminal nobody can be asked, so the plan is all there is."""
    text = plan_text(plan.verdicts, plan.index, plan.modcache.root, session.host.home, session.verbose)
    if not session.may_ask:
        session.finish(plan_json(plan.verdicts, plan.index, plan.modcache.root), text, ExitCode.USAGE)
        session.say("nothing was changed: pass --yes to do this without being asked")
        return False
    print_out(text)
    return click.confirm("Mend this?", default=True, err=True)


def _do(session: Session, plan: RepairPlan, journal: Journal, options: Options) -> int:
    hold = options.hold if options.hold is not None else read_settings(session.host.own.config).hold
    command = ("idecare", "repair", *(options.names or (("--all",) if options.everything else ())))
    entry, outcomes = carry_out(plan, journal, command, hold)
    _purge_later(session, entry)
    root, home = plan.modcache.root, session.host.home
    text = outcomes_text(plan.verdicts, outcomes, plan.index, root, home, session.verbose)
    if entry and any(record.state == "held" for record in entry.records):
        session.say(f"What was replaced is held; put it back with: idecare undo {entry.id}")
    values = outcomes_json(plan.verdicts, outcomes, plan.index, root, entry.id if entry else None)
    return session.finish(values, text, exit_code(plan.verdicts, outcomes))


def _purge_later(session: Session, entry: Entry | None) -> None:
    if entry and any(record.state == "held" for record in entry.records):
        from idecare.changes.background import start_purger

        start_purger(session.host.environment)
