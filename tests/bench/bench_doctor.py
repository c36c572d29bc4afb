"""What a run of the doctor costs, with a GoLand, a VS Code and a Go, against the bare interpreter; and what reading a
build log of 10 MB costs, against a Python that searches one expression in each of its lines."""

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
EXPLAIN_AIM = 10.0
LOG_BYTES = 10_000_000
LOG_LINE = "#12 %d.%03d go: downloading github.com/some/module%d/v2 v1.%d.0\n"
# The cause is the last line: all of it is read, and recognised.
LOG_END = "#12 9.1 go: go.mod requires go >= 1.99 (running go 1.26.8; GOTOOLCHAIN=local)\n"
SEARCH = (
    "import re, sys\n"
    "word = re.compile('error|fatal|panic|cannot|denied')\n"
    "print(sum(bool(word.search(line)) for line in open(sys.argv[1])))"
)


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
        log = world.base / "build.log"
        log.write_text(log_text(LOG_BYTES if scale.with_install else LOG_BYTES // 100))
        explain = 'log="$1"; shift; "$@" explain "$log"; test $? -eq 4'  # which is: explained
        ratios = in_turns(
            lambda: world.cost("sh", "-c", explain, "sh", log, *installed.program),
            lambda: world.cost(installed.python, "-c", SEARCH, log),
            scale.short_rounds,
        )
        against = "Python, one expression a line"
        yield Row("explain", "`idecare explain` of a 10 MB log", against, ratios.wall, EXPLAIN_AIM, cpu=ratios.cpu)


def log_text(size: int) -> str:
    lines = (LOG_LINE % (number % 900, number % 1000, number % 300, number % 50) for number in range(size // 60))
    return "".join(lines) + LOG_END
