"""Which options a JVM's refusal is about: those it names, else those found by halving the list again and again."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence

from idecare.formats.vmoption_families import flag_name
from idecare.jetbrains.launcher.files import Option

SHORTEST_NAME = 4


def find_culprits(
    options: Sequence[Option], text: str, refuses: Callable[[Sequence[Option]], bool]
) -> tuple[Option, ...]:
    """One option, or the two that do not go together; nothing when the refusal does not come again.

    ``refuses`` says whether the JVM refuses these options with the same ``text``.
    """
    named = named_in(options, text)
    if named and refuses(named):
        return named
    return _halved(options, refuses) if refuses(options) else ()


def named_in(options: Sequence[Option], text: str) -> tuple[Option, ...]:
    """The one option that ``text`` quotes or whose flag it names: the last line of it. Two candidates are none."""
    for spellings in (_whole, _name):
        found = {key: option for option in options for key in [spellings(option.text)] if key and _occurs(key, text)}
        if len(found) == 1:
            return tuple(found.values())
    return ()


def _whole(option: str) -> str | None:
    """The option as a message quotes it: flags without ``-XX:`` and sign."""
    return option.removeprefix("-XX:").lstrip("+-") if option.startswith("-XX:") else option


def _name(option: str) -> str | None:
    return flag_name(option) or option.partition("=")[0].partition(":")[0]


def _occurs(key: str, text: str) -> bool:
    return len(key) >= SHORTEST_NAME and re.search(rf"(?<![\w-]){re.escape(key)}(?![\w-])", text) is not None


def _halved(options: Sequence[Option], refuses: Callable[[Sequence[Option]], bool]) -> tuple[Option, ...]:
    """The shortest refused beginning ends with one culprit; the shortest refused end of that begins with the other."""
    end = _first_true(range(1, len(options) + 1), lambda size: refuses(options[:size]))
    start = _first_true(range(end), lambda skipped: refuses(options[end - 1 - skipped : end]))
    return tuple(_distinct((options[end - 1 - start], options[end - 1])))


def _first_true(numbers: range, holds: Callable[[int], bool]) -> int:
    """The first number from which ``holds`` is true. It is taken to hold for the last one."""
    low, high = 0, len(numbers) - 1
    while low < high:
        middle = (low + high) // 2
        if holds(numbers[middle]):
            high = middle
        else:
            low = middle + 1
    return numbers[low]


def _distinct(options: Iterable[Option]) -> Iterable[Option]:
    return dict.fromkeys(options)
