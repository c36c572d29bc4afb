"""Junctions; under Wine 8, which has none, what it shows as one: a link of the system around it."""

from __future__ import annotations

import os
import subprocess
import time
from pathlib import Path

from idecare.system.filesystem import nt

SECONDS = 20


def make_junction(place: Path, target: Path) -> None:
    if not nt.IS_WINE:
        subprocess.run(["cmd", "/c", "mklink", "/J", str(place), str(target)], check=True, capture_output=True)
        return
    subprocess.run(["start", "/unix", "/bin/ln", "-s", _outside(target), _outside(place)], check=True, shell=True)
    deadline = time.monotonic() + SECONDS
    while not os.path.lexists(place):  # a program of the system around it is not waited for
        assert time.monotonic() < deadline, place
        time.sleep(0.01)


def _outside(path: Path) -> str:
    """The path as the system around Wine has it: drive Z is its root."""
    assert path.drive.upper() == "Z:", path
    return path.as_posix()[2:]
