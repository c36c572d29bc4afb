"""What every verb shares: ages and sizes as options, and how results and messages are printed."""

from __future__ import annotations

import json
from datetime import timedelta

import click
import pytest

from idecare.cli.common import Session, age, size
from idecare.core.errors import ExitCode
from tests.conftest import make_host


def session(**changes: bool) -> Session:
    flags = {"as_json": False, "quiet": False, "verbose": False, **changes}
    return Session(make_host(), "clean", **flags)


@pytest.mark.parametrize(("text", "expected"), [("90s", timedelta(seconds=90)), ("4W", timedelta(weeks=4))])
def test_ages(text: str, expected: timedelta) -> None:
    assert age(text) == expected


@pytest.mark.parametrize("text", ["", "10", "soon", "99999999999w"])
def test_what_is_not_an_age_is_a_bad_parameter(text: str) -> None:
    with pytest.raises(click.BadParameter, match="age"):
        age(text)


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("0B", 0),
        ("500B", 500),
        ("1k", 1000),
        ("500MB", 500_000_000),
        ("500 mb", 500_000_000),
        ("20GiB", 20 * 2**30),
        ("1.5Ki", 1536),
        ("2T", 2 * 10**12),
        (" 3TiB ", 3 * 2**40),
    ],
)
def test_sizes(text: str, count: int) -> None:
    assert size(text) == count


@pytest.mark.parametrize("text", ["", "B", "GB", "-1GB", "1PB", "1 0", "1e3", "1,5GB", "iB", "5i"])
def test_what_is_not_a_size_is_a_bad_parameter(text: str) -> None:
    with pytest.raises(click.BadParameter, match="is not a size; write 500MB or 20GiB"):
        size(text)


@pytest.mark.parametrize("text", ["20", "0", " 1.5 "])
def test_a_size_without_a_unit_is_asked_for_one(text: str) -> None:
    with pytest.raises(click.BadParameter, match=rf"'{text.strip()}' has no unit; write {text.strip()}GB"):
        size(text)


def test_a_size_beyond_all_numbers_is_a_bad_parameter() -> None:
    with pytest.raises(click.BadParameter):
        size("9" * 400)


def test_a_result_is_text_or_one_json_object_and_gives_its_exit_code(capsys: pytest.CaptureFixture[str]) -> None:
    values = {"targets": []}
    assert session().finish(values, "the text", ExitCode.BUSY) == 5
    assert capsys.readouterr() == ("the text\n", "")
    assert session(as_json=True).finish(values, "the text", ExitCode.BUSY) == 5
    out, err = capsys.readouterr()
    assert (json.loads(out), err) == ({"schema": 1, "command": "clean", "targets": [], "exit": 5}, "")
    assert out.count("\n") == 1


def test_no_text_is_no_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert session().finish({}, "") == 0
    assert capsys.readouterr() == ("", "")


def test_messages_go_to_stderr_and_quiet_stops_them_but_not_the_result(capsys: pytest.CaptureFixture[str]) -> None:
    session().say("beside")
    session(quiet=True).say("nothing")
    session(quiet=True).finish({}, "the result")
    assert capsys.readouterr() == ("the result\n", "beside\n")


def test_names_that_are_not_utf8_can_be_printed(capsys: pytest.CaptureFixture[str]) -> None:
    session().finish({}, "a\udcffb ä")
    session().say("c\udcfed")
    assert capsys.readouterr() == ("a\\xffb ä\n", "c\\xfed\n")


@pytest.mark.parametrize(
    ("stdin", "stderr", "as_json", "may_ask"),
    [(True, True, False, True), (False, True, False, False), (True, False, False, False), (True, True, True, False)],
)
def test_only_a_person_at_a_terminal_can_be_asked(
    monkeypatch: pytest.MonkeyPatch, stdin: bool, stderr: bool, as_json: bool, may_ask: bool
) -> None:
    monkeypatch.setattr("sys.stdin.isatty", lambda: stdin, raising=False)
    monkeypatch.setattr("sys.stderr.isatty", lambda: stderr, raising=False)
    assert session(as_json=as_json).may_ask is may_ask
