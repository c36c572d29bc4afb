from __future__ import annotations

from pathlib import Path

import pytest
from pyfakefs.fake_filesystem import FakeFilesystem, OSType

from idecare.core import language
from idecare.core.host import Host
from idecare.core.platforms import PlatformName
from idecare.golang import environment as go
from tests.conftest import make_host

SYSTEMS = {"linux": OSType.LINUX, "macos": OSType.MACOS, "windows": OSType.WINDOWS}
ENV_FILES = {
    "linux": "/home/gopher/.config/go/env",
    "macos": "/Users/gopher/Library/Application Support/go/env",
    "windows": "C:\\Users\\gopher\\AppData\\Roaming\\go\\env",
}


@pytest.mark.parametrize(
    ("text", "values"),
    [
        pytest.param("GOPATH=/g\nGOFLAGS=-v\n", {"GOPATH": "/g", "GOFLAGS": "-v"}, id="a line each"),
        pytest.param("GOFLAGS=-tags=a=b", {"GOFLAGS": "-tags=a=b"}, id="the first equals sign splits"),
        pytest.param('GOPROXY="x"', {"GOPROXY": '"x"'}, id="quotes stay"),
        pytest.param("GOFLAGS=-mod=vendor\r\n", {"GOFLAGS": "-mod=vendor\r"}, id="CR stays"),
        pytest.param("GOPATH= /g ", {"GOPATH": " /g "}, id="blanks stay"),
        pytest.param(" GOPATH=/g\n", {}, id="an indented line is invisible"),
        pytest.param("# GOPATH=/g\ngopath=/g\n1A=b\n", {}, id="a key begins with a capital letter"),
        pytest.param("GOPATH=/a\nGOPATH=/b\n", {"GOPATH": "/b"}, id="the last line of a key wins"),
        pytest.param("GOPATH=/a\nGOPATH=\n", {"GOPATH": ""}, id="also when it is empty"),
        pytest.param("GOPATH\n\n=\n", {}, id="lines without key or value"),
    ],
)
def test_the_env_file_is_read_as_go_reads_it(text: str, values: dict[str, str]) -> None:
    assert go.parse_env_file(text) == values


def host_with(
    fs: FakeFilesystem, platform: PlatformName, env_file: str = "", environment: dict[str, str] | None = None
) -> Host:
    fs.os = SYSTEMS[platform]
    if env_file:
        fs.create_file(ENV_FILES[platform], contents=env_file)
    return make_host(platform, environment)


@pytest.mark.parametrize(
    ("environment", "env_file", "value", "source"),
    [
        pytest.param(
            {"GOPATH": "/e"}, "GOPATH=/f", "/e", "GOPATH in the environment", id="the environment comes first"
        ),
        pytest.param({}, "GOPATH=/f", "/f", f"GOPATH in {ENV_FILES['linux']}", id="then the env file"),
        pytest.param({"GOPATH": ""}, "GOPATH=/f", "/f", f"GOPATH in {ENV_FILES['linux']}", id="empty falls through"),
        pytest.param({}, "", "/home/gopher/go", "default", id="then the default"),
        pytest.param({}, "GOPATH=", "/home/gopher/go", "default", id="empty in the file falls through too"),
        pytest.param({"GOENV": "off"}, "GOPATH=/f", "/home/gopher/go", "default", id="GOENV=off"),
        pytest.param({"GOENV": "/missing"}, "GOPATH=/f", "/home/gopher/go", "default", id="GOENV names another file"),
    ],
)
def test_a_value_comes_from_the_first_place_that_sets_it(
    fs: FakeFilesystem, environment: dict[str, str], env_file: str, value: str, source: str
) -> None:
    gopath = go.go_environment(host_with(fs, "linux", env_file, environment)).gopath
    assert (gopath.value, gopath.source) == (value, source)
    assert gopath.place == ("environment" if "environment" in source else "goenv" if " in " in source else "default")
    assert gopath.unset("GOPATH") == ("unset GOPATH" if gopath.place == "environment" else "go env -u GOPATH")


