"""What a run of the doctor costs, with a GoLand, a VS Code and a Go, against the bare interpreter."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

from tests.bench.bench_configure import add_ides
from tests.bench.bench_start import made_installation
from tests.bench.measuring import Measured, Row, Scale, Skipped, in_turns
from tests.bench.trees import build_cache
from tests.bench.world import made_world

AIM = 25.0
FEW_FILES = 300


def doctor_rows(folder: Path, scale: Scale) -> Iterator[Measured]:
    """All checks, without --deep. That there is nothing to find is part of what is measured: else it exits 4."""
    with made_world(folder, "doctor") as made:
        try:
            world, installed = made_installation(made, scale)
        except subprocess.CalledProcessError as error:
            yield Skipped("doctor", f"idecare could not be installed: {(error.stderr or error.stdout)[-300:]}")
            return
        add_ides(world)
        build_cache(world.gocache, FEW_FILES)
        ratios = in_turns(
            lambda: world.cost(*installed.program, "doctor", GOPROXY="off"),
            lambda: world.cost(installed.python, "-c", "pass"),
            scale.short_rounds,
        )
        yield Row("doctor", "`idecare doctor`, all checks", "`python -c pass`", ratios.wall, AIM, cpu=ratios.cpu)
