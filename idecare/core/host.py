"""The Host value: all that idecare knows of the machine and the user before it reads any file.

``read_host`` is the one reader of ``sys.platform``, the process environment and the home folder.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from idecare.core.platforms import LINUX, MACOS, WINDOWS, BaseFolders, Platform

MACHINES = {"x86_64": "amd64", "amd64": "amd64", "aarch64": "arm64", "arm64": "arm64"}


@dataclass(frozen=True)
class OwnFolders:
    """idecare's own folders: settings, journal and held edits, remembered sizes."""

    config: Path
    state: Path
    cache: Path


def settings_path(config_folder: Path) -> Path:
    """Where idecare's own settings are."""
    return config_folder / "config.toml"


@dataclass(frozen=True)
class Host:
    """One user on one machine.

    ``home`` is $HOME (%USERPROFILE% on Windows) or, where that is not set, the account's home; ``None`` where there
    is neither. ``user_id`` is the effective numeric user id, ``None`` on Windows. ``machine`` is that of the hardware
    in Go's spelling (``amd64``, ``arm64``); ``is_translated``: this process runs under Rosetta. ``release`` is the
    kernel's: Darwin 24.x is macOS 15, Darwin 25.x is macOS 26.
    """

    platform: Platform
    environment: Mapping[str, str]
    home: Path | None
    cwd: Path
    own: OwnFolders
    user_id: int | None = None
    machine: str = "amd64"
    is_translated: bool = False
    release: str = ""
    folders: BaseFolders = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "folders", self.platform.base_folders(self.environment, self.home))

    def variable(self, name: str) -> str | None:
        """The environment variable, ``None`` when unset or empty."""
        return self.environment.get(name) or None

    @property
    def is_ci(self) -> bool:
        """Whether this is a job of a CI service: all but Azure Pipelines (TF_BUILD) set CI to true, or to 1."""
        return (self.variable("CI") or self.variable("TF_BUILD") or "").lower() in ("true", "1")

    @cached_property
    def search_path(self) -> tuple[Path, ...]:
        """The absolute folders of PATH, in order, without repeats."""
        parts = self.environment.get("PATH", "").split(self.platform.list_separator)
        folders = (Path(part) for part in parts if part)
        return tuple(dict.fromkeys(folder for folder in folders if folder.is_absolute()))


def read_host() -> Host:
    """Read this process's platform, environment, home and working folder."""
    environment = dict(os.environ)
    platform = {"darwin": MACOS, "win32": WINDOWS}.get(sys.platform, LINUX)
    home = _home(platform, environment)
    machine, is_translated = _machine(environment)
    return Host(
        platform=platform,
        environment=environment,
        home=home,
        cwd=_working_folder(home),
        own=_own_folders(platform.base_folders(environment, home)),
        user_id=os.geteuid() if hasattr(os, "geteuid") else None,
        machine=machine,
        is_translated=is_translated,
        release=os.uname().release if hasattr(os, "uname") else "",
    )


def _home(platform: Platform, environment: Mapping[str, str]) -> Path | None:
    try:
        home = platform.home_in(environment) or Path.home()
    except RuntimeError:  # no variable and no account entry, as in a container run with an unknown user id
        return None
    return home if home.is_absolute() else None


def _machine(environment: Mapping[str, str]) -> tuple[str, bool]:
    """The hardware's architecture, and whether this process runs under Rosetta."""
    if not hasattr(os, "uname"):
        name = environment.get("PROCESSOR_ARCHITECTURE") or _built_for()
        return MACHINES.get(name.lower(), name.lower()), False
    return true_machine(os.uname().machine, os.uname().version)


def _built_for() -> str:
    """The architecture of this Python: ``amd64`` of ``win-amd64``."""
    import sysconfig  # only where Windows has lost its own variable

    return sysconfig.get_platform().removeprefix("win-")


def true_machine(name: str, version: str) -> tuple[str, bool]:
    """Under Rosetta uname says x86_64, its version names the Apple silicon kernel (go1.27.3, src/cmd/dist/main.go)."""
    machine = MACHINES.get(name.lower(), name.lower())
    is_apple_silicon = "RELEASE_ARM64" in version
    return ("arm64" if is_apple_silicon else machine), is_apple_silicon and machine == "amd64"


def _working_folder(home: Path | None) -> Path:
    try:
        return Path.cwd()
    except FileNotFoundError:  # the shell is in a folder that was removed
        return home or Path("/")


def _own_folders(folders: BaseFolders) -> OwnFolders:
    """idecare's folders among the user's; in the temp folder, apart for each user, where there is no home."""
    if folders.config is None or folders.state is None or folders.cache is None:
        base = folders.temp / f"idecare-{os.geteuid() if hasattr(os, 'geteuid') else 0}"
        return OwnFolders(config=base / "config", state=base / "state", cache=base / "cache")
    return OwnFolders(*(folder / "idecare" for folder in (folders.config, folders.state, folders.cache)))
