"""Colour, width and line breaks: who may get which, and what text looks like without them."""

from __future__ import annotations

import sys
from collections.abc import Callable

import pytest

from idecare.cli.render.terminal import (
    Terminal,
    bar,
    current_terminal,
    detect_terminal,
    fit,
    paint,
    use_terminal,
    with_codes,
    wrap,
)
from tests.conftest import make_host

TEXT = "a sentence of a few words"


def detected(
    monkeypatch: pytest.MonkeyPatch, is_terminal: bool = True, is_plain: bool = False, **environment: str
) -> Terminal | None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: is_terminal)
    monkeypatch.setattr(sys.stderr, "isatty", lambda: False)
    try:
        detect_terminal(make_host(environment={"TERM": "xterm", "COLUMNS": "77", **environment}), is_plain)
        return current_terminal()
    finally:
        use_terminal(None)


def test_a_terminal_has_its_width_and_colours(monkeypatch: pytest.MonkeyPatch) -> None:
    assert detected(monkeypatch) == Terminal(77, has_colour=True, has_cursor=True)


def test_a_pipe_and_plain_output_are_no_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    assert detected(monkeypatch, is_terminal=False) is None
    assert detected(monkeypatch, is_plain=True) is None


def test_no_color_leaves_the_width(monkeypatch: pytest.MonkeyPatch) -> None:
    assert detected(monkeypatch, NO_COLOR="1") == Terminal(77, has_colour=False, has_cursor=True)
    assert detected(monkeypatch, NO_COLOR="") == Terminal(77, has_colour=True, has_cursor=True)


def test_a_dumb_terminal_gets_text_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    assert detected(monkeypatch, TERM="dumb") == Terminal(77)


@pytest.mark.parametrize(("columns", "width"), [("12", 30), ("0", 80), ("wide", 80), ("132", 132)])
def test_a_width_that_cannot_be_is_not_taken(monkeypatch: pytest.MonkeyPatch, columns: str, width: int) -> None:
    monkeypatch.setattr("os.get_terminal_size", lambda number: (_ for _ in ()).throw(OSError()))
    found = detected(monkeypatch, COLUMNS=columns)
    assert found is not None
    assert found.width == width


def test_colours_are_for_a_terminal_that_has_them(terminal: Callable[..., None]) -> None:
    assert paint("x", "error") == "x"
    terminal(80)
    assert paint("x", "error") == "x"
    terminal(80, has_colour=True)
    assert with_codes(paint("x", "error")) == "\x1b[1;31mx\x1b[0m"


def test_sentences_break_at_words_on_a_terminal_alone(terminal: Callable[..., None]) -> None:
    assert wrap(TEXT * 9, "  ") == "  " + TEXT * 9
    terminal(20)
    assert wrap(TEXT, "  ", "   ") == "  a sentence of a\n     few words"


def test_a_path_longer_than_the_line_stays_whole(terminal: Callable[..., None]) -> None:
    terminal(20)
    assert wrap("at /a/path/that/is/longer/than/the/line now") == "at\n/a/path/that/is/longer/than/the/line\nnow"


@pytest.mark.parametrize(
    ("share", "shown"), [(0, ""), (0.001, "▏"), (0.5, "████"), (0.55, "████▍"), (1, "████████"), (7, "████████")]
)
def test_a_bar_is_as_long_as_the_share(share: float, shown: str) -> None:
    assert bar(share, 8) == shown


def test_a_text_is_broken_below_its_lines_but_commands_and_diffs_are_not(terminal: Callable[..., None]) -> None:
    text = f"    {TEXT}\n    run: {TEXT}\n    +{TEXT}\n  idecare {TEXT}"
    assert fit(text) == text
    terminal(24)
    assert fit(text).split("\n") == ["    a sentence of a few", "      words", *text.split("\n")[1:]]
