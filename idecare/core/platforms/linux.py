"""Linux and other XDG systems."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from idecare.core.platforms.base import BaseFolders, Platform, first_folder, under


def base_folders(environment: Mapping[str, str], home: Path | None) -> BaseFolders:
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


LINUX = Platform("linux", base_folders)
