"""Texts in the user's language: English as the source has it, or what the catalogue of that language has for it.

The language is chosen once, before the verbs are imported: texts of the module level are looked up at their import.
JSON and the log are English whatever the language, and so are names in the code.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Mapping, Sequence

ENGLISH, CHINESE = "en", "zh_CN"
LANGUAGES = (ENGLISH, CHINESE)
LOCALE = os.path.join(os.path.dirname(os.path.dirname(__file__)), "locale")

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
        with open_file(os.path.join(LOCALE, language, "LC_MESSAGES", "idecare.mo")) as file:
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


def choose_for_run(arguments: Sequence[str]) -> None:
    """Use the language of this process. Help needs nothing else of the machine: so this does without core.host, whose
    import would take a fifth of its time. What is wrong with the settings is for those to say who read them."""
    from idecare.core.reading import read_file

    try:
        settings = read_file(settings_file(sys.platform, os.environ)).decode(errors="replace")
    except OSError:
        settings = ""
    use(choose(arguments, os.environ, settings, getattr(sys.stdout, "encoding", None) or "utf-8"))


def settings_file(system: str, environment: Mapping[str, str]) -> str:
    """What core.host.settings_path gives for this user; "" where only the account knows the home folder."""
    home = environment.get("USERPROFILE" if system == "win32" else "HOME") or ""
    if system == "win32":
        folder = environment.get("APPDATA") or environment.get("AppData") or (home and rf"{home}\AppData\Roaming")
    elif system == "darwin":
        folder = home and f"{home}/Library/Application Support"
    else:
        named = environment.get("XDG_CONFIG_HOME", "")
        folder = named if named.startswith("/") else home and f"{home}/.config"
    return folder and f"{folder}/idecare/config.toml"
