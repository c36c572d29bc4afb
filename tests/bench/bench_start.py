"""How long the program takes to start, as an installed program does, against its bare interpreter."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from tests.bench.measuring import Measured, Row, Scale, Skipped, in_turns
from tests.bench.trees import build_cache
from tests.bench.world import CHECKOUT, IDECARE, World, made_world

AIMS = {
    ("--version",): 1.2,
    ("--help",): 4.5,
    (): 8.0,
    ("status",): 5.0,
    ("clean", "-y", "testcache"): 9.0,
}
FEW_FILES = 300


@dataclass(frozen=True)
class Installed:
    """How to call idecare, and the interpreter it runs in."""

    program: tuple[str | Path, ...]
    python: str | Path


def start_rows(folder: Path, scale: Scale) -> Iterator[Measured]:
    """The shortest commands, and the first screen."""
    with made_world(folder, "start") as made:
        try:
            world, installed = made_installation(made, scale)
        except subprocess.CalledProcessError as error:
            yield Skipped("start", f"idecare could not be installed: {(error.stderr or error.stdout).strip()[-300:]}")
            return
        build_cache(world.gocache, FEW_FILES)
        for arguments, aim in AIMS.items():
            yield _row(world, installed, arguments, aim, scale.short_rounds)


def _row(world: World, installed: Installed, arguments: tuple[str, ...], aim: float, rounds: int) -> Row:
    ratios = in_turns(
        lambda: world.cost(*installed.program, *arguments),
        lambda: world.cost(installed.python, "-c", "pass"),
        rounds,
    )
    return Row("start", f"`{' '.join(('idecare', *arguments))}`", "`python -c pass`", ratios.wall, aim, cpu=ratios.cpu)


def made_installation(world: World, scale: Scale) -> tuple[World, Installed]:
    """idecare installed into the world, which then does not see the checkout; the checkout at small scale."""
    if not scale.with_install:
        return world, Installed(IDECARE, sys.executable)
    installed = _install(world.base / "venv")
    return replace(world, environment={**world.environment, "PYTHONPATH": ""}), installed


def _install(venv: Path) -> Installed:
    """An ordinary install with the newest pip, whose launcher imports nothing besides idecare."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    python = venv / "bin" / "python"
    for command in (
        [sys.executable, "-m", "venv", venv],
        [python, "-m", "pip", "install", "-q", "--upgrade", "pip"],
        [python, "-m", "pip", "install", "-q", CHECKOUT],
    ):
        subprocess.run(command, cwd="/", env=environment, capture_output=True, text=True, check=True)
    return Installed((venv / "bin" / "idecare",), python)
