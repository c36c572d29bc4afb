"""The question each operating system answers: where do programs keep their per-user files."""

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


def under(home: Path | None, *parts: str) -> Path | None:
    """``home`` joined with ``parts``; ``None`` without a home."""
    return None if home is None else home.joinpath(*parts)


def first_folder(environment: Mapping[str, str], *names: str) -> Path | None:
    """The first of the variables ``names`` that is set and not empty, as a path."""
    return next((Path(environment[name]) for name in names if environment.get(name)), None)
