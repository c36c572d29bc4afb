"""`idecare clean -- go mod tidy`: what was just set aside is not downloaded again, and works without a network."""

from __future__ import annotations

import http.server
import json
import os
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

import pytest

from tests.support.dirhash import damaged_modules
from tests.support.goproxy import USED, write_main_module
from tests.support.processes import told
from tests.support.real_go import IDECARE, GoWorld, find_go

TIDY = ("--", "go", "mod", "tidy")
CLEAN = ("clean", "modcache", "-y", "--hold", "1h")


@dataclass
class Proxy:
    """A module proxy on the loopback interface, what it was asked for, and whether it is still there."""

    server: http.server.ThreadingHTTPServer
    asked: list[str] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}"

    def shut(self) -> None:
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def proxy(world: GoWorld) -> Iterator[Proxy]:
    class Handler(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *arguments: object) -> None:
            made.asked.append(self.path)

    handler = partial(Handler, directory=str(world.proxy))
    made = Proxy(http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler))
    threading.Thread(target=made.server.serve_forever, daemon=True).start()
    yield made
    made.shut()


@pytest.fixture
def online(world: GoWorld, proxy: Proxy, quiet_machine: None) -> GoWorld:
    """Warm, with all modules from the proxy."""
    made = replace(world, env={**world.env, "GOPROXY": proxy.url})
    write_main_module(made.project, packages=2)
    made.warm()
    proxy.asked.clear()
    return made


def zip_of(world: GoWorld, path: str) -> Path:
    return next((world.gomodcache / "cache" / "download" / path / "@v").glob("*.zip"))


def held_zip(world: GoWorld, path: str) -> Path:
    return next(world.gomodcache.glob(f".idecare-held/*/modcache/cache/download/{path}/@v/*.zip"))


@pytest.mark.parametrize("fallback", ["{url}", "{url}|direct", "off", "{url},off"])
def test_tidy_works_on_a_train(online: GoWorld, proxy: Proxy, fallback: str) -> None:
    proxy.shut()
    before = (online.project / "go.sum").read_bytes()
    done = online.idecare(*CLEAN, *TIDY, env={"GOPROXY": fallback.format(url=proxy.url)})
    assert done.returncode == 0, told(done)
    assert f"{len(USED)} modules came from what was set aside, not from the network" in done.stderr, told(done)
    assert (online.project / "go.sum").read_bytes() == before
    assert damaged_modules(online.gomodcache) == []
    assert not list((online.home / ".cache" / "idecare").glob("reuse/*"))
    assert online.go("build", "./...", env={"GOPROXY": "off"}).returncode == 0


def test_nothing_is_downloaded_twice_and_lists_are_the_proxys(online: GoWorld, proxy: Proxy) -> None:
    done = online.idecare(*CLEAN, "--json", *TIDY)
    assert done.returncode == 0, told(done)
    assert json.loads(done.stdout)["ran"] == {
        "command": ["go", "mod", "tidy"],
        "exit": 0,
        "reused_modules": len(USED),
    }
    assert [path for path in proxy.asked if path.endswith((".zip", ".mod"))] == []
    listed = online.idecare(*CLEAN, "--", "go", "list", "-m", "-versions", "example.test/base")
    assert "v1.0.0 v1.1.0" in listed.stdout, told(listed)
    assert "/example.test/base/@v/list" in proxy.asked


def test_a_damaged_module_does_not_come_back(online: GoWorld, proxy: Proxy) -> None:
    damaged = zip_of(online, "example.test/many")
    damaged.write_bytes(damaged.read_bytes()[:-30] + bytes(30))
    done = online.idecare(*CLEAN, *TIDY)
    assert done.returncode == 0, told(done)
    assert "1 module of what was set aside did not match go.sum, so it was not offered" in done.stderr, told(done)
    assert [path for path in proxy.asked if path.endswith(".zip")] == ["/example.test/many/@v/v1.0.0.zip"]
    assert damaged_modules(online.gomodcache) == []
    assert held_zip(online, "example.test/many").read_bytes() != zip_of(online, "example.test/many").read_bytes()


@pytest.mark.parametrize(
    "variables",
    [{"GONOPROXY": "example.test/base"}, {"GOPRIVATE": "example.test/b*"}],
    ids=["GONOPROXY", "GOPRIVATE"],
)
def test_private_modules_go_the_way_they_always_go(online: GoWorld, variables: dict[str, str]) -> None:
    done = online.idecare(*CLEAN, *TIDY, env=variables)
    assert done.returncode != 0, told(done)
    assert "example.test/base" in done.stderr, told(done)
    assert f"{len(USED)} modules" not in done.stderr, told(done)


def test_the_command_sees_its_own_settings_but_for_one(online: GoWorld) -> None:
    names = ("GOFLAGS", "GONOSUMDB", "GONOSUMCHECK", "GOSUMDB", "GOPRIVATE", "GONOPROXY", "GOPROXY")
    plain = online.go("env", *names).stdout.splitlines()
    done = online.idecare(*CLEAN, "-q", "--", str(find_go()), "env", *names)
    seen = done.stdout.splitlines()
    assert seen[:-1] == plain[:-1], told(done)
    assert seen[-1].startswith("file://"), told(done)
    assert seen[-1].endswith(f",{plain[-1]}"), told(done)


def test_what_a_killed_clean_offered_stays_while_its_command_runs_and_goes_with_the_run_after(online: GoWorld) -> None:
    pipe, offers = online.base / "pipe", online.home / ".cache" / "idecare" / "reuse"
    os.mkfifo(pipe)
    clean = online.start(*IDECARE, *CLEAN, "-q", "--", "sh", "-c", f"echo ready; read line <{pipe}")
    assert clean.stdout is not None
    assert clean.stdout.readline() == "ready\n"
    clean.kill()
    clean.wait()
    assert online.idecare("undo", "-n").returncode == 0
    assert len(list(offers.glob("*/example.test/base/@v/*.zip"))) == 1
    pipe.write_text("go on\n")
    assert clean.stdout.read() == ""  # the command has ended
    assert online.idecare("undo", "-n").returncode == 0
    assert list(offers.iterdir()) == []
