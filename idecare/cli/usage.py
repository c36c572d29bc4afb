"""``idecare usage``: how much disk each cache takes."""

from __future__ import annotations

import shutil
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from types import TracebackType
from typing import TYPE_CHECKING

import click

from idecare.caches.discovery import discover
from idecare.caches.registry import TOOLS
from idecare.caches.sizes.measure import CacheUsage, measure_caches
from idecare.caches.sizes.memory import SizeMemory
from idecare.cli.common import Session, verb
from idecare.cli.render.usage import UsageReport, usage_chart, usage_text, usage_values
from idecare.core.errors import ExitCode
from idecare.core.host import Host
from idecare.core.humanize import path_text
from idecare.core.locations import CacheLocation
from idecare.core.targets import resolve_target
from idecare.system.filesystem import write_atomic

if TYPE_CHECKING:
    from rich.progress import Progress

SILENT_SECONDS = 0.5  # most scans end before a progress display would have been read
REFRESH_SECONDS = 0.1


@click.command()
@click.argument("targets", nargs=-1, metavar="[TARGET]...")
@verb
def usage(session: Session, targets: tuple[str, ...]) -> int:
    """Show how much disk each cache takes, the largest first.

    TARGET is gocache, fuzzcache, modcache, gopls, goimports, goland or vscode. Without one, every cache found is
    shown, also what idecare never removes. Nothing is changed; what did not change since the last run is not read
    again.
    """
    words = tuple(dict.fromkeys(resolve_target(word) for word in targets))
    known = _caches(session.host)
    asked = [location for location in known if not words or location.target in words]
    memory = SizeMemory(session.host.own.cache / "sizes")
    now = time.time()
    with LiveCount(not session.quiet and sys.stderr.isatty()) as on_progress:
        usages = tuple(measure_caches(asked, known, memory, now, on_progress))
    _remember(memory)
    notes = tuple(_notes(asked, usages, words, session.host))
    report = UsageReport(usages, notes, session.host.home, datetime.fromtimestamp(now, UTC), session.verbose)
    incomplete = any(found.usage.unreadable or found.held.unreadable for found in usages)
    return session.finish(usage_values(report), _text(session, report), ExitCode.FAILED if incomplete else ExitCode.OK)


def _caches(host: Host) -> tuple[CacheLocation, ...]:
    """The caches alone: looking for runtimes and configuration files would take longer than all the rest."""
    return discover(
        host, [replace(tool, installs=_none, configs=_none, runtimes=_none) for tool in TOOLS.values()]
    ).caches


def _none(host: Host) -> tuple[()]:
    return ()


def _remember(memory: SizeMemory) -> None:
    """Keep what was measured. Where that cannot be written, the next run measures again."""
    with suppress(OSError):
        for path, data in memory.files():
            write_atomic(path, data)


def _notes(
    asked: Iterable[CacheLocation], usages: tuple[CacheUsage, ...], words: tuple[str, ...], host: Host
) -> Iterator[str]:
    """Why something that was asked for is not among the sizes."""
    for location in asked:
        if location.problem:
            yield f"Not measured: {location.name}: {location.problem}"
    if "testcache" in words:
        yield "Test results lie in the build cache and take no space of their own: idecare usage gocache"
    shown = {found.location.target for found in usages}
    for word in words:
        locations = [location for location in asked if location.target == word]
        if not locations and word != "testcache":
            yield f"No place of a {word} cache is known"
        if word not in shown and (usable := [found.path for found in locations if not found.problem]):
            yield f"There is no {word} at {', '.join(path_text(path, host.home) for path in usable)}"
    if not usages and not words:
        yield "No cache was found."


def _text(session: Session, report: UsageReport) -> str:
    plain = not sys.stdout.isatty() or session.host.variable("NO_COLOR") or session.host.variable("TERM") == "dumb"
    return usage_text(report) if plain else usage_chart(report, shutil.get_terminal_size().columns)


class LiveCount:
    """Counts entries on stderr while a scan lasts. In the first half second nothing is shown and rich not imported."""

    def __init__(self, enabled: bool) -> None:
        self._enabled = enabled
        self._shown_at = time.monotonic() + SILENT_SECONDS - REFRESH_SECONDS
        self._before = self._last = 0
        self._progress: Progress | None = None

    def __enter__(self) -> LiveCount:
        return self

    def __call__(self, entries: int) -> None:
        """Told the entries of the location being measured; of the next it starts again from 0."""
        if entries < self._last:
            self._before += self._last
        self._last = entries
        if self._enabled and time.monotonic() - self._shown_at > REFRESH_SECONDS:
            self._shown_at = time.monotonic()
            self._show(f"Measuring: {self._before + entries:,} entries")

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._progress:
            self._progress.stop()

    def _show(self, text: str) -> None:
        if self._progress is None:
            from rich.console import Console
            from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

            columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
            # No thread of its own: it is refreshed as counts arrive, and leaves no line behind.
            self._progress = Progress(*columns, console=Console(stderr=True), transient=True, auto_refresh=False)
            self._progress.start()
            self._progress.add_task(text, total=None)
        self._progress.update(self._progress.task_ids[0], description=text, refresh=True)
