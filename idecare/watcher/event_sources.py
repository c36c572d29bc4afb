"""Noticing: when something happened that calls for a look, without looking at anything while nothing happens."""

from __future__ import annotations

import selectors
from collections.abc import Callable, Iterable

from idecare.system.processes import is_go_name, names_of, pids
from idecare.watcher.debouncer import Pace
from idecare.watcher.process_exits import Exits
from idecare.watcher.watches import Watcher, Watches, watcher

URGENT = (0.2, 2.0)  # seconds from an event to the look: at first, and when events do not end
ORDINARY = (0.4, 30.0)
OCCASIONAL = (5.0, 60.0)


class Sense:
    """Watches of one urgency. Once something happened, the descriptor is not listened to until the batch is over: the
    kernel keeps what comes, and a storm of events wakes nobody."""

    def __init__(
        self, selector: selectors.BaseSelector, clock: Callable[[], float], seconds: tuple[float, float]
    ) -> None:
        self.selector, self.clock, self.pace = selector, clock, Pace(*seconds)
        self.watcher: Watcher = watcher()
        self.is_certain = False
        self._listen()

    def _listen(self) -> None:
        self.selector.register(self.watcher, selectors.EVENT_READ, self._ready)

    def _ready(self) -> None:
        self.selector.unregister(self.watcher)
        self.pace.heard(self.clock())

    def tell(self) -> None:
        """Something of this urgency is known to have happened."""
        self.is_certain = True
        self.pace.heard(self.clock())

    def is_stirred(self) -> bool:
        """Whether a batch is over now in which something counted."""
        if not self.pace.is_due(self.clock()):
            return False
        self.pace.answered(self.clock())
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

    def came(self) -> bool:
        """Whether a process has come since the last time that may be an IDE or a language server."""
        now = pids()
        new, self.known = now - self.known, now
        wanted = self.names()
        return any(_is_wanted(name, wanted) for name in names_of(new))


def _is_wanted(name: str, wanted: frozenset[str]) -> bool:
    stem = name.lower().removesuffix(".exe")
    return stem in wanted or (is_go_name(name) and stem != "go")


class Senses:
    def __init__(
        self,
        selector: selectors.BaseSelector,
        clock: Callable[[], float],
        poll_seconds: float,
        names: Callable[[], frozenset[str]],
    ) -> None:
        self.clock, self.poll_seconds = clock, poll_seconds
        self.urgent = Sense(selector, clock, URGENT)
        self.ordinary = Sense(selector, clock, ORDINARY)
        self.occasional = Sense(selector, clock, OCCASIONAL)
        self.all = (self.urgent, self.ordinary, self.occasional)
        self.exits = Exits(selector, self.urgent.tell)
        self.arrivals = Arrivals(names)
        self.poll_at = clock() + poll_seconds

    def watch(self, watches: Watches, processes: Iterable[int]) -> None:
        self.urgent.watcher.watch(watches.urgent)
        self.ordinary.watcher.watch(watches.ordinary)
        self.occasional.watcher.watch(watches.occasional)
        self.exits.watch(processes)

    def is_stirred(self) -> bool:
        """Whether it is time for a look because of what happened."""
        if self.poll_at <= self.clock():
            self.poll_at = self.clock() + self.poll_seconds
            if self.arrivals.came():
                return True
        stirred = [sense.is_stirred() for sense in self.all]
        return any(stirred)

    @property
    def is_pending(self) -> bool:
        """Whether something has happened that no look has seen yet."""
        return self.urgent.pace.due is not None or self.ordinary.pace.due is not None

    def deadline(self) -> float:
        """When to ask again at the latest; seconds of the clock."""
        return min([self.poll_at, *(sense.pace.due for sense in self.all if sense.pace.due is not None)])

    def count(self) -> int:
        return sum(sense.watcher.count() for sense in self.all)

    def close(self) -> None:
        self.exits.close()
        for sense in self.all:
            sense.close()
