"""What the daemon changes: queued cleans once their caches are idle, purges that are due, and what a limit takes. Each
in a process of its own, which takes idecare's lock and ends whatever it has begun, whatever becomes of the daemon."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from idecare.caches.limits import is_check_wanted
from idecare.caches.queue import read_queue
from idecare.changes.background import start_idecare
from idecare.changes.journal import Journal
from idecare.changes.purge import next_due
from idecare.core.frozen import frozen
from idecare.core.host import Host
from idecare.core.limits import is_limit_set
from idecare.system.processes import inspect_processes

if TYPE_CHECKING:
    from subprocess import Popen

QUEUED_CLEAN = ("clean", "--queued", "--yes", "--json")
PURGE = ("purge", "--background")
KEEP_LIMITS = ("purge", "--limits", "while-it-changes")
RETRY_SECONDS = 600.0  # for what stayed in use, and for what could not be purged
BUSY_SECONDS = 15.0  # between two tries on a machine where go commands come and go
PURGE_CHECK_SECONDS = 60.0
LIMIT_CHECK_SECONDS = 10.0  # 256 folders are asked for their times then, if a limit is set


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
        host: Host,
        clock: Callable[[], float],
        log: Callable[[str], None],
    ) -> None:
        self.journal, self.host, self.clock, self.log = journal, host, clock, log
        self.running: list[Popen[bytes]] = []
        self.queue: tuple[str, ...] = ()
        self.before: Users | None = None  # None: what is queued now has not been tried yet
        self.at_work: frozenset[int] = frozenset()
        self.tried_at = 0.0
        self.purge_at = self.limits_at = clock()
        self.keeper: Popen[bytes] | None = None

    def do(self, ide_pids: frozenset[int]) -> None:
        """Start what is to be done now."""
        self.running = [process for process in self.running if process.poll() is None]
        self._clean(ide_pids)
        if self.purge_at <= self.clock():
            self._purge()
        if self.limits_at <= self.clock() and (self.keeper is None or self.keeper.poll() is not None):
            self._keep_limits()

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

    def _keep_limits(self) -> None:
        """One process keeps the limits for as long as caches change; while they do not, none runs."""
        self.limits_at = self.clock() + LIMIT_CHECK_SECONDS
        own = self.host.own
        if is_limit_set(own) and is_check_wanted(own, self.journal.version(), time.time()):
            self.limits_at = self.clock() + PURGE_CHECK_SECONDS  # one that fails at once is not started all the time
            self.keeper = self._started(KEEP_LIMITS)

    def _start(self, arguments: tuple[str, ...]) -> None:
        if (process := self._started(arguments)) is not None:
            self.running.append(process)

    def _started(self, arguments: tuple[str, ...]) -> Popen[bytes] | None:
        process = start_idecare(self.host.environment, *arguments)
        if process is None:
            self.log(f"could not start idecare {' '.join(arguments)}")
        return process


def _users(ide_pids: frozenset[int]) -> Users:
    found = inspect_processes().go
    servers = frozenset(process.pid for process in found if process.is_language_server)
    return Users(frozenset(process.pid for process in found) - servers, servers | ide_pids)
