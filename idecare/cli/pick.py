"""``idecare pick``: look through caches, modules and what is held, mark, and clean or undo as the other verbs do."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import click

from idecare.caches.find import Picked
from idecare.changes.journal import Journal
from idecare.cli.clean import clean_picked
from idecare.cli.common import Session, verb
from idecare.cli.flow import Request
from idecare.cli.output import print_error
from idecare.cli.pick_rows import Picker, Row, Wanted
from idecare.cli.pick_sizes import Background, has_toolchain, measure_everything, measure_parts_of
from idecare.cli.purge import purge_entries
from idecare.cli.render.pick import picture, rows_that_fit
from idecare.cli.render.terminal import current_terminal
from idecare.cli.undo import undo_entry_of
from idecare.core.errors import ExitCode, IdecareError, UsageError
from idecare.core.language import tr

if TYPE_CHECKING:
    from idecare.cli.pick_screen import Screen

INSTEAD = tr("`idecare usage` shows sizes, `idecare clean -n` what would go")
MEASURING_MS, IDLE_MS = 100, 1000  # how long a key is waited for before the screen is brought up to date


@click.command()
@click.option("-n", "--dry-run", is_flag=True, help=tr("Show the plan of what is marked, and change nothing."))
@verb
def pick(session: Session, dry_run: bool) -> int:
    """Look through caches, modules and what is held, by size and age; mark, and clean.

    Sizes come while you look. What is marked is cleaned as by `idecare clean`: the plan is shown, you are asked, and
    `u` brings it back. The keys are those of npkill and gdu; `?` shows them.
    """
    try:
        from idecare.cli.pick_screen import Screen, unusable
    except ImportError:
        raise UsageError("no-screen", tr("this Python has no curses, as on Windows"), INSTEAD) from None
    terminal = current_terminal()
    if why := unusable(session.host.variable("TERM"), is_plain=terminal is None):
        raise UsageError("no-screen", why, INSTEAD)
    picker, background = Picker(), Background()
    try:
        with Screen(has_colour=terminal is not None and terminal.has_colour) as screen:
            _start(session, picker, background)
            while (wanted := _look(session, screen, picker, background)) != "quit":
                if wanted != "rescan" and not _has_changed(session, screen, picker, wanted, Request(dry_run=dry_run)):
                    continue
                background.stop()
                picker = Picker(order=picker.order, is_reversed=picker.is_reversed, filter=picker.filter)
                background = Background()
                _start(session, picker, background)
    finally:
        background.stop()
    return ExitCode.OK


def _start(session: Session, picker: Picker, background: Background) -> None:
    picker.jobs += 1
    background.start(measure_everything(session.host))


def _look(session: Session, screen: Screen, picker: Picker, background: Background) -> Wanted:
    """Show the list and follow the keys until something is to be done."""
    while True:
        for event in background.ready():
            picker.absorb(event)
        width, height = screen.size
        screen.draw(picture(picker, width, height, session.now, screen.has_signs))
        key = screen.key(MEASURING_MS if picker.is_measuring else IDLE_MS)
        wanted = picker.press(key, rows_that_fit(height)) if key not in ("", "resize", "unknown") else None
        if wanted == "open":
            (row,) = (row for row in picker.lists[None].values() if row.key == picker.opened)
            picker.jobs += 1
            background.start(measure_parts_of(session.host, row))
        elif wanted:
            return wanted


def _has_changed(session: Session, screen: Screen, picker: Picker, wanted: Wanted, request: Request) -> bool:
    """Do it on the terminal as it was before the list; whether that has changed anything."""
    journal = Journal(session.host.own.state)
    before = journal.version()
    with screen.suspended():
        _settle(session, picker, wanted, request)
    return journal.version() != before


def _settle(session: Session, picker: Picker, wanted: Wanted, request: Request) -> None:
    """Show, ask, do and report, as the verb of the same name."""
    try:
        if wanted == "undo":
            current = picker.current
            undo_entry_of(session, (current.entry_id if current else "") or None, (), request)
        else:
            _clean(session, picker.marked, request)
    except IdecareError as error:
        session.say_error(f"idecare: {error}")
        session.say_error(f"  {error.hint}")
    print_error(tr("Enter goes back to the list."))
    os.read(sys.stdin.fileno(), 1024)


def _clean(session: Session, marked: list[Row], request: Request) -> None:
    picked = tuple(Picked(row.target, path) for row in marked for path in row.paths)
    if picked:
        clean_picked(session, picked, toolchains=any(map(has_toolchain, marked)), dry_run=request.dry_run)
    if held := frozenset(row.entry_id for row in marked if row.entry_id):
        purge_entries(session, held, request)
