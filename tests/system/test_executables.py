from __future__ import annotations

import os
import random
import struct
import subprocess
import time
from pathlib import Path

import pytest

from idecare.system.executables import Binary, read_binary
from idecare.system.executables.build_info import MAGIC, parse_module_text
from tests.support.go_programs import find_go
from tests.support.programs import ADDRESS, build_info, elf, fat, macho, pe

AMD64, ARM64 = 0x01000007, 0x0100000C
FORMATS = {"darwin": "mach-o", "windows": "pe", "linux": "elf"}


def write(folder: Path, data: bytes) -> Path:
    path = folder / "program"
    path.write_bytes(data)
    return path


@pytest.mark.parametrize(
    ("data", "format_", "architectures"),
    [
        pytest.param(elf(183), "elf", ("arm64",), id="ELF for arm64"),
        pytest.param(elf(62), "elf", ("amd64",), id="ELF for x86-64"),
        pytest.param(elf(22, order=">"), "elf", ("s390x",), id="big-endian ELF"),
        pytest.param(elf(21), "elf", ("ppc64le",), id="little-endian POWER"),
        pytest.param(elf(4711), "elf", ("unknown",), id="ELF for a machine not known"),
        pytest.param(macho(ARM64), "mach-o", ("arm64",), id="Mach-O for Apple silicon"),
        pytest.param(macho(AMD64), "mach-o", ("amd64",), id="Mach-O for Intel"),
        pytest.param(pe(0x8664), "pe", ("amd64",), id="PE for x86-64"),
        pytest.param(pe(0xAA64), "pe", ("arm64",), id="PE for arm64"),
        pytest.param(pe(0x14C), "pe", ("386",), id="PE for x86"),
        pytest.param(
            fat((AMD64, macho(AMD64)), (ARM64, macho(ARM64))), "mach-o fat", ("amd64", "arm64"), id="universal"
        ),
        pytest.param(
            fat((ARM64, macho(ARM64)), (AMD64, b"?"), is_64=True),
            "mach-o fat",
            ("arm64", "amd64"),
            id="64-bit universal",
        ),
        pytest.param(fat((ARM64, b"!<arch>\n")), "mach-o fat", ("arm64",), id="universal archive"),
    ],
)
def test_the_header_tells_format_and_architecture(
    tmp_path: Path, data: bytes, format_: str, architectures: tuple[str, ...]
) -> None:
    assert read_binary(write(tmp_path, data)) == Binary(format_, architectures)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(elf(data=build_info()), id="ELF"),
        pytest.param(
            elf(data=(bytes(65) + MAGIC).ljust(128, b"\0") + build_info()), id="ELF, after a misaligned look-alike"
        ),
        pytest.param(macho(data=build_info()), id="Mach-O"),
        pytest.param(pe(data=build_info()), id="PE"),
        pytest.param(fat((ARM64, macho(ARM64, build_info()))), id="universal"),
    ],
)
def test_build_info_is_found_in_the_data_of_every_format(tmp_path: Path, data: bytes) -> None:
    binary = read_binary(write(tmp_path, data))
    assert binary is not None
    assert (binary.go_version, binary.module, binary.module_version) == (
        "go1.27.3",
        "golang.org/x/tools/gopls",
        "v0.20.0",
    )
    assert binary.settings == {"GOARCH": "arm64"}


@pytest.mark.parametrize("order", ["<", ">"])
def test_build_info_of_go_1_17_points_to_its_texts(tmp_path: Path, order: str) -> None:
    module_text = b"0" * 16 + b"path\texample.com/old\n" + b"1" * 16
    strings = struct.pack(order + "QQQQ", ADDRESS + 64, 6, ADDRESS + 70, len(module_text))
    flags = b"\x08\x01" if order == ">" else b"\x08\x00"
    header = MAGIC + flags + struct.pack(order + "QQ", ADDRESS + 32, ADDRESS + 48)
    binary = read_binary(write(tmp_path, elf(data=header + strings + b"go1.17" + module_text, order=order)))
    assert binary is not None
    assert (binary.go_version, binary.path) == ("go1.17", "example.com/old")


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"#!/bin/sh\nexec go\n", id="script"),
        pytest.param(b"\xca\xfe\xba\xbe\0\0\0\x34" + bytes(100), id="Java class file"),
        pytest.param(b"\xca\xfe\xba\xbe\0\0\0\0", id="universal file of nothing"),
        pytest.param(b"\xca\xfe\xba\xbe\0\0\0\x02\0", id="universal file cut off"),
        pytest.param(b"MZ" + bytes(200), id="DOS program"),
        pytest.param(b"\x7fELF", id="ELF cut off"),
        pytest.param(b"\xcf\xfa\xed\xfe", id="Mach-O cut off"),
    ],
)
def test_other_files_are_no_programs(tmp_path: Path, data: bytes) -> None:
    assert read_binary(write(tmp_path, data)) is None


