"""Being told when a process ends: a pidfd each (Linux 5.3), or kqueue (macOS). Without either, a look finds it late."""

from __future__ import annotations

import os
import select
import selectors
from collections.abc import Callable, Iterable
from typing import Any

MOST_PROCESSES = 128


class Exits:
    """``heard`` is called when one of the watched processes has ended."""

    def __init__(self, selector: selectors.BaseSelector, heard: Callable[[], None]) -> None:
        self.selector, self.heard = selector, heard
        self.descriptors: dict[int, Any] = {}
        self.missed: set[int] = set()

    def watch(self, pids: Iterable[int]) -> None:
        """Watch these and no others; one that is gone already is heard of once."""
        wanted = set(sorted(pids)[:MOST_PROCESSES])
        for pid in self.descriptors.keys() - wanted:
            self._forget(pid)
        self.missed &= wanted
        for pid in wanted - self.descriptors.keys() - self.missed:
            try:
                self._add(pid)
            except OSError:
                self.missed.add(pid)
                self.heard()

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
            self.heard()

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
