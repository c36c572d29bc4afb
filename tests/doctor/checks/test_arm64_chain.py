from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest
from pyfakefs.fake_filesystem import FakeFilesystem

from idecare.cli.render.doctor import examined_text, exit_code
from idecare.core.host import true_machine
from idecare.doctor.base import Finding, RunByUser
from idecare.doctor.checks.arm64_chain import CHECKS
from idecare.doctor.runner import run_checks, worst_first
from idecare.doctor.snapshot import Snapshot
from tests.support.mac import APPLE, FILES, INTEL, make_mac
from tests.support.programs import build_info, elf, fat, macho


@dataclass(frozen=True)
class Programs:
    """Real programs for Macs, as the linker wrote them."""

    arm64: bytes
    amd64: bytes
    universal: bytes


@pytest.fixture
def real(go_programs: dict[str, Path]) -> Programs:
    """Asked for before ``fs``, behind which they are out of sight."""
    names = ("darwin/arm64", "darwin/amd64", "universal")
    return Programs(*(go_programs[name].read_bytes() for name in names))


SIMPLE = Programs(macho(), macho(INTEL), fat((INTEL, macho(INTEL)), (APPLE, macho())))


def add_intel_homebrew(fs: FakeFilesystem) -> None:
    fs.create_file("/usr/local/bin/brew", contents="#!/bin/bash\n", st_mode=0o100755)


def find(snapshot: Snapshot) -> tuple[Finding, ...]:
    return worst_first(run_checks(CHECKS, snapshot))


@pytest.mark.e2e
@pytest.mark.parametrize("link", FILES)
def test_the_one_wrong_link_is_named_first(real: Programs, fs: FakeFilesystem, link: str) -> None:
    found = find(make_mac(fs, {link: real.amd64}, real.arm64))
    assert [finding.id for finding in found] == [f"arm64/chain/{link}"]
    assert "the first wrong link of the chain is" in found[0].summary
    assert any(line.startswith("WRONG: ") and FILES[link] in line for line in found[0].evidence)
    assert sum(line.startswith("right: ") for line in found[0].evidence) == len(FILES) - (link == "go")


@pytest.mark.parametrize(
    ("environment", "link"),
    [
        pytest.param({"GOARCH": "amd64"}, "goarch", id="GOARCH"),
        pytest.param({"DOCKER_DEFAULT_PLATFORM": "linux/amd64"}, "docker", id="Docker's default platform"),
        pytest.param({"PATH": "/usr/local/bin:/opt/homebrew/bin"}, "homebrew", id="two Homebrews, Intel's first"),
    ],
)
def test_a_wrong_setting_is_named_first(fs: FakeFilesystem, environment: dict[str, str], link: str) -> None:
    snapshot = make_mac(fs, {}, SIMPLE.arm64, environment)
    add_intel_homebrew(fs)
    found = find(snapshot)
    assert [finding.id for finding in found] == [f"arm64/chain/{link}"]


@pytest.mark.e2e
@pytest.mark.parametrize("kind", ["arm64", "universal"])
def test_a_clean_chain_is_one_calm_line(real: Programs, fs: FakeFilesystem, kind: str) -> None:
    examined = run_checks(CHECKS, make_mac(fs, {}, getattr(real, kind)))
    assert examined_text(examined, Path("/Users/gopher"), verbose=False) == (
        "All is well: 1 check found nothing wrong."
    )
    assert exit_code(worst_first(examined)) == 0


def test_of_several_wrong_links_the_first_is_the_cause(fs: FakeFilesystem) -> None:
    found = find(make_mac(fs, {"go": SIMPLE.amd64, "dlv": SIMPLE.amd64, "gopls": SIMPLE.amd64}, SIMPLE.arm64))
    assert [finding.id.rpartition("/")[2] for finding in found] == ["go", "dlv", "gopls"]
    assert [finding.severity for finding in found] == ["error", "error", "warning"]
    assert "follows after the go command of this shell in the chain" in found[1].evidence


