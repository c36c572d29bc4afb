"""What the daemon changes: queued cleans once their caches are idle, and purges that are due. Each in a process of its
own, which takes idecare's lock and ends whatever it has begun, whatever becomes of the daemon."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from idecare.caches.queue import read_queue
from idecare.changes.background import start_idecare
from idecare.changes.journal import Journal
from idecare.changes.purge import next_due
from idecare.core.frozen import frozen
from idecare.system.processes import inspect_processes

if TYPE_CHECKING:
    from subprocess import Popen

QUEUED_CLEAN = ("clean", "--queued", "--yes", "--json")
PURGE = ("purge", "--background")
RETRY_SECONDS = 600.0  # for what stayed in use, and for what could not be purged
BUSY_SECONDS = 15.0  # between two tries on a machine where go commands come and go
PURGE_CHECK_SECONDS = 60.0


@frozen
class Users:
    """Who was at work when a clean was last tried."""

    go: frozenset[int] = frozenset()
    others: frozenset[int] = frozenset()  # language servers and IDEs


def is_time_to_clean(before: Users | None, now: Users, seconds_since: float) -> bool:
    """Whether to try the queue: at first sight, then when somebody has left, as soon as no go command is at work or
    else after a while, since another's go may be no hindrance; and now and then, for what no process shows."""
    if before is None or seconds_since >= RETRY_SECONDS:
        return True
    somebody_left = bool(before.go - now.go or before.others - now.others)
    return somebody_left and (not now.go or seconds_since >= BUSY_SECONDS)


class Jobs:
    def __init__(
        self,
        journal: Journal,
        environment: Mapping[str, str],
        clock: Callable[[], float],
        log: Callable[[str], None],
    ) -> None:
        self.journal, self.environment, self.clock, self.log = journal, environment, clock, log
        self.running: list[Popen[bytes]] = []
        self.queue: tuple[str, ...] = ()
        self.before: Users | None = None  # None: what is queued now has not been tried yet
        self.at_work: frozenset[int] = frozenset()
        self.tried_at = 0.0
        self.purge_at = clock()

    def do(self, ide_pids: frozenset[int]) -> None:
        """Start what is to be done now."""
        self.running = [process for process in self.running if process.poll() is None]
        self._clean(ide_pids)
        if self.purge_at <= self.clock():
            self._purge()

    def _clean(self, ide_pids: frozenset[int]) -> None:
        queue = read_queue(self.journal)
        if set(queue) - set(self.queue):
            self.before = None
        self.queue = queue
        if not queue or self.running:
            self.at_work = frozenset()
            return
        users = _users(ide_pids)
        self.at_work = users.go | users.others
        if is_time_to_clean(self.before, users, self.clock() - self.tried_at):
            self.before, self.tried_at = users, self.clock()
            self.log(f"cleaning what is queued: {', '.join(queue)}")
            self._start(QUEUED_CLEAN)

    def _purge(self) -> None:
        due = next_due(self.journal)
        if due is None or due > datetime.now(UTC):
            self.purge_at = self.clock() + PURGE_CHECK_SECONDS
            return
        self.purge_at = self.clock() + RETRY_SECONDS
        self.log(f"purging what is held since before {due.isoformat()}")
        self._start(PURGE)

    def _start(self, arguments: tuple[str, ...]) -> None:
        process = start_idecare(self.environment, *arguments)
        if process is None:
            self.log(f"could not start idecare {' '.join(arguments)}")
        else:
            self.running.append(process)


def _users(ide_pids: frozenset[int]) -> Users:
    found = inspect_processes().go
    servers = frozenset(process.pid for process in found if process.is_language_server)
    return Users(frozenset(process.pid for process in found) - servers, servers | ide_pids)
