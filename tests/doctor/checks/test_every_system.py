"""All checks on the machines that this one is not: nothing there, or an IDE as it comes; no finding, and no crash."""

from __future__ import annotations

import json

import pytest
from pyfakefs.fake_filesystem import FakeFilesystem

from idecare.core.platforms import PlatformName
from idecare.doctor.runner import run_checks, select_checks
from idecare.doctor.snapshot import Snapshot
from idecare.vscode import go_extension, gopls_settings
from tests.conftest import HOMES, make_host
from tests.support.jetbrains import SYSTEMS
from tests.support.launcher import DIST_PATHS, INFO_FOLDERS, INSTALLS, JAVA

GROUPS = ("cgo", "delve", "goland", "vscode", "caches")
PLATFORMS: tuple[PlatformName, ...] = ("linux", "macos", "windows")
SETTINGS = {
    "linux": "/home/gopher/.config/Code/User/settings.json",
    "macos": "/Users/gopher/Library/Application Support/Code/User/settings.json",
    "windows": "C:\\Users\\gopher\\AppData\\Roaming\\Code\\User\\settings.json",
}


@pytest.fixture(scope="module", autouse=True)
def tables() -> None:
    """idecare's own tables are read before a made-up machine hides them; each is read once in a process."""
    go_extension.table_date()
    gopls_settings.table_date()


def states(snapshot: Snapshot) -> dict[str, str]:
    """Of every check that does not simply pass: what became of it, and what it says."""
    examined = run_checks(select_checks(GROUPS), snapshot, limit_seconds=60)
    return {one.check.id: f"{one.state}: {one.findings}" for one in examined if one.state != "passed"}


@pytest.mark.parametrize("platform", PLATFORMS)
def test_an_empty_machine_is_fine(fs: FakeFilesystem, platform: PlatformName) -> None:
    fs.os = SYSTEMS[platform]
    fs.create_dir(HOMES[platform])
    assert states(Snapshot(make_host(platform), go_installs=(), dry_starts={})) == {}


@pytest.mark.parametrize("platform", PLATFORMS)
def test_ides_as_they_come_are_fine(fs: FakeFilesystem, platform: PlatformName) -> None:
    fs.os = SYSTEMS[platform]
    install = INSTALLS[platform] if platform != "windows" else "C:\\Program Files\\JetBrains\\GoLand"
    info = INFO_FOLDERS[platform] if platform != "windows" else install
    launch = {"os": platform, "vmOptionsFilePath": DIST_PATHS[platform], "mainClass": "x"}
    values = {
        "productCode": "GO",
        "productVendor": "JetBrains",
        "envVarBaseName": "GOLAND",
        "buildNumber": "261.1",
        "dataDirectoryName": "GoLand2026.1",
        "version": "2026.1",
        "name": "GoLand",
        "launch": [launch],
    }
    slash = "\\" if platform == "windows" else "/"
    bundled = f"{install}/Contents/jbr" if platform == "macos" else f"{install}{slash}jbr"
    fs.create_file(f"{info}{slash}product-info.json", contents=json.dumps(values))
    fs.create_file(f"{info}{slash}{DIST_PATHS[platform]}", contents="-Xms128m\n-Xmx2048m\n")
    fs.create_file(f"{bundled}{slash}{JAVA[platform]}", st_mode=0o100755)
    fs.create_file(SETTINGS[platform], contents='{ "go.useLanguageServer": true, }')
    snapshot = Snapshot(make_host(platform), go_installs=(), dry_starts={})
    assert [target.name for _, target in snapshot.jetbrains] == ["GoLand2026.1"]
    assert [target.name for target in snapshot.vscode] == ["Code"]
    assert states(snapshot) == {}
