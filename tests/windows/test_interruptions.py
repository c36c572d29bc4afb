"""Two idecare at once, and one that is ended in the middle of a clean, an undo or a purge: nothing is lost."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.windows.conftest import Home

# Ends its own process at once, with nothing tidied up, before the change of the disk with that number.
ENDED_AT = """
import os, sys
from idecare.system.filesystem import nt

left = int(sys.argv.pop(1))

def counted(call):
    def called(*arguments):
        global left
        left -= 1
        if left < 0:
            os.kill(os.getpid(), 9)
        return call(*arguments)
    return called

os.replace, nt.set_information = counted(os.replace), counted(nt.set_information)

from idecare.cli import run
sys.exit(run(sys.argv[1:]))
"""
KILLED = 9


def ended_at(home: Home, change: int, *words: str) -> bool:
    return home.run(sys.executable, "-c", ENDED_AT, str(change), *words, check=False).returncode == KILLED


def held(home: Home) -> list[object]:
    return list(home.gocache.glob(".idecare-held"))


@pytest.mark.parametrize("change", [2, 20, 258])
def test_a_clean_that_is_ended_is_taken_back_or_can_be_undone(home: Home, change: int) -> None:
    before = home.entries()
    assert ended_at(home, change, "clean", "-y", "gocache", "--hold", "1h")
    home.idecare("undo", "-y", check=False)
    assert (home.entries(), held(home)) == (before, [])


@pytest.mark.parametrize(("verb", "change"), [("purge", 2), ("purge", 300), ("undo", 2), ("undo", 100)])
def test_what_is_ended_is_finished_by_the_next(home: Home, verb: str, change: int) -> None:
    before = home.entries()
    home.idecare("clean", "-y", "gocache", "--hold", "1h")
    assert ended_at(home, change, verb, "-y")
    home.idecare(verb, "-y", check=False)
    assert (home.entries(), held(home)) == (before if verb == "undo" else set(), [])


def test_of_two_at_once_one_waits_or_is_refused(home: Home) -> None:
    before = home.entries()
    words = [sys.executable, "-m", "idecare", "clean", "-y", "gocache", "--hold", "1h"]
    both = [subprocess.Popen(words, cwd=home.project, env=home.env, stdout=subprocess.PIPE) for _ in range(2)]
    codes = {process.wait() for process in both}
    assert (codes <= {0, 5}, 0 in codes, home.entries()) == (True, True, set())
    home.idecare("undo", "-y")
    assert home.entries() == before
