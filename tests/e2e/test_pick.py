"""`idecare pick` on a real terminal: what is seen, what the keys do, and how the terminal and the caches are left."""

from __future__ import annotations

import os
import re
import signal
import termios
from pathlib import Path

import pytest

from tests.support.caches import TOOLCHAIN, Machine, furnish, held_paths, losses, machine_tree
from tests.support.processes import carriers_of, wait_for
from tests.support.screens import LEAVES_SCREEN, Terminal

pytest.importorskip("curses")
COLOUR = re.compile(rb"\x1b\[[\d;]*3[0-7][\d;]*m")
BACK = "Enter goes back to the list."
MEASURED = "idecare pick: "


@pytest.fixture
def home(machine: Machine) -> Machine:
    furnish(machine).report("config", "set", "hold", "2h", code=0)
    return machine


def pick(home: Machine, *arguments: str, columns: int = 80, lines: int = 24, **variables: str | None) -> Terminal:
    made = home.with_env(**{"NO_COLOR": None, "TERM": "xterm-256color", **variables})
    return Terminal((*made.command, "pick", *arguments), made.env, made.base, columns, lines)


def measured(screen: Terminal) -> Terminal:
    """Once every size is there, and the screen with them is whole."""
    screen.shows(MEASURED, "module cache", without=("...", "measuring"))
    screen.settle()
    return screen


def quit_from(screen: Terminal) -> int:
    screen.press("q")
    return screen.end()


def test_caches_come_with_their_sizes_the_largest_first(home: Machine) -> None:
    screen = measured(pick(home))
    assert screen.current.split()[:3] == [">", "[", "]"]
    assert "module cache" in screen.current
    assert "GoLand2024.1 Local History" in screen.text
    known = home.report("usage")["caches"]
    assert f"{max(cache['allocated_bytes'] for cache in known) / 1000:.0f} kB" in screen.current
    assert quit_from(screen) == 0
    assert LEAVES_SCREEN in screen.written


def test_what_is_marked_is_cleaned_and_comes_back(home: Machine) -> None:
    before = machine_tree(home)
    screen = measured(pick(home))
    screen.press("/build")
    screen.shows("/build_", "build cache")
    screen.press("\r ")
    screen.shows("[x]", "marked (1)")
    screen.press("c")
    screen.shows("gocache", "to be set aside", "Clean? [Y/n]")
    assert held_paths(home) == []
    screen.press("y\r")
    screen.shows("set aside", BACK)
    assert [path for path in held_paths(home) if "go-build" in path]
    screen.press("\r")
    screen.shows("filter: build", without=(BACK,))
    screen.press("\x1b")
    screen.shows("held: gocache", "module cache")
    screen.press("u")
    screen.shows("Put it back? [Y/n]")
    screen.press("\r")
    screen.shows("put back", BACK)
    screen.press("\r")
    assert quit_from(screen) == 0
    assert losses(before, home) == []
    assert held_paths(home) == []


def test_a_module_goes_without_the_others(home: Machine) -> None:
    before = machine_tree(home)
    screen = measured(pick(home))
    screen.press("\r")
    screen.shows("github.com/pkg/errors@v0.9.1", "in module cache")
    screen.press("/errors\r c")
    screen.shows("modcache", "Clean? [Y/n]")
    screen.press("y\r")
    screen.shows(BACK)
    held = held_paths(home)
    assert {path.split("/modcache/")[-1] for path in held if "@v0.9.1" in path or path.endswith(".zip")}
    assert not [path for path in held if "single.test" in path or TOOLCHAIN in path]
    assert (home.modcache / "single.test@v1.0.0").is_dir()
    assert (home.modcache / "cache/download/github.com/pkg/errors/@v/v0.9.1.mod").exists()
    assert home.report("history")["changes"][-1]["command"] == ["idecare", "pick", "modcache"]
    screen.press("\r")
    assert quit_from(screen) == 0
    home.report("undo", "-y", code=0)
    assert losses(before, home) == []


def test_a_no_changes_nothing_and_keeps_the_marks(home: Machine) -> None:
    screen = measured(pick(home))
    screen.press("ac")
    screen.shows("Clean? [Y/n]")
    screen.press("n\r")
    screen.shows("nothing was changed", BACK)
    screen.press("\r")
    screen.shows("marked (")
    assert quit_from(screen) == 0
    assert held_paths(home) == []
    assert home.report("history")["changes"] == []


def test_a_dry_run_asks_nothing(home: Machine) -> None:
    screen = measured(pick(home, "-n"))
    screen.press("ac")
    screen.shows("to be set aside", BACK)
    screen.press("\r")
    assert quit_from(screen) == 0
    assert held_paths(home) == []


def test_what_is_held_is_deleted_only_after_a_yes(home: Machine) -> None:
    home.report("clean", "gopls", "-y", code=0)
    screen = measured(pick(home))
    screen.press("/held\r c")
    screen.shows("to be deleted", "cannot be undone. [y/N]")
    screen.press("\r")
    screen.shows("nothing was changed", BACK)
    assert held_paths(home) != []
    screen.press("\rc")
    screen.shows("cannot be undone. [y/N]")
    screen.press("y\r")
    screen.shows("freed", BACK)
    screen.press("\r")
    assert quit_from(screen) == 0
    assert held_paths(home) == []


def test_what_is_never_removed_cannot_be_marked(home: Machine) -> None:
    screen = measured(pick(home))
    screen.press("/local history\r ")
    screen.shows("never removes it")
    screen.press("c")
    screen.shows("nothing is marked")
    assert quit_from(screen) == 0


