from __future__ import annotations

from pathlib import Path

import pytest
from pyfakefs.fake_filesystem import FakeFilesystem, OSType

from idecare.core.host import Host
from idecare.core.platforms import PlatformName
from idecare.golang.gopls import FILE_CACHE, GOPLS, MODULE_INDEX, VERSION_FOLDER, ask_settings, orphan_payloads
from tests.conftest import make_host

SYSTEMS = {"linux": OSType.LINUX, "macos": OSType.MACOS, "windows": OSType.WINDOWS}
LOCAL = "C:\\Users\\gopher\\AppData\\Local"


def host_on(fs: FakeFilesystem, platform: PlatformName = "linux", **environment: str) -> Host:
    fs.os = SYSTEMS[platform]
    return make_host(platform, environment)


@pytest.mark.parametrize(
    ("platform", "environment", "cache", "index"),
    [
        pytest.param("linux", {}, "/home/gopher/.cache/gopls", "/home/gopher/.cache/goimports", id="Linux"),
        pytest.param(
            *("macos", {}, "/Users/gopher/Library/Caches/gopls", "/Users/gopher/Library/Caches/goimports"), id="macOS"
        ),
        pytest.param("windows", {}, f"{LOCAL}\\gopls", f"{LOCAL}\\goimports", id="Windows"),
        pytest.param("linux", {"XDG_CACHE_HOME": "/c"}, "/c/gopls", "/c/goimports", id="XDG"),
        pytest.param(
            "linux", {"GOPLSCACHE": "/g"}, "/g/gopls", "/home/gopher/.cache/goimports", id="GOPLSCACHE moves one only"
        ),
        pytest.param("linux", {"XDG_CACHE_HOME": "c"}, "/tmp/gopls", None, id="no usable cache folder"),
        pytest.param("linux", {"HOME": ""}, "/tmp/gopls", None, id="no home"),
    ],
)
def test_the_caches_are_where_gopls_puts_them(
    fs: FakeFilesystem, platform: PlatformName, environment: dict[str, str], cache: str, index: str | None
) -> None:
    found = {location.role: location.path for location in GOPLS.caches(host_on(fs, platform, **environment))}
    assert found == {FILE_CACHE: Path(cache), **({MODULE_INDEX: Path(index)} if index else {})}


def test_a_relative_goplscache_is_a_problem(fs: FakeFilesystem) -> None:
    problems = {found.role: found.problem for found in GOPLS.caches(host_on(fs, GOPLSCACHE="cache"))}
    assert "not an absolute path" in (problems[FILE_CACHE] or "")
    assert problems[MODULE_INDEX] is None


@pytest.mark.parametrize(
    ("name", "is_version"),
    [("0123abcd", True), ("0123ABCD", False), ("0123abc", False), ("0123abcde", False), ("README.md", False)],
)
def test_a_version_folder_has_eight_hex_digits(name: str, is_version: bool) -> None:
    assert bool(VERSION_FOLDER.fullmatch(name)) == is_version


@pytest.mark.parametrize(
    ("names", "pointers", "orphans"),
    [
        pytest.param(["index-0-11", "index-0-22"], ["index-0-22"], {"index-0-11"}, id="an old payload"),
        pytest.param(["index-0-11", "index-0-22"], ["index-0-22", "index-0-11"], set(), id="two module caches"),
        pytest.param(["index-0-11"], ["index-0-11\n"], set(), id="with a line end"),
        pytest.param(["index-0-11"], [], {"index-0-11"}, id="no pointer at all"),
        pytest.param(["index-name-0-00ff", "index-0-x", "notes.txt", "index-0-1.tmp"], [], set(), id="other files"),
    ],
)
def test_payloads_that_no_pointer_names_are_orphans(names: list[str], pointers: list[str], orphans: set[str]) -> None:
    assert orphan_payloads(names, pointers) == orphans


@pytest.mark.parametrize(
    ("platform", "environment", "path", "product", "source"),
    [
        pytest.param(
            *("linux", {}, "/home/gopher/go/bin/gopls", "gopls", "bin of GOPATH (default)"),
            id="bin of the default GOPATH",
        ),
        pytest.param(
            *("macos", {"GOPATH": "/a:/b"}, "/b/bin/dlv", "dlv", "bin of GOPATH (GOPATH in the environment)"),
            id="second folder of GOPATH",
        ),
        pytest.param("linux", {"GOBIN": "/bins"}, "/bins/dlv", "dlv", "GOBIN in the environment", id="GOBIN"),
        pytest.param("linux", {"PATH": "/x:/y"}, "/y/gopls", "gopls", "PATH (/y)", id="PATH"),
        pytest.param(
            *("windows", {}, "C:\\Users\\gopher\\go\\bin\\gopls.exe", "gopls", "bin of GOPATH (default)"), id="Windows"
        ),
    ],
)
def test_programs_are_found(
    fs: FakeFilesystem, platform: PlatformName, environment: dict[str, str], path: str, product: str, source: str
) -> None:
    host = host_on(fs, platform, **environment)
    fs.create_file(path)
    (found,) = GOPLS.installs(host)
    assert (found.product, found.path, found.binary, found.source) == (product, Path(path), Path(path), source)


def test_programs_of_another_gopath_are_found(fs: FakeFilesystem) -> None:
    host = host_on(fs)
    fs.create_dir("/home/gopher/go/1.22.3/pkg/mod")
    fs.create_file("/home/gopher/go/1.22.3/bin/dlv")
    assert [found.path for found in GOPLS.installs(host)] == [Path("/home/gopher/go/1.22.3/bin/dlv")]


def test_a_program_is_listed_once_and_a_shim_never(fs: FakeFilesystem) -> None:
    host = host_on(fs, PATH="/home/gopher/.asdf/shims:/links:/home/gopher/go/bin")
    fs.create_file("/home/gopher/.asdf/shims/dlv")
    fs.create_file("/home/gopher/go/bin/dlv")
    fs.create_symlink("/links/dlv", "/home/gopher/go/bin/dlv")
    assert [found.path for found in GOPLS.installs(host)] == [Path("/home/gopher/go/bin/dlv")]


def test_loops_and_folders_are_no_programs(fs: FakeFilesystem) -> None:
    host = host_on(fs, PATH="/x")
    fs.create_symlink("/x/gopls", "/x/gopls")
    fs.create_dir("/x/dlv")
    assert list(GOPLS.installs(host)) == []


def test_gopls_has_no_config_file(fs: FakeFilesystem) -> None:
    assert list(GOPLS.configs(host_on(fs))) == []


@pytest.mark.parametrize(
    ("answer", "names"),
    [
        ('{"Options": {"User": [{"Name": "env"}, {"Name": "gofumpt"}]}}', {"env", "gofumpt"}),
        ("unknown command", set()),
        ('{"Options": []}', set()),
    ],
)
def test_a_gopls_is_asked_for_its_settings(tmp_path: Path, answer: str, names: set[str]) -> None:
    program = tmp_path / "gopls"
    program.write_text(f"#!/bin/sh\n[ $1 = api-json ] && echo '{answer}'\n")
    program.chmod(0o755)
    assert ask_settings(make_host(), program) == names
    assert ask_settings(make_host(), tmp_path / "absent") == frozenset()
