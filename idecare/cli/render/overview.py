"""The first screen: caches, what is held, IDEs, conflicts, the daemon; and the commands that make sense next."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any

from idecare import __version__
from idecare.cli.render.status import Status, status_values
from idecare.cli.render.terminal import pad, paint, wrap
from idecare.core.frozen import frozen
from idecare.core.humanize import age_text, count_text, size_text, time_text
from idecare.core.language import tr

if TYPE_CHECKING:
    from idecare.changes.journal import Entry

LARGEST_SHOWN = 3
TITLE = tr("caches and configuration of Go IDEs")
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
    line = wrap(pad(label, LABEL_WIDTH) + text, "  ", " " * LABEL_WIDTH)
    return line.replace(label, paint(label, "dim"), 1)


def _lines(overview: Overview, now: datetime) -> Iterator[tuple[str, str]]:
    yield tr("caches"), _caches(overview, now)
    yield tr("held"), _held(overview.status, now)
    yield tr("IDEs"), _ides(overview.status)
    yield tr("conflicts"), _conflicts(overview.status)
    yield tr("daemon"), _daemon(overview.status)


def _caches(overview: Overview, now: datetime) -> str:
    sizes = overview.sizes
    if sizes is None:
        return tr("not measured yet")
    largest = sorted(sizes.caches, key=lambda cache: -cache[1])[:LARGEST_SHOWN]
    named = ", ".join(f"{name} {size_text(size)}" for name, size in largest if size)
    total, caches = size_text(sum(size for _, size in sizes.caches)), count_text(len(sizes.caches), "cache")
    age = age_text((now - sizes.measured).total_seconds())
    if overview.is_older_than_a_change:
        text = tr("{total} in {caches} ({age} ago, before the last change)", total=total, caches=caches, age=age)
    else:
        text = tr("{total} in {caches} ({age} ago)", total=total, caches=caches, age=age)
    return f"{text}{tr(': ')}{named}" if named else text


def _held(status: Status, now: datetime) -> str:
    if not status.held:
        return tr("nothing")
    targets = ", ".join(dict.fromkeys(record.target for record in status.held))
    until = [datetime.fromisoformat(record.held_until) for record in status.held if record.held_until]
    if not until:
        return tr("{targets}; `idecare undo` brings it back", targets=targets)
    return tr("{targets} until {time}; `idecare undo` brings it back", targets=targets, time=time_text(max(until), now))


def _ides(status: Status) -> str:
    names = dict.fromkeys(presence.name for workspace in status.workspaces for presence in workspace.presences)
    if not names:
        return tr("none has a Go module open")
    return tr("{ides} on {modules}", ides=", ".join(names), modules=count_text(len(status.workspaces), "Go module"))


def _conflicts(status: Status) -> str:
    grades = [conflict.grade for conflict in status.conflicts if conflict.grade != "info"]
    errors = [count_text(grades.count("error"), "error")] if "error" in grades else []
    warnings = [count_text(grades.count("warning"), "warning")] if "warning" in grades else []
    if not (errors or warnings):
        return tr("none")
    return paint(tr(", ").join(errors + warnings), "error" if errors else "warning")


def _daemon(status: Status) -> str:
    if status.daemon.state == "running":
        return tr("running (pid {pid})", pid=status.daemon.pid)
    return status.daemon.message or tr("not running")


def _next(overview: Overview) -> Iterator[str]:
    commands = dict(_commands(overview))
    width = max(map(len, commands))
    for command, text in commands.items():
        line = wrap(f"{command:<{width}}  {text}", "  ", " " * (width + 2))
        yield line.replace(command, paint(command, "command"), 1)


def _commands(overview: Overview) -> Iterator[tuple[str, str]]:
    """What the state asks for, then what is always of use."""
    if any(conflict.grade != "info" for conflict in overview.status.conflicts):
        yield "idecare status", tr("which IDEs conflict, and what ends it")
    if overview.status.held:
        yield "idecare undo", tr("bring back what was cleaned")
    yield "idecare clean", tr("before `go mod tidy`: shows what would go, and asks")
    if overview.sizes is None:
        yield "idecare usage", tr("how much each cache takes")
    yield "idecare doctor", tr("why Go or an IDE misbehaves")
    yield "idecare help", tr("all commands")


def overview_values(overview: Overview) -> dict[str, Any]:
    """The values of a status, and the remembered sizes."""
    sizes = overview.sizes
    return {
        **status_values(overview.status),
        "measured": sizes.measured.isoformat() if sizes else None,
        "caches": [{"name": name, "allocated_bytes": size} for name, size in sizes.caches] if sizes else [],
        "last_change": overview.last.id if overview.last else None,
    }
