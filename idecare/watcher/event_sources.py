"""When something happened that calls for a scan: debounced file events, process exits and new processes.

While nothing happens, nothing runs.
"""

from __future__ import annotations

import os
import select
import selectors
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from idecare.system.processes import is_go_name, names_of, pids
from idecare.watcher.watches import Watcher, Watches, watcher

MOST_PROCESSES = 128


class ProcessExits:
    """``on_exit`` is called when one of the watched processes has ended."""

    def __init__(self, selector: selectors.BaseSelector, on_exit: Callable[[], None]) -> None:
        self.selector, self.on_exit = selector, on_exit
        self.descriptors: dict[int, Any] = {}
        self.missed: set[int] = set()

    def watch(self, pids: Iterable[int]) -> None:
        """Watch these and no others; one that is gone already is reported once."""
        wanted = set(sorted(pids)[:MOST_PROCESSES])
        for pid in self.descriptors.keys() - wanted:
            self._forget(pid)
        self.missed &= wanted
        for pid in wanted - self.descriptors.keys() - self.missed:
            try:
                self._add(pid)
            except OSError:
                self.missed.add(pid)
                self.on_exit()

    def _add(self, pid: int) -> None:
        descriptor: Any
        if hasattr(os, "pidfd_open"):
            descriptor = os.pidfd_open(pid)
        elif hasattr(select, "kqueue"):
            descriptor = _exit_queue(pid)
        else:
            return
        self.descriptors[pid] = descriptor
        self.selector.register(descriptor, selectors.EVENT_READ, lambda: self._ended(pid))

    def _ended(self, pid: int) -> None:
        if pid in self.descriptors:  # else something that was ready with it has seen to it
            self._forget(pid)
            self.on_exit()

    def _forget(self, pid: int) -> None:
        descriptor = self.descriptors.pop(pid)
        self.selector.unregister(descriptor)
        os.close(descriptor) if isinstance(descriptor, int) else descriptor.close()

    def close(self) -> None:
        self.watch(())


def _exit_queue(pid: int) -> Any:
    k: Any = select  # mypy checks for Linux, where select has none of these names
    queue = k.kqueue()
    event = k.kevent(pid, k.KQ_FILTER_PROC, k.KQ_EV_ADD | k.KQ_EV_ONESHOT, k.KQ_NOTE_EXIT)
    try:
        queue.control([event], 0)
    except OSError:
        queue.close()
        raise
    return queue


CALM_SECONDS = 10.0  # without an event for as long, the next one is answered at once again


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


URGENT = (0.2, 2.0)  # seconds from an event to the scan: at first, and when events do not end
ORDINARY = (0.4, 30.0)
OCCASIONAL = (5.0, 60.0)


class EventSource:
    """Watches of one urgency. Once something happened, the descriptor is not listened to until the batch is over: the
    kernel keeps what comes, and a storm of events wakes nobody."""

    def __init__(
        self, selector: selectors.BaseSelector, clock: Callable[[], float], seconds: tuple[float, float]
    ) -> None:
        self.selector, self.clock, self.debouncer = selector, clock, Debouncer(*seconds)
        self.watcher: Watcher = watcher()
        self.is_certain = False
        self._listen()

    def _listen(self) -> None:
        self.selector.register(self.watcher, selectors.EVENT_READ, self._ready)

    def _ready(self) -> None:
        self.selector.unregister(self.watcher)
        self.debouncer.trigger(self.clock())

    def notify(self) -> None:
        """Something of this urgency is known to have happened."""
        self.is_certain = True
        self.debouncer.trigger(self.clock())

    def is_due(self) -> bool:
        """Whether a batch is over now in which something counted."""
        if not self.debouncer.is_due(self.clock()):
            return False
        self.debouncer.reset(self.clock())
        if self.watcher.fileno() not in self.selector.get_map():
            self._listen()
        counted, self.is_certain = self.watcher.heard() or self.is_certain, False
        return counted

    def close(self) -> None:
        if self.watcher.fileno() in self.selector.get_map():
            self.selector.unregister(self.watcher)
        self.watcher.close()


class Arrivals:
    """New processes, by their ids alone; the names of the new ones decide."""

    def __init__(self, names: Callable[[], frozenset[str]]) -> None:
        self.names = names
        self.known = pids()

    def has_wanted(self) -> bool:
        """Whether a process has come since the last time that may be an IDE or a language server."""
        now = pids()
        new, self.known = now - self.known, now
        wanted = self.names()
        return any(_is_wanted(name, wanted) for name in names_of(new))


def _is_wanted(name: str, wanted: frozenset[str]) -> bool:
    stem = name.lower().removesuffix(".exe")
    return stem in wanted or (is_go_name(name) and stem != "go")


class EventSources:
    def __init__(
        self,
        selector: selectors.BaseSelector,
        clock: Callable[[], float],
        poll_seconds: float,
        names: Callable[[], frozenset[str]],
    ) -> None:
        self.clock, self.poll_seconds = clock, poll_seconds
        self.urgent = EventSource(selector, clock, URGENT)
        self.ordinary = EventSource(selector, clock, ORDINARY)
        self.occasional = EventSource(selector, clock, OCCASIONAL)
        self.all = (self.urgent, self.ordinary, self.occasional)
        self.process_exits = ProcessExits(selector, self.urgent.notify)
        self.arrivals = Arrivals(names)
        self.poll_at = clock() + poll_seconds

    def watch(self, watches: Watches, processes: Iterable[int]) -> None:
        self.urgent.watcher.watch(watches.urgent)
        self.ordinary.watcher.watch(watches.ordinary)
        self.occasional.watcher.watch(watches.occasional)
        self.process_exits.watch(processes)

    def is_due(self) -> bool:
        """Whether it is time for a scan because of what happened."""
        if self.poll_at <= self.clock():
            self.poll_at = self.clock() + self.poll_seconds
            if self.arrivals.has_wanted():
                return True
        is_due = [source.is_due() for source in self.all]
        return any(is_due)

    @property
    def is_pending(self) -> bool:
        """Whether something has happened that no scan has seen yet."""
        return self.urgent.debouncer.due is not None or self.ordinary.debouncer.due is not None

    def deadline(self) -> float:
        """When to ask again at the latest; seconds of the clock."""
        return min([self.poll_at, *(source.debouncer.due for source in self.all if source.debouncer.due is not None)])

    def count(self) -> int:
        return sum(source.watcher.count() for source in self.all)

    def close(self) -> None:
        self.process_exits.close()
        for source in self.all:
            source.close()
