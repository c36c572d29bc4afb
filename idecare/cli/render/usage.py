"""What ``usage`` says: how much each cache takes, as a table and as JSON values."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from idecare.caches.sizes import CacheUsage
from idecare.caches.sizes.trend import Sample, Trends
from idecare.caches.sizes.walk import Usage
from idecare.cli.render.tables import Row, table
from idecare.cli.render.terminal import bar, current_terminal, paint
from idecare.core.frozen import frozen
from idecare.core.humanize import age_text, count_text, path_text, size_text
from idecare.core.language import tr

HEADER: Row = (tr("CACHE"), tr("TARGET"), tr("SIZE"), tr("ENTRIES"), tr("LAST USED"), tr("PATH"))
MORE_HEADER: Row = (tr("LENGTH OF FILES"), tr("MEASURED"), tr("WHY THERE"))
KEPT = tr("kept")  # in place of a target: idecare shows it and never removes it
BAR_WIDTH = 10
SPARK, SPARKS = "▁▂▃▄▅▆▇█", 28
MOST_TRENDS, FEWEST_SAMPLES = 4, 3
SMALLEST_WITH_BARS = 60  # columns of a terminal
EXPLANATION = tr(
    """\
SIZE is what is allocated on the disk, each file once. LAST USED is the newest change of a file, as of the last scan
of its folder: the last download for the module cache; go and gopls refresh a used file's time at most once an hour.
"remembered": its folders have not changed since they were measured. GoLand and VS Code write their files in place, so
these are walked every time."""
)


@frozen
class Limits:
    """The sizes that the settings name: of targets, and of all that is held."""

    of_targets: Mapping[str, int | None] = field(default_factory=dict)
    of_held: int | None = None


@frozen
class PartUsage:
    """A module, or a folder of one gopls, in the cache at ``root``."""

    root: Path
    target: str
    name: str
    usage: Usage


@frozen
class UsageReport:
    """All that was measured, and a sentence for each cache that could not be. ``parts``: where they were asked for."""

    usages: tuple[CacheUsage, ...]
    notes: tuple[str, ...]
    home: Path | None
    now: datetime
    verbose: bool = False
    limits: Limits = field(default_factory=Limits)
    trends: Trends = field(default_factory=dict)
    parts: tuple[PartUsage, ...] = ()

    def limit_of(self, found: CacheUsage) -> int | None:
        return self.limits.of_targets.get(found.location.target or "")

    def trend_of(self, found: CacheUsage) -> tuple[Sample, ...]:
        return self.trends.get(str(found.location.path), ())

    @property
    def largest_first(self) -> list[CacheUsage]:
        return sorted(self.usages, key=lambda found: -found.usage.allocated_bytes)

    @property
    def total_bytes(self) -> int:
        return sum(found.usage.allocated_bytes for found in self.usages)

    @property
    def held_bytes(self) -> int:
        return sum(found.held.allocated_bytes for found in self.usages)


def usage_values(report: UsageReport) -> dict[str, Any]:
    return {
        "caches": [_values(found, report) for found in report.largest_first],
        "total_allocated_bytes": report.total_bytes,
        "total_held_bytes": report.held_bytes,
        "held_limit_bytes": report.limits.of_held,
    }


def _values(found: CacheUsage, report: UsageReport) -> dict[str, Any]:
    location, usage = found.location, found.usage
    return {
        "target": location.target,
        "tool": location.tool,
        "name": location.name,
        "path": str(location.path),
        "source": location.source,
        "entries": usage.entries,
        "logical_bytes": usage.logical_bytes,
        "allocated_bytes": usage.allocated_bytes,
        "held_bytes": found.held.allocated_bytes,
        "limit_bytes": report.limit_of(found),
        "trend": [{"time": _time(when).isoformat(), "allocated_bytes": size} for when, size in report.trend_of(found)],
        "last_used": usage.last_used.isoformat() if usage.last_used else None,
        "unreadable": [str(failed.path) for failed in (*usage.unreadable, *found.held.unreadable)],
    }


def usage_text(report: UsageReport) -> str:
    """A row for each cache, on a terminal with a bar; then the total and what was not counted."""
    rows, header = list(_rows(report)), HEADER + MORE_HEADER * report.verbose
    terminal = current_terminal()
    if terminal is not None and terminal.width >= SMALLEST_WITH_BARS:
        header = (*header[:3], "", *header[3:])
        rows = [(*row[:3], bar, *row[3:]) for row, bar in zip(rows, _bars(report), strict=True)]
    body = table(rows, header, indent="", right=HEADER[2:4]) if rows else ""
    return "\n".join(part for part in (body, *closing(report), *_explained(report)) if part)


def _rows(report: UsageReport) -> Iterator[Row]:
    for one in report.largest_first:
        size, count = size_text(one.usage.allocated_bytes), f"{one.usage.entries:,}"
        place = path_text(one.location.path, report.home)
        row = (tr(one.location.name), one.location.target or KEPT, size, count, last_used(one.usage, report.now), place)
        yield row + _more(one) * report.verbose


def _bars(report: UsageReport) -> Iterator[str]:
    largest = max((found.usage.allocated_bytes for found in report.usages), default=0) or 1
    for found in report.largest_first:
        shown = bar(found.usage.allocated_bytes / largest, BAR_WIDTH)
        yield paint(shown, "info" if found.location.target else "dim")


def _more(found: CacheUsage) -> Row:
    measured = tr("remembered") if found.usage.from_memory else tr("walked")
    return size_text(found.usage.logical_bytes), measured, found.location.source


def last_used(usage: Usage, now: datetime) -> str:
    last = usage.last_used
    return tr("{age} ago", age=age_text((now - last).total_seconds())) if last else "-"


def closing(report: UsageReport) -> Iterator[str]:
    """The total, what is held, and what was not counted."""
    if report.usages:
        kept = sum(found.usage.allocated_bytes for found in report.usages if found.location.target is None)
        total, never_removed = size_text(report.total_bytes), size_text(kept)
        if kept:
            yield tr("Total {total}, {kept} of it kept: idecare never removes it", total=total, kept=never_removed)
        else:
            yield tr("Total {total}", total=total)
    for found in report.largest_first:
        if held := found.held.allocated_bytes:
            yield tr(
                "Held by idecare for {name}: {size} more; `idecare purge` deletes it",
                name=tr(found.location.name),
                size=size_text(held),
            )
    yield from _limits(report)
    yield from _trends(report)
    yield from report.notes
    yield from _not_counted(report)


def _explained(report: UsageReport) -> tuple[str, ...]:
    return (EXPLANATION,) if report.verbose and report.usages else ()


def _limits(report: UsageReport) -> Iterator[str]:
    for found in report.largest_first:
        if (limit := report.limit_of(found)) is not None:
            yield _against(found.usage.allocated_bytes, limit, tr(found.location.name), f"{found.location.target}_max")
    if (limit := report.limits.of_held) is not None:
        yield _against(report.held_bytes, limit, tr("what is held"), "held_max")


def _against(size: int, limit: int, what: str, key: str) -> str:
    if size <= limit:
        return tr(
            "{what} has a limit of {limit} ({key}) and takes {percent} % of it",
            what=what,
            limit=size_text(limit),
            key=key,
            percent=round(100 * size / (limit or 1)),
        )
    return tr(
        "{what} takes {size} more than its limit of {limit} ({key}): it goes at the next check, but for what is needed "
        "or was used lately",
        what=what,
        size=size_text(size - limit),
        limit=size_text(limit),
        key=key,
    )


def _trends(report: UsageReport) -> Iterator[str]:
    """Where there is something to see: of the caches with a limit, and of the largest that idecare may clean."""
    shown = [found for found in report.largest_first if found.location.target][:MOST_TRENDS]
    for found in shown:
        samples = report.trend_of(found)
        if len(samples) < FEWEST_SAMPLES:
            continue
        span = age_text(samples[-1][0] - samples[0][0])
        before, after = size_text(samples[0][1]), size_text(samples[-1][1])
        name = tr(found.location.name)
        change = tr("{name} went from {before} to {after} in {age}", name=name, before=before, after=after, age=span)
        yield change + _line(samples)


def _line(samples: tuple[Sample, ...]) -> str:
    if current_terminal() is None:  # nor for a screen reader
        return ""
    return f"  {paint(sparkline([size for _, size in samples]), 'info')}"


def sparkline(sizes: Sequence[int], width: int = SPARKS) -> str:
    """One bar for each of ``width`` spans of the samples, the largest of each, as a share of the largest of all."""
    count = min(width, len(sizes))
    spans = (sizes[index * len(sizes) // count : (index + 1) * len(sizes) // count] for index in range(count))
    top = max(sizes, default=0) or 1
    return "".join(SPARK[min(len(SPARK) - 1, max(span) * len(SPARK) // top)] for span in spans)


def _time(when: float) -> datetime:
    return datetime.fromtimestamp(when, UTC)


def _not_counted(report: UsageReport) -> Iterable[str]:
    for found in report.largest_first:
        failed = (*found.usage.unreadable, *found.held.unreadable)
        if failed:
            yield tr("{folders} of {name}:", folders=count_text(len(failed), "folder"), name=tr(found.location.name))
            yield from (
                tr("  not counted: {reason}: {path}", reason=one.reason, path=path_text(one.path, report.home))
                for one in failed
            )