def test_a_translated_shell_is_found_by_a_universal_python(fs: FakeFilesystem) -> None:
    snapshot = make_mac(fs, {"python": SIMPLE.universal}, SIMPLE.arm64, is_translated=True)
    (finding,) = find(snapshot)
    assert finding.id == "arm64/chain/shell"
    assert finding.evidence[0] == "machine: Apple silicon (arm64), and this process runs under Rosetta"


def test_an_intel_mac_is_not_taken_for_rosetta(fs: FakeFilesystem) -> None:
    environment = {"PATH": "/usr/local/bin:/opt/homebrew/bin"}
    snapshot = make_mac(fs, {}, SIMPLE.amd64, environment, machine="amd64")
    add_intel_homebrew(fs)
    assert find(snapshot) == ()


def test_an_arm64_program_on_an_intel_mac_is_an_error(fs: FakeFilesystem) -> None:
    environment = {"PATH": "/usr/local/bin:/opt/homebrew/bin"}
    snapshot = make_mac(fs, {"vscode": SIMPLE.arm64}, SIMPLE.amd64, environment, machine="amd64")
    add_intel_homebrew(fs)
    (finding,) = find(snapshot)
    assert (finding.id, finding.severity) == ("arm64/chain/vscode", "error")
    assert "an Intel Mac (amd64)" in finding.summary
    assert finding.why == "it cannot be started on this machine"


def test_a_tool_is_built_again_from_what_its_build_info_names(fs: FakeFilesystem) -> None:
    data = macho(
        INTEL, build_info(module_text="path\thonnef.co/go/tools/cmd/staticcheck\nmod\thonnef.co/go/tools\tv0.6.1\n")
    )
    (finding,) = find(make_mac(fs, {"tool": data}, macho()))
    assert finding.remedies == (RunByUser("go install honnef.co/go/tools/cmd/staticcheck@v0.6.1"),)


def test_scripts_and_programs_of_other_systems_are_no_links(fs: FakeFilesystem) -> None:
    assert find(make_mac(fs, {"dlv": b"#!/bin/sh\n", "tool": elf(62), "toolchain": elf(62)}, macho())) == ()


def test_another_go_that_nothing_takes_is_a_note(fs: FakeFilesystem) -> None:
    snapshot = make_mac(fs, {}, macho())
    fs.create_file("/usr/local/go/bin/go", contents=macho(INTEL), st_mode=0o100755)
    fs.create_file("/usr/local/go/VERSION", contents="go1.20.1\n")
    (finding,) = find(snapshot)
    assert (finding.id, finding.severity) == ("arm64/chain/go", "info")


def test_a_toolchain_next_to_a_right_one_of_its_version_is_not_reported(fs: FakeFilesystem) -> None:
    snapshot = make_mac(fs, {}, macho())
    other = "/Users/gopher/go/pkg/mod/golang.org/toolchain@v0.0.1-go1.28.0.darwin-amd64"
    fs.create_file(f"{other}/bin/go", contents=macho(INTEL), st_mode=0o100755)
    fs.create_file(f"{other}/VERSION", contents="go1.28.0\n")
    assert find(snapshot) == ()


@pytest.mark.parametrize(
    ("name", "version", "machine"),
    [
        pytest.param("arm64", "Darwin Kernel 25.1.0: root:xnu/RELEASE_ARM64_T6000", ("arm64", False), id="Apple"),
        pytest.param("x86_64", "Darwin Kernel 25.1.0: root:xnu/RELEASE_ARM64_T6000", ("arm64", True), id="Rosetta"),
        pytest.param("x86_64", "Darwin Kernel 22.6.0: root:xnu/RELEASE_X86_64", ("amd64", False), id="Intel"),
        pytest.param("aarch64", "#1 SMP", ("arm64", False), id="Linux on arm64"),
    ],
)
def test_a_translated_process_knows_its_machine(name: str, version: str, machine: tuple[str, bool]) -> None:
    assert true_machine(name, version) == machine
