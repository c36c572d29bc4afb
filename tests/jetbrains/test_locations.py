"""The caches and configuration files of GoLand and IntelliJ IDEA are listed with why they are there."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from pyfakefs.fake_filesystem import FakeFilesystem, OSType
from pyfakefs.helpers import set_uid

from idecare.caches.discovery import with_target
from idecare.core.locations import CacheLocation
from idecare.core.platforms import PlatformName
from idecare.jetbrains.locations import JETBRAINS
from tests.conftest import make_host
from tests.support.jetbrains import SYSTEMS, add_idea, add_install

CONFIG_ROOT = "/home/gopher/.config/JetBrains"
SYSTEM_ROOT = "/home/gopher/.cache/JetBrains"
CONFIG = f"{CONFIG_ROOT}/GoLand2024.1"
SYSTEM = f"{SYSTEM_ROOT}/GoLand2024.1"


def caches(platform: PlatformName = "linux", environment: Mapping[str, str] | None = None) -> dict[str, CacheLocation]:
    found = [with_target(location) for location in JETBRAINS.caches(make_host(platform, environment))]
    assert len({location.name for location in found}) == len(found)
    return {location.name: location for location in found}


@pytest.mark.parametrize(
    ("platform", "config", "system"),
    [
        pytest.param("linux", CONFIG, SYSTEM, id="Linux"),
        pytest.param(
            "macos",
            "/Users/gopher/Library/Application Support/JetBrains/GoLand2024.1",
            "/Users/gopher/Library/Caches/JetBrains/GoLand2024.1",
            id="macOS",
        ),
        pytest.param(
            "windows",
            "C:\\Users\\gopher\\AppData\\Roaming\\JetBrains\\GoLand2024.1",
            "C:\\Users\\gopher\\AppData\\Local\\JetBrains\\GoLand2024.1",
            id="Windows",
        ),
    ],
)
def test_the_index_of_a_configured_goland(fs: FakeFilesystem, platform: PlatformName, config: str, system: str) -> None:
    fs.os = SYSTEMS[platform]
    fs.create_dir(config)
    fs.create_dir(Path(system) / "index")
    index = caches(platform)["GoLand2024.1 index"]
    assert (index.path, index.source, index.target) == (Path(system) / "index", "default", "goland")
    assert (index.problem, index.effective) == (None, True)
    assert index.ide is not None
    assert index.ide.lock == Path(config) / ".lock"


def test_what_is_not_the_index_is_shown_and_never_a_target(fs: FakeFilesystem) -> None:
    add_install(fs, "/opt/goland")
    for name in ("index", "caches", "LocalHistory", "projects", "log", "plugins", "tmp", "goIndex"):
        fs.create_dir(f"{SYSTEM}/{name}")
    assert {name: (location.path.name, location.target) for name, location in caches().items()} == {
        "GoLand2024.1 index": ("index", "goland"),
        "GoLand2024.1 VFS caches": ("caches", None),
        "GoLand2024.1 Local History": ("LocalHistory", None),
        "GoLand2024.1 projects": ("projects", None),
        "GoLand2024.1 logs": ("log", None),
    }


def test_a_missing_index_is_shown_where_there_is_a_system_folder(fs: FakeFilesystem) -> None:
    fs.create_dir(CONFIG)
    fs.create_dir(SYSTEM)
    assert list(caches()) == ["GoLand2024.1 index"]


def test_a_goland_that_never_ran_has_no_caches(fs: FakeFilesystem) -> None:
    add_install(fs, "/opt/goland")
    fs.create_dir(CONFIG)
    assert caches() == {}


def test_the_index_of_idea_is_shown_and_never_a_target(fs: FakeFilesystem) -> None:
    add_idea(fs, "/opt/idea-IU-241")
    fs.create_dir(f"{SYSTEM_ROOT}/IntelliJIdea2024.1/index")
    index = caches()["IntelliJIdea2024.1 index"]
    assert (index.target, index.problem) == (None, None)
    assert index.ide is not None
    assert index.ide.product == "idea"
    assert "idea64.exe" in index.ide.executables


def test_other_products_are_left_alone(fs: FakeFilesystem) -> None:
    add_install(fs, "/opt/pycharm", productCode="PY", dataDirectoryName="PyCharm2024.1")
    for name in ("PyCharm2024.1", "IdeaIC2024.1", "GoLand", "GoLand2024.1-backup", "Toolbox", "NotGoLand2024.1"):
        fs.create_dir(f"{SYSTEM_ROOT}/{name}/index")
        fs.create_dir(f"{CONFIG_ROOT}/{name}")
    assert caches() == {}


def test_a_system_folder_that_nothing_vouches_for_is_a_problem(fs: FakeFilesystem) -> None:
    fs.create_dir(f"{SYSTEM}/index")
    assert caches()["GoLand2024.1 index"].problem == "no GoLand config folder or install has the name GoLand2024.1"


def test_an_install_vouches_for_a_system_folder(fs: FakeFilesystem) -> None:
    add_install(fs, "/opt/goland")
    fs.create_dir(f"{SYSTEM}/index")
    assert caches()["GoLand2024.1 index"].problem is None


def test_an_install_vouches_for_a_data_folder_of_any_name(fs: FakeFilesystem) -> None:
    add_install(fs, "/opt/goland", dataDirectoryName="GoLandNightly")
    fs.create_dir(f"{SYSTEM_ROOT}/GoLandNightly/index")
    assert caches()["GoLandNightly index"].target == "goland"


def test_the_caches_of_a_version_which_is_gone_are_leftovers(fs: FakeFilesystem) -> None:
    add_install(fs, "/opt/goland")
    fs.create_dir(f"{CONFIG_ROOT}/GoLand2023.1")
    fs.create_dir(f"{SYSTEM_ROOT}/GoLand2023.1/index")
    fs.create_dir(f"{SYSTEM}/index")
    found = caches()
    assert found["GoLand2024.1 index"].effective
    assert not found["GoLand2023.1 index"].effective
    assert found["GoLand2023.1 index"].source == "default; GoLand2023.1 has no install that was found"


def test_nothing_is_a_leftover_while_no_install_is_known(fs: FakeFilesystem) -> None:
    add_idea(fs, "/opt/idea-IU-241")
    fs.create_dir(f"{CONFIG_ROOT}/GoLand2023.1")
    fs.create_dir(f"{SYSTEM_ROOT}/GoLand2023.1/index")
    assert caches()["GoLand2023.1 index"].effective


def test_the_ide_of_an_index_tells_how_to_see_it_at_work(fs: FakeFilesystem) -> None:
    add_install(fs, "/opt/goland-2024.1")
    fs.create_symlink("/home/gopher/goland", "/opt/goland-2024.1")
    fs.create_symlink("/opt/goland", "/opt/goland-2024.1")
    fs.create_file(f"{CONFIG}/idea.properties", contents="idea.config.path=/c")
    fs.create_dir(f"{SYSTEM}/index")
    ide = caches()["GoLand2024.1 index"].ide
    assert ide is not None
    assert (ide.product, ide.name, ide.lock) == ("goland", "GoLand2024.1", Path("/c/.lock"))
    assert ide.homes == (Path("/opt/goland"), Path("/opt/goland-2024.1"))
    assert ide.executables == ("goland", "goland64", "goland.exe", "goland64.exe")


def test_a_moved_system_folder_takes_everything_along(fs: FakeFilesystem) -> None:
    fs.create_file(f"{CONFIG}/idea.properties", contents="idea.system.path=/fast")
    for name in ("index", "caches", "log"):
        fs.create_dir(f"/fast/{name}")
        fs.create_dir(f"{SYSTEM}/{name}")
    assert {location.path for location in caches().values()} == {
        Path("/fast/index"),
        Path("/fast/caches"),
        Path("/fast/log"),
    }


def test_a_config_folder_elsewhere_vouches_for_a_system_folder(fs: FakeFilesystem) -> None:
    fs.create_file("/home/gopher/idea.properties", contents="idea.config.path=/c")
    fs.create_dir("/c")
    fs.create_dir(f"{SYSTEM}/index")
    assert caches()["GoLand2024.1 index"].problem is None


@pytest.mark.parametrize("variable", ["XDG_CACHE_HOME", "XDG_CONFIG_HOME"])
def test_a_relative_xdg_value_is_a_problem_of_the_index(fs: FakeFilesystem, variable: str) -> None:
    fs.create_dir(CONFIG)
    fs.create_dir(f"{SYSTEM}/index")
    problem = caches(environment={variable: "here"})["GoLand2024.1 index"].problem
    assert problem == f"{variable} is not an absolute path, so it depends on where the IDE was started"


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        pytest.param(
            f"index_root_path={CONFIG}", "the index folder also holds settings or other caches", id="index in config"
        ),
        pytest.param(
            "index_root_path=/home", "the index folder also holds settings or other caches", id="index above all"
        ),
        pytest.param(
            f"idea.system.path={CONFIG}",
            "config and system folder are the same, with which the IDE refuses to start",
            id="system in config",
        ),
        pytest.param(
            "idea.config.path=here",
            "idea.config.path is not an absolute path, so it depends on where the IDE was started",
            id="a lock that cannot be found",
        ),
    ],
)
def test_an_index_that_cannot_be_told_apart_is_a_problem(fs: FakeFilesystem, line: str, problem: str) -> None:
    fs.create_dir(SYSTEM)
    fs.create_file(f"{CONFIG}/idea.properties", contents=line)
    assert caches()["GoLand2024.1 index"].problem == problem


def test_folders_shared_by_all_versions_belong_to_the_installed_one(fs: FakeFilesystem) -> None:
    fs.create_file("/home/gopher/idea.properties", contents="idea.system.path=/fast")
    fs.create_dir("/fast/index")
    fs.create_dir(f"{CONFIG_ROOT}/GoLand2023.1")
    add_install(fs, "/opt/goland")
    assert {name: location.problem for name, location in caches().items()} == {"GoLand2024.1 index": None}


def test_folders_shared_by_two_installed_versions_are_a_problem(fs: FakeFilesystem) -> None:
    fs.create_file("/home/gopher/idea.properties", contents="idea.system.path=/fast")
    fs.create_dir("/fast/index")
    add_install(fs, "/opt/goland-2023.3", version="2023.3")
    add_install(fs, "/opt/goland-2024.1")
    problem = "two versions of an IDE, or two of its folders, are at this path"
    assert {name: location.problem for name, location in caches().items()} == {
        "GoLand2023.3 index": problem,
        "GoLand2024.1 index": problem,
    }


def test_folders_shared_by_leftovers_alone_are_a_problem(fs: FakeFilesystem) -> None:
    fs.create_file("/home/gopher/idea.properties", contents="idea.system.path=/fast")
    fs.create_file(f"{CONFIG}/idea.properties", contents=f"idea.system.path={SYSTEM}")
    fs.create_dir("/fast/index")
    fs.create_dir(f"{CONFIG_ROOT}/GoLand2023.1")
    fs.create_dir(f"{CONFIG_ROOT}/GoLand2023.2")
    add_install(fs, "/opt/goland")
    problem = "two versions of an IDE, or two of its folders, are at this path"
    assert {name: location.problem for name, location in caches().items()} == {
        "GoLand2023.1 index": problem,
        "GoLand2023.2 index": problem,
    }


def test_property_files_that_cannot_be_located_are_a_problem(fs: FakeFilesystem) -> None:
    fs.create_file("/home/gopher/idea.properties", contents="idea.config.path=/c")
    fs.create_dir("/c")
    fs.create_dir(f"{SYSTEM}/index")
    problem = caches(environment={"XDG_CONFIG_HOME": "here"})["GoLand2024.1 index"].problem
    assert problem == "XDG_CONFIG_HOME is not an absolute path, so it depends on where the IDE was started"


def test_logs_on_macos_are_apart(fs: FakeFilesystem) -> None:
    fs.os = OSType.MACOS
    add_install(fs, "/Applications/GoLand.app", "macos")
    fs.create_dir("/Users/gopher/Library/Logs/JetBrains/GoLand2024.1")
    assert [location.path for location in caches("macos").values()] == [
        Path("/Users/gopher/Library/Logs/JetBrains/GoLand2024.1")
    ]


def test_what_crashes_left_in_the_home_folder(fs: FakeFilesystem) -> None:
    for name in ("java_error_in_goland.hprof", "java_error_in_goland_4711.log", "java_error_in_idea.hprof"):
        fs.create_file(f"/home/gopher/{name}")
    fs.create_file("/home/gopher/java_error_in_goland.txt")
    fs.create_file("/home/gopher/java_error_in_pycharm.hprof")
    fs.create_dir("/home/gopher/java_error_in_goland_folder.log")
    found = caches()
    assert {name: (location.path.name, location.target) for name, location in found.items()} == {
        "GoLand heap dump": ("java_error_in_goland.hprof", None),
        "GoLand crash log": ("java_error_in_goland_4711.log", None),
        "IntelliJIdea heap dump": ("java_error_in_idea.hprof", None),
    }


@pytest.mark.parametrize("platform", ["linux", "macos", "windows"])
def test_nothing_is_found_without_a_home(fs: FakeFilesystem, platform: PlatformName) -> None:
    fs.os = SYSTEMS[platform]
    host = replace(make_host(platform, {"HOME": "", "USERPROFILE": ""}), home=None)
    assert (list(JETBRAINS.caches(host)), list(JETBRAINS.configs(host))) == ([], [])


def test_files_where_folders_are_expected_are_skipped(fs: FakeFilesystem) -> None:
    fs.create_file(CONFIG)
    fs.create_file(SYSTEM)
    assert caches() == {}


def test_link_loops_and_odd_names_are_skipped(fs: FakeFilesystem) -> None:
    fs.create_symlink(f"{SYSTEM_ROOT}/GoLand2024.1", f"{SYSTEM_ROOT}/GoLand2024.2")
    fs.create_symlink(f"{SYSTEM_ROOT}/GoLand2024.2", f"{SYSTEM_ROOT}/GoLand2024.1")
    fs.create_dir(f"{CONFIG_ROOT}/GoLand2024.\udcff")
    fs.create_dir("/home/gopher/java_error_in_goland_\udcff.log")
    assert caches() == {}


def test_folders_that_may_not_be_read_are_skipped(fs: FakeFilesystem) -> None:
    fs.create_dir(f"{SYSTEM}/index")
    fs.chmod(SYSTEM_ROOT, 0o000)
    fs.create_dir(CONFIG_ROOT)
    fs.chmod(CONFIG_ROOT, 0o000)
    set_uid(1000)
    assert caches() == {}


@pytest.mark.parametrize(
    ("platform", "folder", "names"),
    [
        pytest.param("linux", CONFIG, ["idea.properties", "goland64.vmoptions", "goland.jdk"], id="Linux"),
        pytest.param(
            "macos",
            "/Users/gopher/Library/Application Support/JetBrains/GoLand2024.1",
            ["idea.properties", "goland.vmoptions", "goland.jdk"],
            id="macOS",
        ),
        pytest.param(
            "windows",
            "C:\\Users\\gopher\\AppData\\Roaming\\JetBrains\\GoLand2024.1",
            ["idea.properties", "goland64.exe.vmoptions", "goland64.exe.jdk"],
            id="Windows",
        ),
    ],
)
def test_configs_are_named_as_the_launcher_of_each_system_reads_them(
    fs: FakeFilesystem, platform: PlatformName, folder: str, names: list[str]
) -> None:
    fs.os = SYSTEMS[platform]
    fs.create_dir(folder)
    found = list(JETBRAINS.configs(make_host(platform)))
    assert [location.path for location in found] == [Path(folder) / name for name in names]
    assert [location.name for location in found] == [f"GoLand2024.1 {name}" for name in names]
    assert {location.source for location in found} == {"default"}


def test_configs_of_an_install_which_never_ran(fs: FakeFilesystem) -> None:
    add_idea(fs, "/opt/idea-IU-241")
    assert [location.path.name for location in JETBRAINS.configs(make_host())] == [
        "idea.properties",
        "idea64.vmoptions",
        "idea.jdk",
    ]


def test_configs_stay_in_the_default_folder_when_settings_move(fs: FakeFilesystem) -> None:
    fs.create_file(f"{CONFIG}/idea.properties", contents="idea.config.path=/c")
    assert {location.path.parent for location in JETBRAINS.configs(make_host())} == {Path(CONFIG)}


def test_a_system_folder_alone_has_no_configs(fs: FakeFilesystem) -> None:
    fs.create_dir(f"{SYSTEM}/index")
    assert list(JETBRAINS.configs(make_host())) == []


def test_real_folders_are_listed_and_none_is_changed(tmp_path: Path) -> None:
    system = tmp_path / ".cache" / "JetBrains" / "GoLand2024.1"
    (system / "index").mkdir(parents=True)
    (tmp_path / ".config" / "JetBrains" / "GoLand2024.1").mkdir(parents=True)
    os.mkfifo(tmp_path / ".config" / "JetBrains" / "GoLand2024.1" / "idea.properties")
    before = sorted(tmp_path.rglob("*"))
    places = map(with_target, JETBRAINS.caches(make_host(home=tmp_path)))
    found = [location for location in places if location.target == "goland"]
    assert [location.path for location in found] == [system / "index"]
    assert sorted(tmp_path.rglob("*")) == before