@pytest.mark.parametrize(
    ("platform", "environment", "gocache", "modcache"),
    [
        pytest.param("linux", {}, "/home/gopher/.cache/go-build", "/home/gopher/go/pkg/mod", id="Linux"),
        pytest.param("macos", {}, "/Users/gopher/Library/Caches/go-build", "/Users/gopher/go/pkg/mod", id="macOS"),
        pytest.param(
            "windows",
            {},
            "C:\\Users\\gopher\\AppData\\Local\\go-build",
            "C:\\Users\\gopher\\go\\pkg\\mod",
            id="Windows",
        ),
        pytest.param(
            "windows",
            {"LOCALAPPDATA": "D:\\local", "GOPATH": "D:\\a;E:\\b"},
            "D:\\local\\go-build",
            "D:\\a\\pkg\\mod",
            id="Windows, moved",
        ),
        pytest.param("linux", {"XDG_CACHE_HOME": "/c"}, "/c/go-build", "/home/gopher/go/pkg/mod", id="XDG"),
        pytest.param(
            "macos",
            {"XDG_CACHE_HOME": "/c"},
            "/Users/gopher/Library/Caches/go-build",
            "/Users/gopher/go/pkg/mod",
            id="macOS knows no XDG",
        ),
        pytest.param("linux", {"GOCACHE": "/g", "GOMODCACHE": "/m"}, "/g", "/m", id="both named"),
        pytest.param(
            "linux", {"GOPATH": "/a:/b"}, "/home/gopher/.cache/go-build", "/a/pkg/mod", id="the first folder of GOPATH"
        ),
        pytest.param(
            "linux", {"GOPATH": ":/b"}, "/home/gopher/.cache/go-build", "/b/pkg/mod", id="an empty one is none"
        ),
    ],
)
def test_the_caches_are_where_go_puts_them(
    fs: FakeFilesystem, platform: PlatformName, environment: dict[str, str], gocache: str, modcache: str
) -> None:
    found = {cache.role: cache for cache in go.caches(host_with(fs, platform, environment=environment))}
    assert (found[go.BUILD_CACHE].path, found[go.MODULE_CACHE].path) == (Path(gocache), Path(modcache))
    assert found[go.FUZZ_CACHE].path == Path(gocache) / "fuzz"
    assert {cache.problem for cache in found.values()} == {None}


@pytest.mark.parametrize(
    ("environment", "role", "words"),
    [
        pytest.param({"GOCACHE": "off"}, go.BUILD_CACHE, "turned off", id="GOCACHE=off"),
        pytest.param({"GOCACHE": "cache"}, go.BUILD_CACHE, "GOCACHE is not an absolute path", id="relative GOCACHE"),
        pytest.param({"XDG_CACHE_HOME": "c"}, go.BUILD_CACHE, "XDG_CACHE_HOME is not an absolute", id="relative XDG"),
        pytest.param({"HOME": ""}, go.BUILD_CACHE, "nor HOME is set", id="no home"),
        pytest.param({"GOMODCACHE": "mod"}, go.MODULE_CACHE, "not absolute", id="relative GOMODCACHE"),
        pytest.param({"GOPATH": "~/go"}, go.MODULE_CACHE, "does not expand", id="tilde"),
    ],
)
def test_a_value_go_refuses_is_a_problem(
    fs: FakeFilesystem, environment: dict[str, str], role: str, words: str
) -> None:
    found = {cache.role: cache for cache in go.caches(host_with(fs, "linux", environment=environment))}
    assert words in (found[role].problem or "")


def test_an_env_file_that_is_a_folder_counts_as_absent(fs: FakeFilesystem) -> None:
    host = host_with(fs, "linux")
    fs.create_dir(ENV_FILES["linux"])
    assert go.go_environment(host).file_values == {}


def test_an_env_file_of_wrong_bytes_is_read(fs: FakeFilesystem) -> None:
    host = host_with(fs, "linux")
    fs.create_file(ENV_FILES["linux"], contents=b"GOPATH=/\xff\n")
    assert go.go_environment(host).gopath.value == "/\udcff"


@pytest.mark.parametrize("platform", ["linux", "macos", "windows"])
def test_the_env_file_is_a_config(fs: FakeFilesystem, platform: PlatformName) -> None:
    assert [found.path for found in go.configs(host_with(fs, platform))] == [Path(ENV_FILES[platform])]


def test_a_carriage_return_of_the_env_file_is_part_of_the_value(tmp_path: Path) -> None:
    """As for go, which then makes a folder with that name."""
    (tmp_path / ".config" / "go").mkdir(parents=True)
    (tmp_path / ".config" / "go" / "env").write_bytes(b"GOCACHE=/cache\r\n")
    assert go.go_environment(make_host(home=tmp_path)).gocache.value == "/cache\r"


def test_names_and_sources_come_in_the_users_language_and_nothing_depends_on_their_words(
    fs: FakeFilesystem, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(language, "look_up", lambda text: f"<{text}>")
    host = host_with(fs, "linux", "GOMODCACHE=mod", {"GOCACHE": "cache"})
    build, _, modules, _ = go.caches(host)
    assert (build.role, build.name, build.source) == ("build cache", "<build cache>", "<GOCACHE in the environment>")
    assert (modules.role, modules.source) == ("module cache", f"<GOMODCACHE in {ENV_FILES['linux']}>")
    assert (build.problem or "").startswith("<GOCACHE is not")
    environment = go.go_environment(host)
    assert environment.gocache.unset("GOCACHE") == "unset GOCACHE"
    assert environment.modcache.unset("GOMODCACHE") == "go env -u GOMODCACHE"
