"""What a known error text is, how its wordings are written, and what an inspection of the machine says of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

from idecare.core.chinese import closed_up
from idecare.core.frozen import frozen
from idecare.core.host import Host
from idecare.core.language import speaks_english, tr

# What is put into a sentence where the text did not name it. A word that is not here needs an alternative, written
# [with {word}|without].
UNNAMED = {
    "dir": tr("the folder"),
    "file": tr("the file"),
    "header": tr("the header"),
    "host": tr("the host"),
    "module": tr("the module"),
    "option": tr("the option"),
    "package": tr("the package"),
    "path": tr("the file"),
    "pid": tr("the process"),
    "program": tr("the program"),
    "tool": tr("the program"),
}
# What a name in a wording stands for; any other is a word without blanks, quotes and brackets.
WORD = r"[^\s'\"(),;]*[^\s'\"(),;:.]"
CAPTURES = {
    "go": r"(?:go)?\d[\w.]*",
    "language": r"(?:go)?\d+(?:\.\w+)*",
    "version": r"v\d[\w.+-]*[\w]",
    "module": r"[\w.!~/-]+",
    "package": r"[\w.!~/@+-]+",
    "host": r"[\w.-]+(?::\d+)?",
    "url": r"https?://[^\s'\"]*[^\s'\":.,]",
    "path": r"(?:[A-Za-z]:)?[^\s:'\"()]+",
    "dir": r"(?:[A-Za-z]:)?[^\s:'\"()]+",
    "file": r"(?:[A-Za-z]:)?[^\s:'\"()]+",
    "line": r"\d+",
    "number": r"\d+",
    "reason": r"[^\n]*\S",
    "*": r"[^\n]*?",
}
PLACEHOLDER = re.compile(r"\{(\w+|\*)\}")
ALTERNATIVES = re.compile(r"\[([^\[\]\n]*\|[^\[\]\n]*)\]")
SHORTEST_KEY = 6
Words = Mapping[str, str]


class Text(NamedTuple):
    """One wording. ``key`` is in each occurrence, as written; ``pattern`` finds the words around it.

    ``alone``: the key says enough where the pattern does not match, as in a text that was cut when it was pasted.
    """

    key: str
    pattern: re.Pattern[str]
    alone: bool = True


def text(key: str, pattern: str = "", alone: bool = True) -> Text:
    """A wording whose pattern is, unless given, the key."""
    return Text(key, re.compile(pattern or re.escape(key)), alone)


def says(wording: str) -> Text:
    """A wording as its program prints it, with ``{name}`` for a word that is captured and ``{*}`` for the rest.

    ``go: download {go}: toolchain not available``. A line break stands for one with any indent.
    """
    literals = [literal for line in wording.split("\n")[:1] for literal in PLACEHOLDER.split(line)[::2]]
    key = max(literals, key=len).strip(" ")
    if len(key) < SHORTEST_KEY:
        raise ValueError(
            tr(
                "the wording {wording} has no run of {count} characters to search for",
                wording=repr(wording),
                count=SHORTEST_KEY,
            )
        )
    parts = PLACEHOLDER.split(wording)
    pattern = "".join(
        _capture(part, parts[:place:]) if place % 2 else _literal(part) for place, part in enumerate(parts)
    )
    return Text(key, re.compile(pattern), alone=False)


def _literal(part: str) -> str:
    return r"\s*\n\s*".join(re.escape(line.strip() if number else line) for number, line in enumerate(part.split("\n")))


def _capture(name: str, before: Iterable[str]) -> str:
    if name == "*":
        return CAPTURES["*"]
    if name in list(before)[1::2]:
        return f"(?P={name})"
    return f"(?P<{name}>{CAPTURES.get(name, WORD)})"


@frozen
class Clue:
    """Something seen on this machine; ``meaning``, ``why`` and ``fix`` replace the general ones where given."""

    text: str
    meaning: str = ""
    why: str = ""
    fix: str = ""


Inspection = Callable[[Host, Words], Iterable[Clue]]
Guard = Callable[[Words], bool]
Derivation = Callable[[Words], Words]


@frozen
class KnownError:
    """An error that users meet. The sentences name words of the text in braces; ``[with {word}|without]`` takes the
    first alternative whose words the text has. They are looked up in the user's language where they are shown, so a
    table has them without ``tr``.

    ``weight`` orders several in one text, the highest first: a cause weighs more than what follows from it, and what
    stops everything more than what stops one command. ``guards`` compare captured words: where one says no, the text
    is not this error. ``hides`` are more general errors that the same line is not also reported as. ``settings`` of go
    are shown where they are set, and ``{unset}`` in ``fix`` is what takes back the one that is set, by who set it.
    ``derive`` makes further words of those captured.
    ``is_general``: it only says that something failed, and is left out where the text has an error that says why.
    ``checks`` are ids or groups of the doctor's checks that can settle it; ``reference`` is where it was reported.
    """

    id: str
    weight: int
    texts: tuple[Text, ...]
    meaning: str
    why: str
    fix: str
    checks: tuple[str, ...] = ()
    inspections: tuple[Inspection, ...] = ()
    settings: tuple[str, ...] = ()
    guards: tuple[Guard, ...] = ()
    hides: tuple[str, ...] = ()
    derive: Derivation | None = None
    reference: str = ""
    is_general: bool = False


def filled(sentence: str, words: Words) -> str:
    """The sentence with the text's words in it."""
    named = {name: word for name, word in words.items() if word}
    chosen = ALTERNATIVES.sub(lambda match: _first_known(match[1].split("|"), named), sentence)
    if not speaks_english():
        chosen = closed_up(chosen, UNNAMED | named)
    return PLACEHOLDER.sub(lambda match: named.get(match[1]) or UNNAMED.get(match[1], match[0]), chosen)


def _first_known(alternatives: list[str], words: Words) -> str:
    return next((one for one in alternatives[:-1] if set(PLACEHOLDER.findall(one)) <= set(words)), alternatives[-1])
