"""Live progress on a terminal, for deletions and verifications that are waited for."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from idecare.cli.common import Session
from idecare.core.humanize import size_text
from idecare.system.filesystem.removing import Removal

FIRST_SECONDS, STEP_SECONDS = 0.5, 0.1


@contextmanager
def deletion_progress(session: Session) -> Iterator[Callable[[Removal], None]]:
    """A callback for ``Removal.after_batch``. A line on stderr that counts up, shown after half a second."""
    shown_at = time.monotonic() + FIRST_SECONDS
    enabled = not session.quiet and not session.as_json and sys.stderr.isatty()
    next_at = [shown_at]

    def after_batch(removal: Removal) -> None:
        if enabled and (now := time.monotonic()) >= next_at[0]:
            next_at[0] = now + STEP_SECONDS
            print(f"\r\033[Kdeleting: {removal.entries:,} entries, {size_text(removal.bytes)}", end="", file=sys.stderr)

    try:
        yield after_batch
    finally:
        if next_at[0] > shown_at:
            print("\r\033[K", end="", file=sys.stderr)


@contextmanager
def counting_progress(session: Session, doing: str) -> Iterator[Callable[[int, int], None]]:
    """A callback for how many are done, of how many. A line on stderr, shown after half a second."""
    enabled = not session.quiet and not session.as_json and sys.stderr.isatty()
    next_at = time.monotonic() + FIRST_SECONDS
    shown = False

    def report(done: int, of: int) -> None:
        nonlocal next_at, shown
        if enabled and (now := time.monotonic()) >= next_at:
            next_at, shown = now + STEP_SECONDS, True
            print(f"\r\033[K{doing}: {done * 100 // max(of, 1)} %", end="", file=sys.stderr, flush=True)

    try:
        yield report
    finally:
        if shown:
            print("\r\033[K", end="", file=sys.stderr, flush=True)