def test_a_terminal_that_changes_its_size_is_filled_again(home: Machine) -> None:
    screen = measured(pick(home))
    screen.press("jj")
    screen.shows("\n~/.cache/gopls\n")
    for columns, lines in ((40, 10), (120, 30), (30, 4), (80, 24)):
        screen.resize(columns, lines)
        screen.shows("> [ ]", "space mark", "gopls cache" if columns > 30 else "gop~")
        screen.settle()  # what was written for the size before may still have been on its way
        assert max(map(len, screen.lines)) < columns
    assert "gopls" in screen.current
    assert quit_from(screen) == 0


def test_forty_columns_and_no_colour(home: Machine) -> None:
    screen = measured(pick(home, columns=40, lines=12, NO_COLOR="1"))
    screen.press(" ")
    screen.shows("[x]")
    screen.settle()
    assert max(map(len, screen.lines)) < 40
    assert "build cache" in screen.text
    screen.press("?")
    screen.shows("Keys of idecare pick")
    screen.press("?")
    assert quit_from(screen) == 0
    assert not COLOUR.search(screen.written)


def test_colour_is_for_those_who_want_it(home: Machine) -> None:
    screen = measured(pick(home))
    screen.press(" ")
    screen.shows("[x]")
    assert quit_from(screen) == 0
    assert COLOUR.search(screen.written)


def test_signs_are_plain_where_the_locale_has_no_others(home: Machine) -> None:
    screen = measured(pick(home, LC_ALL="POSIX", PYTHONUTF8="0", PYTHONCOERCECLOCALE="0"))
    assert "###" in screen.text
    assert quit_from(screen) == 0
    assert screen.written.isascii()


def test_names_of_others_do_not_act_on_the_terminal(home: Machine) -> None:
    (home.modcache / "evil\x1b[2m\x9b\u202e@v1.0.0").mkdir()
    screen = measured(pick(home))
    screen.press("\r")
    screen.shows("evil\\x1b[2m")
    assert quit_from(screen) == 0
    assert "\u202e".encode() not in screen.written


@pytest.mark.parametrize("keys", ["q", "\x03"])
def test_it_ends_while_it_measures_and_leaves_nothing_behind(home: Machine, keys: str) -> None:
    for number in range(300):
        (home.modcache / f"many.test/m{number}@v1.0.0").mkdir(parents=True)
    screen = pick(home)
    screen.shows(MEASURED)
    screen.press(keys)
    assert screen.end() == (0 if keys == "q" else 130)
    assert LEAVES_SCREEN in screen.written
    assert wait_for(lambda: not list(carriers_of("HOME", str(home.home))), timeout=10)


@pytest.mark.parametrize("end", ["ctrl-c", "sigterm"])
def test_an_interruption_gives_the_terminal_back(home: Machine, end: str) -> None:
    screen = pick(home, "-v")
    before = screen.modes_before
    measured(screen)
    assert screen.modes() != before
    if end == "ctrl-c":
        screen.press("\x03")
    else:
        screen.process.kill(signal.SIGTERM)
    screen.shows("interrupted")
    assert screen.modes()[:4] == before[:4]
    assert screen.end() == 130
    assert screen.written.index(LEAVES_SCREEN) > 0


def test_a_terminal_that_hangs_up_ends_it(home: Machine) -> None:
    made = home.with_env(COLUMNS=None, TERM="xterm")
    screen = Terminal(("/bin/sh", "-c", f"trap '' HUP; exec {' '.join(made.command)} pick"), made.env, made.base)
    screen.shows(MEASURED)
    os.close(screen.process.child_fd)
    assert wait_for(lambda: not list(carriers_of("HOME", str(home.home))), timeout=20)


@pytest.mark.parametrize(
    ("arguments", "variables", "reason"),
    [
        ((), {"TERM": "dumb"}, "cannot be moved"),
        ((), {"TERM": "nosuchterminal"}, "nothing is known of it"),
        ((), {"TERM": None}, "nothing is known of it"),
        (("--plain",), {}, "full screen"),
    ],
)
def test_a_terminal_without_a_screen_is_refused(
    home: Machine, arguments: tuple[str, ...], variables: dict[str, str | None], reason: str
) -> None:
    screen = pick(home, *arguments, columns=200, **variables)
    screen.shows(reason, "idecare usage")
    assert screen.end() == 2
    assert b"\x1b" not in screen.written


def test_without_a_terminal_it_says_what_to_use_instead(home: Machine) -> None:
    done = home.run("pick")
    assert (done.returncode, done.stdout) == (2, "")
    assert "needs a terminal" in done.stderr
    assert "idecare clean -n" in done.stderr
    assert home.report("pick", code=2)["error"]["code"] == "no-screen"


def test_the_terminal_of_the_tests_is_one(tmp_path: Path) -> None:
    screen = Terminal(("/bin/sh", "-c", "stty -a; echo done"), {"PATH": os.environ["PATH"]}, tmp_path)
    screen.shows("done")
    assert screen.end() == 0
    assert isinstance(screen.modes_before[3], int)
    assert screen.modes_before[3] & termios.ICANON


def test_an_interrupted_question_ends_it_with_what_was_printed_still_there(home: Machine) -> None:
    screen = measured(pick(home))
    screen.press(" c")
    screen.shows("Clean? [Y/n]")
    screen.press("\x03")
    assert screen.end() == 130
    screen.shows("to be set aside", "interrupted")
    assert screen.modes_before[:4] == screen.modes()[:4]
    assert held_paths(home) == []
