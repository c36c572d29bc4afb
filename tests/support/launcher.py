"""The machines of the launcher vectors, built on the fake file system.

The vectors in tests/data/launcher state what JetBrains' launcher does, by its own tests or by its source; each family
is a file, and each case says what is on the machine and what must come out.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from pyfakefs.fake_filesystem import FakeFilesystem

from idecare.core.host import Host
from idecare.core.platforms import PlatformName
from tests.conftest import make_host
from tests.support.jetbrains import SYSTEMS

DATA = Path(__file__).parent.parent / "data" / "launcher"
Case = dict[str, Any]

USERS: dict[str, str] = {"linux": "/home/u", "macos": "/Users/u", "windows": "C:\\Users\\u"}
INSTALLS = {"linux": "/opt/GoLand-2026.1", "macos": "/Applications/GoLand.app", "windows": "C:\\GoLand"}
HOMES = {**INSTALLS, "macos": "/Applications/GoLand.app/Contents"}
INFO_FOLDERS = {**HOMES, "macos": "/Applications/GoLand.app/Contents/Resources"}
DIST_PATHS = {
    "linux": "bin/goland64.vmoptions",
    "macos": "../bin/goland.vmoptions",
    "windows": "bin/goland64.exe.vmoptions",
}
DIST_TEXT = "-Xms128m\n-Xmx2048m\n-XX:+UseG1GC\n-ea\n"
JAVA = {"linux": "bin/java", "macos": "Contents/Home/bin/java", "windows": "bin\\java.exe"}


def cases(family: str) -> list[Any]:
    """The cases of a family as pytest parameters."""
    found = json.loads((DATA / f"{family}.json").read_text(encoding="utf-8"))["cases"]
    return [pytest.param(case, id="-".join(filter(None, (case["id"], case.get("variant"))))) for case in found]


def descriptor(platform: str, custom_commands: Any = None, records: int = 1) -> str:
    """The text of the fixture's product-info.json."""
    launch = {
        "os": platform,
        "vmOptionsFilePath": DIST_PATHS[platform],
        "mainClass": "com.intellij.idea.Main",
        "bootClassPathJarNames": ["app.jar", "idea_rt.jar"],
        "additionalJvmArguments": ["-Didea.vendor.name=JetBrains", "-Didea.paths.selector=GoLand2026.1"],
        **({"customCommands": custom_commands} if custom_commands else {}),
    }
    values = {
        "productCode": "GO",
        "productVendor": "JetBrains",
        "envVarBaseName": "GOLAND",
        "dataDirectoryName": "GoLand2026.1",
        "buildNumber": "261.22158.291",
        "launch": [launch] * records,
    }
    return json.dumps(values)


def build(fs: FakeFilesystem, case: Case, with_install: bool = True) -> Host:
    """The machine of a case: its files, runtimes, install and environment."""
    platform: PlatformName = case["os"]
    fs.os = SYSTEMS[platform]
    fs.create_dir(USERS[platform])
    if with_install:
        add_install(fs, case)
    for runtime in case.get("runtimes", ()):
        fs.create_file(str(Path(runtime) / JAVA[platform]), st_mode=0o100755)
    for path, content in sorted(case.get("files", {}).items(), key=lambda item: isinstance(item[1], dict)):
        add_file(fs, path, content, platform)
    return make_host(platform, case.get("env"), home=USERS[platform])


def add_install(fs: FakeFilesystem, case: Case) -> None:
    platform = case["os"]
    folder = Path(INFO_FOLDERS[platform])
    text = descriptor(platform, case.get("customCommands"), case.get("launchRecords", 1))
    fs.create_file(str(folder / "product-info.json"), contents=text)
    dist = case.get("dist", DIST_TEXT)
    fs.create_dir(f"{HOMES[platform]}/bin")
    if dist is not None:
        fs.create_file(str(folder / DIST_PATHS[platform]), contents=dist)


def add_file(fs: FakeFilesystem, path: str, content: str | Mapping[str, Any], platform: str) -> None:
    match content:
        case str():
            fs.create_file(path, contents=content.encode())
        case {"text": text, "mode": mode}:
            fs.create_file(path, contents=text, st_mode=0o100000 | int(mode, 8))
        case {"hex": digits}:
            fs.create_file(path, contents=bytes.fromhex(digits))
        case {"dir": True}:
            fs.create_dir(path)
        case {"link": target}:
            fs.create_symlink(path, target)
        case {"descriptor": True}:
            fs.create_file(path, contents=descriptor(platform))
        case _:
            raise AssertionError(f"unknown content {content!r}")
