"""The lines of a go.mod or go.work as words, read as golang.org/x/mod/modfile does (read.go of go1.27.3).

A line that go refuses is read as far as it makes sense. Each character is looked at once, whatever the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

TOKEN = re.compile(
    r"""//[^\n]*
    | "(?:[^"\\\n]|\\[^\n])*"
    | `[^`\n]*`
    | [()\[\]{},\n]
    | (?:(?!//)[^\s()\[\]{},])+
    """,
    re.VERBOSE,
)
# strconv.Unquote; three octal digits, and \\x, are a byte, the others a character.
ESCAPE = re.compile(r"\\(?:([0-7]{3})|x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|(.))")
SHORT = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}
MOST_CHARACTER = 0x10FFFF


def directives(text: str) -> Iterator[tuple[str, ...]]:
    """Each line's words, with the directive first; the lines of a block have that of the block."""
    block: str | None = None
    line: list[str] = []
    for token in (*TOKEN.findall(text), "\n"):
        if token == "(" and block is None and len(line) == 1:
            block, line = line[0], []
        elif token in ("\n", ")"):
            if line:
                yield (*([block] if block is not None else []), *line)
            block, line = None if token == ")" else block, []
        elif token not in "()[]{}," and not token.startswith("//"):
            line.append(word(token))


def word(token: str) -> str:
    """What a word means; a NUL, which no path has, is left out."""
    if len(token) > 1 and token[0] == token[-1] == "`":
        token = token[1:-1].replace("\r", "")
    elif len(token) > 1 and token[0] == token[-1] == '"':
        token = ESCAPE.sub(_character, token[1:-1])
        token = token.encode("utf-8", "surrogateescape").decode("utf-8", "surrogateescape")
    return token.replace("\0", "")


def _character(match: re.Match[str]) -> str:
    octal, hexadecimal, short_code, long_code, single = match.groups()
    if octal or hexadecimal:
        byte = int(octal, 8) & 0xFF if octal else int(hexadecimal, 16)
        return chr(byte) if byte < 0x80 else chr(0xDC00 + byte)
    if single:
        return SHORT.get(single, single)
    code = int(short_code or long_code, 16)
    return "\ufffd" if code > MOST_CHARACTER or 0xD800 <= code <= 0xDFFF else chr(code)
