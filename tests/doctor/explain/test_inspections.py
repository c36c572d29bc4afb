"""What each inspection sees on a made-up machine, and when that settles what an error means."""

from __future__ import annotations

import io
import os
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from pyfakefs.fake_filesystem import FakeFilesystem, OSType

from idecare.core.host import Host
from idecare.doctor.explain import KNOWN_ERRORS, Answer, Clue, answer, recognise
from idecare.doctor.explain.base import Words
from tests.conftest import make_host
from tests.doctor.explain.samples import SAMPLES
from tests.support.programs import elf, macho

AMD64, ARM64 = 0x01000007, 0x0100000C


def explained(host: Host, text: str) -> Answer:
    return answer(host, recognise(io.BytesIO(text.encode()), KNOWN_ERRORS).recognised[0])


def mac(fs: FakeFilesystem, **environment: str) -> Host:
    fs.os = OSType.MACOS  # this empties it
    return make_host("macos", environment)


def evidence(reported: Answer) -> str:
    return "\n".join(reported.evidence)


def make(fs: FakeFilesystem, files: Mapping[str, bytes]) -> None:
    for path, content in files.items():
        fs.create_file(path, contents=content, st_mode=0o100755)


# --- programs ------------------------------------------------------------------------------------------------------


def test_the_go_and_the_dlv_of_the_wrong_architecture_are_shown(fs: FakeFilesystem) -> None:
    host = mac(fs, PATH="/usr/local/go/bin")
    make(fs, {"/usr/local/go/bin/go": macho(AMD64), "/usr/local/go/VERSION": b"go1.27.3\n"})
    make(fs, {"/Users/gopher/go/bin/dlv": macho(AMD64)})
    reported = explained(host, SAMPLES["rosetta"])
    assert (
        "go1.27.3 in /usr/local/go (go in PATH (/usr/local/go/bin)) is for amd64, but this machine is arm64"
        in evidence(reported)
    )
    assert "/Users/gopher/go/bin/dlv is built for x86-64 (amd64); this machine is arm64" in evidence(reported)
    assert reported.fix.startswith("Install a Go for arm64")


def test_a_right_dlv_is_shown_and_the_general_fix_stays(fs: FakeFilesystem) -> None:
    host = mac(fs)
    make(fs, {"/Users/gopher/go/bin/dlv": macho(ARM64)})
    reported = explained(host, SAMPLES["rosetta"])
    assert "/Users/gopher/go/bin/dlv" in evidence(reported)
    assert reported.fix.startswith("Make the Go right first")


def test_a_text_of_a_mac_on_another_machine_is_said_to_be_from_elsewhere(fs: FakeFilesystem) -> None:
    assert "this machine is linux on amd64" in evidence(explained(make_host(), SAMPLES["rosetta"]))
    assert "this machine is no Mac" in evidence(explained(make_host(), SAMPLES["xcode-tool-missing"]))


@pytest.mark.parametrize(
    ("content", "says", "settled"),
    [
        pytest.param(elf(183), "built for Linux on arm64, and cannot run", True, id="another processor"),
        pytest.param(macho(AMD64), "built for macOS on amd64, and cannot run", True, id="another system"),
        pytest.param(elf(62), "is not built for this machine", False, id="right: then it was another file"),
        pytest.param(b"", "is empty", True, id="empty"),
        pytest.param(b"\x00\x01text", "is not a program", True, id="no program"),
    ],
)
def test_the_program_is_read(fs: FakeFilesystem, content: bytes, says: str, settled: bool) -> None:
    make(fs, {"/opt/tool": content})
    reported = explained(make_host(), "fork/exec /opt/tool: exec format error")
    assert (says in reported.meaning, reported.is_settled) == (True, settled)


@pytest.mark.parametrize(("line", "says"), [(b"#!/bin/sh -e\n", "/bin/sh"), (b"#!\n", "nothing")])
def test_a_script_is_named_with_what_runs_it(fs: FakeFilesystem, line: bytes, says: str) -> None:
    make(fs, {"/opt/tool": line})
    reported = explained(make_host(), "fork/exec /opt/tool: exec format error")
    assert f"/opt/tool is a script for {says}" in reported.evidence


def test_goarch_is_named_where_the_program_is_gone(fs: FakeFilesystem) -> None:
    fs.create_file("/home/gopher/.config/go/env", contents="GOARCH=arm64\n")
    reported = explained(make_host(), "fork/exec /tmp/go-build1/b001/exe/app: exec format error")
    assert "GOARCH=arm64 is set" in reported.meaning
    assert "`go env -u GOARCH`" in reported.fix
    reported = explained(make_host(environment={"GOARCH": "arm64"}), "fork/exec /tmp/x: exec format error")
    assert "`unset GOARCH`" in reported.fix


# --- the standard library ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("files", "says"),
    [
        pytest.param(["/usr/local/go/src/errors/errors.go"], "something emptied the build cache", id="it is there"),
        pytest.param([], "is not there any more", id="the Go is gone"),
        pytest.param(
            ["/usr/local/go/src/fmt/print.go"], "There is no standard package errors", id="the package is not"
        ),
    ],
)
def test_a_standard_package_is_searched(fs: FakeFilesystem, files: list[str], says: str) -> None:
    for file in files:
        fs.create_file(file)
    assert says in explained(make_host(), SAMPLES["package-not-in-std"]).meaning


