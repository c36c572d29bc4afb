"""Shares the hashing of many modules among helper processes, one for each core; a few are hashed here."""

from __future__ import annotations

import os
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence

from idecare.modules import hashing as module_hash
from idecare.modules.hashing import Answer, Task
from idecare.system.run import Helper, start_helper

ALONE_TASKS = 4
MOST_HELPERS = 8
BATCH = 8  # tasks that cross a pipe together; a zip and a tree take some milliseconds each

Progress = Callable[[int, int], None]  # done, of


def answers(tasks: Sequence[Task], on_progress: Progress = lambda done, of: None) -> list[Answer]:
    """The answer to each task, in their order."""
    work = _Work(tasks, on_progress)
    count = min(MOST_HELPERS, os.cpu_count() or 1) if len(tasks) > ALONE_TASKS else 0
    helpers: list[Helper[Task, Answer]] = []
    try:
        started: list[Helper[Task, Answer] | None] = [start_helper(module_hash.__file__) for _ in range(count)]
        helpers += [helper for helper in started if helper]
        threads = [threading.Thread(target=work.with_helper, args=(helper,), daemon=True) for helper in helpers]
        for thread in threads:
            thread.start()
        for thread in threads:
            while thread.is_alive():
                thread.join(0.2)
                work.report()
    finally:
        work.stop()
        for helper in helpers:
            helper.end()
    work.alone()
    return [work.results[index] for index in range(len(tasks))]


class _Work:
    """Tasks that wait and answers that have come. Large modules are not known beforehand, so batches shrink towards the
    end."""

    def __init__(self, tasks: Sequence[Task], on_progress: Progress) -> None:
        self.tasks = tasks
        self.waiting = deque(range(len(tasks)))
        self.results: dict[int, Answer] = {}
        self.on_progress = on_progress
        self._stopped = False

    def with_helper(self, helper: Helper[Task, Answer]) -> None:
        """Until nothing waits. What a helper that died had been given waits again."""
        while not self._stopped and (batch := self._batch()):
            try:
                helper.ask([self.tasks[index] for index in batch])
                self.results.update(zip(batch, helper.answer(), strict=True))
            except (OSError, EOFError, ValueError):
                self.waiting.extend(batch)
                return

    def _batch(self) -> list[int]:
        size = max(1, min(BATCH, len(self.waiting) // 8))
        batch: list[int] = []
        try:
            while len(batch) < size:
                batch.append(self.waiting.popleft())
        except IndexError:
            return batch
        return batch

    def alone(self) -> None:
        """What is left, in this process."""
        for index in range(len(self.tasks)):
            if index not in self.results:
                self.results[index] = module_hash.answer(self.tasks[index], time.time_ns())
                self.report()

    def report(self) -> None:
        self.on_progress(len(self.results), len(self.tasks))

    def stop(self) -> None:
        self._stopped = True
