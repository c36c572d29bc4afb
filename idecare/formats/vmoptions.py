"""VM options files as JetBrains' launcher reads them and HotSpot obeys them: text in, options and edits out.

A line holds one option: no quoting, no comment after it, spaces around it dropped, a ``#`` first makes it a comment
(XPlatLauncher, default.rs, read_vm_options, 2024 and 2026).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Literal

from idecare.core.errors import RefusedError
from idecare.core.frozen import frozen
from idecare.core.language import mark, tr
from idecare.formats.edits import Edit
from idecare.formats.jvm_options import COLLECTOR, family, is_collector, ruled_out

# Rust's White_Space. Python's strip() would take four control characters more.
SPACE = "\t\n\v\f\r \x85\xa0\u1680" + "".join(map(chr, range(0x2000, 0x200B))) + "\u2028\u2029\u202f\u205f\u3000"
PHYSICAL_LINE = re.compile(r"[^\n]*(?:\n|\Z)")


@frozen
class Damage:
    """Why the launcher cannot use a file. ``NUL``: it ignores a user file whole; ``not UTF-8``: it does not start."""

    line: int
    reason: Literal["NUL", "not UTF-8"]

    def __str__(self) -> str:
        text = mark("line {line} holds a NUL character") if self.reason == "NUL" else mark("line {line} is not UTF-8")
        return tr(text, line=self.line)


@frozen
class Line:
    """A line with an option: ``start`` to ``end``. ``line_start`` to ``line_end`` has spaces and line end too."""

    number: int
    option: str
    start: int
    end: int
    line_start: int
    line_end: int


def find_damage(data: bytes) -> Damage | None:
    """The first line, from the top, at which the launcher gives up."""
    for number, line in enumerate(data.split(b"\n"), 1):
        try:
            text = line.decode().strip(SPACE)
        except UnicodeDecodeError:
            return Damage(number, "not UTF-8")
        if "\0" in text and not text.startswith("#"):  # what a comment holds is never examined
            return Damage(number, "NUL")
    return None


def parse(text: str) -> tuple[Line, ...]:
    """The lines with an option, from the top."""
    return tuple(line for line in _lines(text) if line.option and not line.option.startswith("#"))


def _lines(text: str) -> Iterable[Line]:
    for number, match in enumerate(PHYSICAL_LINE.finditer(text), 1):
        whole = match.group()
        if whole:
            option = whole.strip(SPACE)
            start = match.start() + (len(whole) - len(whole.lstrip(SPACE)) if option else 0)
            yield Line(number, option, start, start + len(option), match.start(), match.end())


def ask(text: str, option: str) -> str | None:
    """The option in force of the family of ``option``, e.g. ``-Xmx4g`` for ``-Xmx``: the last one."""
    return next((line.option for line in reversed(_of_family(text, family(option)))), None)


def once(text: str, option: str, newline: str = "\n") -> tuple[Edit, ...]:
    """Edits after which this very line is there once, and is in force in its family."""
    if ask(text, option) != option:
        return change(text, [option], newline=newline)
    same = [line for line in parse(text) if line.option == option]
    return tuple(_removals(text, same[:-1]))


def drop(text: str, option: str) -> tuple[Edit, ...]:
    """Edits that remove every line with this very option, and no other of its family."""
    return tuple(_removals(text, [line for line in parse(text) if line.option == option]))


def change(text: str, options: Sequence[str] = (), remove: Sequence[str] = (), newline: str = "\n") -> tuple[Edit, ...]:
    """Edits, in the order of the text, that put each of ``options`` in force, in place of the last of its family or as
    a new last line, and remove every line of the families of ``remove``.

    Earlier lines of a family stay: they have no effect. Of collectors one line remains, for two make the JVM refuse.
    ``newline`` ends lines where the text has none to follow.
    """
    wanted = {family(option): check(option) for option in options}  # of two that exclude each other, the later
    lines = parse(text)
    last = {family(line.option): line for line in lines}
    against = [ruled_out(option) for option in wanted.values() if is_collector(option)]
    removed = {family(option) for option in (*remove, *against)}
    doomed = [line for line in lines if _goes(line, wanted, removed, last)]
    replaced = [
        Edit(last[name].start, last[name].end, option)
        for name, option in wanted.items()
        if name in last and last[name].option != option
    ]
    added = [option for name, option in wanted.items() if name not in last]
    edits = sorted([*replaced, *_removals(text, doomed)], key=lambda edit: edit.start)
    return (*edits, *_append(text, doomed, added, newline))


def _goes(line: Line, wanted: dict[str, str], removed: set[str], last: dict[str, Line]) -> bool:
    name = family(line.option)
    return (name in removed and name not in wanted) or (name == COLLECTOR and name in wanted and line is not last[name])


def _removals(text: str, doomed: Sequence[Line]) -> Iterable[Edit]:
    """Whole lines go. Where the last line had no line end, the last one that stays gets none either."""
    edits = [Edit(line.line_start, line.line_end, "") for line in doomed]
    if not _open_end_goes(text, doomed):
        return edits
    start = len(text)
    while edits and edits[-1].end == start:
        start = edits.pop().start
    return [*edits, Edit(len(text[:start].removesuffix("\n").removesuffix("\r")), len(text), "")]


def _open_end_goes(text: str, doomed: Sequence[Line]) -> bool:
    return bool(doomed) and doomed[-1].line_end == len(text) and not text.endswith("\n")


def _append(text: str, doomed: Sequence[Line], options: Sequence[str], newline: str) -> tuple[Edit, ...]:
    if not options:
        return ()
    ending = _line_end(text, newline)
    if not text or text.endswith("\n"):
        return (Edit(len(text), len(text), "".join(option + ending for option in options)),)
    gone = {line.number for line in doomed}
    everything_goes = _open_end_goes(text, doomed) and all(line.number in gone for line in _lines(text))
    before = "" if everything_goes else ending
    return (Edit(len(text), len(text), before + ending.join(options)),)


def _line_end(text: str, newline: str) -> str:
    """The line end of the first line, taken for all of them."""
    first, feed, _ = text.partition("\n")
    return ("\r\n" if first.endswith("\r") else "\n") if feed else newline


def _of_family(text: str, name: str) -> list[Line]:
    return [line for line in parse(text) if family(line.option) == name]


def check(option: str) -> str:
    """``option`` if it may be written, else RefusedError.

    The launcher reads UTF-8, while the IDE rewrites the file in the platform's own charset (VMOptions.java, 2024):
    only ASCII means the same to both.
    """
    if not option.isascii():
        text = mark("{option} is not plain ASCII, which the IDE and its launcher read alike")
        raise RefusedError("not-ascii", tr(text, option=repr(option)))
    if option != option.strip(SPACE) or not option.startswith("-") or not option.isprintable():
        why = tr("{option} is not one JVM option", option=repr(option))
        raise RefusedError("not-an-option", why, tr("Options begin with '-', e.g. -Xmx4g."))
    return option
