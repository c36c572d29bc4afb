"""What ``status`` says: open modules with their conflicts, locks, what is queued and held, and how the daemon is."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from idecare.cli.render.workspaces import (
    conflict_lines,
    conflict_values,
    evidence_text,
    lock_uses_text,
    locks_text,
    remote_text,
    stale_text,
    workspace_text,
)
from idecare.core.errors import ExitCode
from idecare.core.frozen import frozen
from idecare.core.humanize import path_text, time_text
from idecare.core.language import tr
from idecare.workspaces.base import GoSide, LockUse, LockWait, Presence, RemoteWindow, StaleLock, Workspace
from idecare.workspaces.conflicts import Conflict
from idecare.workspaces.conflicts.base import shared_things

if TYPE_CHECKING:
    from idecare.changes.journal import Record
    from idecare.doctor.remembered import CompiledTwice


@frozen
class DaemonState:
    """``running``, ``absent`` or ``useless``, when it answers in a way that cannot be used."""

    state: str
    pid: int | None = None
    message: str = ""


@frozen
class Status:
    """All that is shown. ``locks`` are ``None`` where they were not asked for."""

    taken: datetime
    workspaces: tuple[Workspace, ...]
    conflicts: tuple[Conflict, ...]
    locks: tuple[LockWait, ...] | None
    stale_locks: tuple[StaleLock, ...]
    queued: tuple[str, ...]
    held: tuple[Record, ...]
    daemon: DaemonState
    lock_uses: tuple[LockUse, ...] | None = None
    compiled_twice: CompiledTwice | None = None
    remotes: tuple[RemoteWindow, ...] = ()

    @property
    def exit_code(self) -> ExitCode:
        is_clash = any(conflict.grade != "info" for conflict in self.conflicts)
        return ExitCode.FINDINGS if is_clash else ExitCode.OK

    @property
    def conflicts_by_root(self) -> dict[Path, list[Conflict]]:
        found: dict[Path, list[Conflict]] = {}
        for conflict in self.conflicts:
            found.setdefault(conflict.root, []).append(conflict)
        return found


def status_text(status: Status, home: Path | None, verbose: bool = False) -> str:
    """A block for each module, then locks, queue, held caches and the daemon."""
    return "\n\n".join((*_blocks(status, home, verbose), "\n".join(_footer(status, home))))


def _blocks(status: Status, home: Path | None, verbose: bool) -> Iterator[str]:
    conflicts = status.conflicts_by_root
    for workspace in status.workspaces:
        text = workspace_text(workspace, tuple(conflicts.pop(workspace.root, ())), status.taken, home)
        more = [evidence_text(presence, status.taken, home) for presence in workspace.presences] if verbose else []
        yield "\n".join((text, *more))
    if not status.workspaces:
        yield tr("No IDE has a Go module open.")
    if conflicts:  # those of no module that is shown
        others = (conflict for found in conflicts.values() for conflict in found)
        yield "\n".join(line for conflict in others for line in conflict_lines(conflict, home))
    if status.locks is not None:
        yield locks_text(status.locks, status.taken, home)
        if status.lock_uses is not None:
            yield lock_uses_text(status.lock_uses, home)


def _footer(status: Status, home: Path | None) -> Iterator[str]:
    yield from (stale_text(lock, status.taken, home) for lock in status.stale_locks)
    yield from map(remote_text, status.remotes)
    queued = ", ".join(status.queued)
    yield tr("queued: {targets} (idecare clean --queued)", targets=queued) if queued else tr("queued: nothing")
    yield from (_held_text(record, status.taken, home) for record in status.held)
    if twice := status.compiled_twice:
        when = time_text(twice.measured, status.taken)
        yield from (
            tr("build cache: {summary} (measured {time}: idecare doctor caches/divergence)", summary=text, time=when)
            for text in twice.summaries
        )
    yield tr("daemon: {state}", state=_daemon_text(status.daemon))


def _held_text(record: Record, now: datetime, home: Path | None) -> str:
    target, place = record.target, path_text(record.root_path, home)
    if not record.held_until:
        return tr("held: {target} of {place} (idecare undo brings it back)", target=target, place=place)
    until = time_text(datetime.fromisoformat(record.held_until), now)
    return tr(
        "held: {target} of {place} until {time} (idecare undo brings it back)", target=target, place=place, time=until
    )


def _daemon_text(daemon: DaemonState) -> str:
    if daemon.state == "running":
        return tr("runs (pid {pid})", pid=daemon.pid)
    return daemon.message or tr("does not run (idecare daemon install)")


def status_values(status: Status) -> dict[str, Any]:
    """The JSON values."""
    return {
        "taken": status.taken.isoformat(),
        "workspaces": [_workspace_values(workspace) for workspace in status.workspaces],
        "conflicts": [conflict_values(conflict) for conflict in status.conflicts],
        "locks": None if status.locks is None else [_lock_values(lock) for lock in status.locks],
        "lock_uses": None if status.lock_uses is None else [_use_values(use) for use in status.lock_uses],
        "stale_locks": [_stale_values(lock) for lock in status.stale_locks],
        "remotes": [_remote_values(window) for window in status.remotes],
        "queued": list(status.queued),
        "held": [_held_values(record) for record in status.held],
        "compiled_twice": _twice_values(status.compiled_twice),
        "daemon": {"state": status.daemon.state, "pid": status.daemon.pid, "message": status.daemon.message or None},
    }


def _workspace_values(workspace: Workspace) -> dict[str, Any]:
    return {
        "root": str(workspace.root),
        "module": workspace.module,
        "members": [str(member) for member in workspace.members],
        "ides": [_presence_values(presence) for presence in workspace.presences],
        "shared": [
            {"name": thing.name, "path": str(thing.path) if thing.path else None} for thing in shared_things(workspace)
        ],
        "half_extracted": [str(path) for path in workspace.half_extracted],
        "terminal": _side_values(workspace.terminal.side) if workspace.terminal else None,
    }


def _presence_values(presence: Presence) -> dict[str, Any]:
    return {
        "ide": presence.product,
        "name": presence.name,
        "version": presence.version,
        "pid": presence.pid,
        "pids": list(presence.pids),
        "since": _time(presence.since),
        "folders": [str(folder) for folder in presence.folders],
        "lingering": presence.is_lingering,
        "evidence": [
            {"kind": sign.kind, "strength": sign.strength, "detail": sign.detail, "since": _time(sign.since)}
            for sign in presence.evidence
        ],
        "go": _side_values(presence.side),
    }


def _side_values(side: GoSide) -> dict[str, Any]:
    return {
        "path": str(side.go) if side.go else None,
        "go_version": side.go_version,
        "gopls": str(side.gopls) if side.gopls else None,
        "gopls_version": side.gopls_version,
        "settings": None
        if side.settings is None
        else [{"name": found.name, "value": found.value, "source": found.source} for found in side.settings],
    }


def _lock_values(lock: LockWait) -> dict[str, Any]:
    return {
        "pid": lock.pid,
        "name": lock.name,
        "state": lock.state,
        "path": str(lock.path),
        "since": _time(lock.since),
        "holders": list(lock.holders),
        "command": lock.command,
        "folder": str(lock.folder) if lock.folder else None,
        "started_by": lock.starter,
        "stopped": lock.is_stopped,
        "idle_since": _time(lock.idle_since),
    }


def _use_values(use: LockUse) -> dict[str, Any]:
    return {
        "path": str(use.path),
        "waits": use.waits,
        "total_seconds": round(use.total_seconds, 1),
        "longest_seconds": round(use.longest_seconds, 1),
        "waiters": list(use.waiters),
        "holders": list(use.holders),
    }


def _stale_values(lock: StaleLock) -> dict[str, Any]:
    return {
        "ide": lock.product,
        "name": lock.name,
        "path": str(lock.path),
        "pid": lock.pid,
        "since": _time(lock.written),
    }


def _remote_values(window: RemoteWindow) -> dict[str, Any]:
    return {"ide": window.product, "name": window.name, "authority": window.authority, "folder": window.folder}


def _twice_values(found: CompiledTwice | None) -> dict[str, Any] | None:
    return {"measured": found.measured.isoformat(), "summaries": list(found.summaries)} if found else None


def _held_values(record: Record) -> dict[str, Any]:
    return {"target": record.target, "root": record.root, "held_until": record.held_until}


def _time(when: datetime | None) -> str | None:
    return when.isoformat() if when else None
