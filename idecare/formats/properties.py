"""Java ``.properties`` text as JetBrains IDEs read it: text in, values out."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

MACRO = re.compile(r"\$\{(.+?)\}")
# An IDE replaces macros without end, so a value which contains itself makes it hang; these bounds end it here.
MOST_MACROS = 100
LONGEST_VALUE = 10_000


def parse(text: str) -> dict[str, str]:
    """Keys and values, unescaped; of a key that occurs twice the first.

    PathManager.loadProperties (2024) defines a property only where none is defined yet, line by line; up to 2020 it
    read the file into a map first, so that the last line won. After a malformed ``\\u`` escape nothing more is read.
    """
    import javaproperties  # costs 30 ms, and most idea.properties files define nothing of interest

    values: dict[str, str] = {}
    try:
        for element in javaproperties.parse(text):
            if isinstance(element, javaproperties.KeyValue):
                values.setdefault(element.key, element.value)
    except javaproperties.InvalidUEscapeError:
        pass
    return values


def may_define(text: str, keys: Iterable[str]) -> bool:
    """Whether ``parse`` could find one of ``keys``: a quick look that is never wrong when it says no."""
    lines = [line for line in text.splitlines() if not line.lstrip(" \t\f").startswith(("#", "!"))]
    plain = "\n".join(lines)
    return "\\" in plain or any(key in plain for key in keys)  # a backslash can spell or split any key


def expand(value: str, lookup: Callable[[str], str | None]) -> str:
    """``value`` with each ``${name}`` replaced, also those which come in by a replacement; unknown names vanish."""
    for _ in range(MOST_MACROS):
        macro = MACRO.search(value)
        if macro is None or len(value) > LONGEST_VALUE:
            break
        value = value.replace(macro.group(), lookup(macro.group(1)) or "")
    return value


def unquoted(value: str) -> str:
    """``value`` without the double quotes around it, where it has both."""
    return value[1:-1] if len(value) > 1 and value[0] == value[-1] == '"' else value
