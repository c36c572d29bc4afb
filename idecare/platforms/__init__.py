"""The three operating systems, each in a module of its own."""

from __future__ import annotations

from idecare.platforms.base import BaseFolders, Platform, PlatformName
from idecare.platforms.linux import LINUX
from idecare.platforms.macos import MACOS
from idecare.platforms.windows import WINDOWS

PLATFORMS: dict[PlatformName, Platform] = {"linux": LINUX, "macos": MACOS, "windows": WINDOWS}

__all__ = ["LINUX", "MACOS", "PLATFORMS", "WINDOWS", "BaseFolders", "Platform", "PlatformName"]
