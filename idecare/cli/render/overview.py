"""The first screen: caches, what is held, IDEs, conflicts, the daemon; and the commands that make sense next."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any

from idecare import __version__
from idecare.cli.render.status import Status, status_values
from idecare.cli.render.terminal import paint, wrap
from idecare.core.frozen import frozen
from idecare.core.humanize import age_text, count_text, size_text, time_text

if TYPE_CHECKING:
    from idecare.changes.journal import Entry

LARGEST_SHOWN = 3
TITLE = "caches and configuration of Go IDEs"
LABEL_WIDTH = 11  # with the blanks behind it


@frozen
class RememberedSizes:
    """What the last `idecare usage` measured: target or name, and allocated bytes, of each cache."""

    measured: datetime
    caches: tuple[tuple[str, int], ...]


@frozen
class Overview:
    """All that the first screen shows. ``sizes``: ``None`` before the first measuring; ``last``: the newest change."""

    status: Status
    sizes: RememberedSizes | None
    last: Entry | None

    @property
    def is_older_than_a_change(self) -> bool:
        """Whether a cache was cleaned since the sizes were measured."""
        return bool(self.sizes and self.last and datetime.fromisoformat(self.last.started) > self.sizes.measured)


def overview_text(overview: Overview, now: datetime) -> str:
    head = f"{paint('idecare', 'heading')} {__version__}  {TITLE}"
    lines = (_labelled(label, text) for label, text in _lines(overview, now))
    return "\n".join((head, *lines, "", *_next(overview)))


def _labelled(label: str, text: str) -> str:
    line = wrap(f"{label:<{LABEL_WIDTH}}{text}", "  ", " " * LABEL_WIDTH)
    return line.replace(label, paint(label, "dim"), 1)


def _lines(overview: Overview, now: datetime) -> Iterator[tuple[str, str]]:
    yield "caches", _caches(overview, now)
    yield "held", _held(overview.status, now)
    yield "IDEs", _ides(overview.status)
    yield "conflicts", _conflicts(overview.status)
    yield "daemon", _daemon(overview.status)


def _caches(overview: Overview, now: datetime) -> str:
    sizes = overview.sizes
    if sizes is None:
        return "not measured yet"
    largest = sorted(sizes.caches, key=lambda cache: -cache[1])[:LARGEST_SHOWN]
    named = ", ".join(f"{name} {size_text(size)}" for name, size in largest if size)
    when = f"{age_text((now - sizes.measured).total_seconds())} ago"
    before = ", before the last change" if overview.is_older_than_a_change else ""
    total = size_text(sum(size for _, size in sizes.caches))
    return f"{total} in {count_text(len(sizes.caches), 'cache')} ({when}{before}){f': {named}' if named else ''}"


def _held(status: Status, now: datetime) -> str:
    if not status.held:
        return "nothing"
    targets = ", ".join(dict.fromkeys(record.target for record in status.held))
    until = [datetime.fromisoformat(record.held_until) for record in status.held if record.held_until]
    return f"{targets}{f' until {time_text(max(until), now)}' if until else ''}; `idecare undo` brings it back"


def _ides(status: Status) -> str:
    names = dict.fromkeys(presence.name for workspace in status.workspaces for presence in workspace.presences)
    if not names:
        return "none has a Go module open"
    return f"{', '.join(names)} on {count_text(len(status.workspaces), 'Go module')}"


def _conflicts(status: Status) -> str:
    grades = [conflict.grade for conflict in status.conflicts if conflict.grade != "info"]
    counts = [count_text(grades.count(grade), grade) for grade in ("error", "warning") if grade in grades]
    if not counts:
        return "none"
    return paint(", ".join(counts), "error" if "error" in grades else "warning")


def _daemon(status: Status) -> str:
    if status.daemon.state == "running":
        return f"running (pid {status.daemon.pid})"
    return status.daemon.message or "not running"


def _next(overview: Overview) -> Iterator[str]:
    commands = dict(_commands(overview))
    width = max(map(len, commands))
    for command, text in commands.items():
        line = wrap(f"{command:<{width}}  {text}", "  ", " " * (width + 2))
        yield line.replace(command, paint(command, "command"), 1)


def _commands(overview: Overview) -> Iterator[tuple[str, str]]:
    """What the state asks for, then what is always of use."""
    if any(conflict.grade != "info" for conflict in overview.status.conflicts):
        yield "idecare status", "which IDEs conflict, and what ends it"
    if overview.status.held:
        yield "idecare undo", "bring back what was cleaned"
    yield "idecare clean", "before `go mod tidy`: shows what would go, and asks"
    if overview.sizes is None:
        yield "idecare usage", "how much each cache takes"
    yield "idecare doctor", "why Go or an IDE misbehaves"
    yield "idecare help", "all commands"


def overview_values(overview: Overview) -> dict[str, Any]:
    """The values of a status, and the remembered sizes."""
    sizes = overview.sizes
    return {
        **status_values(overview.status),
        "measured": sizes.measured.isoformat() if sizes else None,
        "caches": [{"name": name, "allocated_bytes": size} for name, size in sizes.caches] if sizes else [],
        "last_change": overview.last.id if overview.last else None,
    }
