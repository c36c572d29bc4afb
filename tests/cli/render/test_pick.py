"""The screen of `idecare pick` as text."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from idecare.cli.pick_rows import Listed, Picker, Row
from idecare.cli.render.pick import cut, picture, rows_that_fit
from idecare.cli.render.terminal import visible_width
from tests.builders import NOW

MODULES = Row(
    ("m",), "module cache", "~/go/pkg/mod", "modcache", (Path("/m"),), "", opens=True, bytes=2_000_000, last_used=NOW
)
BUILD = Row(("b",), "build cache", "~/.cache/go-build", "gocache", (Path("/b"),), bytes=1_000_000)
KEPT = Row(("k",), "Local History", "~/history", kept="never removed")


def picker(*rows: Row) -> Picker:
    made = Picker()
    made.absorb(Listed(None, rows or (MODULES, BUILD, KEPT)))
    return made


def texts(shown: Picker, width: int = 79, height: int = 10, has_signs: bool = True) -> list[str]:
    return [text.rstrip() for text, _ in picture(shown, width, height, NOW + timedelta(hours=3), has_signs)]


def test_a_wide_screen() -> None:
    shown = picker()
    shown.press(" ")
    assert texts(shown) == [
        "2.00 MB marked (1)",
        "         SIZE*                 AGE  NAME            PLACE",
        "  [x]  2.00 MB ██████████      3 h  module cache >  ~/go/pkg/mod",
        "> [ ]  1.00 MB █████             -  build cache     ~/.cache/go-build",
        "           ...                   -  Local History   ~/history",
        "",
        "",
        "",
        "~/.cache/go-build",
        "space mark  c clean  u undo  / filter  ? help  q quit  s t n sort  a all",
    ]


def test_a_narrow_one_leaves_bars_and_places_out() -> None:
    assert texts(picker(), 39, 7, has_signs=False)[1:5] == [
        "         SIZE*      AGE  NAME",
        "> [ ]  2.00 MB      3 h  module cache >",
        "  [ ]  1.00 MB        -  build cache",
        "           ...        -  Local History",
    ]


def test_without_signs_everything_is_ascii() -> None:
    assert "##########" in texts(picker(), has_signs=False)[2]
    assert all(line.isascii() for line in texts(picker(), has_signs=False))


@pytest.mark.parametrize("width", [1, 8, 20, 39, 59, 60, 79, 200])
@pytest.mark.parametrize("height", [1, 2, 3, 6, 7, 24])
def test_it_fits_whatever_the_size(width: int, height: int) -> None:
    many = [replace(BUILD, key=(str(number),), name=f"模块 {number} " * 9) for number in range(30)]
    for shown in (picker(*many), picker(), Picker(), Picker(is_help=True)):
        lines = picture(shown, width, height, NOW)
        assert len(lines) <= height
        assert max(visible_width(text) for text, _ in lines) <= width


@pytest.mark.parametrize("keys", ["", "G", "jjjjjjjjjjjjj", "Gkkk"])
def test_the_chosen_line_is_always_seen(keys: str) -> None:
    shown = picker(*(replace(BUILD, key=(str(number),), name=f"module {number:02}") for number in range(30)))
    for key in keys:
        shown.press(key, rows_that_fit(8))
    assert shown.current is not None
    assert [line for line in texts(shown, height=8) if line.startswith(">") and shown.current.name in line]


def test_signs_of_others_are_escapes() -> None:
    evil = replace(BUILD, name="evil\x1b[2J\u202e", place="~/\x9b1m")
    shown = "".join(texts(picker(evil)))
    assert "evil\\x1b[2J\\u202e" in shown
    assert shown.isprintable()


def test_what_is_said_of_the_chosen_line() -> None:
    shown = picker(KEPT)
    assert texts(shown)[-2] == "never removed: ~/history"
    shown.press(" ")
    assert texts(shown)[-2] == "Local History: never removed"


@pytest.mark.parametrize(
    ("shown", "line"),
    [
        (Picker(jobs=1), "Looking ..."),
        (Picker(), "There is nothing here."),
        (Picker(filter="x"), "Nothing here is called 'x'."),
    ],
)
def test_an_empty_list_says_why(shown: Picker, line: str) -> None:
    assert line in texts(shown)


def test_what_is_typed_is_seen() -> None:
    shown = picker()
    for key in "/mod":
        shown.press(key)
    assert texts(shown)[-1].startswith("/mod_")
    shown.press("enter")
    assert texts(shown)[-1].startswith("filter: mod  space mark")


@pytest.mark.parametrize(
    ("text", "width", "short"), [("abc", 3, "abc"), ("abcd", 3, "ab~"), ("模块", 3, "模~"), ("", 0, "")]
)
def test_cut(text: str, width: int, short: str) -> None:
    assert cut(text, width) == short
