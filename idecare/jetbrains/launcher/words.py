"""The words of IJ_JAVA_OPTIONS as the launcher splits them: a POSIX shell's quoting and comments, no expansion.

Rules of the Rust crate shell-words 1.1. Python's shlex differs in comments inside words and in escapes.
"""

from __future__ import annotations

import re

BLANK = re.compile(r"(?:[\t\n ]|\\\n|#[^\n]*)+")
PIECE = re.compile(r"""'([^']*)'|"((?:\\.|[^"\\])*)"|\\(.|\Z)|([^\t\n '"\\]+)""", re.DOTALL)
IN_DOUBLE_QUOTES = re.compile(r'\\(?:\n|([$`"\\]))')


def split_words(text: str) -> list[str] | None:
    """The words; ``None`` where a quote is not closed."""
    words: list[str] = []
    place = 0
    while place < len(text):
        if blank := BLANK.match(text, place):
            place = blank.end()
            continue
        word, place = _word(text, place)
        if word is None:
            return None
        words.append(word)
    return words


def _word(text: str, place: int) -> tuple[str | None, int]:
    pieces: list[str] = []
    while place < len(text) and text[place] not in "\t\n ":
        match = PIECE.match(text, place)
        if match is None:
            return None, place
        pieces.append(_unquoted(match))
        place = match.end()
    return "".join(pieces), place


def _unquoted(match: re.Match[str]) -> str:
    single, double, escaped, plain = match.groups()
    if double is not None:
        return IN_DOUBLE_QUOTES.sub(lambda escape: escape[1] or "", double)
    if escaped is not None:
        return "" if escaped == "\n" else escaped or "\\"
    return str(single if single is not None else plain)
