"""What a person sees on a real pseudo-terminal: width, colour and none, and the pictures of the docs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from scripts import pictures
from scripts.pictures import SCENES, output
from tests.support.caches import Machine, furnish

COMMANDS = ("idecare", "idecare usage", "idecare clean -n", "idecare doctor", "idecare help", "idecare locate")


@pytest.fixture
def home(machine: Machine) -> Machine:
    return furnish(machine)


def is_whole(line: str) -> bool:
    """What stays one line: a single word, such as a path, and what is copied or compared."""
    words = line.split()
    return len(words) == 1 or words[0][0] in "$+-@" or words[0] in ("run:", "idecare") or len(words[-1]) > 36


@pytest.mark.parametrize("width", [80, 40])
@pytest.mark.parametrize("name", SCENES)
def test_a_scene_fits_the_terminal(machine: Machine, name: str, width: int) -> None:
    text = re.sub(r"\x1b\[[\d;]*m", "", "".join(SCENES[name](machine, width)))
    assert "Traceback" not in text
    assert [line for line in text.splitlines() if len(line) > width and not is_whole(line)] == []


@pytest.mark.parametrize("command", COMMANDS)
def test_colour_is_for_those_who_want_it(home: Machine, monkeypatch: pytest.MonkeyPatch, command: str) -> None:
    assert "\x1b[" in output(home, 80, command, home.home)
    assert "\x1b" not in output(home, 80, f"{command} --plain", home.home)
    assert "\x1b" not in output(home, 80, f"TERM=dumb {command}", home.home)
    assert "\x1b" not in output(home, 80, f"{command} | cat", home.home)
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b" not in output(home, 80, command, home.home)


def test_without_colour_a_table_still_fits(home: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    lines = output(home, 40, "idecare usage", home.home).splitlines()
    assert max(map(len, (line for line in lines if not is_whole(line)))) <= 40
    assert max(map(len, output(home, 40, "idecare usage --plain", home.home).splitlines())) > 80


def test_the_pictures_of_the_docs_are_made_by_a_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def scene(machine: Machine, width: int) -> Iterator[str]:
        yield from pictures.typed(machine, width, "idecare")

    monkeypatch.setattr(pictures, "SCENES", {"overview": scene})
    monkeypatch.setattr(pictures, "find_browser", lambda: None)
    pictures.main(tmp_path, 60)
    picture = (tmp_path / "overview.svg").read_text()
    assert "conflicts" in picture
    assert picture.startswith("<svg")
    made = {path.stem for path in pictures.PICTURES.iterdir()}
    assert made == {*SCENES, pictures.PAGE}
