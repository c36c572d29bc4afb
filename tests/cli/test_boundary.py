"""Every way a command can end: its exit code, its line on stderr, and with --json its object on stdout."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest

from idecare.cli import run
from idecare.cli.boundary import guarded
from idecare.core.errors import BusyError, IdecareError, RefusedError, UsageError


@pytest.fixture(autouse=True)
def own_state(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    before = signal.getsignal(signal.SIGTERM)
    yield
    signal.signal(signal.SIGTERM, before)


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "state" / "idecare" / "errors.log"


def ending(action: Any, *arguments: str) -> int:
    """Run a group of one verb, which raises or returns what it is given."""

    @click.group()
    def group() -> None: ...

    @group.command()
    @click.option("--json", "as_json", is_flag=True)
    def fail(as_json: bool) -> object:
        if isinstance(action, BaseException):
            raise action
        return action() if callable(action) else action

    return guarded(group, ["fail", *arguments], [])


@pytest.mark.parametrize(("result", "code"), [(None, 0), (0, 0), (4, 4), (5, 5), ("text", 0)])
def test_a_verb_ends_with_its_own_code(result: object, code: int, capsys: pytest.CaptureFixture[str]) -> None:
    assert ending(result) == code
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("error", "code", "word", "message", "hint"),
    [
        pytest.param(IdecareError("full", "no space", "free some"), 1, "full", "no space", "free some", id="failed"),
        pytest.param(RefusedError("home", "is a home"), 1, "home", "is a home", "", id="refused"),
        pytest.param(UsageError("age", "not an age", "write 10m"), 2, "age", "not an age", "write 10m", id="usage"),
        pytest.param(BusyError("locked", "pid 7"), 5, "locked", "pid 7", "", id="busy"),
        pytest.param(
            click.UsageError("no such option"), 2, "usage", "no such option", "see 'idecare fail --help'", id="click"
        ),
        pytest.param(KeyboardInterrupt(), 130, "interrupted", "interrupted", "", id="^C"),
        pytest.param(click.Abort(), 130, "interrupted", "interrupted", "", id="^C at a question"),
    ],
)
def test_an_error_is_a_line_with_its_next_step_and_with_json_an_object(
    capsys: pytest.CaptureFixture[str], error: BaseException, code: int, word: str, message: str, hint: str
) -> None:
    assert ending(error) == code
    told = f"idecare: {message}\n" + (f"  {hint}\n" if hint else "")
    out, err = capsys.readouterr()
    assert (out, err.lstrip("\n")) == ("", told)  # click ends the line on which the terminal shows ^C
    assert ending(error, "--json") == code
    out, err = capsys.readouterr()
    assert (json.loads(out), err.lstrip("\n")) == (
        {
            "schema": 1,
            "command": "fail",
            "error": {"code": word, "message": message, "hint": hint},
            "exit": code,
        },
        told,
    )


def test_a_bug_is_logged_whole_and_told_in_one_line_with_the_path(
    capsys: pytest.CaptureFixture[str], log: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "argv", ["idecare", "fail", "--secret"])
    assert ending(ZeroDivisionError("by zero")) == 3
    out, err = capsys.readouterr()
    assert out == ""
    assert err.splitlines() == [
        "idecare: unexpected ZeroDivisionError: by zero",
        f"  this is a bug in idecare; please report it with {log}",
    ]
    text = log.read_text()
    assert text.startswith("idecare ")
    assert "Traceback (most recent call last)" in text
    assert "ZeroDivisionError: by zero" in text
    assert "['fail', '--secret']" in text


def test_a_second_bug_is_added_to_the_log(log: Path) -> None:
    ending(ZeroDivisionError("first"))
    ending(ValueError("second"))
    assert log.read_text().count("Traceback") == 2


def test_a_bug_that_cannot_be_logged_is_told_whole(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (tmp_path / "state").touch()
    assert ending(ZeroDivisionError("by zero"), "--json") == 3
    out, err = capsys.readouterr()
    assert "Traceback (most recent call last)" in err
    assert "please report the text above" in err
    assert json.loads(out)["error"]["code"] == "bug"


def test_a_request_to_end_is_an_interruption(capsys: pytest.CaptureFixture[str]) -> None:
    assert ending(lambda: os.kill(os.getpid(), signal.SIGTERM)) == 130
    assert capsys.readouterr().err.lstrip("\n") == "idecare: interrupted\n"


@pytest.mark.parametrize(
    ("arguments", "message", "hint"),
    [
        (["clean", "--bogus"], "No such option", "see 'idecare clean --help'"),
        (["clean", "--hold", "soon"], "'soon' is not an age", "see 'idecare clean --help'"),
        (["clean", "--max-size", "big"], "'big' is not a size", "see 'idecare clean --help'"),
        (["cleen"], "there is no command 'cleen'. Did you mean 'clean'?", "see 'idecare --help'"),
    ],
)
def test_a_wrong_command_line_is_a_usage_error(
    capsys: pytest.CaptureFixture[str], arguments: list[str], message: str, hint: str
) -> None:
    assert run(arguments) == 2
    out, err = capsys.readouterr()
    assert (out, message in err, err.splitlines()[-1]) == ("", True, f"  {hint}")
    assert run([*arguments, "--json"]) == 2
    assert json.loads(capsys.readouterr().out)["error"]["code"] == "usage"


def test_what_follows_two_hyphens_is_the_users_and_no_option_of_ours(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["cleen", "--", "go", "list", "--json"]) == 2
    assert capsys.readouterr().out == ""


def into_a_closed_pipe(*arguments: str, unbuffered: bool = False) -> tuple[int, str]:
    """Exit code and stderr of a run whose reader has gone before anything was printed."""
    read, write = os.pipe()
    os.close(read)
    done = subprocess.run(
        [sys.executable, "-m", "idecare", *arguments],
        stdout=write,
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONUNBUFFERED": "1" if unbuffered else ""},
        text=True,
        timeout=60,
    )
    os.close(write)
    return done.returncode, done.stderr


@pytest.mark.parametrize(
    "unbuffered",
    [
        pytest.param(False, id="noticed at the end"),
        # As with more text than a buffer holds.
        pytest.param(True, id="noticed on the way"),
    ],
)
@pytest.mark.parametrize("words", [("history",), ("--help",), ("--version",), ("clean", "--help")], ids=" ".join)
def test_a_reader_that_went_away_is_no_failure(words: tuple[str, ...], unbuffered: bool) -> None:
    assert into_a_closed_pipe(*words, unbuffered=unbuffered) == (0, "")


@pytest.mark.parametrize("unbuffered", [False, True], ids=["noticed at the end", "noticed on the way"])
def test_a_failure_whose_reader_went_away_keeps_its_code(unbuffered: bool) -> None:
    code, told = into_a_closed_pipe("undo", "nonsense", "--json", unbuffered=unbuffered)
    assert code == 2
    assert "BrokenPipeError" not in told
