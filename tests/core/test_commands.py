"""A command to copy is, to a shell, the words that it was made of: whatever names others chose."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path

import pytest

import idecare
from idecare.core import commands
from idecare.core.commands import (
    assignment,
    command_text,
    put_first_in_path,
    shell_word,
    user_path,
    with_variable,
    without_variable,
)
from tests.support.copied import HOSTILE_NAMES, run_copied

SHELLS = [name for name in ("sh", "bash", "zsh", "ksh") if shutil.which(name)]


@pytest.mark.parametrize("shell", SHELLS)
def test_every_word_arrives_as_it_is(shell: str, tmp_path: Path) -> None:
    for name in HOSTILE_NAMES:
        (ran,) = run_copied(command_text("idecare", name, f"--key={name}", f"/a/{name}"), tmp_path, shell)
        assert ran == ["idecare", name, f"--key={name}", f"/a/{name}"]


@pytest.mark.parametrize("shell", SHELLS)
def test_the_value_of_a_variable_arrives_as_it_is(shell: str, tmp_path: Path) -> None:
    for name in HOSTILE_NAMES:
        (ran,) = run_copied(f"{assignment('GOFLAGS', name)} env", tmp_path, shell)
        assert ran == ["env", f"GOFLAGS={name}"]


@pytest.mark.parametrize("name", HOSTILE_NAMES)
def test_a_path_below_home_is_shortened_outside_the_quotes(name: str, tmp_path: Path) -> None:
    if name in ("", ".", "-"):
        return
    path = tmp_path / "home" / name
    (ran,) = run_copied(f"rm {user_path(path, tmp_path / 'home')}", tmp_path, HOME=str(tmp_path / "home"))
    assert ran == ["rm", str(path)]


def test_usual_words_are_not_quoted() -> None:
    assert command_text("go", "mod", "download", "example.com/a@v1.2.3") == "go mod download example.com/a@v1.2.3"
    assert user_path(Path("/home/x/src"), Path("/home/x")) == "~/src"
    assert user_path(Path("/home/x"), Path("/home/x")) == "/home/x"


def test_a_command_holds_nothing_that_a_terminal_acts_on() -> None:
    """But for line ends at the very end of a word, which no other spelling brings through a shell."""
    for name in HOSTILE_NAMES:
        assert shell_word(name.rstrip("\n")).isprintable()


def test_half_a_character_is_no_crash(tmp_path: Path) -> None:
    (ran,) = run_copied(command_text("idecare", "a\ud800b"), tmp_path)
    assert ran == ["idecare", "a?b"]


def test_names_of_the_list_can_be_those_of_files(tmp_path: Path) -> None:
    for number, name in enumerate(HOSTILE_NAMES):
        if name and "/" not in name:
            os.mkdir(tmp_path / str(number))
            os.mkdir(os.path.join(tmp_path, str(number), name))


def test_nobody_else_joins_words_to_a_command() -> None:
    package = Path(idecare.__file__).parent
    users = [
        file
        for file in package.rglob("*.py")
        if {"shlex.quote", "shlex.join"} & set(re.findall(r"shlex\.\w+", file.read_text()))
    ]
    assert users == [package / "core" / "commands.py"]


@pytest.mark.parametrize(
    ("word", "text"),
    [
        ("example.com/a@v1.2.3", "example.com/a@v1.2.3"),
        ("C:\\Users\\x\\go-build", "C:\\Users\\x\\go-build"),
        ("C:\\Program Files\\Go", '"C:\\Program Files\\Go"'),
        ("--hold", "--hold"),
        ("-a.b", '"-a.b"'),
        ("a,b", '"a,b"'),
        ("@args", '"@args"'),
        ("", '""'),
        ("$(calc)", "'$(calc)'"),
        ("it's", "'it''s'"),
        ("it’s `n %PATH%", "'it’’s `n %PATH%'"),
        ('gopls={"a":1}', "'gopls={\"a\":1}'"),
        ("a\x1b[31m;$x", '"a$([char]27)[31m;$([char]36)x"'),
    ],
)
def test_a_word_for_powershell(monkeypatch: pytest.MonkeyPatch, word: str, text: str) -> None:
    monkeypatch.setattr(commands, "FOR_POWERSHELL", True)
    assert shell_word(word) == text


def test_commands_for_powershell(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(commands, "FOR_POWERSHELL", True)
    assert command_text("C:\\Program Files\\Go\\bin\\go.exe", "env") == '& "C:\\Program Files\\Go\\bin\\go.exe" env'
    assert with_variable("GOFLAGS", "-mod=mod", "go build") == '$env:GOFLAGS = "-mod=mod"; go build'
    assert without_variable("GOFLAGS", "code") == "Remove-Item Env:GOFLAGS; code"
    assert put_first_in_path(Path("C:\\Go\\bin")) == '$env:PATH = "C:\\Go\\bin" + ";$env:PATH"'
