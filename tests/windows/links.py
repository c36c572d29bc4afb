"""Junctions; under Wine 8, which has none, what it shows as one: a link of the system around it."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from idecare.system.filesystem import nt


def make_junction(place: Path, target: Path) -> None:
    if not nt.IS_WINE:
        subprocess.run(["cmd", "/c", "mklink", "/J", str(place), str(target)], check=True, capture_output=True)
        return
    command = ["ln", "-s", *map(_outside, (target, place))]
    subprocess.run(["start", "/unix", "/bin/ln", *command[1:]], check=True, capture_output=True, shell=True)
    assert os.stat(place)


def _outside(path: Path) -> str:
    """The path as the system around Wine has it: drive Z is its root."""
    assert path.drive.upper() == "Z:", path
    return path.as_posix()[2:]
