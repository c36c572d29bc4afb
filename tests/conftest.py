"""Fixtures for every test; the real home and the real caches are out of reach for all of them."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

import pytest

from idecare.core.host import Host, OwnFolders
from idecare.core.platforms import PLATFORMS, PlatformName
from tests.support.go_programs import cross_build as cross_build
from tests.support.go_programs import go_programs as go_programs

HOMES = {"linux": "/home/gopher", "macos": "/Users/gopher", "windows": "C:\\Users\\gopher"}


def pytest_addoption(parser: pytest.Parser) -> None:
    # Here and not in tests/e2e, whose conftest is too late when all of tests is run.
    parser.addoption("--soak", type=float, metavar="SECONDS", help="how long go commands run under a cleaner")


@pytest.fixture(autouse=True)
def no_real_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Point everything that leads to the user's own files at an empty folder."""
    home = tmp_path_factory.mktemp("home")
    for name in list(os.environ):
        if name.startswith(("GO", "XDG_", "IDECARE", "VSCODE", "GOLAND", "IDEA")) and name != "GOPROXY":
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("USERPROFILE", str(home))


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
