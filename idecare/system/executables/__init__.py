"""Programs, read and not run: format, architectures, and the Go version and module they were built from."""

from __future__ import annotations

import struct
from dataclasses import field
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from idecare.core.frozen import frozen
from idecare.core.reading import open_file
from idecare.system.executables.headers import (
    MACHO_MACHINES,
    MACHO_MAGICS,
    UNKNOWN,
    File,
    Image,
    Stretch,
    read_elf,
    read_macho,
    read_pe,
)

if TYPE_CHECKING:
    from idecare.system.executables.build_info import BuildInfo

Format = Literal["elf", "mach-o", "mach-o fat", "pe"]

FAT_MAGICS = {b"\xca\xfe\xba\xbe": ">IIIII", b"\xca\xfe\xba\xbf": ">IIQQII"}
MOST_SLICES = 20  # Java class files share the magic; their next number is a version, 45 or more
CHUNK_BYTES = 1 << 20
LARGEST_SEARCH = 64 << 20  # the linker puts the block near the start of the data


@frozen
class Binary:
    """A program file. The Go values are ``None`` for other languages' programs and where a packager removed them.

    ``architectures`` are in Go's spelling; a universal file has several.
    """

    format: Format
    architectures: tuple[str, ...]
    go_version: str | None = None
    path: str | None = None
    module: str | None = None
    module_version: str | None = None
    settings: dict[str, str] = field(default_factory=dict)
    dependencies: tuple[tuple[str, str], ...] = ()


def read_binary(path: Path) -> Binary | None:
    """Read a program's headers; ``None`` for every other file, and for one that cannot be read."""
    try:
        with open_file(path) as file:
            return _read(File(file))
    except (OSError, struct.error):
        return None


def _read(file: File) -> Binary | None:
    magic = file.at(0, 4)
    if magic in FAT_MAGICS:
        return _read_fat(file, FAT_MAGICS[magic])
    if magic == b"\x7fELF":
        image = read_elf(file)
        return _binary("elf", (image.architecture,), file, image)
    if magic in MACHO_MAGICS:
        image = read_macho(file)
        return _binary("mach-o", (image.architecture,), file, image)
    if magic.startswith(b"MZ"):
        image = read_pe(file)
        return _binary("pe", (image.architecture,), file, image)
    return None


def _read_fat(file: File, layout: str) -> Binary | None:
    """The architectures of all slices; the build info of the first, as ``go version -m`` has it."""
    (count,) = file.numbers(">I", 4)
    if not 0 < count <= MOST_SLICES:
        return None
    slices = [file.numbers(layout, 8 + number * struct.calcsize(layout)) for number in range(count)]
    names = tuple(dict.fromkeys(MACHO_MACHINES.get(entry[0], UNKNOWN) for entry in slices))
    first = File(file.file, slices[0][2])
    try:
        return _binary("mach-o fat", names, first, read_macho(first))
    except struct.error:
        return Binary("mach-o fat", names)


def _binary(format_: Format, architectures: tuple[str, ...], file: File, image: Image) -> Binary:
    info = _build_info(file, image)
    if info is None:
        return Binary(format_, architectures)
    return Binary(
        format_,
        architectures,
        info.go_version,
        info.path,
        info.module,
        info.module_version,
        dict(info.settings),
        info.dependencies,
    )


def _build_info(file: File, image: Image) -> BuildInfo | None:
    """Its reader is imported for a file that has something to read: the launcher of an IDE has not."""
    named = [stretch for stretch in image.stretches if stretch.has_info]
    data = [stretch for stretch in image.stretches if stretch.is_data]
    for stretch in named or data[:1]:
        address = _block_address(file, stretch)
        if address is not None:
            from idecare.system.executables.build_info import read_build_info

            return read_build_info(lambda start, size: _at_address(file, image, start, size), address)
    return None


def _block_address(file: File, stretch: Stretch) -> int | None:
    """Search in pieces: the block is aligned, so it lies within one."""
    from idecare.system.executables.build_info import ALIGNMENT, find_block

    skipped = -stretch.address % ALIGNMENT
    for start in range(skipped, min(stretch.size, LARGEST_SEARCH), CHUNK_BYTES):
        data = file.at(stretch.offset + start, min(CHUNK_BYTES, stretch.size - start))
        place = find_block(data)
        if place >= 0:
            return stretch.address + start + place
        if len(data) < CHUNK_BYTES:
            break
    return None


def _at_address(file: File, image: Image, address: int, size: int) -> bytes:
    """What is loaded to ``address``, up to the end of the stretch it is in."""
    for stretch in image.stretches:
        inside = address - stretch.address
        if 0 <= inside < stretch.size:
            return file.at(stretch.offset + inside, min(size, stretch.size - inside))
    return b""
