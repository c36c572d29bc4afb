"""The tokens of JSON with comments, each with its range, and what may be between them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple, TypeAlias

from idecare.core.errors import IdecareError
from idecare.core.language import tr

# What the scanner of VS Code itself takes for line breaks and blanks (src/vs/base/common/json.ts, 2025), BOM included.
BREAKS = "\n\r\u2028\u2029"
BLANKS = " \t\v\f\u00a0\u1680\u2000-\u200b\u202f\u205f\u3000\ufeff"
BOM = "\ufeff"

BREAK = re.compile(f"\r\n|[{BREAKS}]")
BLANK_RUN = re.compile(f"[{BLANKS}]*")
COMMENT = re.compile(rf"//[^{BREAKS}]*|/\*[\s\S]*?\*/")
PLAIN = r'[^"\\\x00-\x1f]*'
ESCAPED = re.compile(rf'\\(?:["\\/bfnrt]|u[0-9a-fA-F]{{4}}){PLAIN}')
SPACES = f"[{BLANKS}{BREAKS}]*"
SPACE_RUN = re.compile(SPACES)
# One alternative always matches, so that no part of a long text is tried twice. Taking the comment before a token
# along, which is where most are, saves a step each.
TOKEN = re.compile(
    rf"""{SPACES}(?:(?:{COMMENT.pattern}){SPACES})?(?:
      (?P<string>"{PLAIN})  # up to the closing quote or the first escape
    | (?P<mark>[{{}}\[\]:,])
    | (?P<word>true|false|null)
    | (?P<number>-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?)
    | (?P<comment>{COMMENT.pattern})
    | (?P<end>\Z)
    | (?P<bad>.)
    )""",
    re.VERBOSE,
)
Token: TypeAlias = tuple[str, int, int]  # kind, start, end; the kind of {}[]:, is the character itself


class JsoncError(IdecareError):
    """The text cannot be edited as asked; the message begins with the line and the column why."""

    def __init__(self, code: str, text: str, offset: int, why: str, hint: str = "") -> None:
        self.line, self.column = place(text, offset)
        message = tr("line {line}, column {column}: {why}", line=self.line, column=self.column, why=why)
        super().__init__(code, message, hint)


class LineRest(NamedTuple):
    """What follows on a line: where its last comment ends, where the blanks after it end, and whether that is all."""

    end: int
    blank_end: int
    is_all: bool


def place(text: str, offset: int) -> tuple[int, int]:
    """Line and column of a character, both from 1, as an editor shows them."""
    ends = [0, *(found.end() for found in BREAK.finditer(text, 0, offset))]
    is_first = len(ends) == 1
    return len(ends), offset - ends[-1] + (0 if is_first and offset and text.startswith(BOM) else 1)


def lines_of(text: str, offsets: Sequence[int]) -> tuple[int, ...]:
    """The line of each of several places, which come in the order of the text."""
    numbers, line, position = [], 1, 0
    for offset in offsets:
        line += sum(1 for _ in BREAK.finditer(text, position, offset))
        numbers.append(line)
        position = offset
    return tuple(numbers)


def tokens(text: str) -> Iterator[Token]:
    """Every token but the comments, the last one of kind ``end``; what is no token is a JsoncError."""
    kind, position = "", 0
    while kind != "end":
        found = TOKEN.match(text, position)
        assert found is not None
        assert found.lastgroup is not None
        kind = found.lastgroup
        start, position = found.span(kind)
        if kind == "string":
            position = _string_end(text, start, position)
        elif kind == "mark":
            kind = text[start]
        elif kind == "bad":
            raise _bad(text, start, _what_is_bad(text, start))
        if kind != "comment":
            yield kind, start, position


def _string_end(text: str, start: int, position: int) -> int:
    while text[position : position + 1] != '"':
        escaped = ESCAPED.match(text, position)
        if escaped is None:
            raise _bad_string(text, start, position)
        position = escaped.end()
    return position + 1


def _bad_string(text: str, start: int, position: int) -> JsoncError:
    character = text[position : position + 1]
    if character == "\\":
        escape = text[position : position + 2]
        return _bad(text, position, tr("{escape} is not an escape that JSON knows", escape=escape))
    if character in ("", "\n", "\r"):
        return _bad(text, start, tr("this text has no closing quote on its line"))
    code = f"U+{ord(character):04X}"
    return _bad(text, position, tr("a text may hold the character {code} as an escape only", code=code))


def _what_is_bad(text: str, start: int) -> str:
    if text.startswith("/*", start):
        return tr("this comment is never closed")
    if text[start] == "'":
        return tr("texts need double quotes")
    return tr("{character} does not belong here", character=repr(text[start]))


def _bad(text: str, offset: int, why: str) -> JsoncError:
    return JsoncError("invalid-json", text, offset, why, tr("Fix it in an editor, then run the command again."))


def comments(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The ranges of the comments between two places, where there is nothing but comments, blanks and one comma."""
    position = start
    while position < end:
        position = space_end(text, position)
        found = COMMENT.match(text, position, end)
        if found is not None:
            yield found.span()
        position = found.end() if found else position + 1


def comma_after(text: str, offset: int) -> int | None:
    """Where the comma is that follows after blanks, line breaks and comments only."""
    position = -1
    while position != offset:
        position = offset
        offset = _end(COMMENT, text, space_end(text, offset))
    return offset if text.startswith(",", offset) else None


def line_rest(text: str, offset: int) -> LineRest:
    """The comments that follow on the line, up to its end or to something that is no comment."""
    blank_end = _end(BLANK_RUN, text, offset)
    while (comment_end := _end(COMMENT, text, blank_end)) > blank_end:
        offset, blank_end = comment_end, _end(BLANK_RUN, text, comment_end)
    return LineRest(offset, blank_end, BREAK.match(text, blank_end) is not None)


def blank_end(text: str, offset: int) -> int:
    """Where the blanks on the line end."""
    return _end(BLANK_RUN, text, offset)


def space_end(text: str, offset: int) -> int:
    """Where blanks and line breaks end."""
    return _end(SPACE_RUN, text, offset)


def _end(pattern: re.Pattern[str], text: str, offset: int) -> int:
    found = pattern.match(text, offset)
    return found.end() if found else offset
