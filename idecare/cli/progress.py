"""Live progress on a terminal for each job that takes longer than half a second: scans, hashes, deletions, waits."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from idecare.cli.common import Session
from idecare.cli.render.terminal import current_terminal
from idecare.core.humanize import escaped, size_text
from idecare.core.language import tr

if TYPE_CHECKING:
    from rich.progress import Progress

    from idecare.system.filesystem.removing import Removal

SILENT_SECONDS = 0.5  # most jobs end before a display would have been read
REFRESH_SECONDS = 0.1


class LiveLine:
    """One line on stderr that says how far a job is, and is gone when the job ends.

    In the first half second nothing is shown and rich is not imported. rich's own refresh thread is not started: the
    line is refreshed as numbers arrive.
    """

    def __init__(self, enabled: bool) -> None:
        self._enabled = enabled
        self._next = time.monotonic() + SILENT_SECONDS
        self._progress: Progress | None = None

    def __enter__(self) -> LiveLine:
        return self

    def __exit__(self, *_: object) -> None:
        if self._progress:
            self._progress.stop()

    def show(self, text: str | Callable[[], str], done: int = 0, total: int | None = None) -> None:
        """A text that takes time to make is a function, called when the line is refreshed; a ``total`` brings a bar."""
        if self._enabled and (now := time.monotonic()) >= self._next:
            self._next = now + REFRESH_SECONDS
            progress = self._progress or self._start(total)
            shown = text if isinstance(text, str) else text()
            progress.update(progress.task_ids[0], description=escaped(shown), completed=done, total=total, refresh=True)

    def _start(self, total: int | None) -> Progress:
        from rich.console import Console
        from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

        bars = () if total is None else (BarColumn(bar_width=24), TextColumn("{task.percentage:>3.0f} %"))
        columns = (SpinnerColumn(), TextColumn("{task.description}", markup=False), *bars, TimeElapsedColumn())
        console = Console(stderr=True, highlight=False)
        self._progress = Progress(*columns, console=console, transient=True, auto_refresh=False)
        self._progress.add_task("", total=total)
        self._progress.start()
        return self._progress


def live_line(session: Session) -> LiveLine:
    """The line of this session; it stays empty where nobody could see it move."""
    terminal = current_terminal()
    return LiveLine(terminal is not None and terminal.has_cursor and not session.quiet and sys.stderr.isatty())


@contextmanager
def deletion_progress(session: Session) -> Iterator[Callable[[Removal], None]]:
    """A callback for ``Removal.after_batch``."""
    with live_line(session) as line:
        yield lambda removal: line.show(
            lambda: tr("Deleting: {entries:,} entries, {size}", entries=removal.entries, size=size_text(removal.bytes))
        )


@contextmanager
def counting_progress(session: Session, doing: str) -> Iterator[Callable[[int, int], None]]:
    """A callback for how many are done, of how many."""
    with live_line(session) as line:
        yield lambda done, of: line.show(lambda: doing, done, max(of, 1))


@contextmanager
def scanning_progress(session: Session) -> Iterator[Callable[[int], None]]:
    """A callback for the entries seen in the location that is measured; at the next location it begins at 0 again."""
    before = last = 0

    def report(entries: int) -> None:
        nonlocal before, last
        before += last if entries < last else 0
        last = entries
        line.show(lambda: tr("Measuring: {entries:,} entries", entries=before + last))

    with live_line(session) as line:
        yield report
