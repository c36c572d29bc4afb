"""The man pages and the pages of the verbs are those of the commands, and man shows them without a complaint."""

from __future__ import annotations

import os
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest

from idecare.cli import VERBS
from scripts.manual import PROJECT, files

MADE = files()


@pytest.mark.parametrize("path", MADE, ids=lambda path: path.relative_to(PROJECT).as_posix())
def test_a_page_is_what_its_command_says(path: Path) -> None:
    assert path.read_text() == MADE[path], "run: python -m scripts.manual"


def test_no_page_is_left_of_a_verb_that_is_gone() -> None:
    there = {*(PROJECT / "man").iterdir(), *(PROJECT / "docs" / "commands").iterdir()}
    assert there == set(MADE)


@pytest.mark.skipif(shutil.which("man") is None, reason="there is no man")
@pytest.mark.parametrize("path", sorted((PROJECT / "man").glob("*.1")), ids=lambda path: path.stem)
def test_man_shows_a_page(path: Path) -> None:
    environment = {"PATH": os.environ["PATH"], "MANWIDTH": "80", "LC_ALL": "C.UTF-8"}
    done = subprocess.run(["man", "--warnings=w", "-l", path], env=environment, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    assert "SYNOPSIS" in done.stdout


def test_the_wheel_brings_the_pages_along(tmp_path: Path) -> None:
    from hatchling.builders.wheel import WheelBuilder

    wheel = next(WheelBuilder(str(PROJECT)).build(directory=str(tmp_path), versions=["standard"]))
    names = {Path(name).name for name in zipfile.ZipFile(wheel).namelist() if "/share/man/man1/" in name}
    assert names == {"idecare.1", *(f"idecare-{verb}.1" for verb in VERBS)}
