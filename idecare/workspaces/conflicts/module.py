"""What is wrong now: go commands that wait for a lock, half extracted modules, a go.mod that changes to and fro."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

from idecare.core.commands import command_text
from idecare.core.humanize import age_text
from idecare.core.language import tr
from idecare.modules.layout import module_version
from idecare.workspaces.base import LockWait, Presence, Workspace
from idecare.workspaces.conflicts.base import Conflict, Grade, unknowns

FLIPS, WITHIN = 2, timedelta(minutes=5)


def find_half_extracted(workspace: Workspace) -> Iterator[Conflict]:
    for marker in workspace.half_extracted:
        name = module_version(marker)
        message = tr(
            "{module} was left half extracted by a go command that was killed ({path}): files of it may be missing"
            " until a go command needs it and extracts it again",
            module=name,
            path=marker,
        )
        setting, command = tr("nothing: the next go command repairs it"), command_text("go", "mod", "download", name)
        yield Conflict("half-extracted", "error", workspace.root, message, (), setting, command)


def find_back_and_forth(
    workspace: Workspace, parties: tuple[Presence, ...], differences: Iterable[Conflict], now: datetime
) -> Iterator[Conflict]:
    """An error when two parties run Go so differently that each rewrites go.mod: one alone, or an undo, is none. The
    watcher does not count what git checked out. Who wrote a file is not to be seen afterwards, so that between parties
    that are not fully known it is information."""
    recent = [when for when in workspace.go_mod_changes if now - when <= WITHIN]
    if len(recent) < FLIPS or len(parties) < 2:
        return
    is_explained = any(found.code in ("mod-mod", "go-version") and found.grade == "warning" for found in differences)
    if not is_explained and not unknowns(parties):
        return
    grade: Grade = "error" if is_explained else "info"
    cause = tr("two programs undo each other's change") if is_explained else tr("by whom is not known")
    age = age_text(WITHIN.total_seconds())
    message = tr(
        "go.mod went back to an earlier content {count} times within {age}: {cause}",
        count=len(recent),
        age=age,
        cause=cause,
    )
    names = tuple(party.name for party in parties)
    setting = tr("one Go version and the same GOFLAGS on both sides")
    command = command_text("idecare", "status", workspace.root)
    yield Conflict("to-and-fro", grade, workspace.root, message, names, setting, command)


# go says nothing while it waits; locks are held for moments, but for those of a version that is being downloaded.
LONG = timedelta(seconds=5)
IDLE = timedelta(seconds=30)  # a download from a proxy that is merely slow wakes its process more often
TOO_LONG = timedelta(minutes=5)


def find_lock_conflicts(locks: Iterable[LockWait], root: Path | None, now: datetime) -> Iterator[Conflict]:
    """One for each command that has waited for long. ``root`` ``None``: it is of the lock itself."""
    found = tuple(locks)
    for wait in found:
        if wait.state == "waits" and wait.since is not None and now - wait.since >= LONG:
            yield _conflict(wait, now - wait.since, root or wait.path.parent, now, found)


def _conflict(wait: LockWait, waited: timedelta, root: Path, now: datetime, locks: tuple[LockWait, ...]) -> Conflict:
    holders = [lock for lock in locks if lock.pid in wait.holders and lock.path == wait.path and lock.state == "holds"]
    parties = (f"{wait.name} {wait.pid}", *(f"{lock.name} {lock.pid}" for lock in holders))
    grade, state, setting = _judgement(holders, waited, now)
    owners = tr(" and ").join(dict.fromkeys(described(lock) for lock in holders)) or tr("an unknown process")
    age = age_text(waited.total_seconds())
    if grade == "info" and _is_download(wait.path):
        message = tr(
            "{command} has waited {age} for a download by {holder} ({path})",
            command=described(wait),
            age=age,
            holder=owners,
            path=wait.path,
        )
    else:
        message = tr(
            "{command} has waited {age} for the lock {path}, which {holder} holds",
            command=described(wait),
            age=age,
            path=wait.path,
            holder=owners,
        )
    return Conflict("lock-wait", grade, root, f"{message}{state}", parties, setting)


def _judgement(holders: list[LockWait], waited: timedelta, now: datetime) -> tuple[Grade, str, str | None]:
    """The grade, what the holder does, and what to do about it."""
    if any(lock.is_stopped for lock in holders):
        step = tr("continue it where it was started (`fg` in its terminal)")
        return "error", tr(", and that process is stopped"), step
    idle = max((now - lock.idle_since for lock in holders if lock.idle_since), default=timedelta())
    if idle >= IDLE:
        state = tr(", and that process has done nothing for {age}", age=age_text(idle.total_seconds()))
        return "error", state, tr("find out what it waits for (the network, a prompt), or end it where it was started")
    if waited >= TOO_LONG:
        return "error", "", tr("find out why it takes so long: {command}", command="idecare status --locks")
    return "info", "", None


def described(lock: LockWait) -> str:
    """``go mod tidy (pid 7, in /src/app, started by Code)``"""
    details = [f"pid {lock.pid}"]
    details += [tr("in {folder}", folder=lock.folder)] if lock.folder else []
    details += [tr("started by {name}", name=lock.starter)] if lock.starter else []
    return f"{lock.command or lock.name} ({', '.join(details)})"


def _is_download(path: Path) -> bool:
    return path.parent.name in ("@v", "vcs")
