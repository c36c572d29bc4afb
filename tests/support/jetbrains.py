"""Made-up JetBrains installs on the fake file system."""

from __future__ import annotations

import json
from pathlib import Path

from pyfakefs.fake_filesystem import FakeFilesystem, OSType

from idecare.core.platforms import PlatformName

SYSTEMS: dict[PlatformName, OSType] = {"linux": OSType.LINUX, "macos": OSType.MACOS, "windows": OSType.WINDOWS}
LAUNCHERS = {"linux": "bin/goland", "macos": "../MacOS/goland", "windows": "bin/goland64.exe"}
INFO_PATHS = {
    "linux": ("product-info.json",),
    "macos": ("Contents", "Resources", "product-info.json"),
    "windows": ("product-info.json",),
}


def product_info(platform: PlatformName = "linux", version: str = "2024.1", **changes: object) -> dict[str, object]:
    return {
        "name": "GoLand",
        "version": f"{version}.4",
        "buildNumber": "241.14494.240",
        "productCode": "GO",
        "dataDirectoryName": f"GoLand{version}",
        "productVendor": "JetBrains",
        "launch": [{"os": platform, "launcherPath": LAUNCHERS[platform]}],
        **changes,
    }


def add_install(
    fs: FakeFilesystem, folder: str, platform: PlatformName = "linux", version: str = "2024.1", **changes: object
) -> Path:
    """An installed GoLand, or what ``changes`` to its product-info.json make of it."""
    path = Path(folder).joinpath(*INFO_PATHS[platform])
    fs.create_file(path, contents=json.dumps(product_info(platform, version, **changes)))
    return Path(folder)


def add_idea(fs: FakeFilesystem, folder: str, platform: PlatformName = "linux", version: str = "2024.1") -> Path:
    changes = {"name": "IntelliJ IDEA", "productCode": "IU", "dataDirectoryName": f"IntelliJIdea{version}"}
    return add_install(fs, folder, platform, version, **changes)
