"""macOS."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from idecare.core.platforms.base import BaseFolders, Platform, first_folder, under


def base_folders(environment: Mapping[str, str], home: Path | None) -> BaseFolders:
    """The Library folders; XDG variables play no part."""
    support = under(home, "Library", "Application Support")
    return BaseFolders(
        config=support,
        cache=under(home, "Library", "Caches"),
        data=support,
        state=support,
        temp=first_folder(environment, "TMPDIR") or Path("/tmp"),
    )


MACOS = Platform("macos", base_folders)
