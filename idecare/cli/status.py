"""``idecare status``: who has which Go module open, what they share, what clashes, and what waits."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from idecare.cli.common import Session, verb
from idecare.cli.machine_state import make_status, scan_machine
from idecare.cli.render.status import DaemonState, status_text, status_values
from idecare.core.errors import UsageError
from idecare.core.host import Host
from idecare.golang.module import find_root
from idecare.workspaces.base import Scan, Workspace
from idecare.workspaces.conflicts import Conflict, find_conflicts, present
from idecare.workspaces.observe import inspect_module, scan_workspaces, with_terminal

if TYPE_CHECKING:
    pass


@click.command()
@click.argument("path", required=False, type=click.Path(path_type=Path), metavar="[PATH]")
@click.option("--locks", "with_locks", is_flag=True, help="Show which go commands hold or wait for which lock.")
@click.option("--watch", "is_live", is_flag=True, help="Show it again whenever something changes, until Ctrl-C.")
@verb
def status(session: Session, path: Path | None, with_locks: bool, is_live: bool) -> int:
    """Show who has the Go module at PATH open, what they share and what really clashes.

    Without PATH: every module that is open now. The terminal that asks counts as one more party of its module. Exits 4
    when there is a warning or an error.
    """
    if is_live:
        return _live(session, path, with_locks)
    return _show(session, path, with_locks, *scan_machine(session))


def _show(
    session: Session,
    path: Path | None,
    with_locks: bool,
    scan: Scan,
    conflicts: tuple[Conflict, ...],
    daemon: DaemonState,
    head: str = "",
) -> int:
    workspaces = scan.workspaces
    if path is not None:
        workspace = _module(session.host, scan, path)
        workspaces, conflicts = (workspace,), _conflicts_of(workspace, scan, conflicts)
    workspaces, conflicts = _with_terminal(session, path, scan, workspaces, conflicts)
    locks = (scan.locks if path is None else workspaces[0].locks) if with_locks else None
    shown = replace(scan, workspaces=workspaces, lock_uses=scan.lock_uses if with_locks else None)
    found = make_status(session.host, shown, conflicts, locks, daemon)
    text = status_text(found, session.host.home, session.verbose)
    return session.finish(status_values(found), head + text, found.exit_code)


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
    """What `status` shows, again after each event; on a terminal in place."""
    import selectors
    import sys

    from idecare.cli.render.terminal import CLEAR
    from idecare.cli.watch import EVERYTHING, POLL_SECONDS, watching_is_supported
    from idecare.watcher.loop import Loop
    from idecare.watcher.monitor import Monitor

    watching_is_supported(session.host)
    head = CLEAR if sys.stdout.isatty() else ""
    monitor = Monitor(lambda now, known: scan_workspaces(session.host, now, known), lambda: EVERYTHING, lambda _: None)
    with selectors.DefaultSelector() as selector:
        loop = Loop(session.host, monitor, selector, POLL_SECONDS, _raise)
        try:
            while True:
                if loop.turn() and monitor.scan is not None:
                    _show(session, path, with_locks, monitor.scan, monitor.conflicts, DaemonState("absent"), head)
                    sys.stdout.flush()
        finally:
            loop.close()


def _raise(error: Exception) -> None:
    raise error


def _module(host: Host, scan: Scan, path: Path) -> Workspace:
    folder = host.cwd / path
    if not os.path.exists(folder):
        raise UsageError("no-folder", f"there is no {path}", "idecare status shows every module that is open")
    workspace = inspect_module(host, scan, folder)
    if workspace is None:
        hint = "idecare status shows every module that is open"
        raise UsageError("no-module", f"{path} is in no Go module: there is no go.mod in it or above it", hint)
    return workspace


def _conflicts_of(workspace: Workspace, scan: Scan, conflicts: Iterable[Conflict]) -> tuple[Conflict, ...]:
    if workspace in scan.workspaces:
        return tuple(conflict for conflict in conflicts if conflict.root == workspace.root)
    return find_conflicts(replace(scan, workspaces=(workspace,), locks=()), scan.taken)
