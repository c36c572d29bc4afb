"""Texts in the user's language: English as the source has it, or what the catalogue of that language has for it.

The language is chosen once, before the verbs are imported: texts of the module level are looked up at their import.
JSON and the log are English whatever the language, and so are names in the code.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

ENGLISH, CHINESE = "en", "zh_CN"
LANGUAGES = (ENGLISH, CHINESE)
LOCALE = Path(__file__).parents[1] / "locale"

look_up: Callable[[str], str] = str  # English is what it is given


def tr(text: str, /, **values: object) -> str:
    """The text in the user's language, with its ``{placeholders}`` filled in. Catalogues are made from the calls in the
    source: ``text`` is a literal, or was one that is ``mark``-ed."""
    found = look_up(text) if text else text
    if values and not speaks_english():
        from idecare.core.chinese import closed_up

        found = closed_up(found, values)
    return found.format(**values) if values else found


def mark(text: str, /) -> str:
    """A text that is looked up with ``tr`` where it is shown, as its English is a name in the code or in JSON."""
    return text


def speaks_english() -> bool:
    return look_up is str


def spoken() -> str:
    """The one of ``LANGUAGES`` that texts come in now."""
    return ENGLISH if speaks_english() else CHINESE


def use(language: str) -> None:
    """From now on texts come in this language of ``LANGUAGES``; in English where its catalogue is not there."""
    global look_up
    look_up = str if language == ENGLISH else _catalogue(language)


def _catalogue(language: str) -> Callable[[str], str]:
    from gettext import GNUTranslations

    from idecare.core.reading import open_file

    try:
        with open_file(LOCALE / language / "LC_MESSAGES" / "idecare.mo") as file:
            return GNUTranslations(file).gettext
    except OSError:
        return str


def choose(arguments: Sequence[str], environment: Mapping[str, str], settings: str, encoding: str = "utf-8") -> str:
    """By the setting `language`, else as gettext does it: LC_ALL, LC_MESSAGES or LANG, with LANGUAGE before it. JSON
    and the report for a bug report are English, and so is what goes to an output that has no other letters.

    ``settings``: the text of config.toml, "" where there is none. ``encoding``: of the output.
    """
    if "--json" in arguments or "--report" in arguments:
        return ENGLISH
    found = _wanted(environment, settings)
    return found if found == ENGLISH or _has_chinese(encoding) else ENGLISH


def _has_chinese(encoding: str) -> bool:
    try:
        return bool("\u4e2d\u6587".encode(encoding))
    except (UnicodeError, LookupError):
        return False


def _wanted(environment: Mapping[str, str], settings: str) -> str:
    if (named := re.search(r"""^language *= *["'](\w+)["']""", settings, re.MULTILINE)) and named[1] in LANGUAGES:
        return named[1]
    locale = next(filter(None, map(environment.get, ("LC_ALL", "LC_MESSAGES", "LANG"))), "C")
    if locale.partition(".")[0] in ("C", "POSIX"):
        return ENGLISH
    for name in (*environment.get("LANGUAGE", "").split(":"), locale):
        if name.startswith(("zh_CN", "zh_SG", "zh.", "zh_Hans")) or name == "zh":
            return CHINESE
        if name:
            return ENGLISH
    return ENGLISH
