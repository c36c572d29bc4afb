"""The loop of `watch` and of the daemon: sleep until something happens or is due, then scan."""

from __future__ import annotations

import selectors
import signal
import socket
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime

from idecare.core.host import Host
from idecare.system.processes import HOSTS
from idecare.watcher.event_sources import EventSources
from idecare.watcher.file_events import Watch
from idecare.watcher.monitor import Monitor
from idecare.watcher.watch_list import Installed, find_installed, pids_of, watches
from idecare.workspaces.base import Scan

SAFETY_SECONDS = 300.0  # a scan without a reason, for what no event showed
RECENT_SECONDS = 10.0  # installed programs are not searched for more often
WAITING_SECONDS = 5.0  # while a go command waits on a lock
FAILED_SECONDS = 60.0  # after a scan that failed
NOTHING = Scan(datetime.min.replace(tzinfo=UTC), ())


class Loop:
    """``failed`` gets what a scan raised; the loop goes on."""

    def __init__(
        self,
        host: Host,
        monitor: Monitor,
        selector: selectors.BaseSelector,
        poll_seconds: float,
        failed: Callable[[Exception], None],
        clock: Callable[[], float] = time.monotonic,
        extra: frozenset[Watch] = frozenset(),
    ) -> None:
        self.host, self.monitor, self.selector, self.failed, self.clock = host, monitor, selector, failed, clock
        self.extra = extra
        self.installed = Installed()
        self.installed_at = self.installed_until = clock()
        self.sources = EventSources(selector, clock, poll_seconds, self._names)
        self.next_scan_at = clock()
        self.is_stopped = False

    def _names(self) -> frozenset[str]:
        """Names of processes that may be an IDE or its language server."""
        return (self.installed.known.names - HOSTS) | {"gopls"}  # of what runs in a HOST, other signs come sooner

    def turn(self, until: float = float("inf")) -> bool:
        """Sleep, at most until the clock shows ``until``; whether it scanned then."""
        wait = min(until, self.next_scan_at, self.sources.deadline()) - self.clock()
        for key, _ in self.selector.select(max(wait, 0)):
            key.data()
        is_due = self.sources.is_due()
        if is_due:  # it may be an IDE that starts for the first time
            self.installed_until = min(self.installed_until, self.installed_at + RECENT_SECONDS)
        if is_due or self.next_scan_at <= self.clock():
            self.scan()
            return True
        return False

    def scan(self) -> None:
        now, delay = datetime.now(UTC), FAILED_SECONDS
        try:
            if self.installed_until <= self.clock():
                self.installed, self.installed_at = find_installed(self.host), self.clock()
                self.installed_until = self.installed_at + SAFETY_SECONDS
                self._watch()  # before the scan, so that nothing comes in between
            self.monitor.tick(now, self.installed.known)
            self._watch()
            delay = self._delay(datetime.now(UTC))
        except Exception as error:
            self.failed(error)
        self.next_scan_at = self.clock() + delay

    def _watch(self) -> None:
        scan = self.monitor.scan or NOTHING
        found = watches(self.host, self.installed, scan)
        self.sources.watch(replace(found, ordinary=found.ordinary | self.extra), self.pids())

    def pids(self) -> frozenset[int]:
        """The processes of all IDEs that have something open."""
        return pids_of(self.monitor.scan or NOTHING)

    def _delay(self, now: datetime) -> float:
        """Seconds until the next scan, if nothing happens."""
        delay = WAITING_SECONDS if self.monitor.is_waiting else SAFETY_SECONDS
        if self.monitor.wake_at is not None:
            delay = min(delay, max((self.monitor.wake_at - now).total_seconds(), 0.01))
        return delay

    def reload(self) -> None:
        """Scan everything again, at once."""
        self.installed_until = self.next_scan_at = self.clock()

    def close(self) -> None:
        self.sources.close()


@contextmanager
def signals_to(
    selector: selectors.BaseSelector, stop: Callable[[], None], reload: Callable[[], None]
) -> Iterator[None]:
    reading, writing = socket.socketpair()
    reading.setblocking(False)
    writing.setblocking(False)
    handlers = {signal.SIGTERM: stop, signal.SIGINT: stop}
    if sys.platform != "win32":
        handlers[signal.SIGHUP] = reload
    before = {number: signal.signal(number, lambda *_, do=do: do()) for number, do in handlers.items()}
    old = signal.set_wakeup_fd(writing.fileno(), warn_on_full_buffer=False)
    selector.register(reading, selectors.EVENT_READ, lambda: _drain(reading))
    try:
        yield
    finally:
        selector.unregister(reading)
        signal.set_wakeup_fd(old)
        for number, handler in before.items():
            signal.signal(number, handler)
        reading.close()
        writing.close()


def _drain(reading: socket.socket) -> None:
    with suppress(BlockingIOError):
        while reading.recv(256):
            continue
