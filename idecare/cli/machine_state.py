"""The state of this machine as `idecare status` and the first screen show it. Free of click."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING

from idecare import __version__
from idecare.cli.render.status import DaemonState, Status
from idecare.cli.session import Session
from idecare.core.errors import IdecareError
from idecare.core.host import Host
from idecare.core.language import tr
from idecare.doctor.remembered import recall
from idecare.workspaces.base import LockWait, Scan
from idecare.workspaces.conflicts import Conflict, find_conflicts
from idecare.workspaces.observe import scan_workspaces

if TYPE_CHECKING:
    from idecare.changes.journal import Record


def current_status(session: Session) -> Status:
    """What `idecare status` shows without a path, for the first screen."""
    scan, conflicts, daemon = scan_machine(session)
    return make_status(session.host, replace(scan, lock_uses=None), conflicts, None, daemon)


def make_status(
    host: Host, scan: Scan, conflicts: tuple[Conflict, ...], locks: tuple[LockWait, ...] | None, daemon: DaemonState
) -> Status:
    queued, held = _waiting(host)
    return Status(
        scan.taken,
        scan.workspaces,
        conflicts,
        locks,
        scan.stale_locks,
        queued,
        held,
        daemon,
        scan.lock_uses,
        recall(host.own.cache, scan.taken),
        scan.remotes,
    )


def scan_machine(session: Session) -> tuple[Scan, tuple[Conflict, ...], DaemonState]:
    """What the daemon sees, where one runs and can be understood; else what is seen from here, with what only a daemon
    can know where it speaks another language."""
    daemon = DaemonState("absent")
    if _has_socket(session.host):
        from idecare.watcher.client import Useless, ask, is_of_this_version, read_status, speaks_as_here, with_watched

        answer = ask(session.host, "status")
        if isinstance(answer, dict):
            is_ours = is_of_this_version(answer)
            there = read_status(answer) if is_ours else None
            if there is not None:
                daemon = DaemonState("running", answer.get("pid"))
                if speaks_as_here(answer):
                    return *there, daemon
                scan = with_watched(scan_workspaces(session.host, session.now), there[0])
                return scan, find_conflicts(scan, scan.taken), daemon
            theirs = tr("it is idecare {theirs}, this is {version}", theirs=answer.get("version"), version=__version__)
            reason = tr("its answer cannot be read") if is_ours else theirs
            daemon = DaemonState(
                "useless", answer.get("pid"), tr("not used: {reason}; run: idecare daemon restart", reason=reason)
            )
        elif isinstance(answer, Useless):
            daemon = DaemonState("useless", None, answer.message)
    scan = scan_workspaces(session.host, session.now)
    return scan, find_conflicts(scan, scan.taken), daemon


def daemon_state(host: Host) -> DaemonState:
    """Whether a daemon runs, without what it sees."""
    if not _has_socket(host):
        return DaemonState("absent")
    from idecare.watcher.client import Useless, ask

    answer = ask(host, "hello")
    if isinstance(answer, dict):
        return DaemonState("running", answer.get("pid"))
    return DaemonState("useless", None, answer.message) if isinstance(answer, Useless) else DaemonState("absent")


def _has_socket(host: Host) -> bool:
    from idecare.watcher.runtime_paths import runtime_paths

    return os.path.exists(runtime_paths(host).socket)


def _waiting(host: Host) -> tuple[tuple[str, ...], tuple[Record, ...]]:
    """What is queued for a clean, and what cleans hold aside; nothing is imported for a user who never cleaned."""
    if not os.path.isdir(host.own.state):
        return (), ()
    from idecare.caches.queue import read_queue
    from idecare.changes.journal import Journal

    journal = Journal(host.own.state)
    try:
        held = [record for entry in journal.open_entries() for record in entry.records if record.state == "held"]
    except IdecareError:  # another user's: no verb that only reads needs it
        return (), ()
    return read_queue(journal), tuple(held)
