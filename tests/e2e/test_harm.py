"""The harm that `idecare status` warns of, shown with real go commands: each sentence of a warning has its test."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from idecare.workspaces.conflicts.sides import FLAG_HARM, HARM
from tests.support.goproxy import Module, write_main_module, write_proxy
from tests.support.real_go import GoWorld

BASE = "example.test/base"


@pytest.fixture
def project(world: GoWorld) -> Path:
    write_main_module(world.project, packages=1)
    assert world.go("mod", "tidy").returncode == 0
    return world.project


def without_sums_and_requirements(project: Path) -> bytes:
    """A go.mod to which go would add something."""
    text = (project / "go.mod").read_text().partition("\nrequire")[0] + "\n"
    (project / "go.mod").write_text(text)
    return text.encode()


def test_each_sentence_has_its_test_here() -> None:
    assert {name for name, text in HARM.items() if text} == {"GOWORK", "GOPRIVATE", "GOPROXY"}
    assert set(FLAG_HARM) == {"-modfile", "-modcacherw"}


def test_mod_mod_a_command_that_only_inspects_rewrites_go_mod(world: GoWorld, project: Path) -> None:
    before = without_sums_and_requirements(project)
    assert world.go("list", "./...").returncode in (0, 1)
    assert (project / "go.mod").read_bytes() == before
    world.go("list", "-deps", "./...", env={"GOFLAGS": "-mod=mod"})
    assert BASE in (project / "go.mod").read_text()


def test_modfile_they_read_and_write_different_files(world: GoWorld, project: Path) -> None:
    before = without_sums_and_requirements(project)
    (project / "other.mod").write_bytes(before)
    assert world.go("mod", "tidy", env={"GOFLAGS": "-modfile=other.mod"}).returncode == 0
    assert (project / "go.mod").read_bytes() == before
    assert BASE in (project / "other.mod").read_text()


@pytest.mark.parametrize(("flags", "may_write"), [("", False), ("-modcacherw", True)])
def test_modcacherw_folders_of_the_cache_can_be_written_to(world: GoWorld, flags: str, may_write: bool) -> None:
    write_main_module(world.project, packages=1)
    assert world.go("mod", "download", f"{BASE}@v1.0.0", env={"GOFLAGS": flags}).returncode == 0
    mode = (world.gomodcache / f"{BASE}@v1.0.0").stat().st_mode
    assert bool(mode & stat.S_IWUSR) is may_write


def test_gowork_they_resolve_dependencies_in_different_workspaces(world: GoWorld, project: Path) -> None:
    library = world.base / "library"
    library.mkdir()
    (library / "go.mod").write_text(f"module {BASE}\n\ngo 1.21\n")
    (library / "base.go").write_text("package base\n")
    (world.base / "go.work").write_text("go 1.21\n\nuse (\n\t./project\n\t./library\n)\n")
    folders = [
        world.go("list", "-m", "-f", "{{.Dir}}", BASE, env=env).stdout.strip() for env in ({}, {"GOWORK": "off"})
    ]
    assert folders[0] == str(library)
    assert folders[1] != folders[0]


def test_goproxy_they_get_different_answers_about_versions(world: GoWorld, project: Path) -> None:
    other = write_proxy(world.base / "other", [Module(BASE, "v1.9.0")])
    answers = [
        world.go("list", "-m", "-versions", BASE, env=env).stdout.split()
        for env in ({}, {"GOPROXY": f"file://{other}"})
    ]
    assert answers == [[BASE, "v1.0.0", "v1.1.0"], [BASE, "v1.9.0"]]


def test_goprivate_one_asks_the_checksum_database(world: GoWorld) -> None:
    """There is none behind this proxy: who asks for it fails."""
    write_main_module(world.project, packages=1)
    asks = {"GOSUMDB": "sum.golang.org", "GOPROXY": f"{world.env['GOPROXY']},off"}
    asked = world.go("mod", "tidy", env=asks)
    assert asked.returncode == 1
    assert "verifying" in asked.stderr
    assert world.go("mod", "tidy", env={**asks, "GONOSUMDB": "example.test,single.test"}).returncode == 0
    private = {**asks, "GOPRIVATE": "example.test,single.test", "GONOPROXY": "none"}
    assert world.go("mod", "tidy", env=private).returncode == 0
