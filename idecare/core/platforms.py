"""The three operating systems as values: where programs keep their per-user files on each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Literal

from idecare.core.frozen import frozen

PlatformName = Literal["linux", "macos", "windows"]


@frozen
class BaseFolders:
    """Base folders of one user. ``cache`` and ``config`` follow Go's os.UserCacheDir and os.UserConfigDir.

    ``None``: the variable it depends on is not set, and no home is known.
    """

    config: Path | None
    cache: Path | None
    data: Path | None
    state: Path | None  # what should survive, but is no setting: journals, logs
    temp: Path


@frozen
class Platform:
    name: PlatformName
    base_folders: Callable[[Mapping[str, str], Path | None], BaseFolders]
    home_variable: str = "HOME"
    list_separator: str = ":"  # in PATH and its like
    program_suffix: str = ""

    def home_in(self, environment: Mapping[str, str]) -> Path | None:
        """The home folder that a process with these variables sees."""
        return first_folder(environment, self.home_variable)


def under(home: Path | None, *parts: str) -> Path | None:
    """``home`` joined with ``parts``; ``None`` without a home."""
    return None if home is None else home.joinpath(*parts)


def first_folder(environment: Mapping[str, str], *names: str) -> Path | None:
    """The first of the variables ``names`` that is set and not empty, as a path."""
    return next((Path(environment[name]) for name in names if environment.get(name)), None)


def _linux_folders(environment: Mapping[str, str], home: Path | None) -> BaseFolders:
    """XDG base folders (freedesktop.org basedir 0.8). A relative XDG value is ignored, as that specification asks."""

    def xdg(variable: str, *fallback: str) -> Path | None:
        folder = first_folder(environment, variable)
        return folder if folder is not None and folder.is_absolute() else under(home, *fallback)

    return BaseFolders(
        config=xdg("XDG_CONFIG_HOME", ".config"),
        cache=xdg("XDG_CACHE_HOME", ".cache"),
        data=xdg("XDG_DATA_HOME", ".local", "share"),
        state=xdg("XDG_STATE_HOME", ".local", "state"),
        temp=first_folder(environment, "TMPDIR") or Path("/tmp"),
    )


LINUX = Platform("linux", _linux_folders)


def _macos_folders(environment: Mapping[str, str], home: Path | None) -> BaseFolders:
    """The Library folders; XDG variables play no part."""
    support = under(home, "Library", "Application Support")
    return BaseFolders(
        config=support,
        cache=under(home, "Library", "Caches"),
        data=support,
        state=support,
        temp=first_folder(environment, "TMPDIR") or Path("/tmp"),
    )


MACOS = Platform("macos", _macos_folders)


def _windows_folders(environment: Mapping[str, str], home: Path | None) -> BaseFolders:
    """%APPDATA% and %LOCALAPPDATA%, else their places under the profile folder."""
    local = first_folder(environment, "LOCALAPPDATA", "LocalAppData") or under(home, "AppData", "Local")
    return BaseFolders(
        config=first_folder(environment, "APPDATA", "AppData") or under(home, "AppData", "Roaming"),
        cache=local,
        data=local,
        state=local,
        temp=first_folder(environment, "TMP", "TEMP", "USERPROFILE") or Path("C:\\Windows\\Temp"),
    )


WINDOWS = Platform("windows", _windows_folders, "USERPROFILE", ";", ".exe")
PLATFORMS: dict[PlatformName, Platform] = {"linux": LINUX, "macos": MACOS, "windows": WINDOWS}
