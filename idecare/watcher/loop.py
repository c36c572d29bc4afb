"""The loop of `watch` and of the daemon: sleep until something happens or is due, then look."""

from __future__ import annotations

import selectors
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

from idecare.core.host import Host
from idecare.system.processes import HOSTS
from idecare.watcher.event_sources import Senses
from idecare.watcher.monitor import Attention
from idecare.watcher.watch_list import Installed, find_installed, pids_of, watches
from idecare.watcher.watches import Watch
from idecare.workspaces.base import Look

SAFETY_SECONDS = 300.0  # a look without a reason, for what no event told of
RECENT_SECONDS = 10.0  # what is installed is not looked for more often
WAITING_SECONDS = 5.0  # while a go command waits on a lock
FAILED_SECONDS = 60.0  # after a look that could not be taken
NOTHING = Look(datetime.min.replace(tzinfo=UTC), ())


class Loop:
    """``failed`` is told of what a look raised; the loop goes on."""

    def __init__(
        self,
        host: Host,
        attention: Attention,
        selector: selectors.BaseSelector,
        poll_seconds: float,
        failed: Callable[[Exception], None],
        clock: Callable[[], float] = time.monotonic,
        extra: frozenset[Watch] = frozenset(),
    ) -> None:
        self.host, self.attention, self.selector, self.failed, self.clock = host, attention, selector, failed, clock
        self.extra = extra
        self.installed = Installed()
        self.installed_at = self.installed_until = clock()
        self.senses = Senses(selector, clock, poll_seconds, self._names)
        self.look_at = clock()
        self.is_stopped = False

    def _names(self) -> frozenset[str]:
        """Names of processes that may be an IDE or its language server."""
        return (self.installed.known.names - HOSTS) | {"gopls"}  # of what runs in a HOST, other signs tell sooner

    def turn(self, until: float = float("inf")) -> bool:
        """Sleep, at most until the clock shows ``until``; whether a look was taken then."""
        wait = min(until, self.look_at, self.senses.deadline()) - self.clock()
        for key, _ in self.selector.select(max(wait, 0)):
            key.data()
        stirred = self.senses.is_stirred()
        if stirred:  # what stirred may be an IDE that starts for the first time
            self.installed_until = min(self.installed_until, self.installed_at + RECENT_SECONDS)
        if stirred or self.look_at <= self.clock():
            self.look()
            return True
        return False

    def look(self) -> None:
        now, delay = datetime.now(UTC), FAILED_SECONDS
        try:
            if self.installed_until <= self.clock():
                self.installed, self.installed_at = find_installed(self.host), self.clock()
                self.installed_until = self.installed_at + SAFETY_SECONDS
                self._watch()  # before the look, so that nothing comes in between
            self.attention.pay(now, self.installed.known)
            self._watch()
            delay = self._delay(datetime.now(UTC))
        except Exception as error:
            self.failed(error)
        self.look_at = self.clock() + delay

    def _watch(self) -> None:
        look = self.attention.look or NOTHING
        found = watches(self.host, self.installed, look)
        self.senses.watch(replace(found, ordinary=found.ordinary | self.extra), self.pids())

    def pids(self) -> frozenset[int]:
        """The processes of all IDEs that have something open."""
        return pids_of(self.attention.look or NOTHING)

    def _delay(self, now: datetime) -> float:
        """Seconds until the next look, if nothing happens."""
        delay = WAITING_SECONDS if self.attention.is_waiting else SAFETY_SECONDS
        if self.attention.wake_at is not None:
            delay = min(delay, max((self.attention.wake_at - now).total_seconds(), 0.01))
        return delay

    def reload(self) -> None:
        """Look at everything again, at once."""
        self.installed_until = self.look_at = self.clock()

    def close(self) -> None:
        self.senses.close()
