"""Windows: layouts only; nothing is deleted there."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from idecare.core.platforms.base import BaseFolders, Platform, first_folder, under


def base_folders(environment: Mapping[str, str], home: Path | None) -> BaseFolders:
    """%APPDATA% and %LOCALAPPDATA%, else their places under the profile folder."""
    local = first_folder(environment, "LOCALAPPDATA", "LocalAppData") or under(home, "AppData", "Local")
    return BaseFolders(
        config=first_folder(environment, "APPDATA", "AppData") or under(home, "AppData", "Roaming"),
        cache=local,
        data=local,
        state=local,
        temp=first_folder(environment, "TMP", "TEMP", "USERPROFILE") or Path("C:\\Windows\\Temp"),
    )


WINDOWS = Platform("windows", base_folders)
