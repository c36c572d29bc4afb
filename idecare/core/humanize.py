"""Paths, sizes, ages and counts as a person reads them."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from idecare.core.language import speaks_english, tr

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

BLANKS = "\u00a0\u202f\u3000"  # are not printable to Python, and do no harm


def visible(text: str) -> str:
    """A text of others on one line: line ends and whatever else a terminal would act on as escapes."""
    return text if text.isprintable() else "".join(map(_escape, text))


def escaped(text: str) -> str:
    """A text for a terminal, a log or a report: what else than a line end or a tab would act on it, or turn it round
    (control characters of both sets, bidirectional marks, bytes that are not UTF-8), stays visible as an escape."""
    return "\n".join(
        line if line.isprintable() else "".join(char if char == "\t" else _escape(char) for char in line)
        for line in text.split("\n")
    )


def _escape(char: str) -> str:
    if char.isprintable() or char in BLANKS:
        return char
    if char == "\x7f":
        return "\\u007f"  # the one that json.dumps leaves raw, and this is how JSON spells it
    is_byte = "\udc80" <= char <= "\udcff"  # never put together with its neighbours: they could be a C1 character
    return f"\\x{ord(char) - 0xDC00:02x}" if is_byte else char.encode("unicode_escape").decode()


def path_text(path: Path, home: Path | None) -> str:
    """The path with the home folder as ``~``."""
    if home is not None and path.is_relative_to(home):
        rest = path.relative_to(home)
        return "~" if not rest.parts else f"~{os.sep}{visible(str(rest))}"
    return visible(str(path))


def with_short_home(text: str, home: Path | None) -> str:
    """A text with paths in it, the home folder as ``~``."""
    return text if home is None or not home.name else text.replace(f"{home}{os.sep}", f"~{os.sep}")


def size_text(count: int) -> str:
    """Bytes with decimal units and three digits: ``0 B``, ``840 kB``, ``1.24 GB``."""
    if count < 1000:
        return f"{count} B"
    value = float(count)
    for unit in ("kB", "MB", "GB", "TB", "PB"):
        value /= 1000
        if value < 999.5 or unit == "PB":
            break
    digits = 2 if value < 9.995 else 1 if value < 99.95 else 0
    return f"{value:.{digits}f} {unit}"


def time_text(when: datetime, now: datetime) -> str:
    """Local time; with its date where that is not today."""
    local = when.astimezone()
    return f"{local:%H:%M}" if local.date() == now.astimezone().date() else f"{local:%Y-%m-%d %H:%M}"


def age_text(seconds: float) -> str:
    """A span in its largest fitting unit: ``40 s``, ``12 min``, ``3 h``, ``5 days``."""
    if seconds < 90:
        return tr("{count} s", count=max(0, round(seconds)))
    if seconds < 5400:
        return tr("{count} min", count=round(seconds / 60))
    if seconds < 172800:
        return tr("{count} h", count=round(seconds / 3600))
    return tr("{count} days", count=round(seconds / 86400))


def count_text(count: int, noun: str) -> str:
    """``1 entry``, ``2,310 entries``. ``noun`` is a literal: a catalogue has its own text for each, with the count."""
    if not speaks_english():
        return tr(f"{{count}} {noun}", count=f"{count:,}")
    plural = noun[:-1] + "ies" if noun.endswith("y") else noun + "s"
    return f"{count:,} {noun if count == 1 else plural}"
