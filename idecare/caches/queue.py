"""Targets that wait until what uses them is gone (`clean --when-idle`)."""

from __future__ import annotations

import json
from collections.abc import Iterator

from idecare.changes.journal import Journal
from idecare.changes.plan import Done, Outcome, Refused
from idecare.core.reading import read_file
from idecare.core.targets import TARGETS
from idecare.system.filesystem import remove_file, write_atomic


def read_queue(journal: Journal) -> tuple[str, ...]:
    """The queued targets; a queue file that cannot be read is empty."""
    try:
        words = json.loads(read_file(journal.queue))
    except (OSError, ValueError):
        return ()
    return tuple(word for word in words if isinstance(word, str) and word in TARGETS) if isinstance(words, list) else ()


def requeue(
    journal: Journal, asked: tuple[str, ...], outcomes: tuple[Outcome, ...], queue_busy: bool
) -> tuple[Outcome, ...]:
    """Take from the queue what was asked for, put on it what is in use; ``queue_busy``: that counts as scheduled."""
    busy = dict.fromkeys(outcome.step.target for outcome in outcomes if _is_busy(outcome))
    queue = [target for target in read_queue(journal) if target not in asked] + list(busy)
    if queue:
        write_atomic(journal.queue, json.dumps(queue).encode())
    else:
        remove_file(journal.queue)
    return tuple(_scheduled(outcomes)) if queue_busy else outcomes


def _is_busy(outcome: Outcome) -> bool:
    return isinstance(outcome, Refused) and outcome.skip.kind == "busy"


def _scheduled(outcomes: tuple[Outcome, ...]) -> Iterator[Outcome]:
    for outcome in outcomes:
        yield Done(outcome.step, "scheduled", 0) if _is_busy(outcome) else outcome
