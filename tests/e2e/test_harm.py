"""The harm that `idecare status` warns of, shown with real go commands: each sentence of a warning has its test."""

from __future__ import annotations

import os
import re
import stat
from pathlib import Path

import pytest

from idecare.golang.toolchain import version_key
from idecare.modules.layout import half_extracted
from idecare.workspaces.base import COMPARED
from idecare.workspaces.conflicts import sides
from idecare.workspaces.conflicts.sides import FLAG_HARM, HARM, TOOLCHAINS_SINCE
from tests.support.goproxy import Module, write_main_module, write_proxy
from tests.support.real_go import GoWorld

BASE = "example.test/base"
OLD_GO = os.environ.get("IDECARE_TEST_OLD_GO")  # read before the tests' own environment hides it


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


# Each code, and the test that shows its harm; ``None``: it says what differs or what waits, and of no harm.
CODES: dict[str, str | None] = {
    "mod-mod": "test_mod_mod_a_command_that_only_inspects_rewrites_go_mod_and_go_sum",
    "go-version": "test_go_version_the_older_one_refuses_what_the_newer_one_writes",
    "goflags": "test_modfile_they_read_and_write_different_files",
    "gowork": "test_gowork_they_resolve_dependencies_in_different_workspaces",
    "goproxy": "test_goproxy_they_get_different_answers_about_versions",
    "goprivate": "test_goprivate_one_asks_the_checksum_database",
    "to-and-fro": "test_to_and_fro_two_commands_undo_each_others_change",
    "half-extracted": "test_half_extracted_files_are_missing_until_go_needs_it_again",
    "gopls-version": None,
    "gomodcache": None,
    "goos": None,
    "goarch": None,
    "shared": None,
    "lock-wait": None,  # that it waits is the harm; tests/e2e/test_scenarios.py has the tidy behind a stopped process
}
FLAGS = {
    "-modfile": "test_modfile_they_read_and_write_different_files",
    "-modcacherw": "test_modcacherw_folders_of_the_cache_can_be_written_to",
}


def test_each_code_is_in_the_table_and_each_sentence_of_harm_has_its_test() -> None:
    source = "".join(path.read_text() for path in Path(sides.__file__).parent.glob("*.py"))
    written = set(re.findall(r'[Cc]onflict\(\s*"([a-z-]+)"', source))
    assert written | {name.lower() for name in COMPARED} == set(CODES)
    named = [test for test in (*CODES.values(), *FLAGS.values()) if test]
    assert [test for test in named if test not in globals()] == []
    assert {name.lower() for name, text in HARM.items() if text} <= {code for code, test in CODES.items() if test}
    assert set(FLAGS) == set(FLAG_HARM)


def test_mod_mod_a_command_that_only_inspects_rewrites_go_mod_and_go_sum(world: GoWorld, project: Path) -> None:
    before = without_sums_and_requirements(project)
    (project / "go.sum").unlink()
    assert world.go("list", "./...").returncode in (0, 1)
    assert (project / "go.mod").read_bytes() == before
    assert not (project / "go.sum").exists()
    world.go("list", "-deps", "./...", env={"GOFLAGS": "-mod=mod"})
    assert BASE in (project / "go.mod").read_text()
    assert BASE in (project / "go.sum").read_text()


def test_go_version_the_older_one_refuses_what_the_newer_one_writes(world: GoWorld, project: Path) -> None:
    """Real ones of both sides of go1.21."""
    assert version_key("go1.19.8")[:2] < TOOLCHAINS_SINCE
    older = older_go()
    assert world.run(str(older), "list", "-m").returncode == 0
    newest = world.go("env", "GOVERSION").stdout.strip()
    assert world.go("get", f"go@{newest.removeprefix('go')}").returncode == 0
    refused = world.run(str(older), "list", "-m")
    assert refused.returncode == 1
    assert "invalid go version" in refused.stderr


def older_go() -> Path:
    """Debian's go1.19, or the one that IDECARE_TEST_OLD_GO names."""
    for place in (OLD_GO, "/usr/lib/go-1.19/bin/go"):
        if place and Path(place).is_file():
            return Path(place)
    pytest.skip("there is no Go before 1.21 here: apt-get install golang-1.19-go")


def test_to_and_fro_two_commands_undo_each_others_change(world: GoWorld, project: Path) -> None:
    """One lists a package with -mod=mod, the other tidies."""
    seen = []
    for _ in range(2):
        world.go("list", "example.test/extra", env={"GOFLAGS": "-mod=mod"})
        seen.append((project / "go.mod").read_text())
        assert world.go("mod", "tidy").returncode == 0
        seen.append((project / "go.mod").read_text())
    assert seen[:2] == seen[2:]
    assert seen[0] != seen[1]


def test_half_extracted_files_are_missing_until_go_needs_it_again(world: GoWorld, project: Path) -> None:
    """What a go command that was killed leaves: the marker, and a part of the tree (modfetch.DownloadDir)."""
    assert world.go("build", "./...").returncode == 0
    tree = next(world.gomodcache.glob(f"{BASE}@v*"))
    marker = world.gomodcache / "cache" / "download" / BASE / "@v" / f"{tree.name.partition('@')[2]}.partial"
    missing = tree / "README.md"
    tree.chmod(0o755)
    missing.unlink()
    marker.write_text("")
    assert half_extracted(world.gomodcache, (project,), ()) == (marker,)
    assert world.go("version").returncode == 0
    assert not missing.exists()
    assert world.go("build", "./...").returncode == 0
    assert missing.exists()
    assert half_extracted(world.gomodcache, (project,), ()) == ()


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