@pytest.mark.parametrize(
    ("text", "settings"),
    [
        pytest.param("build\t-tags=a,b", {"-tags": "a,b"}, id="plain"),
        pytest.param('build\t-ldflags="-s -w"', {"-ldflags": "-s -w"}, id="quoted value"),
        pytest.param('build\t"a b"="c=d"', {"a b": "c=d"}, id="quoted key"),
        pytest.param('build\t-x="\\x07"', {"-x": '"\\x07"'}, id="Go's own escapes stay"),
        pytest.param('build\t"open', {'"open': ""}, id="open quote"),
        pytest.param("build", {"": ""}, id="empty"),
        pytest.param("dep\tx\tv1\nnonsense", {}, id="other lines"),
    ],
)
def test_build_settings_are_unquoted(text: str, settings: dict[str, str]) -> None:
    assert parse_module_text("go1.27.3", text).settings == settings


def test_a_program_from_a_list_of_files_has_no_module() -> None:
    info = parse_module_text("go1.27.3", "path\tcommand-line-arguments\nbuild\tGOOS=linux\n")
    assert (info.path, info.module, info.module_version) == ("command-line-arguments", None, None)


@pytest.mark.parametrize("program", [elf, macho, pe], ids=["elf", "macho", "pe"])
def test_damaged_programs_never_raise(tmp_path: Path, program: object) -> None:
    whole = program(data=build_info())  # type: ignore[operator]
    path, chance = tmp_path / "program", random.Random(4711)
    for _ in range(1500):
        data = bytearray(whole[: chance.randrange(len(whole) + 1)] if chance.random() < 0.3 else whole)
        for _ in range(chance.randrange(8)):
            if data:
                data[chance.randrange(min(len(data), chance.choice((64, 256, 900))))] = chance.choice(
                    (0, 1, 0x7F, 0xFF)
                )
        path.write_bytes(data)
        read_binary(path)


def test_what_cannot_be_read_is_no_program(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "loop").symlink_to("loop")
    places = (tmp_path / "pipe", tmp_path / "loop", tmp_path, tmp_path / "missing", tmp_path / os.fsdecode(b"\xff"))
    assert [read_binary(place) for place in places] == [None] * 5


def test_a_large_program_is_read_in_a_moment(tmp_path: Path) -> None:
    data = elf(data=bytes(60_000_000) + build_info())
    path = write(tmp_path, data + bytes(60_000_000))
    started = time.perf_counter()
    binary = read_binary(path)
    assert binary is not None
    assert binary.go_version == "go1.27.3"
    assert time.perf_counter() - started < 1


@pytest.mark.e2e
def test_real_programs_are_read_as_the_go_command_reads_them(go_programs: dict[str, Path]) -> None:
    for target, path in go_programs.items():
        binary = read_binary(path)
        assert binary is not None
        assert go_version_lines(path) == {
            f"{path}: {binary.go_version}",
            f"path\t{binary.path}",
            f"mod\t{binary.module}\t{binary.module_version}\t",
            *(f"build\t{key}={quoted(value)}" for key, value in binary.settings.items()),
        }
        if target != "universal":
            system, machine = target.split("/")
            assert (binary.format, binary.architectures) == (FORMATS[system], (machine,))
            assert (binary.settings["GOOS"], binary.settings["GOARCH"]) == (system, machine)


def go_version_lines(path: Path) -> set[str]:
    command = [str(find_go()), "version", "-m", str(path)]
    printed = subprocess.run(command, capture_output=True, text=True, check=True, env={**os.environ, "GOENV": "off"})
    return {line.removeprefix("\t") for line in printed.stdout.splitlines()}


def quoted(value: str) -> str:
    return f'"{value}"' if " " in value else value


@pytest.mark.e2e
def test_real_programs_cut_short_never_raise(go_programs: dict[str, Path], tmp_path: Path) -> None:
    for path in go_programs.values():
        data = path.read_bytes()
        for length in (*range(0, 600, 7), *range(600, len(data), len(data) // 40)):
            read_binary(write(tmp_path, data[:length]))
