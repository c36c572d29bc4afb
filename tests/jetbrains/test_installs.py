"""JetBrains IDEs are found wherever installers put them, each once, by product-info.json."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from pyfakefs.fake_filesystem import FakeFilesystem, OSType
from pyfakefs.helpers import set_uid

from idecare.core.platforms import PlatformName
from idecare.jetbrains.folders import versions
from idecare.jetbrains.installs import installs
from tests.conftest import make_host
from tests.support.jetbrains import SYSTEMS, add_idea, add_install, product_info

MAC_TOOLBOX = "/Users/gopher/Library/Application Support/JetBrains/Toolbox"
LINUX_TOOLBOX = "/home/gopher/.local/share/JetBrains/Toolbox"
WINDOWS_LOCAL = "C:\\Users\\gopher\\AppData\\Local"
BUILD = "241.14494.240"


@pytest.mark.parametrize(
    ("platform", "folder", "source"),
    [
        pytest.param("macos", "/Applications/GoLand.app", "/Applications", id="macOS"),
        pytest.param("macos", "/Applications/GoLand 2024.1 EAP.app", "/Applications", id="macOS, renamed"),
        pytest.param("macos", "/Users/gopher/Applications/GoLand.app", "~/Applications", id="macOS, own"),
        pytest.param("macos", f"{MAC_TOOLBOX}/apps/Goland/ch-0/{BUILD}/GoLand.app", "Toolbox", id="macOS, Toolbox 1"),
        pytest.param("linux", "/opt/GoLand-2024.1", "/opt", id="Linux, /opt"),
        pytest.param("linux", "/usr/local/goland", "/usr/local", id="Linux, /usr/local"),
        pytest.param("linux", "/home/gopher/GoLand-2024.1.4", "home folder", id="Linux, home"),
        pytest.param("linux", "/snap/goland/current", "snap", id="Linux, snap"),
        pytest.param("linux", f"{LINUX_TOOLBOX}/apps/Goland/ch-0/{BUILD}", "Toolbox", id="Linux, Toolbox 1"),
        pytest.param("linux", f"{LINUX_TOOLBOX}/apps/goland", "Toolbox", id="Linux, Toolbox 2"),
        pytest.param("windows", "C:\\Program Files\\JetBrains\\GoLand 2024.1", "Program Files", id="Windows"),
        pytest.param(
            "windows", f"{WINDOWS_LOCAL}\\Programs\\GoLand", "%LOCALAPPDATA%\\Programs", id="Windows, Toolbox 2"
        ),
        pytest.param(
            "windows",
            f"{WINDOWS_LOCAL}\\JetBrains\\Toolbox\\apps\\Goland\\ch-0\\{BUILD}",
            "Toolbox",
            id="Windows, Toolbox 1",
        ),
    ],
)
def test_an_install_is_found(fs: FakeFilesystem, platform: PlatformName, folder: str, source: str) -> None:
    fs.os = SYSTEMS[platform]
    add_install(fs, folder, platform)
    (install,) = installs(make_host(platform))
    assert (install.path, install.source) == (Path(folder), source)
    assert (install.product, install.version, install.build) == ("goland", "2024.1.4", BUILD)
    assert (install.selector, install.managed) == ("GoLand2024.1", True)


@pytest.mark.parametrize(
    ("platform", "folder", "binary"),
    [
        pytest.param("macos", "/Applications/GoLand.app", "/Applications/GoLand.app/Contents/MacOS/goland", id="macOS"),
        pytest.param("linux", "/opt/goland", "/opt/goland/bin/goland", id="Linux"),
        pytest.param(
            "windows",
            "C:\\Program Files\\JetBrains\\GoLand",
            "C:\\Program Files\\JetBrains\\GoLand\\bin\\goland64.exe",
            id="Windows",
        ),
    ],
)
def test_the_binary_is_the_launcher(fs: FakeFilesystem, platform: PlatformName, folder: str, binary: str) -> None:
    fs.os = SYSTEMS[platform]
    add_install(fs, folder, platform)
    (install,) = installs(make_host(platform))
    assert install.binary == Path(binary)


def test_program_files_may_be_on_another_drive(fs: FakeFilesystem) -> None:
    fs.os = OSType.WINDOWS
    folder = add_install(fs, "D:\\Apps\\JetBrains\\GoLand 2024.1", "windows")
    assert [found.path for found in installs(make_host("windows", {"PROGRAMFILES": "D:\\Apps"}))] == [folder]


def test_toolbox_follows_xdg_data_home(fs: FakeFilesystem) -> None:
    folder = add_install(fs, "/data/JetBrains/Toolbox/apps/goland")
    assert [found.path for found in installs(make_host("linux", {"XDG_DATA_HOME": "/data"}))] == [folder]


@pytest.mark.parametrize(
    ("code", "name", "product", "managed"),
    [
        pytest.param("GO", "GoLand", "goland", True, id="GoLand"),
        pytest.param("IU", "IntelliJ IDEA", "idea", True, id="IDEA Ultimate"),
        pytest.param("IC", "IntelliJ IDEA CE", "IntelliJ IDEA CE", False, id="IDEA Community"),
        pytest.param("PY", "PyCharm", "PyCharm", False, id="PyCharm"),
        pytest.param("XX", None, "XX", False, id="a code without a name"),
    ],
)
def test_other_products_are_recognised_and_left_alone(
    fs: FakeFilesystem, code: str, name: str | None, product: str, managed: bool
) -> None:
    add_install(fs, "/opt/ide", productCode=code, name=name)
    (install,) = installs(make_host())
    assert (install.product, install.managed) == (product, managed)


def test_an_install_behind_a_link_is_listed_once(fs: FakeFilesystem) -> None:
    add_install(fs, "/opt/goland-2024.1")
    fs.create_symlink("/opt/goland", "/opt/goland-2024.1")
    fs.create_symlink("/home/gopher/goland", "/opt/goland")
    assert [found.path for found in installs(make_host())] == [Path("/opt/goland")]


def test_two_versions_side_by_side_are_two_installs(fs: FakeFilesystem) -> None:
    add_install(fs, "/opt/goland-2023.3", version="2023.3")
    add_install(fs, "/opt/goland-2024.1", version="2024.1")
    add_idea(fs, "/opt/idea-IU-241")
    assert [found.selector for found in installs(make_host())] == ["GoLand2023.3", "GoLand2024.1", "IntelliJIdea2024.1"]


def test_toolbox_inventory_leads_to_an_install_anywhere(fs: FakeFilesystem) -> None:
    add_install(fs, "/mnt/ides/goland")
    add_toolbox_state(fs, {"tools": [{"toolId": "Goland", "installLocation": "/mnt/ides/goland"}]})
    assert [(found.path, found.source) for found in installs(make_host())] == [(Path("/mnt/ides/goland"), "Toolbox")]


def test_toolbox_inventory_names_the_source_of_an_app_in_applications(fs: FakeFilesystem) -> None:
    fs.os = OSType.MACOS
    add_install(fs, "/Applications/GoLand.app", "macos")
    fs.create_file(
        f"{MAC_TOOLBOX}/state.json", contents=json.dumps({"tools": [{"installLocation": "/Applications/GoLand.app"}]})
    )
    assert [found.source for found in installs(make_host("macos"))] == ["Toolbox"]


@pytest.mark.parametrize(
    "state",
    [
        pytest.param({"tools": [{"installLocation": "/mnt/gone"}]}, id="a folder that is gone"),
        pytest.param({"tools": [{"installLocation": "mnt/goland"}]}, id="a relative folder"),
        pytest.param({"tools": [{"installLocation": "/mnt/\0goland"}]}, id="a NUL in the path"),
        pytest.param({"tools": [{"installLocation": "/mnt/\ud800"}]}, id="half a character in the path"),
        pytest.param({"tools": [{"installLocation": 5}]}, id="a number for a path"),
        pytest.param({"tools": ["Goland", None, 3]}, id="entries which are no objects"),
        pytest.param({"tools": {"Goland": "/mnt/goland"}}, id="an object for the list"),
        pytest.param(["tools"], id="a list for the object"),
    ],
)
def test_a_broken_toolbox_inventory_is_no_inventory(fs: FakeFilesystem, state: object) -> None:
    fs.create_dir("/mnt/goland")
    add_toolbox_state(fs, state)
    assert list(installs(make_host())) == []


@pytest.mark.parametrize(
    "contents",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b'{"productCode": "GO"', id="cut off"),
        pytest.param(b"[]", id="a list"),
        pytest.param(b"null", id="null"),
        pytest.param(b"[" * 100_000, id="nested too deeply"),
        pytest.param(b"{}", id="no product code"),
        pytest.param(b'{"productCode": 7}', id="a number for the code"),
        pytest.param(b"\xff\xfe{}", id="not UTF-8"),
    ],
)
def test_a_folder_with_a_broken_product_info_is_no_install(fs: FakeFilesystem, contents: bytes) -> None:
    fs.create_file("/opt/goland/product-info.json", contents=contents)
    assert list(installs(make_host())) == []


@pytest.mark.parametrize(
    "launch",
    [
        pytest.param(None, id="no launch records"),
        pytest.param([], id="an empty list of records"),
        pytest.param(["bin/goland"], id="a text for a record"),
        pytest.param([{"launcherPath": 1}], id="a number for the launcher"),
    ],
)
def test_an_install_without_a_launcher_has_no_binary(fs: FakeFilesystem, launch: object) -> None:
    add_install(fs, "/opt/goland", launch=launch)
    assert [found.binary for found in installs(make_host())] == [None]


@pytest.mark.parametrize("name", ["../../etc", "", "..", "a/b", "a\\b", None, 5, ["GoLand2024.1"]])
def test_a_data_folder_name_must_be_a_plain_name(fs: FakeFilesystem, name: object) -> None:
    add_install(fs, "/opt/goland", dataDirectoryName=name)
    assert [found.selector for found in installs(make_host())] == [None]


def test_files_and_link_loops_among_the_installs_are_skipped(fs: FakeFilesystem) -> None:
    fs.create_file("/opt/goland")
    fs.create_file("/usr/local")
    fs.create_symlink("/opt/a", "/opt/b")
    fs.create_symlink("/opt/b", "/opt/a")
    fs.create_symlink("/opt/gone", "/nowhere")
    fs.create_dir("/opt/goland-2024.1/product-info.json")
    assert list(installs(make_host())) == []


def test_a_folder_that_may_not_be_read_is_skipped(fs: FakeFilesystem) -> None:
    fs.create_file("/opt/secret/product-info.json", contents=json.dumps(product_info()))
    fs.chmod("/opt/secret", 0o000)
    fs.create_dir("/usr/local", perm_bits=0o000)
    add_install(fs, "/opt/goland")
    set_uid(1000)
    assert [found.path for found in installs(make_host())] == [Path("/opt/goland")]


@pytest.mark.parametrize("platform", ["linux", "macos", "windows"])
def test_nothing_is_found_on_a_bare_machine(fs: FakeFilesystem, platform: PlatformName) -> None:
    fs.os = SYSTEMS[platform]
    assert list(installs(make_host(platform))) == []


FLATPAK = "/var/lib/flatpak/app/com.jetbrains.GoLand/current/active/files/extra/goland"


def test_a_flatpak_has_its_settings_in_its_own_folder(fs: FakeFilesystem) -> None:
    add_install(fs, FLATPAK, "linux")
    host = make_host("linux")
    (install,) = installs(host)
    assert (str(install.path), install.source) == (FLATPAK, "Flatpak")
    own = "/home/gopher/.var/app/com.jetbrains.GoLand"
    (version,) = versions(host, [install])
    assert str(version.folders.options.path) == f"{own}/config/JetBrains/GoLand2024.1"
    assert str(version.folders.system.path) == f"{own}/cache/JetBrains/GoLand2024.1"


def test_a_tarball_anywhere_is_found_by_a_link_in_path(fs: FakeFilesystem) -> None:
    add_install(fs, "/data/ides/go", "linux")
    fs.create_file("/data/ides/go/bin/goland.sh")
    fs.create_symlink("/home/gopher/bin/goland", "/data/ides/go/bin/goland.sh")
    (install,) = installs(make_host("linux", {"PATH": "/home/gopher/bin"}))
    assert (str(install.path), install.source) == ("/data/ides/go", "/home/gopher/bin/goland in PATH")


def test_a_tarball_anywhere_is_found_by_its_menu_entry(fs: FakeFilesystem) -> None:
    add_install(fs, "/data/ides/go", "linux")
    entry = "/home/gopher/.local/share/applications/jetbrains-goland.desktop"
    fs.create_file(entry, contents='[Desktop Entry]\nExec="/data/ides/go/bin/goland" %u\n')
    (install,) = installs(make_host("linux"))
    assert (str(install.path), install.source) == ("/data/ides/go", "menu entry jetbrains-goland.desktop")


def test_a_backend_of_remote_development_is_listed_and_left_alone(fs: FakeFilesystem) -> None:
    add_install(fs, "/home/gopher/.cache/JetBrains/RemoteDev/dist/1a2b_goland-2024.1", "linux")
    (install,) = installs(make_host("linux"))
    assert (install.source, install.managed) == ("RemoteDev backend", False)


def test_an_install_with_a_damaged_description_is_one_all_the_same(fs: FakeFilesystem) -> None:
    fs.create_file("/opt/GoLand/product-info.json", contents="{")
    fs.create_file("/opt/GoLand/bin/goland")
    (install,) = installs(make_host("linux"))
    assert (install.product, install.selector, install.managed) == ("goland", None, True)


def add_toolbox_state(fs: FakeFilesystem, state: object) -> None:
    fs.create_file(f"{LINUX_TOOLBOX}/state.json", contents=json.dumps(state))
