"""``idecare repair``: verify modules against their sums and replace only what is damaged."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

import click

from idecare.caches.verify import ModuleCache, RepairPlan, find_modcache, plan_of, verified
from idecare.changes.apply import Order, apply
from idecare.changes.journal import Entry, Journal
from idecare.changes.plan import Outcome
from idecare.cli.common import AGE, Session, takes, verb
from idecare.cli.flow import Proposal, Report, Request, finish_interrupted, settle
from idecare.cli.progress import counting_progress
from idecare.cli.render.repair import exit_code, outcomes_json, outcomes_text, plan_json, plan_text
from idecare.core.errors import UsageError, nearest
from idecare.core.frozen import frozen
from idecare.core.humanize import path_text
from idecare.core.language import tr
from idecare.core.settings import read_settings
from idecare.modules.inspect import chosen
from idecare.modules.layout import ModuleVersion, parsed
from idecare.system.filesystem import exclusive


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
@click.option("--all", "everything", is_flag=True, help=tr("Verify every module of the module cache."))
@click.option("-n", "--dry-run", is_flag=True, help=tr("Verify, show what would be replaced, and stop."))
@click.option("--check", is_flag=True, help=tr("As --dry-run, but exit 4 when something is damaged."))
@click.option("-y", "--yes", is_flag=True, help=tr("Do not ask."))
@click.option("--again", is_flag=True, help=tr("Hash also what did not change since it was hashed before."))
@click.option("--hold", **AGE, help=tr("How long it can be undone (setting hold, else 10m)."))
@verb
@takes(Options)
def repair(session: Session, options: Options) -> int:
    """Verify modules of the module cache and replace only what is damaged.

    Without a MODULE: those which the go.sum files of the module or workspace you are in name. Zip, extracted tree, .mod
    and .ziphash of each are compared with go.sum and with one another; a tree is extracted again from its zip, so no
    network is needed while the zip is good. What is replaced is held as by a clean: idecare undo.
    """
    return _run(session, options)


def _run(session: Session, options: Options) -> int:
    if options.names and options.everything:
        raise UsageError("usage", tr("--all and names of modules exclude each other"), tr("leave one of them out"))
    journal = Journal(session.host.own.state)
    finish_interrupted(session, journal)
    plan = _verify(session, find_modcache(session.host), options)
    request = Request(options.check, options.dry_run, options.yes)
    return settle(session, _proposal(session, journal, plan, options), request, journal.unreadable())


def _verify(session: Session, modcache: ModuleCache, options: Options) -> RepairPlan:
    modules, named = _wanted(modcache, options)
    whole = not options.names
    with counting_progress(session, tr("verifying")) as on_progress:
        return verified(modcache, modules, named, options.again, whole, on_progress)


def _wanted(modcache: ModuleCache, options: Options) -> tuple[tuple[ModuleVersion, ...], frozenset[ModuleVersion]]:
    """The versions to verify, and those named with their version: for them the user has decided."""
    if options.everything:
        return modcache.modules, frozenset()
    if options.names:
        named = frozenset(found for name in options.names if (found := parsed(name)))
        return tuple(sorted(set(_named(modcache, options.names)))), named
    if not modcache.sum_files:
        hint = tr("name modules, or verify all of the module cache: idecare repair --all")
        place = path_text(modcache.host.cwd, modcache.host.home)
        raise UsageError("no-module", tr("{place} lies in no module with a go.sum", place=place), hint)
    return chosen(modcache.known.modules, modcache.modules), frozenset()


def _named(modcache: ModuleCache, names: Iterable[str]) -> Iterable[ModuleVersion]:
    for name in names:
        path, _, version = name.partition("@")
        found = [module for module in modcache.modules if module.path == path and version in ("", module.version)]
        if not found:
            place = path_text(modcache.root, modcache.host.home)
            known = {str(module) if version else module.path for module in modcache.modules}
            message = tr(
                "{name} is not in the module cache {place}.{nearest}",
                name=name,
                place=place,
                nearest=nearest(name, known),
            )
            raise UsageError("unknown-module", message, tr("a version is written as in go.mod: example.com/mod@v1.2.3"))
        yield from found


def _proposal(session: Session, journal: Journal, plan: RepairPlan, options: Options) -> Proposal:
    home, root = session.host.home, plan.modcache.root

    def show() -> Report:
        text = plan_text(plan.verdicts, plan.index, root, home, session.verbose)
        return Report(plan_json(plan.verdicts, plan.index, root), text)

    def carry_out() -> Report:
        if not plan.has_changes:
            return replace(show(), code=exit_code(plan.verdicts, ()))
        hold = options.hold if options.hold is not None else read_settings(session.host.own.config).hold
        command = ("idecare", "repair", *(options.names or (("--all",) if options.everything else ())))
        order = Order(command, session.host.cwd, session.now, hold)
        with exclusive(journal.lock):
            entry, outcomes = apply(plan_of(plan), journal, order)
        return _report(session, plan, entry, outcomes)

    is_damaged = any(verdict.damages for verdict in plan.verdicts)
    return Proposal(plan.has_changes, show, carry_out, tr("Repair this?"), is_pending=is_damaged)


def _report(session: Session, plan: RepairPlan, entry: Entry | None, outcomes: tuple[Outcome, ...]) -> Report:
    root = plan.modcache.root
    notes: tuple[str, ...] = ()
    if entry and any(record.state == "held" for record in entry.records):
        from idecare.changes.background import start_purger

        start_purger(session.host.environment)
        notes = (tr("What was replaced is held; put it back with: idecare undo {id}", id=entry.id),)
    text = outcomes_text(plan.verdicts, outcomes, plan.index, root, session.host.home, session.verbose)
    values = outcomes_json(plan.verdicts, outcomes, plan.index, root, entry.id if entry else None)
    return Report(values, text, exit_code(plan.verdicts, outcomes), notes, bool(entry and entry.is_undoable))
