"""What the keys of `idecare pick` do with the list, without a terminal."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from idecare.cli.pick_rows import Finished, Listed, Measured, Picker, Row
from tests.builders import NOW

BUILD = Row(("build",), "build cache", "~/.cache/go-build", "gocache", (Path("/build"),))
MODULES = Row(("mod",), "module cache", "~/go/pkg/mod", "modcache", (Path("/mod"),), opens=True)
HISTORY = Row(("history",), "Local History", "~/history", kept="never removed")
ERRORS = Row(("mod", "errors"), "errors@v1.0.0", "", "modcache", (Path("/mod/errors@v1.0.0"),))
TOML = Row(("mod", "toml"), "toml@v1.0.0", "", "modcache", (Path("/mod/toml@v1.0.0"),))


@pytest.fixture
def picker() -> Picker:
    made = Picker(jobs=1)
    made.absorb(Listed(None, (BUILD, MODULES, HISTORY)))
    made.absorb(Measured(BUILD.key, 200, NOW - timedelta(days=1)))
    made.absorb(Measured(MODULES.key, 300, NOW - timedelta(hours=1)))
    made.absorb(Measured(HISTORY.key, 100, NOW - timedelta(days=9)))
    return made


def opened(picker: Picker) -> Picker:
    assert press(picker, "home", "enter") == "open"
    picker.absorb(Listed(MODULES.key, (ERRORS, TOML)))
    return picker


def press(picker: Picker, *keys: str) -> str | None:
    wanted = None
    for key in keys:
        wanted = picker.press(key, page=2)
    return wanted


def names(picker: Picker) -> list[str]:
    return [row.name for row in picker.shown]


def test_the_largest_is_first_and_what_is_not_measured_last(picker: Picker) -> None:
    picker.absorb(Listed(None, (BUILD, MODULES, HISTORY)))
    picker.absorb(Measured(HISTORY.key, 1, None))
    picker.absorb(Measured(BUILD.key, 2, None))
    assert names(picker) == ["build cache", "Local History", "module cache"]
    press(picker, "s")
    assert names(picker) == ["Local History", "build cache", "module cache"]


@pytest.mark.parametrize(
    ("keys", "order"),
    [
        ("t", ["Local History", "build cache", "module cache"]),
        ("tt", ["module cache", "build cache", "Local History"]),
        ("n", ["Local History", "build cache", "module cache"]),
        ("nn", ["module cache", "build cache", "Local History"]),
        ("nns", ["module cache", "build cache", "Local History"]),
    ],
)
def test_a_key_sorts_and_the_same_again_turns_it_round(picker: Picker, keys: str, order: list[str]) -> None:
    press(picker, *keys)
    assert names(picker) == order


@pytest.mark.parametrize(
    ("keys", "name"),
    [
        (["j"], "build cache"),
        (["down", "down"], "Local History"),
        (["down", "down", "down", "down"], "Local History"),
        (["G", "k"], "build cache"),
        (["end", "up"], "build cache"),
        (["pgdn"], "Local History"),
        (["pgdn", "pgup"], "module cache"),
        (["G", "g"], "module cache"),
        (["end", "home", "up"], "module cache"),
    ],
)
def test_moving(picker: Picker, keys: list[str], name: str) -> None:
    press(picker, *keys)
    assert picker.current is not None
    assert picker.current.name == name


def test_the_chosen_line_stays_chosen_when_sizes_come(picker: Picker) -> None:
    press(picker, "j")
    picker.absorb(Measured(BUILD.key, 900, NOW))
    assert picker.current is not None
    assert (picker.current.name, names(picker)[0]) == ("build cache", "build cache")


def test_space_marks_and_goes_on_and_marks_no_more_where_it_was_marked(picker: Picker) -> None:
    press(picker, " ", " ")
    assert [row.name for row in picker.marked] == ["build cache", "module cache"]
    press(picker, "g", " ")
    assert [row.name for row in picker.marked] == ["build cache"]


def test_what_is_kept_is_never_marked(picker: Picker) -> None:
    press(picker, "G", " ")
    assert (picker.marks, picker.message) == (set(), "Local History: never removed")
    press(picker, "a")
    assert HISTORY.key not in picker.marks


def test_all_is_what_the_filter_shows(picker: Picker) -> None:
    press(picker, "/", *"GOCACHE", "enter", "a")
    assert picker.marks == {BUILD.key}
    press(picker, "esc", "a")
    assert picker.marks == {BUILD.key, MODULES.key}
    press(picker, "a")
    assert picker.marks == set()


def test_a_filter_is_typed_and_its_keys_are_no_commands(picker: Picker) -> None:
    assert press(picker, "/", *"quit") is None
    assert (picker.filter, names(picker), picker.current) == ("quit", [], None)
    press(picker, *["backspace"] * 4, *"mod")
    assert names(picker) == ["module cache"]
    press(picker, "esc")
    assert (picker.filter, picker.is_typing, len(names(picker))) == ("", False, 3)


@pytest.mark.parametrize("key", ["j", " ", "a", "enter", "home"])
def test_keys_on_an_empty_list_do_nothing(key: str) -> None:
    picker = Picker()
    assert press(picker, key) is None
    assert (picker.current, picker.marks) == (None, set())


def test_help_is_left_by_any_key_which_does_nothing_else(picker: Picker) -> None:
    press(picker, "?")
    assert picker.is_help
    assert press(picker, "q") is None
    assert not picker.is_help


@pytest.mark.parametrize(("key", "wanted"), [("q", "quit"), ("u", "undo"), ("r", "rescan"), ("x", None), ("c", None)])
def test_what_a_key_wants(picker: Picker, key: str, wanted: str | None) -> None:
    assert press(picker, key) == wanted


@pytest.mark.parametrize("key", ["c", "d"])
def test_a_clean_needs_a_mark(picker: Picker, key: str) -> None:
    assert press(picker, key) is None
    assert "nothing is marked" in picker.message
    assert press(picker, " ", key) == "clean"


def test_only_what_has_parts_opens_and_is_listed_once(picker: Picker) -> None:
    assert press(picker, "j", "enter") is None
    assert "no parts" in picker.message
    opened(picker)
    assert names(picker) == ["errors@v1.0.0", "toml@v1.0.0"]
    press(picker, "h")
    assert len(names(picker)) == 3
    assert press(picker, "home", "l") is None
    assert picker.opened == MODULES.key


def test_parts_of_what_is_marked_whole_are_in_it(picker: Picker) -> None:
    press(opened(picker), " ")
    assert picker.marked == [ERRORS]
    press(picker, "left", "home", " ")
    assert [row.name for row in picker.marked] == ["module cache"]
    press(picker, "home", "enter", " ")
    assert "all of this is marked" in picker.message
    assert all(map(picker.is_marked, picker.shown))


def test_the_end_of_a_measuring_says_what_could_not_be_read(picker: Picker) -> None:
    assert picker.is_measuring
    picker.absorb(Finished(("not all of it could be read",)))
    assert (picker.is_measuring, picker.message) == (False, "not all of it could be read")
