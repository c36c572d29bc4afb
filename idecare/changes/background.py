"""The detached purge: a low-priority process that waits until held caches are due, deletes them, and ends."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from idecare.changes.journal import Journal, Record
from idecare.changes.purge import held_records, next_due, purge
from idecare.core.errors import BusyError
from idecare.system.filesystem import exclusive
from idecare.system.filesystem.removing import Removal
from idecare.system.machine import run_last

if TYPE_CHECKING:
    import subprocess

LONGEST_WAIT_SECONDS = 3600  # what is held for longer is purged by the first idecare that runs after its time
PAUSE_SECONDS = 0.002  # after each batch of 256 files: a build that runs meanwhile keeps its speed
APART = 0x8 | 0x200  # Windows: DETACHED_PROCESS, CREATE_NEW_PROCESS_GROUP
LOOK_SECONDS, STEP_SECONDS = 30, 1


def start_purger(environment: Mapping[str, str]) -> bool:
    """Start the detached purge; it ends by itself when another one is waiting. Whether it could be started."""
    return start_idecare(environment, "purge", "--background") is not None


def start_limits_check(environment: Mapping[str, str]) -> bool:
    """Start the detached check of the limits (``caches/keeper.py``). Whether it could be started."""
    return start_idecare(environment, "purge", "--limits", "once") is not None


def start_idecare(environment: Mapping[str, str], *arguments: str) -> subprocess.Popen[bytes] | None:
    """Start an idecare of its own, which goes on when this process ends; ``None`` when it could not be started."""
    import subprocess

    package = str(Path(__file__).parent.parent.parent)
    search = os.pathsep.join(filter(None, [package, environment.get("PYTHONPATH")]))
    null = subprocess.DEVNULL
    command = [sys.executable, "-m", "idecare", *arguments]
    try:
        return subprocess.Popen(
            command,
            stdin=null,
            stdout=null,
            stderr=null,
            cwd="/",
            env={**environment, "PYTHONPATH": search},
            start_new_session=True,
            creationflags=APART if os.name == "nt" else 0,
        )
    except OSError:
        return None


def purge_in_background(journal: Journal) -> None:
    """Wait and purge until nothing that is due soon is held. One process at a time does so."""
    run_last()
    while _is_due_soon(journal):
        try:
            with exclusive(journal.waiting_lock, wait_seconds=0):
                _purge_while_held(journal)
        except BusyError:
            return
        # A clean that came after the last look, while the lock was still held, has found nobody else to do it.


def _purge_while_held(journal: Journal) -> None:
    while (due := next_due(journal)) is not None and _is_due_soon(journal):
        seconds = (due - datetime.now(UTC)).total_seconds()
        if seconds > 0:
            _sleep(min(seconds, LOOK_SECONDS), journal)
        else:
            purge_all(journal, datetime.now(UTC), lambda removal: time.sleep(PAUSE_SECONDS), gently=True)


def _sleep(seconds: float, journal: Journal) -> None:
    """Until the journal changes, at most: an undo or a purge may have left nothing to wait for."""
    version, end = journal.version(), time.monotonic() + seconds
    while journal.version() == version and (left := end - time.monotonic()) > 0:
        time.sleep(min(left, STEP_SECONDS))


def _is_due_soon(journal: Journal) -> bool:
    due = next_due(journal)
    return due is not None and (due - datetime.now(UTC)).total_seconds() < LONGEST_WAIT_SECONDS


def purge_all(
    journal: Journal,
    now: datetime | None,
    after_batch: Callable[[Removal], None],
    wanted: Callable[[str], bool] = lambda entry_id: True,
    wait_seconds: float = 600,
    gently: bool = False,
) -> tuple[Record, ...]:
    """Delete what is held and due by ``now`` (``None``: all of it), one purge at a time; return what became of it."""
    with exclusive(journal.purge_lock, wait_seconds):
        removed = []
        for entry_id, index in held_records(journal, now):
            if wanted(entry_id) and (record := purge(journal, entry_id, index, Removal(after_batch), gently, now)):
                removed.append(record)
        return tuple(removed)
