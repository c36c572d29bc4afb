from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from pyfakefs.fake_filesystem import FakeFilesystem, OSType

from idecare.caches.discovery import TOOLS, Discovery, discover
from idecare.core.host import Host
from idecare.core.locations import CacheLocation, ConfigLocation, Install, Runtime, Tool
from idecare.core.platforms import PlatformName
from idecare.golang.environment import BUILD_CACHE, MODULE_CACHE
from tests.conftest import make_host

HOST = make_host()
SYSTEMS = {"linux": OSType.LINUX, "macos": OSType.MACOS, "windows": OSType.WINDOWS}


def cache(path: str, target: str | None = "gocache", source: str = "default") -> CacheLocation:
    return CacheLocation("a", path, Path(path), source, target)


def tool(name: str, *caches: CacheLocation) -> Tool:
    return Tool(name, lambda host: (), lambda host: caches, lambda host: ())


def test_finds_of_all_tools_come_together() -> None:
    install, runtime = Install("a", "go", Path("/go"), "here"), Runtime(Path("/java"), "there")
    config = ConfigLocation("a", "env", Path("/env"), "default")
    whole = Tool("a", lambda host: [install], lambda host: [cache("/c")], lambda host: [config], lambda host: [runtime])
    assert discover(HOST, [whole]) == Discovery((install,), (runtime,), (cache("/c"),), (config,))


def test_the_first_of_two_finds_at_one_place_stays() -> None:
    found = discover(
        HOST, [tool("a", cache("/c", source="first"), cache("/c", source="second")), tool("b", cache("/c"))]
    )
    assert [location.source for location in found.caches] == ["first"]


def test_one_folder_for_two_targets_is_two_caches() -> None:
    places = [replace(cache("/c"), tool="go", role=role) for role in (BUILD_CACHE, MODULE_CACHE)]
    assert [found.target for found in discover(HOST, [tool("go", *places)]).caches] == ["gocache", "modcache"]


def test_the_order_does_not_depend_on_the_order_of_tools() -> None:
    tools = [tool("b", cache("/1")), tool("a", cache("/3"), cache("/2"))]
    assert discover(HOST, tools) == discover(HOST, tools[::-1])
    assert [str(location.path) for location in discover(HOST, tools).caches] == ["/3", "/2", "/1"]


def test_a_tool_that_fails_hides_nothing_else() -> None:
    def failing(host: Host) -> Iterator[CacheLocation]:
        yield cache("/1")
        raise PermissionError("no")

    found = discover(HOST, [replace(tool("a"), caches=failing), tool("b", cache("/2"))])
    assert [str(location.path) for location in found.caches] == ["/1", "/2"]


def test_a_bug_in_a_tool_is_not_hidden() -> None:
    def failing(host: Host) -> Iterator[CacheLocation]:
        raise KeyError("bug")

    with pytest.raises(KeyError):
        discover(HOST, [replace(tool("a"), caches=failing)])


def test_each_tool_is_registered_under_its_name() -> None:
    assert list(TOOLS) == [tool.name for tool in TOOLS.values()] == ["go", "gopls", "jetbrains", "vscode"]


@pytest.mark.parametrize("platform", ["linux", "macos", "windows"])
def test_an_empty_machine_has_the_places_go_would_use(fs: FakeFilesystem, platform: PlatformName) -> None:
    fs.os = SYSTEMS[platform]
    found = discover(make_host(platform), TOOLS.values())
    assert (found.installs, found.runtimes) == ((), ())
    assert [location.target for location in found.caches] == [
        *("gocache", "fuzzcache", "modcache", None),
        *("gopls", "goimports"),
    ]
    assert [location.name for location in found.configs] == ["go env file"]


@pytest.mark.parametrize("platform", ["linux", "macos", "windows"])
def test_a_user_without_a_home_is_no_error(fs: FakeFilesystem, platform: PlatformName) -> None:
    fs.os = SYSTEMS[platform]
    known = make_host(platform)
    host = Host(known.platform, {}, None, known.cwd, known.own, known.user_id)
    assert discover(host, TOOLS.values()).installs == ()


def test_the_registry_is_imported_without_heavy_modules() -> None:
    code = "import sys, idecare.caches.discovery; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert not {"click", "rich", "psutil", "platformdirs", "tomlkit", "watchdog", "asyncio"} & set(loaded)
