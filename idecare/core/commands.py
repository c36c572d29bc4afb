"""Commands for a person to copy into a shell: the one place that makes a text of words.

Names come from files of others (go.work, settings.json, an error text), so a word is quoted wherever a shell would read
anything into it. What a terminal would act on, or show as something else, is written by printf in octal: dash does not
know `$'...'`, and a raw control character does not survive the way to the screen and back.

On Windows the shell is PowerShell (7 where a word holds a double quote, which 5.1 takes away from a program's words);
cmd reads the words that are not quoted, and those in double quotes, in the same way.
"""

from __future__ import annotations

import os
import re
import shlex
from pathlib import Path

# Anything else is octal: printf reads % and \, a quote ends the word, a shell with a history reads ! in double quotes.
PLAIN = re.compile(rb"[\w@+=:,./ -]", re.ASCII)

FOR_POWERSHELL = os.name == "nt"
# PowerShell: a comma makes a list, @ at the start splats, and 5.1 cuts -a.b and -a:b in two.
BARE = re.compile(r"(?!-[^-]*[.:])[\w+=:./\\~-][\w@+=:./\\~-]*")
QUOTABLE = re.compile(r"[\w@+=:,./\\ ()\[\]{}#;-]*")  # means itself in double quotes
SINGLE_QUOTES = re.compile("['\u2018\u2019\u201a\u201b]")  # PowerShell takes each of them for one


def command_text(*words: str | Path) -> str:
    """The words as one line which a POSIX shell, or PowerShell, splits into the same words."""
    line = " ".join(map(shell_word, words))
    return f"& {line}" if FOR_POWERSHELL and line.startswith(("'", '"')) else line  # else a text, and no program


def shell_word(word: str | Path) -> str:
    text = str(word)
    if FOR_POWERSHELL:
        return _powershell_word(text)
    if text.isprintable():
        return f"'{text}'" if text.startswith("=") and "'" not in text else shlex.quote(text)  # zsh: =ls is /bin/ls
    body = text.rstrip("\n")  # which `$(...)` would take off
    written = f'"$(printf {_format(body)})"' if body else ""
    return written + (f"'{text[len(body) :]}'" if len(body) < len(text) else "")


def _powershell_word(text: str) -> str:
    if BARE.fullmatch(text):
        return text
    if QUOTABLE.fullmatch(text) and not text.endswith("\\"):
        return f'"{text}"'
    if text.isprintable():
        return "'" + SINGLE_QUOTES.sub(lambda quote: quote[0] * 2, text) + "'"
    return '"' + "".join(char if QUOTABLE.fullmatch(char) else f"$([char]{ord(char)})" for char in text) + '"'


def set_variable(name: str, value: str | Path) -> str:
    """For the rest of a shell's session."""
    return f"$env:{name} = {_text(value)}" if FOR_POWERSHELL else f"export {assignment(name, value)}"


def put_first_in_path(folder: Path) -> str:
    if FOR_POWERSHELL:
        return f'$env:PATH = {_text(folder)} + ";$env:PATH"'
    return f'export {assignment("PATH", folder)}:"$PATH"'


def unset_variable(name: str) -> str:
    return f"Remove-Item Env:{name}" if FOR_POWERSHELL else f"unset {name}"


def with_variable(name: str, value: str | Path, command: str) -> str:
    """The command, for which the variable is set."""
    return f"{set_variable(name, value)}; {command}" if FOR_POWERSHELL else f"{assignment(name, value)} {command}"


def without_variable(name: str, *words: str) -> str:
    if FOR_POWERSHELL:
        return f"{unset_variable(name)}; {command_text(*words)}"
    return command_text("env", "-u", name, *words)


def _text(value: str | Path) -> str:
    """A text of PowerShell, where a bare word would be a command."""
    word = _powershell_word(str(value))
    return word if word.startswith(("'", '"')) else f'"{word}"'


def assignment(name: str, value: str | Path) -> str:
    """``NAME=value`` before a command: quoted as a whole it would be the name of a program."""
    return f"{name}={shell_word(value)}"


def user_path(path: Path, home: Path | None) -> str:
    """A path as a word, with the home folder as ``~`` in front of the quotes."""
    if home is None or not path.is_relative_to(home) or path == home or FOR_POWERSHELL:
        return shell_word(path)  # PowerShell expands ~ for its own commands alone
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
