"""``idecare usage``: how much disk each cache takes."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import click

from idecare.caches.base import Rules, target_named
from idecare.caches.discovery import discover_caches
from idecare.caches.find import find_caches, parts_of
from idecare.caches.inspect import inspect_cache
from idecare.caches.limits import limits_of
from idecare.caches.sizes import CacheUsage, measure_caches, measure_parts
from idecare.caches.sizes.memory import SizeMemory
from idecare.caches.sizes.trend import read_trends, trend_file, trends_text, with_samples
from idecare.caches.sizes.walk import Progress
from idecare.cli.common import Session, verb
from idecare.cli.progress import scanning_progress
from idecare.cli.render.usage import Limits, PartUsage, UsageReport, usage_text, usage_values
from idecare.cli.session import REMEMBERED_USAGE
from idecare.core.errors import ExitCode, UsageError
from idecare.core.host import Host
from idecare.core.humanize import path_text
from idecare.core.language import tr
from idecare.core.locations import CacheLocation
from idecare.core.reading import open_file
from idecare.core.settings import read_settings
from idecare.core.targets import resolve_target
from idecare.system.filesystem import write_atomic

PAGE_MODE, PAGE_START_BYTES = 0o644, 100
NO_CACHE_AT_ALL = frozenset({"home", "working-copy", "not-a-folder", "no-mark"})


@click.command()
@click.argument("targets", nargs=-1, metavar="[TARGET]...")
@click.option("--html", metavar="FILE", help=tr("Write a page with a treemap and tables too, also of modules."))
@verb
def usage(session: Session, targets: tuple[str, ...], html: str | None) -> int:
    """Show how much disk each cache takes, the largest first.

    TARGET is gocache, fuzzcache, modcache, gopls, goimports, goland or vscode. Without one, every cache found is
    shown, also what idecare never removes. Nothing is changed; what did not change since the last run is not read
    again.
    """
    words = tuple(dict.fromkeys(resolve_target(word) for word in targets))
    page = _page_file(session.host.cwd / html) if html else None
    known = discover_caches(session.host)
    asked = [_judged(found, session.host) for found in known if not words or found.target in words]
    memory = size_memory(session.host)
    now = time.time()
    with scanning_progress(session) as on_progress:
        usages = tuple(measure_caches(asked, known, memory, now, on_progress))
        parts = tuple(_measured_parts(session.host, usages, now, on_progress)) if page else ()
    notes = tuple(_notes(asked, usages, words, session.host))
    report = replace(report_of(session.host, usages, now), notes=notes, verbose=session.verbose, parts=parts)
    remember(session.host, memory, report if not words else None)
    if page:
        from idecare.cli.render.usage_html import page as html_page

        write_atomic(page, html_page(report).encode(), PAGE_MODE)
        session.say(tr("wrote {page}", page=path_text(page, session.host.home)))
    incomplete = any(found.usage.unreadable or found.held.unreadable for found in usages)
    return session.finish(usage_values(report), usage_text(report), ExitCode.FAILED if incomplete else ExitCode.OK)


def report_of(host: Host, usages: tuple[CacheUsage, ...], now: float) -> UsageReport:
    """What was measured, with the limits that the settings name and with how the sizes went, to which it is added."""
    settings, own = read_settings(host.own.config), host.own
    sizes = ((found.location.path, found.usage.allocated_bytes) for found in usages)
    trends = with_samples(read_trends(own.cache), now, sizes)
    with suppress(OSError):
        write_atomic(trend_file(own.cache), trends_text(trends))
    when = datetime.fromtimestamp(now, UTC)
    limits = Limits(limits_of(settings), settings.held_max)
    return UsageReport(usages, (), host.home, when, limits=limits, trends=trends)


def _page_file(path: Path) -> Path:
    """Where the page goes, links followed; UsageError where that would replace something else."""
    from idecare.cli.render.usage_html import is_page

    file = Path(os.path.realpath(path))
    if not file.parent.is_dir():
        raise UsageError(
            "no-folder",
            tr("there is no folder {path}", path=file.parent),
            tr("make it, or choose another --html FILE"),
        )
    try:
        with open_file(file) as old:
            is_replaceable = is_page(old.read(PAGE_START_BYTES))
    except FileNotFoundError:
        return file
    except OSError:
        is_replaceable = False
    if not is_replaceable:
        raise UsageError(
            "not-a-page",
            tr("{file} is there and no page of `idecare usage`", file=file),
            tr("choose another --html FILE"),
        )
    return file


def _measured_parts(host: Host, usages: Iterable[CacheUsage], now: float, on_progress: Progress) -> Iterator[PartUsage]:
    """The parts of those caches that have some, also of toolchains, which a clean leaves where they are."""
    measured = {found.location.path for found in usages}
    targets = tuple({found.location.target for found in usages if found.location.target})
    with_parts = tuple(target for target in targets if target_named(target).has_parts)
    if not with_parts:
        return
    for cache in find_caches(host, read_settings(host.own.config), with_parts, toolchains=True).caches:
        if cache.location.path in measured:
            parts = tuple(parts_of(cache))
            entries = (part.entries for part in parts)
            sizes = measure_parts(cache.root, cache.target, entries, size_memory(host), now, on_progress)
            for part, size in zip(parts, sizes, strict=True):
                yield PartUsage(cache.location.path, cache.target, part.name, size)


def size_memory(host: Host) -> SizeMemory:
    return SizeMemory(host.own.cache / "sizes")


def measurable_caches(host: Host) -> tuple[CacheLocation, ...]:
    """Every cache there may be, each with why it cannot be measured, if so."""
    return tuple(_judged(found, host) for found in discover_caches(host))


def _judged(location: CacheLocation, host: Host) -> CacheLocation:
    """The location, with a problem where a folder of the user's is called a cache, as with GOCACHE=/."""
    if location.target is None or location.problem:
        return location
    cache = inspect_cache(location, Rules(host, mounts=(), toolchains=True))
    if cache.skip is None or cache.skip.code not in NO_CACHE_AT_ALL:
        return location
    return replace(location, problem=f"{path_text(cache.root, host.home)} {cache.skip.reason}")


def remember(host: Host, memory: SizeMemory, report: UsageReport | None) -> None:
    """Keep what was measured, and the sizes of all caches for the first screen. Where that cannot be written, the next
    run measures again."""
    with suppress(OSError):
        for path, data in memory.files():
            write_atomic(path, data)
    if report:
        with suppress(OSError):
            values = {"measured": report.now.isoformat(), **usage_values(report)}
            write_atomic(host.own.cache / REMEMBERED_USAGE, json.dumps(values).encode())


def _notes(
    asked: Iterable[CacheLocation], usages: tuple[CacheUsage, ...], words: tuple[str, ...], host: Host
) -> Iterator[str]:
    """Why something that was asked for is not among the sizes."""
    for location in asked:
        if location.problem:
            yield tr("Not measured: {name}: {problem}", name=tr(location.name), problem=location.problem)
    shown = {found.location.target for found in usages}
    for word in words:
        locations = [location for location in asked if location.target == word]
        if reason := target_named(word).no_size:
            yield reason
        elif not locations:
            yield tr("No place of a {target} cache is known", target=word)
        if word not in shown and (usable := [found.path for found in locations if not found.problem]):
            yield tr(
                "There is no {target} at {places}",
                target=word,
                places=", ".join(path_text(path, host.home) for path in usable),
            )
    if not usages and not words:
        yield tr("No cache was found.")