def test_a_package_of_a_newer_go_is_found_there(fs: FakeFilesystem) -> None:
    new = "/home/gopher/sdk/go1.27.3"
    make(fs, {f"{new}/bin/go": elf(62), f"{new}/VERSION": b"go1.27.3\n", f"{new}/src/weak/weak.go": b""})
    fs.create_file("/usr/local/go/src/fmt/print.go")
    reported = explained(make_host(), "package weak is not in std (/usr/local/go/src/weak)")
    assert reported.meaning == "weak is part of a newer Go than the one that ran."
    assert f"go1.27.3 ({new})" in evidence(reported)


def test_a_misspelt_package_gets_the_near_name(fs: FakeFilesystem) -> None:
    fs.create_dir("/usr/local/go/src/strings")
    reported = explained(make_host(), "package strngs is not in std (/usr/local/go/src/strngs)")
    assert "Did you mean 'strings'?" in reported.meaning


# --- compilers -----------------------------------------------------------------------------------------------------


def test_the_setting_with_the_wrong_name_of_an_architecture_is_found(fs: FakeFilesystem) -> None:
    reported = explained(mac(fs, CGO_CFLAGS="-O2 -arch amd64"), SAMPLES["invalid-arch-name"])
    assert reported.meaning.startswith("CGO_CFLAGS passes `-arch amd64`")
    assert "Write `-arch x86_64` there" in reported.fix


@pytest.mark.parametrize(
    ("files", "says", "does"),
    [
        pytest.param([], "not installed", "brew install libffi", id="absent"),
        pytest.param(
            ["/opt/homebrew/opt/libffi/include/ffi.h"],
            "but not where the C compiler looks",
            "-I/opt/homebrew/opt/libffi/include",
            id="in a keg that Homebrew does not link",
        ),
    ],
)
def test_a_header_is_searched_on_a_mac(fs: FakeFilesystem, files: list[str], says: str, does: str) -> None:
    host = mac(fs)
    for file in files:
        fs.create_file(file)
    reported = explained(host, SAMPLES["missing-header"])
    assert (says in reported.meaning, does in reported.fix) == (True, True)


def test_a_header_that_is_installed_points_to_a_container_or_a_cross_build(fs: FakeFilesystem) -> None:
    fs.create_file("/usr/include/x86_64-linux-gnu/ffi.h")
    assert "comes from a container or another machine" in explained(make_host(), SAMPLES["missing-header"]).meaning


def test_the_package_of_a_missing_header_is_named_on_linux(fs: FakeFilesystem) -> None:
    assert "sudo apt install libffi-dev" in explained(make_host(), SAMPLES["missing-header"]).fix


@pytest.mark.parametrize(
    ("folders", "does"),
    [
        pytest.param(["/Library/Developer/CommandLineTools"], "Install Xcode from the App Store", id="tools alone"),
        pytest.param(
            ["/Library/Developer/CommandLineTools", "/Applications/Xcode.app"],
            "sudo xcode-select -s /Applications/Xcode.app/Contents/Developer",
            id="Xcode is installed and not selected",
        ),
        pytest.param([], "xcode-select --install", id="nothing"),
    ],
)
def test_apples_tools_are_searched(fs: FakeFilesystem, folders: list[str], does: str) -> None:
    host = mac(fs)
    for folder in folders:
        fs.create_dir(folder)
    assert explained(host, SAMPLES["xcode-tool-missing"]).fix.startswith(does)


# --- files ---------------------------------------------------------------------------------------------------------


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may give files away")
@pytest.mark.parametrize(
    ("uid", "says"),
    [
        pytest.param(0, "A folder of root's is in the way", id="root's"),
        pytest.param(4711, "Not a fault", id="one's own and read-only"),
    ],
)
def test_whose_a_path_is_decides(tmp_path: Path, uid: int, says: str) -> None:
    cache = tmp_path / "go" / "pkg" / "mod"
    folder = cache / "example.com" / "aa@v1.0.0"
    folder.mkdir(parents=True)
    for path in (*reversed(folder.parents), folder):
        if path.is_relative_to(cache):
            os.chown(path, 4711, 4711)
    os.chown(folder, uid, uid)
    folder.chmod(0o555)
    host = make_host(environment={"GOMODCACHE": str(cache)}, home=tmp_path, user_id=4711)
    parents = [path for path in cache.parents if os.lstat(path).st_uid != 4711]
    reported = explained(host, f"mkdir {folder}/x: permission denied")
    assert parents, "the folders above are root's, which is nobody's fault"
    assert says in reported.meaning


def test_an_inspection_that_fails_leaves_the_explanation() -> None:
    def failing(host: Host, words: Words) -> Iterator[Clue]:
        yield Clue("seen before")
        raise PermissionError(13, "Permission denied", "/secret")

    (seen,) = recognise(io.BytesIO(SAMPLES["offline"].encode()), KNOWN_ERRORS).recognised
    reported = answer(make_host(), replace(seen, known=replace(seen.known, inspections=(failing,))))
    assert reported.meaning == seen.known.meaning
    assert reported.evidence == (
        "seen before",
        "an inspection of this machine failed: [Errno 13] Permission denied: '/secret'",
    )


def test_an_archive_that_is_a_web_page_is_seen(tmp_path: Path) -> None:
    zip_file = tmp_path / "cache" / "download" / "example.com" / "aa" / "@v" / "v1.0.0.zip"
    zip_file.parent.mkdir(parents=True)
    zip_file.write_bytes(b"<!DOCTYPE html><title>Please log in")
    reported = explained(make_host(home=tmp_path), f"unzip {zip_file}: zip: not a valid zip file")
    assert f"{zip_file} is a web page (35 B)" in reported.evidence
