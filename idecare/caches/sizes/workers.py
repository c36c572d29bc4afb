"""Shares the folders of a long measuring among helper processes; a short one never starts any.

The helpers (``system/helpers.py``) are started by hand rather than by ``concurrent.futures``: its process pool cannot
fork here (doctor hashes from a thread, macOS), and started the other ways it took 1.26 times as long to scan 102,400
files and 1.17 times to hash 180 parts of modules (medians, forkserver, on two cores with much other work). Threads
share one interpreter lock; there they took 0.8 and 0.9 of the time, as one process alone did, so an idle machine has
yet to decide about them.
"""

from __future__ import annotations

import os
import select
import sys
import time
from dataclasses import dataclass
from types import TracebackType

from idecare.caches.base import Rule
from idecare.caches.sizes import folders as size_folders
from idecare.caches.sizes.folders import Scan, Stamp, Task, scan
from idecare.system.run import Helper, start_helper

# A tree of 20,000 files is done in this time; a helper, which is ready after 15 ms, would not pay there.
ALONE_SECONDS = 0.06
HELPERS = 2
WAITING_HELPERS = 8
WAITING_SHARE = 0.5
BATCH = 16


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder to scan: its path below the root, its identity, and how far its scan may be remembered."""

    relative: bytes
    stamp: Stamp
    rule: Rule
    task: Task


class Scanners:
    """This process and, after a while, its helpers. Leaving the context ends them."""

    def __init__(self) -> None:
        self._batches: dict[Helper[Task, Scan], list[Folder]] = {}
        self._started = False
        self._wall, self._cpu, self._blocks = time.perf_counter(), time.process_time(), _blocks_read()

    def __enter__(self) -> Scanners:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for helper in self._batches:
            helper.end()

    @property
    def busy(self) -> bool:
        return any(self._batches.values())

    def step(self, waiting: list[Folder]) -> list[tuple[Folder, Scan]]:
        """Take some folders from the end of ``waiting`` and return the scans which are done."""
        if not self._started and len(waiting) > 1 and time.perf_counter() - self._wall > ALONE_SECONDS:
            self._start()
        if not self._batches:
            folder = waiting.pop()
            return [(folder, scan(folder.task))]
        self._hand_out(waiting)
        return [result for helper in self._answering() for result in self._collect(helper)]

    def _start(self) -> None:
        self._started = True
        count = WAITING_HELPERS if self._waits_for_the_disk() else min(HELPERS, os.cpu_count() or 1)
        if count > 1:
            started: list[Helper[Task, Scan] | None] = [start_helper(size_folders.__file__) for _ in range(count)]
            self._batches = {helper: [] for helper in started if helper}

    def _waits_for_the_disk(self) -> bool:
        """Whether most of the time went by without computing and data came from a disk.

        Time alone would take a busy machine for a slow disk, and add to its load.
        """
        computing = (time.process_time() - self._cpu) / (time.perf_counter() - self._wall)
        return 1 - computing > WAITING_SHARE and _blocks_read() > self._blocks

    def _hand_out(self, waiting: list[Folder]) -> None:
        for helper, batch in self._batches.items():
            if waiting and not batch:
                size = max(1, min(BATCH, len(waiting) // (2 * len(self._batches))))
                batch += waiting[-size:]
                del waiting[-size:]
                helper.ask([folder.task for folder in batch])

    def _answering(self) -> list[Helper[Task, Scan]]:
        """Wait until a busy helper answers or dies."""
        if sys.platform == "win32":  # where none is ever started
            return list(self._batches)
        poll = select.poll()
        helpers = {helper.answers.fileno(): helper for helper, batch in self._batches.items() if batch}
        for descriptor in helpers:
            poll.register(descriptor, select.POLLIN)
        return [helpers[descriptor] for descriptor, _ in poll.poll()]

    def _collect(self, helper: Helper[Task, Scan]) -> list[tuple[Folder, Scan]]:
        """Take the answer to its batch. The batch of a helper that died is scanned here."""
        batch = self._batches[helper]
        try:
            scans = helper.answer()
            self._batches[helper] = []
        except (OSError, EOFError):
            del self._batches[helper]
            helper.end()
            scans = [scan(folder.task) for folder in batch]
        return list(zip(batch, scans, strict=True))


def _blocks_read() -> int:
    """How often this process had to read from a disk; 0 where the system does not tell (Windows)."""
    if sys.platform == "win32":
        return 0
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_inblock
