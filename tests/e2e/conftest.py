"""What the end-to-end tests share: one at a time on the machine, each in a world of its own."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from types import FrameType

import pytest

from tests.support.caches import Machine, make_machine
from tests.support.code_server import CodeServer, UnavailableError
from tests.support.code_server import install as install_code_server
from tests.support.goproxy import MainModule, write_main_module
from tests.support.ides import Stage, build_actor
from tests.support.processes import go_processes, wait_for
from tests.support.real_go import GoWorld, build_std_cache, go_world

# In the machine's temp folder, whatever a test is given as its own.
LOCK = Path(tempfile.gettempdir(), f"idecare-e2e-{os.getuid()}.lock")

IN_CI = bool(os.environ.get("CI"))  # here, before a test gets surroundings of its own


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.e2e)


INSTALLED = pytest.StashKey[Future[CodeServer]]()


def pytest_collection_finish(session: pytest.Session) -> None:
    """What takes long to install is installed while other tests run."""
    if any("code_server" in getattr(item, "fixturenames", ()) for item in session.items):
        scratch = Path(tempfile.mkdtemp(prefix="idecare-code-server-"))
        pool = ThreadPoolExecutor(1)
        session.config.stash[INSTALLED] = pool.submit(install_code_server, scratch)
        pool.shutdown(wait=False)
        session.config.add_cleanup(lambda: shutil.rmtree(scratch, ignore_errors=True))


@pytest.fixture
def short_folder() -> Iterator[Path]:
    """A folder whose path leaves room for the name of a socket."""
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        yield Path(folder)


@pytest.fixture(scope="session")
def code_server(request: pytest.FixtureRequest) -> CodeServer:
    try:
        return request.config.stash[INSTALLED].result()
    except UnavailableError as error:
        pytest.skip(str(error))


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[Machine]:
    """A home without any cache; what the test starts in it ends with it."""
    made = make_machine(tmp_path / "machine")
    yield made
    made.end()


@contextlib.contextmanager
def turn_on_the_machine() -> Iterator[None]:
    """A go command of one test is Go at work for another, so no two of them run at once, whoever runs them."""
    import fcntl

    with open(LOCK, "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        before = signal.signal(signal.SIGTERM, _interrupt)
        try:
            yield
        finally:
            signal.signal(signal.SIGTERM, before)


def _interrupt(number: int, frame: FrameType | None) -> None:
    """As Ctrl-C, so that a run which is cut off by `timeout` ends what it started, too."""
    raise KeyboardInterrupt


@pytest.fixture
def alone_on_the_machine() -> Iterator[None]:
    with turn_on_the_machine():
        yield


@pytest.fixture(scope="session")
def std_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A GOCACHE with the standard packages, compiled once for all tests."""
    if sys.platform == "win32":
        pytest.skip("these tests end what they start through POSIX process groups")
    folder = tmp_path_factory.mktemp("std")
    with turn_on_the_machine():
        build_std_cache(folder / "world", folder / "go-build")
    yield folder / "go-build"
    shutil.rmtree(folder)


@pytest.fixture
def world(tmp_path: Path, std_cache: Path, alone_on_the_machine: None) -> Iterator[GoWorld]:
    with go_world(tmp_path / "world", std_cache=std_cache) as made:
        yield made


@pytest.fixture(scope="session")
def actor(tmp_path_factory: pytest.TempPathFactory, std_cache: Path) -> Path:
    """The program that plays IDEs, compiled once."""
    folder = tmp_path_factory.mktemp("actor")
    with turn_on_the_machine(), go_world(folder / "world", std_cache=std_cache) as world:
        return build_actor(world, folder / "actor")


@pytest.fixture
def stage(tmp_path: Path, actor: Path, alone_on_the_machine: None) -> Iterator[Stage]:
    with go_world(tmp_path / "world") as world:
        write_main_module(world.project, packages=1)
        commands = world.home / "bin"  # on PATH, through which VS Code is found
        commands.mkdir()
        (commands / "code").symlink_to(world.home / "code" / "code")
        path = f"{world.env['PATH']}{os.pathsep}{commands}"
        yield Stage(replace(world, env={**world.env, "PATH": path}), actor)


@pytest.fixture
def app(world: GoWorld) -> MainModule:
    """A main module in the world's project folder, with both caches warm."""
    main = write_main_module(world.project, packages=8)
    world.warm()
    return main


@pytest.fixture
def idle_app(app: MainModule, quiet_machine: None) -> MainModule:
    """The same, on a machine where nothing of Go is at work."""
    return app


@pytest.fixture
def soak_seconds(request: pytest.FixtureRequest) -> float:
    """How long a soak lasts: --soak, else short."""
    chosen: float | None = request.config.getoption("--soak")
    return chosen or (10 if IN_CI else 20)


@pytest.fixture
def quiet_machine(alone_on_the_machine: None) -> None:
    """Nobody else's Go at work, which a cleaner would rightly spare."""
    if not wait_for(lambda: not go_processes(), timeout=60, pause=0.3):
        at_work = ", ".join(f"{process.name()} ({process.pid})" for process in go_processes())
        pytest.skip(f"Go is at work on this machine all the time: {at_work}")
