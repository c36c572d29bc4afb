"""Commands for a person to copy into a shell: the one place that makes a text of words.

Names come from files of others (go.work, settings.json, an error text), so a word is quoted wherever a shell would read
anything into it. What a terminal would act on, or show as something else, is written by printf in octal: dash does not
know `$'...'`, and a raw control character does not survive the way to the screen and back.

"""

from __future__ import annotations

import re
import shlex
from pathlib import Path

# Anything else is octal: printf reads % and \, a quote ends the word, a shell with a history reads ! in double quotes.
PLAIN = re.compile(rb"[\w@+=:,./ -]", re.ASCII)


def command_text(*words: str | Path) -> str:
    """The words as one line which a POSIX shell splits into the same words."""
    return " ".join(map(shell_word, words))


def shell_word(word: str | Path) -> str:
    text = str(word)
    if text.isprintable():
        return f"'{text}'" if text.startswith("=") and "'" not in text else shlex.quote(text)  # zsh: =ls is /bin/ls
    body = text.rstrip("\n")  # which `$(...)` would take off
    written = f'"$(printf {_format(body)})"' if body else ""
    return written + (f"'{text[len(body) :]}'" if len(body) < len(text) else "")


def assignment(name: str, value: str | Path) -> str:
    """``NAME=value`` before a command: quoted as a whole it would be the name of a program."""
    return f"{name}={shell_word(value)}"


def user_path(path: Path, home: Path | None) -> str:
    """A path as a word, with the home folder as ``~`` in front of the quotes."""
    if home is None or not path.is_relative_to(home) or path == home:
        return shell_word(path)
    return f"~/{shell_word(path.relative_to(home))}"


def _format(text: str) -> str:
    try:
        data = text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:  # half a character, as a JSON escape can spell it: no file has such a name
        data = text.encode("utf-8", "replace")
    octal = "".join(
        char.decode() if PLAIN.fullmatch(char) and (place or char != b"-") else f"\\{char[0]:03o}"
        for place, char in enumerate(data[index : index + 1] for index in range(len(data)))
    )
    return f"'{octal}'"
