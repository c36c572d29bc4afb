"""Go commands that have been waiting for a lock for long, and who has it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

from idecare.core.humanize import age_text
from idecare.workspaces.base import LockWait
from idecare.workspaces.conflicts.base import Conflict

# go says nothing while it waits; locks are held for moments, but for those of a version that is being downloaded.
LONG = timedelta(seconds=5)


def find_lock_conflicts(locks: Iterable[LockWait], root: Path | None, now: datetime) -> Iterator[Conflict]:
    """An error for each command that has waited for long. ``root`` ``None``: it is of the lock itself."""
    found = tuple(locks)
    for wait in found:
        if wait.state == "waits" and wait.since is not None and now - wait.since >= LONG:
            yield _conflict(wait, root or wait.path.parent, now, found)


def _conflict(wait: LockWait, root: Path, now: datetime, locks: tuple[LockWait, ...]) -> Conflict:
    holders = [lock for lock in locks if lock.pid in wait.holders and lock.path == wait.path]
    owners = " and ".join(dict.fromkeys(f"{lock.name} (pid {lock.pid})" for lock in holders)) or "an unknown process"
    waited = age_text((now - (wait.since or now)).total_seconds())
    message = f"{wait.name} (pid {wait.pid}) has waited {waited} for the lock {wait.path}, which {owners} holds"
    parties = (f"{wait.name} {wait.pid}", *(f"{lock.name} {lock.pid}" for lock in holders))
    pids = " ".join(str(lock.pid) for lock in holders)
    setting = f"{owners}: let it end, or end it if it hangs" if holders else "whoever has the file open"
    return Conflict("lock-wait", "error", root, message, parties, setting, f"kill {pids}" if pids else None)
