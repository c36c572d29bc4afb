"""What `configure --check` costs where nothing is to do, against the bare interpreter."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

from tests.bench.bench_start import Installed, made_installation
from tests.bench.measuring import Measured, Row, Scale, Skipped, in_turns
from tests.bench.world import World, made_world
from tests.support.goland import add_install, fake_runtime

AIM = 10.0
IDES = {"GoLand": ("--ide", "goland"), "VS Code": ("--ide", "vscode"), "GoLand and VS Code": ()}
JAVA = b"#!/bin/sh\nexit 0\n"  # it is asked once, when the values are written
SETTINGS = '{\n    // mine\n    "editor.fontSize": 14\n}\n'


def configure_rows(folder: Path, scale: Scale) -> Iterator[Measured]:
    """One IDE, the other, both."""
    with made_world(folder, "configure") as made:
        try:
            world, installed = made_installation(made, scale)
        except subprocess.CalledProcessError as error:
            yield Skipped("configure", f"idecare could not be installed: {(error.stderr or error.stdout)[-300:]}")
            return
        add_ides(world)
        world.cost(*installed.program, "configure", "-y")
        for name, words in IDES.items():
            yield _row(world, installed, name, words, scale.short_rounds)


def _row(world: World, installed: Installed, name: str, words: tuple[str, ...], rounds: int) -> Row:
    """Anything left to do would be an exit code 4, which ends the row."""
    ratios = in_turns(
        lambda: world.cost(*installed.program, "configure", "--check", *words),
        lambda: world.cost(installed.python, "-c", "pass"),
        rounds,
    )
    what = f"`idecare configure --check`, nothing to do, {name}"
    return Row("configure", what, "`python -c pass`", ratios.wall, AIM, cpu=ratios.cpu)


def add_ides(world: World) -> None:
    home = Path(world.environment["HOME"])
    add_install(home / "GoLand-2026.1")
    fake_runtime(home / "GoLand-2026.1" / "jbr", java=JAVA)
    settings = Path(world.environment["XDG_CONFIG_HOME"]) / "Code" / "User" / "settings.json"
    settings.parent.mkdir(parents=True)
    settings.write_text(SETTINGS)
