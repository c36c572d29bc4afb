"""The Host value: all that idecare knows of the machine and the user before it looks at any file.

``read_host`` is the one reader of ``sys.platform``, the process environment and the home folder.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from idecare.platforms import LINUX, MACOS, WINDOWS, BaseFolders, Platform

MACHINES = {"x86_64": "amd64", "amd64": "amd64", "aarch64": "arm64", "arm64": "arm64"}


@dataclass(frozen=True)
class OwnFolders:
    """idecare's own folders: settings, journal and held edits, remembered sizes."""

    config: Path
    state: Path
    cache: Path


@dataclass(frozen=True)
class Host:
    """One user on one machine.

    ``home`` is $HOME (%USERPROFILE% on Windows) or, where that is not set, the account's home; ``None`` where there
    is neither. ``user_id`` is the effective numeric user id, ``None`` on Windows. ``machine`` is in Go's spelling
    (``amd64``, ``arm64``).
    """

    platform: Platform
    environment: Mapping[str, str]
    home: Path | None
    cwd: Path
    own: OwnFolders
    user_id: int | None = None
    machine: str = "amd64"
    folders: BaseFolders = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "folders", self.platform.base_folders(self.environment, self.home))

    def variable(self, name: str) -> str | None:
        """The environment variable, ``None`` when unset or empty."""
        return self.environment.get(name) or None

    @cached_property
    def search_path(self) -> tuple[Path, ...]:
        """The absolute folders of PATH, in order, without repeats."""
        separator = ";" if self.platform is WINDOWS else ":"
        folders = (Path(part) for part in self.environment.get("PATH", "").split(separator) if part)
        return tuple(dict.fromkeys(folder for folder in folders if folder.is_absolute()))


def read_host() -> Host:
    """Read this process's platform, environment, home and working folder."""
    environment = dict(os.environ)
    home = _home(environment)
    return Host(
        platform={"darwin": MACOS, "win32": WINDOWS}.get(sys.platform, LINUX),
        environment=environment,
        home=home,
        cwd=_working_folder(home),
        own=_own_folders(home),
        user_id=os.geteuid() if hasattr(os, "geteuid") else None,
        machine=_machine(environment),
    )


def _home(environment: Mapping[str, str]) -> Path | None:
    variable = environment.get("USERPROFILE" if sys.platform == "win32" else "HOME")
    try:
        home = Path(variable) if variable else Path.home()
    except RuntimeError:  # no variable and no account entry, as in a container run with an unknown user id
        return None
    return home if home.is_absolute() else None


def _machine(environment: Mapping[str, str]) -> str:
    name = os.uname().machine if hasattr(os, "uname") else environment.get("PROCESSOR_ARCHITECTURE", "")
    return MACHINES.get(name.lower(), name.lower())


def _working_folder(home: Path | None) -> Path:
    try:
        return Path.cwd()
    except FileNotFoundError:  # the shell stands in a folder that was removed
        return home or Path("/")


def _own_folders(home: Path | None) -> OwnFolders:
    from platformdirs import PlatformDirs

    if home is None:
        base = Path(os.environ.get("TMPDIR") or "/tmp") / f"idecare-{os.geteuid() if hasattr(os, 'geteuid') else 0}"
        return OwnFolders(config=base / "config", state=base / "state", cache=base / "cache")
    folders = PlatformDirs("idecare", appauthor=False)
    return OwnFolders(config=folders.user_config_path, state=folders.user_state_path, cache=folders.user_cache_path)
