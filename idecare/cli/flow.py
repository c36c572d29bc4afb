"""From what a verb would do to an exit code: show, ask, do, report. The same for every verb that changes something."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Container
from dataclasses import field, replace
from typing import Any

import click

from idecare.changes.journal import HOLD_FOLDER, Entry, Journal, Unreadable
from idecare.cli.common import Session
from idecare.cli.output import print_out
from idecare.cli.render.terminal import fit
from idecare.core.errors import ExitCode
from idecare.core.frozen import frozen
from idecare.core.humanize import escaped, path_text
from idecare.core.language import tr
from idecare.system.filesystem import remove_unused_links

OFFERS = "reuse"  # in idecare's cache folder: links to what was set aside, for the command behind ``--``
UNCHANGED = tr("nothing was changed")
UNASKED = tr("pass --yes to do this without being asked")


@frozen
class Request:
    """How far to go."""

    check: bool = False
    dry_run: bool = False
    yes: bool = False


@frozen
class Report:
    """What is said at the end: the values of --json, or the text; ``notes`` go to stderr before it. ``has_changed``:
    whether anything was changed or, of what is only shown, would be (``None``: as the proposal says)."""

    values: dict[str, Any]
    text: str
    code: int = ExitCode.OK
    notes: tuple[str, ...] = field(default=())
    has_changed: bool | None = None


@frozen
class Proposal:
    """What a verb would do. ``show`` says it before anything is done, ``carry_out`` does it and says what became of it,
    also where there is nothing to change. ``default``: what Enter answers; ``is_pending``: what --check finds, where
    that is not the same as ``has_changes``."""

    has_changes: bool
    show: Callable[[], Report]
    carry_out: Callable[[], Report]
    question: str
    default: bool = True
    is_pending: bool | None = None


def settle(session: Session, proposal: Proposal, request: Request, unreadable: tuple[Unreadable, ...]) -> int:
    """Carry a proposal through to the end that the user wants."""
    if request.dry_run or request.check:
        report = _shown(proposal)
        is_pending = proposal.has_changes if proposal.is_pending is None else proposal.is_pending
        pending = ExitCode.FINDINGS if request.check and is_pending else ExitCode.OK
        return finish(session, replace(report, code=report.code or pending), unreadable)
    if proposal.has_changes and not request.yes:
        if not session.may_ask:
            return _unasked(session, _shown(proposal), unreadable)
        print_out(fit(proposal.show().text))
        if not click.confirm(escaped(proposal.question), default=proposal.default, err=True):
            session.say(UNCHANGED)
            return ExitCode.FAILED
    report = proposal.carry_out()
    for note in report.notes:
        session.say(note)
    return finish(session, replace(report, has_changed=bool(report.has_changed)), unreadable)


def _shown(proposal: Proposal) -> Report:
    report = proposal.show()
    return replace(report, has_changed=proposal.has_changes) if report.has_changed is None else report


def finish(session: Session, report: Report, unreadable: tuple[Unreadable, ...]) -> int:
    """Print the result. Entries of the journal that cannot be read are named, and the exit code is not 0 then: what
    they hold was not looked at."""
    changed = {} if report.has_changed is None else {"changed": report.has_changed}
    values = {**report.values, **changed}
    if not unreadable:
        return session.finish(values, report.text, report.code)
    for entry in unreadable:
        session.say_error(
            tr(
                "cannot read the journal entry {path}: {reason}",
                path=path_text(entry.path, session.host.home),
                reason=entry.reason,
            )
        )
        if entry.is_open:
            session.say_error(
                tr("  what it holds stays: idecare undo {id} puts it back, idecare purge deletes it", id=entry.id)
            )
    named = [{"path": str(entry.path), "reason": entry.reason} for entry in unreadable]
    code = report.code or ExitCode.FAILED
    return session.finish({**values, "unreadable": named}, report.text, code)


def _unasked(session: Session, report: Report, unreadable: tuple[Unreadable, ...]) -> int:
    """Without a terminal nobody can be asked, so the plan is all there is."""
    error = {"code": "not-asked", "message": UNCHANGED, "hint": UNASKED}
    report = replace(report, values={**report.values, "error": error}, code=ExitCode.USAGE)
    code = finish(session, report, unreadable)
    session.say(f"{UNCHANGED}{tr(': ')}{UNASKED}")
    return code


def finish_interrupted(session: Session, journal: Journal) -> tuple[Entry, ...]:
    """Put back what an earlier run left half done; return the entries concerned."""
    remove_unused_links(session.host.own.cache / OFFERS)
    is_cut_short = any(record.is_cut_short for entry in journal.open_entries() for record in entry.records)
    if not is_cut_short and not journal.leftovers():
        return ()
    from idecare.changes.recover import recover  # with all that moves caches
    from idecare.system.filesystem import exclusive

    with exclusive(journal.lock):
        recovered = recover(journal)
    for entry in recovered:
        session.say(
            tr(
                "put back what {command} of {started} had left half done",
                command=" ".join(entry.command),
                started=entry.started,
            )
        )
    return recovered


def find_lost_holds(session: Session, journal: Journal, rescued: Container[str] = ()) -> None:
    """The state folder may have been lost, with the journal in it."""
    from idecare.caches.find import find_caches  # only where the journal has nothing
    from idecare.changes.recover import adopt
    from idecare.core.settings import read_settings
    from idecare.core.targets import TARGETS
    from idecare.system.filesystem import exclusive

    settings = read_settings(session.host.own.config)
    found = find_caches(session.host, settings, tuple(TARGETS), toolchains=False)
    if not any(os.path.isdir(cache.root / HOLD_FOLDER) for cache in found.caches):
        return  # nothing is written where there is nothing to find
    with exclusive(journal.lock):
        adopt(journal, found.caches, session.now + settings.hold, session.now, rescued)


def command_line() -> tuple[str, ...]:
    """What the journal says that the user typed."""
    return ("idecare", *sys.argv[1:])
