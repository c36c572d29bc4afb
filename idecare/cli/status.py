"""``idecare status``: who has which Go module open, what they share, what clashes, and what waits."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from idecare import __version__
from idecare.cli.common import Session, verb
from idecare.cli.render.status import DaemonState, Status, status_text, status_values
from idecare.core.errors import UsageError
from idecare.core.host import Host
from idecare.golang.module import find_root
from idecare.workspaces.base import LockWait, Scan, Workspace
from idecare.workspaces.conflicts import Conflict, find_conflicts, present
from idecare.workspaces.observe import inspect_module, scan_workspaces, with_terminal

if TYPE_CHECKING:
    from idecare.changes.journal import Record

CLEAR = "\x1b[H\x1b[2J"  # the cursor to the top, and an empty screen


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
    return _show(session, path, with_locks, *_scan(session))


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
    found = _status(session.host, shown, conflicts, locks, daemon)
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


def current_status(session: Session) -> Status:
    """What `idecare status` shows without a path, for the first screen."""
    scan, conflicts, daemon = _scan(session)
    return _status(session.host, replace(scan, lock_uses=None), conflicts, None, daemon)


def _status(
    host: Host, scan: Scan, conflicts: tuple[Conflict, ...], locks: tuple[LockWait, ...] | None, daemon: DaemonState
) -> Status:
    queued, held = _waiting(host)
    return Status(scan.taken, scan.workspaces, conflicts, locks, scan.stale_locks, queued, held, daemon, scan.lock_uses)


def _scan(session: Session) -> tuple[Scan, tuple[Conflict, ...], DaemonState]:
    """What the daemon sees, where one runs and can be understood; else what is seen from here."""
    daemon = DaemonState("absent")
    if session.host.user_id is not None and _has_socket(session.host):
        from idecare.watcher.client import Useless, ask, is_of_this_version, read_status

        answer = ask(session.host, "status")
        if isinstance(answer, dict):
            is_ours = is_of_this_version(answer)
            there = read_status(answer) if is_ours else None
            if there is not None:
                return *there, DaemonState("running", answer.get("pid"))
            theirs = f"it is idecare {answer.get('version')}, this is {__version__}"
            reason = "its answer cannot be read" if is_ours else theirs
            daemon = DaemonState("useless", answer.get("pid"), f"not used: {reason}; run: idecare daemon restart")
        elif isinstance(answer, Useless):
            daemon = DaemonState("useless", None, answer.message)
    scan = scan_workspaces(session.host, session.now)
    return scan, find_conflicts(scan, scan.taken), daemon


def _has_socket(host: Host) -> bool:
    from idecare.watcher.runtime_paths import runtime_paths

    return os.path.exists(runtime_paths(host).socket)


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


def _waiting(host: Host) -> tuple[tuple[str, ...], tuple[Record, ...]]:
    """What is queued for a clean, and what cleans hold aside; nothing is imported for a user who never cleaned."""
    if not os.path.isdir(host.own.state):
        return (), ()
    from idecare.caches.queue import read_queue
    from idecare.changes.journal import Journal

    journal = Journal(host.own.state)
    held = (record for entry in journal.open_entries() for record in entry.records if record.state == "held")
    return read_queue(journal), tuple(held)
