"""Tables: whole rows in a pipe; on a terminal nothing is wider than it, and no path is torn."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from idecare.cli.render.tables import table
from idecare.cli.render.terminal import visible_width, without_codes

Terminal = Callable[..., None]
HEADER = ("CACHE", "SIZE", "PATH", "WHY THERE")
PATH = "~/.cache/JetBrains/GoLand2026.1/caches"
ROWS = [
    ("build cache", "1.24 GB", "~/.cache/go-build", "GOCACHE in the environment of this shell, which comes first"),
    ("index", "840 kB", PATH, "idea.system.path in ~/.config/JetBrains/GoLand2026.1/idea.properties"),
]


def test_rows_are_columns_without_blanks_at_the_end() -> None:
    assert table([("a", "bbb", "c"), ("aaa", "b"), ("a", "b", "")]) == "  a    bbb  c\n  aaa  b\n  a    b"


def test_numbers_are_aligned_on_the_right_and_details_follow_their_row() -> None:
    text = table([("a", "5"), ("b", "1,234")], ("NAME", "COUNT"), "", right=("COUNT",), details=[("why",), ()])
    assert text.split("\n") == ["NAME  COUNT", "a         5", "    why", "b     1,234"]


def test_nothing_is_an_empty_table() -> None:
    assert table([]) == ""


def test_in_a_pipe_each_row_is_one_line() -> None:
    lines = table(ROWS, HEADER).split("\n")
    assert len(lines) == 3
    assert visible_width(lines[2]) > 120


def test_prose_in_the_last_column_is_folded_below_itself(terminal: Terminal) -> None:
    terminal(80)
    lines = table([("gocache", PATH, "it is in use by a go command that began a while ago")], indent="").split("\n")
    assert lines == [
        f"gocache  {PATH}  it is in use by a go command",
        f"{'':49}that began a while ago",
    ]


@pytest.mark.parametrize("width", [120, 80, 60, 40])
@pytest.mark.parametrize("has_colour", [False, True])
def test_nothing_is_wider_than_the_terminal_but_a_whole_path(terminal: Terminal, width: int, has_colour: bool) -> None:
    terminal(width, has_colour)
    text = table(ROWS, HEADER, right=("SIZE",))
    assert ("\x1b" in text) == has_colour
    words = [word for row in ROWS for cell in row for word in cell.split()]
    shown = without_codes(text).split()
    assert all(word in shown for word in words)
    too_wide = [line for line in text.split("\n") if visible_width(line) > width]
    assert [line for line in too_wide if len(line.split()) > 1] == []


def test_at_40_columns_a_row_continues_on_indented_lines(terminal: Terminal) -> None:
    terminal(40)
    assert table([ROWS[0][:3]], HEADER[:3], indent="").split("\n") == [
        "CACHE        SIZE     PATH",
        "build cache  1.24 GB  ~/.cache/go-build",
    ]
    terminal(30)
    assert table([ROWS[0][:3]], HEADER[:3], indent="").split("\n") == [
        "CACHE        SIZE",
        "    PATH",
        "build cache  1.24 GB",
        "    ~/.cache/go-build",
    ]


def test_signs_of_double_width_count_twice(terminal: Terminal) -> None:
    terminal(80)
    assert table([("日本", "x"), ("abcd", "y")], indent="") == "日本  x\nabcd  y"
