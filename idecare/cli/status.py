"""``idecare status``: who has which Go module open, what they share, what clashes, and what waits."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import click

from idecare.cli.common import Session, verb
from idecare.cli.machine_state import daemon_state, make_status, scan_machine
from idecare.cli.output import is_read
from idecare.cli.render.status import DaemonState, Status, status_text, status_values
from idecare.core.errors import ExitCode, UsageError
from idecare.core.host import Host
from idecare.core.language import tr
from idecare.golang.module import find_root
from idecare.workspaces.base import Scan, Workspace
from idecare.workspaces.conflicts import Conflict, find_conflicts, present
from idecare.workspaces.observe import inspect_module, scan_workspaces, with_terminal

CLEAR = "\x1b[H\x1b[2J"  # the cursor to the top, and an empty screen


@click.command()
@click.argument("path", required=False, type=click.Path(path_type=Path), metavar="[PATH]")
@click.option("--locks", "with_locks", is_flag=True, help=tr("Show which go commands hold or wait for which lock."))
@click.option("--watch", "is_live", is_flag=True, help=tr("Show it again whenever something changes, until Ctrl-C."))
@verb
def status(session: Session, path: Path | None, with_locks: bool, is_live: bool) -> int:
    """Show who has the Go module at PATH open, what they share and what really clashes.

    Without PATH: every module that is open now. The terminal that asks counts as one more party of its module. Exits 4
    when there is a warning or an error.
    """
    if is_live:
        return _live(session, path, with_locks)
    return _show(session, _found(session, path, with_locks, *scan_machine(session)))


def _found(
    session: Session,
    path: Path | None,
    with_locks: bool,
    scan: Scan,
    conflicts: tuple[Conflict, ...],
    daemon: DaemonState,
) -> Status:
    workspaces = scan.workspaces
    if path is not None:
        workspace = _module(session.host, scan, path)
        workspaces, conflicts = (workspace,), _conflicts_of(workspace, scan, conflicts)
    workspaces, conflicts = _with_terminal(session, path, scan, workspaces, conflicts)
    locks = (scan.locks if path is None else workspaces[0].locks) if with_locks else None
    shown = replace(scan, workspaces=workspaces, lock_uses=scan.lock_uses if with_locks else None)
    return make_status(session.host, shown, conflicts, locks, daemon)


def _show(session: Session, found: Status) -> int:
    text = "" if session.as_json else status_text(found, session.host.home, session.verbose)
    return session.finish(status_values(found) if session.as_json else {}, text, found.exit_code)


def _with_terminal(
    session: Session,
    path: Path | None,
    scan: Scan,
    workspaces: tuple[Workspace, ...],
    conflicts: tuple[Conflict, ...],
) -> tuple[tuple[Workspace, ...], tuple[Conflict, ...]]:
    """With the shell that asks in the module that it asks about, or is in, if anybody has that open."""
    root = find_root(session.host.cwd / (path or ""))
    asked = next((found for found in workspaces if root and found.root == root.root and present(found)), None)
    if asked is None:
        return workspaces, conflicts
    with_shell = with_terminal(session.host, asked, scan.taken)
    others = tuple(conflict for conflict in conflicts if conflict.root != asked.root)
    own = find_conflicts(replace(scan, workspaces=(with_shell,), locks=()), scan.taken)
    return tuple(with_shell if found is asked else found for found in workspaces), (*own, *others)


def _live(session: Session, path: Path | None, with_locks: bool) -> int:
    """What `status` shows: on a terminal in place at each event, as wide as that is then; else after each change."""
    import selectors
    import sys

    from idecare.cli.render.terminal import current_terminal, detect_terminal
    from idecare.cli.watch import EVERYTHING, POLL_SECONDS
    from idecare.watcher.loop import Loop
    from idecare.watcher.monitor import Monitor

    terminal = current_terminal()
    is_in_place = terminal is not None and terminal.has_cursor and sys.stdout.isatty() and not session.as_json
    monitor = Monitor(lambda now, known: scan_workspaces(session.host, now, known), lambda: EVERYTHING, lambda _: None)
    shown = None
    with selectors.DefaultSelector() as selector:
        loop = Loop(session.host, monitor, selector, POLL_SECONDS, _raise)
        try:
            while is_read(sys.stdout):
                if not loop.turn() or monitor.scan is None:
                    continue
                scan = monitor.scan
                found = _found(session, path, with_locks, scan, monitor.conflicts, daemon_state(session.host))
                if is_in_place:
                    detect_terminal(session.host)
                    sys.stdout.write(CLEAR)
                elif replace(found, taken=datetime.min) == shown:
                    continue
                shown = replace(found, taken=datetime.min)
                _show(session, found)
        finally:
            loop.close()
    return ExitCode.OK


def _raise(error: Exception) -> None:
    raise error


def _module(host: Host, scan: Scan, path: Path) -> Workspace:
    folder = host.cwd / path
    if not os.path.exists(folder):
        raise UsageError(
            "no-folder", tr("there is no {path}", path=path), tr("idecare status shows every module that is open")
        )
    workspace = inspect_module(host, scan, folder)
    if workspace is None:
        hint = tr("idecare status shows every module that is open")
        raise UsageError(
            "no-module", tr("{path} is in no Go module: there is no go.mod in it or above it", path=path), hint
        )
    return workspace


def _conflicts_of(workspace: Workspace, scan: Scan, conflicts: Iterable[Conflict]) -> tuple[Conflict, ...]:
    if workspace in scan.workspaces:
        return tuple(conflict for conflict in conflicts if conflict.root == workspace.root)
    return find_conflicts(replace(scan, workspaces=(workspace,), locks=()), scan.taken)
