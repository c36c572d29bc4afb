"""Packages that real go commands compile twice in turns: which setting differs is measured in the build cache."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from idecare.core.humanize import size_text
from idecare.doctor.base import Finding
from idecare.doctor.snapshot import Snapshot
from idecare.doctor.snapshot.caches import GoParty
from idecare.golang.environment import ACTION_ENTRY_BYTES
from idecare.workspaces.base import GoSetting, GoSide
from tests.conftest import make_host
from tests.doctor.checks.snapshots import findings
from tests.support.goproxy import Module, write_proxy
from tests.support.real_go import GoWorld, find_go, go_world

pytestmark = pytest.mark.e2e
OLD_GO = Path("/usr/lib/go-1.19/bin/go")  # of Debian's golang-1.19-go
APP, TAGGED = "example.test/app", "example.test/tagged"
LATER_SECONDS = 3 * 3600


class Tagged(Module):
    """A module whose files depend on tags."""

    @property
    def sources(self) -> dict[str, str]:
        return {
            "go.mod": f"module {self.path}\n\ngo 1.19\n",
            "on.go": '//go:build special\n\npackage tagged\n\nfunc Value() string { return "on" }\n',
            "off.go": '//go:build !special\n\npackage tagged\n\nfunc Value() string { return "off" }\n',
        }


@dataclass(frozen=True)
class Build:
    """How one side compiles the project."""

    flags: tuple[str, ...] = ()
    env: Mapping[str, str] | None = None
    go: Path | None = None
    through: str = "project"


USUAL = Build()
CAUSES = {
    "go-version": (USUAL, Build(go=OLD_GO)),
    "tuning": (USUAL, Build(env={"GOAMD64": "v3", "GOARM64": "v8.1"})),
    "experiment": (USUAL, Build(env={"GOEXPERIMENT": "arenas"})),
    "trimpath": (USUAL, Build(flags=("-trimpath",))),
    "tags": (USUAL, Build(flags=("-tags=special",))),
    "link": (USUAL, Build(through="link")),
    "module-cache": (USUAL, Build(env={"GOMODCACHE": "other"})),
}


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GoWorld]:
    """A project of one package, which imports nothing but one of a module: no package of Go has to be compiled."""
    with go_world(tmp_path_factory.mktemp("divergence") / "world") as made:
        write_proxy(made.proxy, [Tagged(TAGGED)])
        (made.project / "go.mod").write_text(f"module {APP}\n\ngo 1.19\n\nrequire {TAGGED} v1.0.0\n")
        (made.project / "part").mkdir()
        source = f'package part\n\nimport "{TAGGED}"\n\nfunc Length() int {{ return len(tagged.Value()) }}\n'
        (made.project / "part" / "part.go").write_text(source)
        (made.base / "link").symlink_to(made.project)
        assert made.go("mod", "download", TAGGED).returncode == 0
        yield made


@pytest.fixture
def cache(world: GoWorld) -> Iterator[Path]:
    """A build cache for one test."""
    folder = world.base / "cache"
    yield folder
    shutil.rmtree(folder)


def run_go(world: GoWorld, cache: Path, build: Build, *command: str) -> str:
    folder = world.base / build.through
    env = {"GOCACHE": str(cache), "GOFLAGS": "-mod=mod", "PWD": str(folder), **(build.env or {})}
    if "GOMODCACHE" in env:
        env["GOMODCACHE"] = str(world.base / env["GOMODCACHE"])
    done = world.run(str(build.go or find_go()), command[0], *build.flags, *command[1:], "./part", cwd=folder, env=env)
    assert done.returncode == 0, done.stderr
    return done.stdout


def compile_in_turns(world: GoWorld, cache: Path, *builds: Build) -> None:
    for build in builds:
        run_go(world, cache, build, "build")


def kept_bytes(world: GoWorld, cache: Path, build: Build, packages: Iterable[str]) -> int:
    """The bytes that go itself says it keeps of these packages."""
    listed = run_go(world, cache, build, "list", "-deps", "-export", "-f", "{{.ImportPath}} {{.Export}}").splitlines()
    files = dict(line.split(" ", 1) for line in listed)
    return sum(Path(files[package]).stat().st_size for package in packages)


def let_hours_pass(cache: Path) -> None:
    """Make all that is in the cache three hours older, for go as for everybody."""
    for entry in cache.glob("[0-9a-f][0-9a-f]/*"):
        stamp = entry.stat().st_mtime - LATER_SECONDS
        if entry.name.endswith("-a"):
            words = entry.read_text()[: ACTION_ENTRY_BYTES - 21]
            entry.write_text(f"{words}{int(stamp * 1e9):20}\n")
        os.utime(entry, (stamp, stamp))


def found_in(world: GoWorld, cache: Path, **parts: Any) -> tuple[Finding, ...]:
    host = make_host(environment={**world.env, "GOCACHE": str(cache)}, home=world.home, cwd=world.project)
    now = datetime.fromtimestamp(max(entry.stat().st_mtime for entry in cache.glob("*/*")), UTC)
    return findings("caches/divergence", Snapshot(host, deep=True, **{"go_parties": (), "now": now, **parts}))


@pytest.mark.parametrize("cause", CAUSES)
def test_two_sides_in_turns_are_measured(world: GoWorld, cache: Path, cause: str) -> None:
    sides = CAUSES[cause]
    if any(build.go and not build.go.is_file() for build in sides):
        pytest.skip("the other Go is not here")
    compile_in_turns(world, cache, *sides)
    assert found_in(world, cache) == ()  # one build with other settings is no divergence
    let_hours_pass(cache)
    compile_in_turns(world, cache, *sides)
    (found,) = found_in(world, cache)
    assert (found.id, found.severity) == (f"caches/divergence/{cause}", "info")
    packages = {"tags": (TAGGED,), "module-cache": (TAGGED,), "link": (f"{APP}/part",)}.get(
        cause, (f"{APP}/part", TAGGED)
    )
    sizes = {size_text(kept_bytes(world, cache, build, packages)) for build in sides}
    assert {line.partition(": ")[2].partition(",")[0] for line in found.evidence[:2]} == sizes
    is_of_all = packages == (TAGGED,)
    assert any("for which projects is not known" in line for line in found.evidence) is is_of_all
    assert found.evidence[2] == f"measured in {cache}: {', '.join(packages)}"


def test_the_verb_reads_the_cache_because_the_check_is_named(world: GoWorld, cache: Path) -> None:
    compile_in_turns(world, cache, *CAUSES["trimpath"])
    let_hours_pass(cache)
    compile_in_turns(world, cache, *CAUSES["trimpath"])
    env = {"GOCACHE": str(cache)}
    done = world.idecare("doctor", "caches/divergence", env=env)
    assert "because -trimpath differs  [caches/divergence/trimpath]" in done.stdout
    assert "without -trimpath" in done.stdout
    assert "your terminal asks for it" in done.stdout
    assert done.returncode == 0  # information
    assert "because -trimpath differs (measured" in world.idecare("status", env=env).stdout
    assert "divergence" not in world.idecare("doctor", "caches", "-v", env=env).stdout.partition("Passed")[0]


def test_a_release_that_is_over_is_normal(world: GoWorld, cache: Path) -> None:
    """An upgrade of Go looks the same: what came before is not used any more."""
    compile_in_turns(world, cache, Build(flags=("-trimpath",)))
    let_hours_pass(cache)
    compile_in_turns(world, cache, USUAL)
    let_hours_pass(cache)
    compile_in_turns(world, cache, USUAL)
    assert found_in(world, cache) == ()


@pytest.mark.parametrize("flags", ["-gcflags=all=-N -l", "-buildmode=pie", "-race"])
def test_what_a_command_asks_for_itself_is_normal(world: GoWorld, cache: Path, flags: str) -> None:
    """But not where a setting asks for it: then an IDE does so all day."""
    sides = USUAL, Build((flags,), env={"CGO_ENABLED": "1"} if flags == "-race" else None)
    compile_in_turns(world, cache, *sides)
    let_hours_pass(cache)
    compile_in_turns(world, cache, *sides)
    assert found_in(world, cache) == ()
    setting = GoSetting("GOFLAGS", flags, "environment", "GOFLAGS in the environment")
    party = GoParty("GoLand", str(world.project), GoSide(settings=(setting,)))
    (found,) = found_in(world, cache, go_parties=(party,))
    assert any("GoLand (GOFLAGS in the environment) asks for it" in line for line in found.evidence)
