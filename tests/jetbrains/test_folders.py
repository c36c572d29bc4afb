"""The folders of one version of an IDE follow every override which the IDE itself obeys."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from pyfakefs.fake_filesystem import FakeFilesystem, OSType
from pyfakefs.helpers import set_uid

from idecare.core.platforms import PlatformName
from idecare.jetbrains.folders import INVALIDATION_MARKER, INVALIDATION_REASON, IdeFolders, ide_folders
from idecare.jetbrains.installs import GOLAND, IDEA
from tests.conftest import make_host
from tests.support.jetbrains import SYSTEMS

CONFIG = "/home/gopher/.config/JetBrains/GoLand2024.1"
SYSTEM = "/home/gopher/.cache/JetBrains/GoLand2024.1"
PROPERTIES = f"{CONFIG}/idea.properties"


def folders(
    platform: PlatformName = "linux", environment: Mapping[str, str] | None = None, homes: tuple[str, ...] = ()
) -> IdeFolders:
    found = ide_folders(make_host(platform, environment), GOLAND, "GoLand2024.1", tuple(Path(home) for home in homes))
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("platform", "config", "system", "log"),
    [
        pytest.param("linux", CONFIG, SYSTEM, f"{SYSTEM}/log", id="Linux"),
        pytest.param(
            "macos",
            "/Users/gopher/Library/Application Support/JetBrains/GoLand2024.1",
            "/Users/gopher/Library/Caches/JetBrains/GoLand2024.1",
            "/Users/gopher/Library/Logs/JetBrains/GoLand2024.1",
            id="macOS",
        ),
        pytest.param(
            "windows",
            "C:\\Users\\gopher\\AppData\\Roaming\\JetBrains\\GoLand2024.1",
            "C:\\Users\\gopher\\AppData\\Local\\JetBrains\\GoLand2024.1",
            "C:\\Users\\gopher\\AppData\\Local\\JetBrains\\GoLand2024.1\\log",
            id="Windows",
        ),
    ],
)
def test_defaults(fs: FakeFilesystem, platform: PlatformName, config: str, system: str, log: str) -> None:
    fs.os = SYSTEMS[platform]
    found = folders(platform)
    assert (found.config.path, found.system.path, found.log.path) == (Path(config), Path(system), Path(log))
    assert found.options == found.config
    assert (found.index.path, found.index.source, found.index.problem) == (Path(system) / "index", "default", None)


def test_xdg_variables_move_the_defaults(fs: FakeFilesystem) -> None:
    found = folders(environment={"XDG_CONFIG_HOME": "/c", "XDG_CACHE_HOME": "/s"})
    assert (found.config.path, found.config.source) == (
        Path("/c/JetBrains/GoLand2024.1"),
        "XDG_CONFIG_HOME in the environment",
    )
    assert (found.index.path, found.index.source) == (
        Path("/s/JetBrains/GoLand2024.1/index"),
        "XDG_CACHE_HOME in the environment",
    )


def test_xdg_variables_play_no_part_on_macos(fs: FakeFilesystem) -> None:
    fs.os = OSType.MACOS
    assert folders("macos", {"XDG_CACHE_HOME": "/s", "XDG_CONFIG_HOME": "rel"}) == folders("macos")


def test_a_relative_xdg_value_is_a_problem(fs: FakeFilesystem) -> None:
    found = folders(environment={"XDG_CACHE_HOME": "cache"})
    assert found.system.path == Path(SYSTEM)
    assert found.system.problem == "XDG_CACHE_HOME is not an absolute path, so it depends on where the IDE was started"
    assert found.config.problem is None


def test_windows_variables_move_the_defaults(fs: FakeFilesystem) -> None:
    fs.os = OSType.WINDOWS
    found = folders("windows", {"APPDATA": "D:\\Roaming", "LOCALAPPDATA": "D:\\Local"})
    assert found.config.path == Path("D:\\Roaming\\JetBrains\\GoLand2024.1")
    assert found.index.path == Path("D:\\Local\\JetBrains\\GoLand2024.1\\index")


@pytest.mark.parametrize(
    ("line", "index"),
    [
        pytest.param("idea.system.path=/fast/goland", "/fast/goland/index", id="absolute"),
        pytest.param('idea.system.path="/fast/go land"', "/fast/go land/index", id="in quotes"),
        pytest.param("idea.system.path=~/fast", "/home/gopher/fast/index", id="tilde"),
        pytest.param('idea.system.path="~/fast"', "/home/gopher/fast/index", id="tilde in quotes"),
        pytest.param("idea.system.path=${user.home}/fast", "/home/gopher/fast/index", id="user.home"),
        pytest.param(
            "fast=/fast\nidea.system.path=${fast}/${fast}", "/fast/fast/index", id="a property of the file's own"
        ),
        pytest.param("idea.config.path=/c\nidea.system.path=${idea.config.path}/s", "/c/s/index", id="config path"),
        pytest.param("idea.system.path=${idea.config.path}/s", f"{CONFIG}/s/index", id="default config path"),
        pytest.param("idea.system.path=${idea.home.path}/s", "/opt/goland/s/index", id="home path"),
        pytest.param("idea.home=/x\nidea.system.path=${idea.home}/s", "/opt/goland/s/index", id="home stays"),
        pytest.param("idea.system.path=../s", "/opt/goland/s/index", id="from the bin folder"),
        pytest.param("idea.system.path=/a/../b", "/b/index", id="dots"),
        pytest.param("idea.system.path=/fast\\\n   /goland", "/fast/goland/index", id="continued line"),
        pytest.param("idea.system.path=/first\nidea.system.path=/second", "/first/index", id="defined twice"),
        pytest.param("#idea.system.path=/fast", f"{SYSTEM}/index", id="a comment"),
        pytest.param("index_root_path=/fast/index", "/fast/index", id="index root"),
        pytest.param("index_root_path=/i\nidea.system.path=/s", "/i", id="index root and system path"),
    ],
)
def test_a_property_moves_the_index(fs: FakeFilesystem, line: str, index: str) -> None:
    fs.create_file(PROPERTIES, contents=f"{line}\n")
    found = folders(homes=("/opt/goland",)).index
    assert (found.path, found.problem) == (Path(index), None)


def test_the_source_of_a_moved_folder_is_its_property_and_file(fs: FakeFilesystem) -> None:
    fs.create_file(PROPERTIES, contents="idea.system.path=/fast\nindex_root_path=/i\n")
    found = folders()
    assert found.system.source == f"idea.system.path in {PROPERTIES}"
    assert found.index.source == f"index_root_path in {PROPERTIES}"


@pytest.mark.parametrize(
    "line",
    [
        pytest.param("idea.system.path=fast", id="relative"),
        pytest.param("idea.system.path=", id="empty"),
        pytest.param("idea.system.path=~", id="a bare tilde is a name"),
        pytest.param("idea.system.path=${unknown}", id="an unknown macro"),
        pytest.param("idea.system.path=../s", id="from the bin folder of no install"),
        pytest.param("idea.system.path=$HOME/x", id="a shell variable"),
    ],
)
def test_a_path_that_is_not_absolute_is_a_problem(fs: FakeFilesystem, line: str) -> None:
    fs.create_file(PROPERTIES, contents=f"{line}\n")
    problem = "idea.system.path is not an absolute path, so it depends on where the IDE was started"
    assert folders().index.problem == problem


def test_the_first_file_which_defines_a_property_wins(fs: FakeFilesystem) -> None:
    fs.create_file(
        "/opt/goland/bin/idea.properties", contents="idea.system.path=/4\nidea.log.path=/4\nindex_root_path=/4"
    )
    fs.create_file("/home/gopher/idea.properties", contents="idea.system.path=/3\nidea.log.path=/3")
    fs.create_file(PROPERTIES, contents="idea.system.path=/2")
    found = folders(homes=("/opt/goland",))
    assert (found.system.path, found.log.path, found.index.path) == (Path("/2"), Path("/3"), Path("/4"))


def test_goland_properties_names_the_file_read_first(fs: FakeFilesystem) -> None:
    fs.create_file("/etc/goland.properties", contents="idea.system.path=/1")
    fs.create_file(PROPERTIES, contents="idea.system.path=/2")
    found = folders(environment={"GOLAND_PROPERTIES": "/etc/goland.properties"})
    assert (found.system.path, found.system.source) == (Path("/1"), "idea.system.path in /etc/goland.properties")


def test_goland_properties_is_not_for_idea(fs: FakeFilesystem) -> None:
    fs.create_file("/etc/goland.properties", contents="idea.system.path=/1")
    host = make_host(environment={"GOLAND_PROPERTIES": "/etc/goland.properties"})
    found = ide_folders(host, IDEA, "IntelliJIdea2024.1", ())
    assert found is not None
    assert found.system.path == Path("/home/gopher/.cache/JetBrains/IntelliJIdea2024.1")


@pytest.mark.parametrize("path", ["/etc/missing.properties", "/etc"])
def test_goland_properties_must_be_a_file(fs: FakeFilesystem, path: str) -> None:
    fs.makedirs("/etc", exist_ok=True)
    assert folders(environment={"GOLAND_PROPERTIES": path}) == folders()


def test_idea_properties_is_read_from_the_default_config_folder_only(fs: FakeFilesystem) -> None:
    fs.create_file(PROPERTIES, contents="idea.config.path=/c")
    fs.create_file("/c/idea.properties", contents="idea.system.path=/s")
    found = folders()
    assert (found.config.path, found.options.path, found.system.path) == (Path("/c"), Path(CONFIG), Path(SYSTEM))


def test_macos_reads_idea_properties_of_the_bundle(fs: FakeFilesystem) -> None:
    fs.os = OSType.MACOS
    fs.create_file("/Applications/GoLand.app/Contents/bin/idea.properties", contents="idea.system.path=../s")
    found = folders("macos", homes=("/Applications/GoLand.app",))
    assert found.system.path == Path("/Applications/GoLand.app/Contents/s")


def test_logs_follow_a_moved_system_folder_on_macos(fs: FakeFilesystem) -> None:
    fs.os = OSType.MACOS
    fs.create_file("/Users/gopher/idea.properties", contents="idea.system.path=~/fast")
    assert folders("macos").log.path == Path("/Users/gopher/fast/log")


def test_windows_paths_in_properties(fs: FakeFilesystem) -> None:
    fs.os = OSType.WINDOWS
    contents = "idea.config.path=~\\\\config\nidea.system.path=D:/fast\nidea.log.path=D:\\\\logs\n"
    fs.create_file("C:\\Users\\gopher\\idea.properties", contents=contents)
    found = folders("windows")
    assert found.config.path == Path("C:\\Users\\gopher\\config")
    assert (found.index.path, found.log.path) == (Path("D:\\fast\\index"), Path("D:\\logs"))


@pytest.mark.parametrize(
    "contents",
    [
        pytest.param(b"idea.system.path=/caf\xe9\n", id="not UTF-8"),
        pytest.param(b"\xef\xbb\xbfidea.system.path=/fast\n", id="a byte order mark, part of the key for Java"),
        pytest.param(b"broken=\\u12\nidea.system.path=/fast\n", id="after a malformed escape"),
    ],
)
def test_what_an_ide_cannot_read_moves_nothing(fs: FakeFilesystem, contents: bytes) -> None:
    fs.create_file(PROPERTIES, contents=contents)
    assert folders().system.path == Path(SYSTEM)


def test_a_file_that_may_not_be_read_moves_nothing(fs: FakeFilesystem) -> None:
    fs.create_file(PROPERTIES, contents="idea.system.path=/fast", st_mode=0o100000)
    set_uid(1000)
    assert folders().system.path == Path(SYSTEM)


def test_a_value_which_contains_itself_does_not_hang(fs: FakeFilesystem) -> None:
    fs.create_file(PROPERTIES, contents="idea.system.path=${idea.system.path}/x\n")
    assert folders().system.path == Path(SYSTEM) / "x"


def test_nothing_is_known_without_a_home(fs: FakeFilesystem) -> None:
    host = replace(make_host(environment={"HOME": ""}), home=None)
    assert ide_folders(host, GOLAND, "GoLand2024.1", ()) is None


def test_xdg_variables_do_without_a_home(fs: FakeFilesystem) -> None:
    fs.create_file("/c/JetBrains/GoLand2024.1/idea.properties", contents="idea.log.path=~/log\n")
    host = replace(make_host(environment={"XDG_CONFIG_HOME": "/c", "XDG_CACHE_HOME": "/s"}), home=None)
    found = ide_folders(host, GOLAND, "GoLand2024.1", ())
    assert found is not None
    assert (found.index.problem, found.log.problem is None) == (None, False)


OPTIONS = f"{CONFIG}/goland64.vmoptions"


def test_a_vm_option_moves_a_folder_and_beats_every_property_file(fs: FakeFilesystem) -> None:
    fs.create_file(PROPERTIES, contents="idea.system.path=/by-property\nidea.log.path=${idea.system.path}/logs\n")
    fs.create_file(
        OPTIONS, contents="# -Didea.config.path=/no\n-Didea.system.path=/old\n-Didea.system.path=/by-option\n"
    )
    found = folders()
    assert (str(found.system.path), str(found.log.path)) == ("/by-option", "/by-option/logs")
    assert found.system.source == f"idea.system.path in {OPTIONS}"
    assert (str(found.config.path), str(found.options.path)) == (CONFIG, CONFIG)


def test_a_moved_config_folder_is_followed_though_its_files_are_not(fs: FakeFilesystem) -> None:
    fs.create_file(OPTIONS, contents='-Didea.config.path="~/conf"\n')
    found = folders()
    assert (str(found.config.path), str(found.options.path)) == ("/home/gopher/conf", CONFIG)


@pytest.mark.parametrize(
    ("place", "environment"),
    [
        pytest.param("/opt/GoLand/bin/goland64.vmoptions", {}, id="the install's"),
        pytest.param("/opt/GoLand.vmoptions", {}, id="next to the install"),
        pytest.param("/mine", {"GOLAND_VM_OPTIONS": "/mine"}, id="named by a variable"),
    ],
)
def test_each_options_file_counts(fs: FakeFilesystem, place: str, environment: dict[str, str]) -> None:
    fs.create_file(place, contents="-Didea.system.path=$USER_HOME/x\n")
    assert str(folders(environment=environment, homes=("/opt/GoLand",)).system.path) == "/home/gopher/x"


def test_only_the_first_of_the_user_s_files_counts(fs: FakeFilesystem) -> None:
    fs.create_file("/opt/GoLand.vmoptions", contents="-Xmx1g\n")
    fs.create_file(OPTIONS, contents="-Didea.system.path=/never\n")
    assert str(folders(homes=("/opt/GoLand",)).system.path) == SYSTEM


@pytest.mark.parametrize(
    "contents", [b"-Didea.system.path=/x\n\0\n", b"-Didea.system.path=/x\n\xff\n"], ids=["NUL", "UTF-8"]
)
def test_a_damaged_options_file_moves_nothing(fs: FakeFilesystem, contents: bytes) -> None:
    fs.create_file(OPTIONS, contents=contents)
    assert str(folders().system.path) == SYSTEM


def test_an_option_names_the_property_file_unless_the_variable_does(fs: FakeFilesystem) -> None:
    fs.create_file(OPTIONS, contents="-Didea.properties.file=/by-option\n")
    fs.create_file("/by-option", contents="idea.system.path=/a\n")
    fs.create_file("/by-variable", contents="idea.system.path=/b\n")
    assert str(folders().system.path) == "/a"
    assert str(folders(environment={"GOLAND_PROPERTIES": "/by-variable"}).system.path) == "/b"
    assert str(folders(environment={"GOLAND_PROPERTIES": "/dev/null/gone"}).system.path) == "/a"


DIRTY = "Indexes marked as dirty (IDE is expected to be work)"  # removed by a clean close, so it must be another


def test_the_marker_is_the_one_that_survives_a_clean_close() -> None:
    assert (INVALIDATION_MARKER, INVALIDATION_REASON) == ("corruption.marker", "Explicit index invalidation")
    assert INVALIDATION_REASON != DIRTY
