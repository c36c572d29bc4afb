"""Fixtures for every test; the real home and the real caches are out of reach for all of them."""

from __future__ import annotations

import os
import signal
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path

import pytest

from idecare.changes.journal import Journal
from idecare.core.host import Host, OwnFolders
from idecare.core.platforms import PLATFORMS, PlatformName
from idecare.system import procfs
from tests.support.go_programs import cross_build as cross_build
from tests.support.go_programs import go_programs as go_programs

HOMES = {"linux": "/home/gopher", "macos": "/Users/gopher", "windows": "C:\\Users\\gopher"}

# What points at the user's own files and programs.
THEIRS = ("GO", "XDG_", "IDECARE", "VSCODE", "GOLAND", "IDEA", "JAVA_", "JDK_", "_JAVA", "CGO_", "PKG_CONFIG")
DESKTOP = ("DISPLAY", "WAYLAND_", "DBUS_")
CI = ("CI", "TF_BUILD")  # of the service that runs the tests
LOOK_OF_TEXT = ("LANG", "LC_", "COLUMNS", "LINES", "FORCE_COLOR", "NO_COLOR", "CLICOLOR", "TERM", "EDITOR", "VISUAL")
TIME_ZONE = "Test-5:45"  # not UTC and not a whole hour, so that a time which is not converted shows


def pytest_configure(config: pytest.Config) -> None:
    # A shell starts a job in the background with SIGINT ignored, and so would be every program that a test interrupts.
    signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_addoption(parser: pytest.Parser) -> None:
    # Here and not in tests/e2e, whose conftest is too late when all of tests is run.
    parser.addoption("--soak", type=float, metavar="SECONDS", help="how long go commands run under a cleaner")


@pytest.fixture(scope="session", autouse=True)
def no_module_above(tmp_path_factory: pytest.TempPathFactory) -> None:
    """A go.mod that somebody left in the temp folder would make a Go module of every test's folder."""
    for folder in tmp_path_factory.getbasetemp().parents:
        for name in ("go.mod", "go.work"):
            if (folder / name).exists():
                pytest.exit(f"{folder / name} is above the folders of the tests: remove it, or use --basetemp", 1)


@pytest.fixture(autouse=True)
def own_surroundings(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Give the test a home, a temp folder, a time zone, a locale and a umask of its own, whatever this machine has.

    Nor does it see processes of others: their go commands would rightly be taken for users of the caches.
    """
    own = tmp_path_factory.mktemp("own")
    with pytest.MonkeyPatch.context() as patch:  # not the test's own, which a test may undo in its middle
        for name in list(os.environ):
            if (name.startswith((*THEIRS, *DESKTOP, *LOOK_OF_TEXT)) and name != "GOPROXY") or name in CI:
                patch.delenv(name)
        for name, folder in (("HOME", "home"), ("USERPROFILE", "home"), ("TMPDIR", "tmp")):
            (own / folder).mkdir(exist_ok=True)
            patch.setenv(name, str(own / folder))
        patch.setattr(tempfile, "tempdir", None)  # what Python remembers of TMPDIR
        patch.setenv("LC_ALL", "C.UTF-8")
        patch.setenv("TZ", TIME_ZONE)
        time.tzset()
        if request.node.get_closest_marker("e2e") is None:
            patch.setattr(procfs, "pids", _own_pids)
        before = os.umask(0o022)
        yield
        os.umask(before)


def _own_pids(every: Callable[[], Iterator[int]] = procfs.pids) -> Iterator[int]:
    """This process and all that it started."""
    parents = {}
    for pid in every():
        with suppress(OSError):  # gone meanwhile
            parents[pid] = procfs.status(pid).parent
    own = {os.getpid()}
    while more := {pid for pid, parent in parents.items() if parent in own} - own:
        own |= more
    return iter(own & parents.keys())


@pytest.fixture
def public_folder() -> Iterator[Path]:
    """A folder which other users reach, unlike pytest's own, and with a path short enough for sockets."""
    with tempfile.TemporaryDirectory(prefix="idecare-test-", dir="/tmp") as folder:
        os.chmod(folder, 0o755)
        yield Path(folder)


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    """An empty journal in a state folder of its own."""
    return Journal(tmp_path / "state")


def make_host(
    platform: PlatformName = "linux",
    environment: Mapping[str, str] | None = None,
    home: str | Path | None = None,
    cwd: str | Path | None = None,
    user_id: int | None = None,
) -> Host:
    """A made-up host. HOME (USERPROFILE) is set in its environment unless ``environment`` says otherwise."""
    home_path = Path(home or HOMES[platform])
    own = home_path / "idecare-own"
    return Host(
        platform=PLATFORMS[platform],
        environment={("USERPROFILE" if platform == "windows" else "HOME"): str(home_path), **(environment or {})},
        home=home_path,
        cwd=Path(cwd) if cwd else home_path,
        own=OwnFolders(own / "config", own / "state", own / "cache"),
        user_id=os.geteuid() if user_id is None else user_id,
        machine="arm64" if platform == "macos" else "amd64",
    )
