"""When something happened that calls for a scan: debounced file events, process exits and new processes.

While nothing happens, no thread runs.
"""

from __future__ import annotations

import os
import selectors
import socket
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass

from idecare.core.locations import program_stem
from idecare.system.gopls_programs import runs_gopls
from idecare.system.processes import is_go_name, names_of, pids
from idecare.watcher.file_events import FileEvents, Watches

MOST_PROCESSES = 128
CALM_SECONDS = 10.0  # without an event for as long, the next one is answered at once again
URGENT = (0.2, 2.0)  # seconds from an event to the scan: at first, and when events do not end
ORDINARY = (0.4, 30.0)
OCCASIONAL = (5.0, 60.0)


class ProcessExits:
    """``on_exit`` is called when one of the watched processes has ended: at once by a pidfd (Linux 5.3), elsewhere when
    the ids of all processes are read the next time."""

    def __init__(self, selector: selectors.BaseSelector, on_exit: Callable[[], None]) -> None:
        self.selector, self.on_exit = selector, on_exit
        self.descriptors: dict[int, int] = {}
        self.polled: set[int] = set()
        self.missed: set[int] = set()

    def watch(self, pids: Iterable[int]) -> None:
        """Watch these and no others; one that is gone already is reported once."""
        wanted = set(sorted(pids)[:MOST_PROCESSES])
        for pid in self.descriptors.keys() - wanted:
            self._forget(pid)
        self.missed &= wanted
        self.polled &= wanted
        for pid in wanted - self.descriptors.keys() - self.missed:
            self._add(pid)

    def _add(self, pid: int) -> None:
        if not hasattr(os, "pidfd_open"):
            self.polled.add(pid)
            return
        try:
            descriptor = os.pidfd_open(pid)
        except OSError:
            self.missed.add(pid)
            self.on_exit()
        else:
            self.descriptors[pid] = descriptor
            self.selector.register(descriptor, selectors.EVENT_READ, lambda: self._ended(pid))

    def poll(self, running: frozenset[int]) -> None:
        """Compare with all processes that run."""
        ended = self.polled - running
        if ended:
            self.polled -= ended
            self.missed |= ended
            self.on_exit()

    def _ended(self, pid: int) -> None:
        if pid in self.descriptors:  # else something that was ready with it has seen to it
            self._forget(pid)
            self.on_exit()

    def _forget(self, pid: int) -> None:
        descriptor = self.descriptors.pop(pid)
        self.selector.unregister(descriptor)
        os.close(descriptor)

    def close(self) -> None:
        self.watch(())


@dataclass
class Debouncer:
    """Seconds on a clock that only goes forward. The first event sets the time of the scan; those until then are part
    of its batch. Each batch that follows another closely waits twice as long, up to ``longest``."""

    shortest: float
    longest: float
    due: float | None = None
    _delay: float = 0.0
    _last: float | None = None

    def trigger(self, now: float) -> None:
        """An event happened."""
        if self.due is not None:
            return
        follows = self._last is not None and now - self._last < max(CALM_SECONDS, self._delay)
        self._delay = min(self._delay * 2, self.longest) if follows else self.shortest
        self._delay = max(self._delay, self.shortest)
        self.due = now + self._delay

    def is_due(self, now: float) -> bool:
        return self.due is not None and self.due <= now

    def reset(self, now: float) -> None:
        """The scan was taken."""
        if self.due is not None:
            self.due, self._last = None, now


class EventSource:
    """Events of one urgency. ``note`` may be called from any thread; of a batch only the first event wakes the loop."""

    def __init__(self, clock: Callable[[], float], seconds: tuple[float, float], wake: Callable[[], None]) -> None:
        self.clock, self.wake, self.debouncer = clock, wake, Debouncer(*seconds)
        self.is_noted = False

    def note(self) -> None:
        """Something of this urgency has happened."""
        if not self.is_noted:
            self.is_noted = True
            self.wake()

    def due(self) -> float | None:
        """When the batch that has begun is over."""
        if self.is_noted:
            self.debouncer.trigger(self.clock())
        return self.debouncer.due

    def is_due(self) -> bool:
        """Whether a batch is over now."""
        due = self.due()
        if due is None or due > self.clock():
            return False
        self.is_noted = False  # first, so that what happens from here on begins another batch
        self.debouncer.reset(self.clock())
        return True


class Arrivals:
    """New processes, by their ids alone; the names of the new ones decide."""

    def __init__(self, names: Callable[[], frozenset[str]]) -> None:
        self.names = names
        self.known = pids()

    def has_wanted(self, running: frozenset[int]) -> bool:
        """Whether a process has come since the last time that may be an IDE or a language server."""
        new, self.known = running - self.known, running
        wanted = self.names()
        return any(_is_wanted(name, wanted) for name in names_of(new)) or any(map(runs_gopls, new))


def _is_wanted(name: str, wanted: frozenset[str]) -> bool:
    stem = program_stem(name)
    return stem in wanted or (is_go_name(name) and stem != "go")


class EventSources:
    def __init__(
        self,
        selector: selectors.BaseSelector,
        clock: Callable[[], float],
        poll_seconds: float,
        names: Callable[[], frozenset[str]],
    ) -> None:
        self.selector, self.clock, self.poll_seconds = selector, clock, poll_seconds
        self.reading, self.writing = socket.socketpair()
        self.reading.setblocking(False)
        self.writing.setblocking(False)
        selector.register(self.reading, selectors.EVENT_READ, self._drain)
        self.urgent = EventSource(clock, URGENT, self._wake)
        self.ordinary = EventSource(clock, ORDINARY, self._wake)
        self.occasional = EventSource(clock, OCCASIONAL, self._wake)
        self.all = (self.urgent, self.ordinary, self.occasional)
        self.files = FileEvents()
        self.process_exits = ProcessExits(selector, self.urgent.note)
        self.arrivals = Arrivals(names)
        self.poll_at = clock() + poll_seconds

    def _wake(self) -> None:
        with suppress(OSError):  # full: the loop is awake already
            self.writing.send(b"!")

    def _drain(self) -> None:
        with suppress(BlockingIOError):
            while self.reading.recv(256):
                continue

    def watch(self, watches: Watches, processes: Iterable[int]) -> None:
        wanted = dict.fromkeys(watches.occasional, self.occasional.note)
        wanted |= dict.fromkeys(watches.ordinary, self.ordinary.note)
        self.files.watch(wanted | dict.fromkeys(watches.urgent, self.urgent.note))
        self.process_exits.watch(processes)

    def is_due(self) -> bool:
        """Whether it is time for a scan because of what happened."""
        if self.poll_at <= self.clock():
            self.poll_at = self.clock() + self.poll_seconds
            running = pids()
            self.process_exits.poll(running)
            if self.arrivals.has_wanted(running):
                return True
        is_due = [source.is_due() for source in self.all]
        return any(is_due)

    @property
    def is_pending(self) -> bool:
        """Whether something has happened that no scan has seen yet."""
        return self.urgent.due() is not None or self.ordinary.due() is not None

    def deadline(self) -> float:
        """When to ask again at the latest; seconds of the clock."""
        return min([self.poll_at, *(due for source in self.all if (due := source.due()) is not None)])

    def close(self) -> None:
        self.files.close()
        self.process_exits.close()
        self.selector.unregister(self.reading)
        self.reading.close()
        self.writing.close()
