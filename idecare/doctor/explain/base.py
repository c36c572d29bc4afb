"""What a known error text is, and what an inspection of the machine says of one: types only."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

from idecare.core.frozen import frozen
from idecare.core.host import Host

# What is put into a sentence where the text did not name it.
UNNAMED = {
    "arch": "an architecture",
    "dir": "the folder",
    "file": "FILE",
    "go": "this version",
    "header": "the header",
    "language": "a newer Go",
    "module": "MODULE",
    "most": "an older one",
    "option": "the option",
    "package": "the package",
    "pid": "the process",
    "program": "the program",
    "tool": "the program",
    "version": "VERSION",
}
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


@frozen
class Clue:
    """Something seen on this machine; ``meaning``, ``why`` and ``fix`` replace the general ones where given."""

    text: str
    meaning: str = ""
    why: str = ""
    fix: str = ""


Inspection = Callable[[Host, Words], Iterable[Clue]]


@frozen
class KnownError:
    """An error that users meet. The sentences name words of the text in braces.

    ``weight`` orders several in one text, the highest first: a cause weighs more than what follows from it, and what
    stops everything more than what stops one command. ``checks`` are ids or groups of the doctor's checks.
    """

    id: str
    weight: int
    texts: tuple[Text, ...]
    meaning: str
    why: str
    fix: str
    checks: tuple[str, ...] = ()
    inspections: tuple[Inspection, ...] = ()


def filled(sentence: str, words: Words) -> str:
    """The sentence with the text's words in it."""
    return sentence.format_map({**UNNAMED, **{name: word for name, word in words.items() if word}})
