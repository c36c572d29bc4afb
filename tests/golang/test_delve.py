from __future__ import annotations

from pathlib import Path

import pytest

from idecare.core.platforms import PlatformName
from idecare.golang.delve import GoFacts, best_delve, check_delve, inspect_delve
from idecare.golang.delve_releases import Candidate
from tests.conftest import make_host
from tests.support.go_programs import CrossBuild
from tests.support.programs import build_info, elf, fat, macho, pe

INTEL, APPLE = 0x01000007, 0x0100000C
GO = GoFacts("go1.27.3", ("amd64", "arm64"))


def delve_info(
    version: str = "v1.27.1", go_version: str = "go1.27.3", module: str = "github.com/go-delve/delve"
) -> bytes:
    mod = f"mod\t{module}\t{version}\th1:x=\n" if version else ""
    return build_info(go_version, f"path\t{module}/cmd/dlv\n{mod}build\tGOARCH=arm64\n")


def kinds(tmp_path: Path, data: bytes, platform: PlatformName, go: GoFacts = GO) -> list[str]:
    (tmp_path / "dlv").write_bytes(data)
    return [fault.kind for fault in check_delve(make_host(platform), Candidate(tmp_path / "dlv", "PATH"), go).faults]


@pytest.mark.parametrize(
    ("data", "platform", "faults"),
    [
        pytest.param(macho(APPLE, delve_info()), "macos", [], id="arm64 on Apple silicon"),
        pytest.param(macho(INTEL, delve_info()), "macos", ["architecture"], id="x86-64 on Apple silicon"),
        pytest.param(fat((INTEL, macho(INTEL)), (APPLE, macho(APPLE))), "macos", [], id="universal"),
        pytest.param(fat((INTEL, macho(INTEL))), "macos", ["architecture"], id="universal without arm64"),
        pytest.param(elf(62, delve_info()), "linux", [], id="x86-64 on Linux"),
        pytest.param(elf(183, delve_info()), "linux", ["architecture"], id="arm64 on x86-64 Linux"),
        pytest.param(pe(0x8664, delve_info()), "windows", [], id="x86-64 on Windows"),
        pytest.param(macho(INTEL, delve_info()), "linux", ["other system"], id="a Mac's on Linux"),
        pytest.param(elf(62, build_info()), "linux", ["not a program"], id="gopls under the name dlv"),
        pytest.param(b"no program", "linux", ["not a program"], id="text under the name dlv"),
        pytest.param(b"#!/bin/sh\n", "linux", [], id="wrapper"),
        pytest.param(b"#!/bin/sh\nexec arch -arm64 dlv\n", "macos", [], id="a wrapper script tells nothing"),
    ],
)
def test_the_file_tells_whether_it_can_debug_here(
    tmp_path: Path, data: bytes, platform: PlatformName, faults: list[str]
) -> None:
    assert kinds(tmp_path, data, platform) == faults


@pytest.mark.parametrize(
    ("version", "built_with", "go", "faults"),
    [
        pytest.param("v1.27.1", "go1.27.3", "go1.27.3", [], id="fits"),
        pytest.param("v1.20.2", "go1.20", "go1.27.3", ["too old"], id="Delve older than Go"),
        pytest.param("v1.27.1", "go1.27.3", "go1.22.1", ["too new"], id="Delve dropped this Go"),
        pytest.param("v1.26.3", "go1.24.1", "go1.26", ["built with old Go"], id="built without DWARF 5"),
        pytest.param("v1.26.3", "go1.24.1", "go1.24.1", [], id="no DWARF 5 to read"),
        pytest.param("(devel)", "go1.20", "go1.27.3", [], id="a build of one's own"),
        pytest.param("", "go1.20", "go1.27.3", [], id="Debian's has no version"),
        pytest.param("v1.20.2", "go1.20", None, [], id="no Go known"),
    ],
)
def test_the_release_must_know_the_go(
    tmp_path: Path, version: str, built_with: str, go: str | None, faults: list[str]
) -> None:
    assert kinds(tmp_path, elf(62, delve_info(version, built_with)), "linux", GoFacts(go, ("amd64",))) == faults


def test_the_fault_comes_with_the_command_that_installs_the_right_one(tmp_path: Path) -> None:
    (tmp_path / "dlv").write_bytes(macho(INTEL, delve_info("v1.24.0")))
    verdict = check_delve(make_host("macos"), Candidate(tmp_path / "dlv", "PATH"), GoFacts("go1.26.1", ("arm64",)))
    assert verdict.fix == "go install github.com/go-delve/delve/cmd/dlv@v1.27.1"
    assert "built for x86-64 (amd64); this machine is arm64" in verdict.faults[0].message


def test_a_translated_go_is_replaced_first(tmp_path: Path) -> None:
    verdict = check_delve(make_host("macos"), Candidate(tmp_path / "none", "PATH"), GoFacts("go1.27.3", ("amd64",)))
    assert verdict.faults[0].kind == "missing"
    assert verdict.fix.startswith("install a Go for arm64 (https://go.dev/dl), then: go install ")


def test_a_program_that_go_has_not_built_is_no_delve_unless_its_name_says_so(tmp_path: Path) -> None:
    for name in ("true", "dlv-packed"):
        (tmp_path / name).write_bytes(elf(62))
    true, packed = (
        check_delve(make_host(), Candidate(tmp_path / name, "--set"), GO) for name in ("true", "dlv-packed")
    )
    assert (true.faults[0].message, packed.is_right) == (f"{tmp_path / 'true'} is another program, not Delve", True)


def test_the_best_is_right_and_tells_its_release(tmp_path: Path) -> None:
    for name, data in {"a": elf(183, delve_info()), "b": elf(62), "c": elf(62, delve_info())}.items():
        (tmp_path / name).mkdir()
        (tmp_path / name / "dlv").write_bytes(data)
    host = make_host(environment={"PATH": ":".join(str(tmp_path / name) for name in "abc"), "GOPATH": "/none"})
    verdicts = inspect_delve(host, GO)
    best = best_delve(verdicts)
    assert [verdict.is_right for verdict in verdicts[:3]] == [False, True, True]
    assert best is not None
    assert best.path == tmp_path / "c" / "dlv"
    assert best_delve(verdicts[:1]) is None


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory, cross_build: CrossBuild) -> dict[str, Path]:
    """Programs that call themselves Delve, built by a real go for both kinds of Mac."""
    base = tmp_path_factory.mktemp("delve")
    (base / "go.mod").write_text("module github.com/go-delve/delve\n\ngo 1.20\n")
    (base / "main.go").write_text("package main\n\nfunc main() { println(1) }\n")
    for machine in ("arm64", "amd64"):
        cross_build(base, f"darwin/{machine}", base / machine)
    return {machine: base / machine for machine in ("arm64", "amd64")}


@pytest.mark.e2e
def test_what_go_builds_is_judged_for_a_mac(built: dict[str, Path]) -> None:
    mac = make_host("macos")
    verdicts = {machine: check_delve(mac, Candidate(path, "PATH"), GoFacts()) for machine, path in built.items()}
    assert verdicts["arm64"].is_right
    assert [fault.kind for fault in verdicts["amd64"].faults] == ["architecture"]
