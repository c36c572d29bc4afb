"""The three operating systems, each in a module of its own."""

from __future__ import annotations

from idecare.core.platforms.base import BaseFolders, Platform, PlatformName
from idecare.core.platforms.linux import LINUX
from idecare.core.platforms.macos import MACOS
from idecare.core.platforms.windows import WINDOWS

PLATFORMS: dict[PlatformName, Platform] = {"linux": LINUX, "macos": MACOS, "windows": WINDOWS}

__all__ = ["LINUX", "MACOS", "PLATFORMS", "WINDOWS", "BaseFolders", "Platform", "PlatformName"]
