"""Colour, width and line breaks for a person at a terminal; without one every function here returns plain text.

``detect_terminal`` is called once, by the verb; renderers call ``paint``, ``wrap``, ``bar`` and ``tables.table`` and
need not know where their text goes. A pipe, a file, --json and --plain get one line for each row or sentence, so that
grep and scripts see whole lines. Colour never carries meaning alone: a severity, a sign or a word says the same.

Styles are written as terminal codes by hand: importing rich takes four times as long as starting Python (measured, rich
15), so only tables that have to be folded and progress that is really shown load it.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from idecare.core.humanize import escaped
from idecare.core.language import mark, speaks_english, tr

if TYPE_CHECKING:
    from idecare.core.host import Host

CODES = {
    mark("error"): "1;31",  # severities are shown as words, too
    mark("warning"): "1;33",
    mark("info"): "36",
    "good": "32",
    "added": "32",
    "removed": "31",
    "changed": "36",
    "heading": "1",
    "dim": "2",
    "command": "1",
}
# What begins a code of ours. Nobody can write it into a file that idecare shows, so that where text leaves
# (cli/output.py), every other escape character is known to be foreign.
MARK = f"\x1b{os.urandom(8).hex()}["
CODE = re.compile(re.escape(MARK) + r"([\d;]*[mHJ])")
CLEAR = f"{MARK}H{MARK}2J"  # the cursor to the top, and an empty screen
COPIED = ("+", "-", "@", tr("run: "), "idecare ", "go ", "sudo ", "eval ")
SMALLEST_WIDTH = 30  # a terminal that says less has not said its width
BLOCKS = " ▏▎▍▌▋▊▉█"
# What stays together in a line of Chinese, which has no blanks between words: a path, one wide sign, or signs that are
# not wide, each with the brackets before it and the punctuation behind it; else any sign by itself.
WIDE = "\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff01-\uff60"
PIECE = rf"[（“《]*(?:[~.]*/[^\s（）“”《》，。；：、！？]+|[^\s{WIDE}“”]+|[^\s（“《])[，。；：、！？）”》]*|(?s:.)"


class Terminal(NamedTuple):
    """Where a person reads: columns, and whether colours may be used and the cursor moved."""

    width: int
    has_colour: bool = False
    has_cursor: bool = False


_terminal: Terminal | None = None  # None: a pipe, a file or a screen reader


def detect_terminal(host: Host, is_plain: bool = False) -> None:
    """Find out who reads, from the streams of this process and NO_COLOR, TERM, COLUMNS."""
    is_terminal = not is_plain and (sys.stdout.isatty() or sys.stderr.isatty())
    is_dumb = host.variable("TERM") in (None, "dumb")
    has_colour = not is_dumb and not host.variable("NO_COLOR")
    use_terminal(Terminal(_width(host), has_colour, not is_dumb) if is_terminal else None)


def use_terminal(terminal: Terminal | None) -> None:
    global _terminal
    _terminal = terminal


def current_terminal() -> Terminal | None:
    return _terminal


def _width(host: Host) -> int:
    """COLUMNS, else what the terminal says; one that says nothing has 80."""
    named = host.variable("COLUMNS") or ""
    if named.isdecimal() and int(named) > 0:
        return max(SMALLEST_WIDTH, int(named))
    for stream in (sys.stdout, sys.stderr):
        try:
            if columns := os.get_terminal_size(stream.fileno()).columns:
                return max(SMALLEST_WIDTH, columns)
        except (OSError, ValueError):
            continue
    return 80


def paint(text: str, style: str) -> str:
    """The text in one of the styles of ``CODES``, where colours may be used."""
    if _terminal is None or not _terminal.has_colour or not text:
        return text
    return f"{MARK}{CODES[style]}m{text}{MARK}0m"


def without_codes(text: str) -> str:
    return CODE.sub("", text) if "\x1b" in text else text


def with_codes(text: str, for_terminal: bool = True) -> str:
    """What a terminal gets to see: our codes as such, and what others wrote as escapes."""
    parts = CODE.split(text)  # text and codes in turn
    codes = [f"\x1b[{code}" if for_terminal else "" for code in parts[1::2]]
    return "".join(part for pair in zip(map(escaped, parts[::2]), [*codes, ""], strict=True) for part in pair)


def marked(text: str) -> str:
    """A text that rich has made, of texts without escape characters, with its codes as ours."""
    return text.replace("\x1b[", MARK)


def visible_width(text: str) -> int:
    """Columns that the text takes. Signs of double width count twice; the common case is one per character."""
    text = without_codes(text)
    if text.isascii():
        return len(text)
    from unicodedata import combining, east_asian_width

    return sum((2 if east_asian_width(char) in "WF" else 1) for char in text if not combining(char))


def pad(text: str, width: int, to_right: bool = False) -> str:
    """The text with blanks to that many columns."""
    blanks = " " * (width - visible_width(text))
    return blanks + text if to_right else text + blanks


def pieces(text: str) -> Iterator[tuple[str, str]]:
    """What a line may be broken between, each with the blank before it: words, in Chinese also single signs."""
    for word in text.split(" "):
        found = [word] if speaks_english() or word.isascii() else re.findall(PIECE, word)
        yield from zip((" ", *[""] * len(found)), found, strict=False)


def wrap(text: str, indent: str = "", hanging: str = "", width: int = 0) -> str:
    """A sentence, broken at words where it does not fit; a word that is longer stays whole, as a path does.

    The first line begins with ``indent``, the others with ``indent`` and ``hanging``. ``width``: columns, else those
    of the terminal. Not for commands: what a person copies must stay one line.
    """
    width = width or (_terminal.width if _terminal else 0)
    if not width or visible_width(indent + text) <= width:
        return indent + text
    lines, line = [], indent
    for blank, piece in pieces(text):
        is_first = not line.strip()
        if not is_first and visible_width(line + blank + piece) > width:
            lines.append(line)
            line, is_first = indent + hanging, True
        line += piece if is_first else blank + piece
    return "\n".join((*lines, line))


def fit(text: str) -> str:
    """A text for the terminal: what is too wide is broken at words, below the beginning of its line.

    Commands and lines of a diff stay whole: they are copied, or compared.
    """
    if _terminal is None or all(visible_width(line) <= _terminal.width for line in text.split("\n")):
        return text
    return "\n".join(_fitting(line) for line in text.split("\n"))


def _fitting(line: str) -> str:
    words = line.lstrip(" ")
    if without_codes(words).startswith(COPIED):
        return line
    return wrap(words, line[: len(line) - len(words)], "  ")


def bar(share: float, width: int) -> str:
    """A share from 0 to 1 as a bar of at most ``width`` columns; what is not nothing shows at least a thin one."""
    eighths = max(1 if share > 0 else 0, round(min(1.0, max(0.0, share)) * width * 8))
    return "█" * (eighths // 8) + BLOCKS[eighths % 8].strip()
