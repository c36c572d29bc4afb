"""Java ``.properties`` text as JetBrains IDEs read it: text in, values out."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

from idecare.core.errors import RefusedError
from idecare.core.frozen import frozen
from idecare.core.language import tr
from idecare.formats.edits import Edit

MACRO = re.compile(r"\$\{(.+?)\}")
# An IDE replaces macros without end, so a value which contains itself makes it hang; these bounds end it here.
MOST_MACROS = 100
LONGEST_VALUE = 10_000
# Up to the value: blanks, the key (a backslash quotes what follows it), a separator with blanks around.
HEAD = re.compile(r"[ \t\f]*(?:\\.|[^\\=: \t\f\r\n])+(?:[ \t\f]*[=:][ \t\f]*|[ \t\f]+|(?=[\r\n]|\Z))")
LINE_END = re.compile(r"(?:\r\n|\r|\n)?\Z")
# javaproperties.parse adds line to line and searches each sum again: 20,000 continued lines took it 24 s. So the lines
# are put together here; each expression looks at a character once.
LOGICAL = re.compile(r"[^\\\r\n]*(?:\\(?:\r\n|[\s\S])[^\\\r\n]*)*\\?(?:\r\n|\r|\n|\Z)")
COMMENT = re.compile(r"[ \t\f]*[#!][^\r\n]*(?:\r\n|\r|\n|\Z)")
CONTINUATION = re.compile(r"\\(\r\n|\r|\n|\Z)[ \t\f]*|\\[\s\S]")
SEPARATOR = re.compile(r"[ \t\f]*[=:][ \t\f]*|[ \t\f]+")
KEY = re.compile(r"[^\\=: \t\f]*(?:\\[\s\S]?[^\\=: \t\f]*)*")


def parse(text: str) -> dict[str, str]:
    """Keys and values, unescaped; of a key that occurs twice the first.

    PathManager.loadProperties (2024) defines a property only where none is defined yet, line by line; up to 2020 it
    read the file into a map first, so that the last line won. After a malformed ``\\u`` escape nothing more is read.
    """
    values: dict[str, str] = {}
    try:
        for line in _lines(text):
            values.setdefault(line.key, line.value)
    except RefusedError:
        pass
    return values


def may_define(text: str, keys: Iterable[str]) -> bool:
    """Whether ``parse`` could find one of ``keys``: a quick test that is never wrong when it says no."""
    lines = [line for line in text.splitlines() if not line.lstrip(" \t\f").startswith(("#", "!"))]
    plain = "\n".join(lines)
    return "\\" in plain or any(key in plain for key in keys)  # a backslash can spell or split any key


def expand(value: str, lookup: Callable[[str], str | None]) -> str:
    """``value`` with each ``${name}`` replaced, also those which come in by a replacement; unknown names vanish."""
    for _ in range(MOST_MACROS):
        macro = MACRO.search(value) if len(value) <= LONGEST_VALUE else None
        if macro is None:
            break
        value = value.replace(macro.group(), lookup(macro.group(1)) or "")
    return value


def unquoted(value: str) -> str:
    """``value`` without the double quotes around it, where it has both."""
    return value[1:-1] if len(value) > 1 and value[0] == value[-1] == '"' else value


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
    start = 0
    while start < len(text):
        found = COMMENT.match(text, start)
        if found is None:
            found = LOGICAL.match(text, start)
            assert found is not None, "the expression matches every text"
            joined = _without_breaks(found.group())
            if joined:
                yield Line(*_key_and_value(joined, text, start), start, found.end())
        start = found.end()


def _without_breaks(source: str) -> str:
    """What the lines of one property are when put together."""
    if "\\" in source:
        source = CONTINUATION.sub(lambda match: "" if match[1] is not None else match[0], source)
    return source.lstrip(" \t\f").rstrip("\r\n")


def _key_and_value(line: str, text: str, start: int) -> tuple[str, str]:
    import javaproperties  # costs 30 ms, and most idea.properties files define nothing of interest

    key = KEY.match(line)
    assert key is not None, "the expression matches every text"
    separator = SEPARATOR.match(line, key.end())
    value = line[separator.end() :] if separator else ""
    try:
        return javaproperties.unescape(key.group()), javaproperties.unescape(value)
    except javaproperties.InvalidUEscapeError as error:
        number = text.count("\n", 0, start) + 1
        why = tr(
            "line {number} or one that it continues has a damaged \\u escape: an IDE reads nothing from there on",
            number=number,
        )
        raise RefusedError("damaged-properties", why, tr("Write a backslash as two.")) from error


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
