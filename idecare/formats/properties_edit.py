"""Edits of ``.properties`` text by key: the lines of other keys, comments, order and line ends stay as they are."""

from __future__ import annotations

import re
from collections.abc import Iterator

from idecare.core.errors import RefusedError
from idecare.core.frozen import frozen
from idecare.formats.edits import Edit

# Up to the value: blanks, the key (a backslash quotes what follows it), a separator with blanks around.
HEAD = re.compile(r"[ \t\f]*(?:\\.|[^\\=: \t\f\r\n])+(?:[ \t\f]*[=:][ \t\f]*|[ \t\f]+|(?=[\r\n]|\Z))")
LINE_END = re.compile(r"(?:\r\n|\r|\n)?\Z")


@frozen
class Line:
    """A key and its value, from ``start`` to ``end``: with the lines that continue it and the line end."""

    key: str
    value: str
    start: int
    end: int


def lines(text: str) -> tuple[Line, ...]:
    """The lines with a key, from the top; RefusedError where an IDE would stop reading."""
    return tuple(_lines(text))


def _lines(text: str) -> Iterator[Line]:
    import javaproperties  # costs 30 ms

    start = 0
    try:
        for element in javaproperties.parse(text):
            end = start + len(element.source)
            if isinstance(element, javaproperties.KeyValue):
                yield Line(element.key, element.value, start, end)
            start = end
    except javaproperties.InvalidUEscapeError as error:
        number = text.count("\n", 0, start) + 1
        why = f"line {number} or one that it continues has a damaged \\u escape: an IDE reads nothing from there on"
        raise RefusedError("damaged-properties", why, "Write a backslash as two.") from error


def property_value(text: str, key: str) -> str | None:
    """The value that an IDE takes: of the first line with ``key`` (PathManager.loadProperties, 2024)."""
    return next((line.value for line in lines(text) if line.key == key), None)


def set_property(text: str, key: str, value: str, newline: str = "\n") -> tuple[Edit, ...]:
    """Edits that give ``key`` its value on every line that has it (older IDEs take the last), or on a new last line."""
    present = [line for line in lines(text) if line.key == key]
    if not present:
        return (_appended(text, key, value, newline),)
    return tuple(_replaced(text, line, value) for line in present if line.value != value)


def unset_property(text: str, key: str) -> tuple[Edit, ...]:
    """Edits that take every line with ``key`` out."""
    return tuple(Edit(line.start, line.end, "") for line in lines(text) if line.key == key)


def _replaced(text: str, line: Line, value: str) -> Edit:
    head = HEAD.match(text, line.start, line.end)
    end = LINE_END.search(text, line.start, line.end)
    assert end is not None, "the expression matches an empty end"
    if head is None:  # the key goes on in the next line
        return Edit(line.start, end.start(), _joined(line.key, value))
    equals = "" if text[head.end() - 1] in "=: \t\f" else "="
    return Edit(head.end(), end.start(), equals + _escaped(line.key, value))


def _appended(text: str, key: str, value: str, newline: str) -> Edit:
    match = re.search(r"\r\n|\r|\n", text)
    ending = match.group() if match else newline
    before = "" if not text or text.endswith(("\n", "\r")) else ending
    return Edit(len(text), len(text), f"{before}{_joined(key, value)}{ending}")


def _escaped(key: str, value: str) -> str:
    return _joined(key, value)[len(_joined(key, "")) :]


def _joined(key: str, value: str) -> str:
    """``key=value`` in ASCII, with what has a meaning quoted by a backslash."""
    import javaproperties

    return javaproperties.join_key_value(key, value, separator="=")
