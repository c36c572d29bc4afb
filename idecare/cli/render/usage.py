"""What ``usage`` says: how much each cache takes, as plain text, as a bar chart for a terminal, and as JSON values."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from idecare.caches.sizes.measure import CacheUsage
from idecare.core.frozen import frozen
from idecare.core.humanize import age_text, count_text, path_text, size_text, table

Row = tuple[str, ...]

HEADER: Row = ("CACHE", "TARGET", "SIZE", "ENTRIES", "LAST USED", "PATH")
MORE_HEADER: Row = ("LENGTH OF FILES", "MEASURED", "WHY THERE")
KEPT = "kept"  # in place of a target: idecare shows it and never removes it
BAR_WIDTH = 24
EXPLANATION = """\
SIZE is what is allocated on the disk, each file once. LAST USED is the newest change of a file, as of the last look
into its folder: the last download for the module cache; go and gopls refresh a used file's time at most once an hour.
"remembered": its folders have not changed since they were measured. GoLand and VS Code write their files in place, so
these are walked every time."""


@frozen
class UsageReport:
    """All that was measured, and a sentence for each cache that could not be."""

    usages: tuple[CacheUsage, ...]
    notes: tuple[str, ...]
    home: Path | None
    now: datetime
    verbose: bool = False

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
        "caches": [_values(found) for found in report.largest_first],
        "total_allocated_bytes": report.total_bytes,
        "total_held_bytes": report.held_bytes,
    }


def _values(found: CacheUsage) -> dict[str, Any]:
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
        "last_used": usage.last_used.isoformat() if usage.last_used else None,
        "unreadable": [str(failed.path) for failed in (*usage.unreadable, *found.held.unreadable)],
    }


def usage_text(report: UsageReport) -> str:
    """Columns without colour, for files, pipes and plain terminals."""
    header = HEADER + MORE_HEADER * report.verbose
    body = table((header, *_rows(report))) if report.usages else ""
    return "\n".join(part for part in (body, *_closing(report)) if part)


def usage_chart(report: UsageReport, width: int) -> str:
    """The same with bars, as text with terminal codes."""
    if not report.usages:
        return usage_text(report)
    from io import StringIO

    from rich.bar import Bar
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    chart = Table(box=None, pad_edge=False, header_style="bold")
    for title in (*HEADER[:3], "", *HEADER[3:], *(MORE_HEADER * report.verbose)):
        chart.add_column(title, justify="right" if title in ("SIZE", "ENTRIES") else "left", overflow="fold")
    largest = max(1, *(found.usage.allocated_bytes for found in report.usages))
    for found, row in zip(report.largest_first, _rows(report), strict=True):
        colour = "cyan" if found.location.target else "bright_black"
        bar = Bar(largest, 0, found.usage.allocated_bytes, width=BAR_WIDTH, color=colour)
        cells = [Text(cell.strip()) for cell in row]
        chart.add_row(*cells[:3], bar, *cells[3:])
    console = Console(file=StringIO(), force_terminal=True, width=width, highlight=False)
    console.print(chart)
    for line in _closing(report):
        console.print(Text(line))
    output = console.file
    assert isinstance(output, StringIO)
    return output.getvalue().rstrip("\n")


def _rows(report: UsageReport) -> Iterator[Row]:
    found = report.largest_first
    sizes = _right([size_text(one.usage.allocated_bytes) for one in found], "SIZE")
    counts = _right([f"{one.usage.entries:,}" for one in found], "ENTRIES")
    for one, size, count in zip(found, sizes, counts, strict=True):
        place = path_text(one.location.path, report.home)
        row = (one.location.name, one.location.target or KEPT, size, count, _last_used(one, report.now), place)
        yield row + _more(one) * report.verbose


def _more(found: CacheUsage) -> Row:
    measured = "remembered" if found.usage.from_memory else "walked"
    return size_text(found.usage.logical_bytes), measured, found.location.source


def _right(cells: Sequence[str], header: str) -> list[str]:
    width = max(map(len, (header, *cells)))
    return [cell.rjust(width) for cell in cells]


def _last_used(found: CacheUsage, now: datetime) -> str:
    last = found.usage.last_used
    return f"{age_text((now - last).total_seconds())} ago" if last else "-"


def _closing(report: UsageReport) -> Iterator[str]:
    if report.usages:
        kept = sum(found.usage.allocated_bytes for found in report.usages if found.location.target is None)
        never = f", {size_text(kept)} of it kept: idecare never removes it" if kept else ""
        yield f"Total {size_text(report.total_bytes)}{never}"
    for found in report.largest_first:
        if held := found.held.allocated_bytes:
            yield f"Held by idecare for {found.location.name}: {size_text(held)} more; `idecare purge` deletes it"
    yield from report.notes
    yield from _not_counted(report)
    if report.verbose and report.usages:
        yield EXPLANATION


def _not_counted(report: UsageReport) -> Iterable[str]:
    for found in report.largest_first:
        failed = (*found.usage.unreadable, *found.held.unreadable)
        if failed:
            yield f"{count_text(len(failed), 'folder')} of {found.location.name}:"
            yield from (f"  not counted: {one.reason}: {path_text(one.path, report.home)}" for one in failed)
