"""The headers of ELF, Mach-O and PE files: the architecture, and which part of the file is loaded where.

Layouts: src/debug/elf, src/debug/macho and src/debug/pe of go1.27.3. Numbers in a file are not to be trusted: each read
is limited, and a header that ends too early gives what was read before.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import BinaryIO

from idecare.core.frozen import frozen

ELF_MACHINES = {3: "386", 8: "mips", 20: "ppc", 21: "ppc64", 22: "s390x", 40: "arm", 62: "amd64", 183: "arm64"}
ELF_MACHINES |= {243: "riscv64", 258: "loong64"}
LITTLE_ENDIAN_NAMES = {"mips": "mipsle", "ppc64": "ppc64le"}
MACHO_MACHINES = {7: "386", 12: "arm", 18: "ppc", 0x01000007: "amd64", 0x0100000C: "arm64", 0x01000012: "ppc64"}
MACHO_MAGICS = {
    b"\xcf\xfa\xed\xfe": ("<", True),
    b"\xce\xfa\xed\xfe": ("<", False),
    b"\xfe\xed\xfa\xcf": (">", True),
    b"\xfe\xed\xfa\xce": (">", False),
}
PE_MACHINES = {0x14C: "386", 0x1C0: "arm", 0x1C4: "arm", 0x8664: "amd64", 0xAA64: "arm64"}
UNKNOWN = "unknown"

LOADED, EXECUTABLE, WRITABLE = 1, 1, 2  # ELF: PT_LOAD, PF_X, PF_W
SEGMENT, SEGMENT_64 = 0x1, 0x19  # Mach-O: LC_SEGMENT, LC_SEGMENT_64
READ_WRITE = 3  # Mach-O: VM_PROT_READ | VM_PROT_WRITE
PE_ALIGNMENT, PE_DATA = 0x00F00000, 0xC0000040  # IMAGE_SCN_ALIGN_*; initialised, readable and writable data
MOST_HEADERS = 2048
NAMES_BYTES = 1 << 20


class File:
    """Limited reads at any offset from ``base``: the start of the file, or of one slice of a universal file."""

    def __init__(self, file: BinaryIO, base: int = 0) -> None:
        self.file, self.base = file, base

    def at(self, offset: int, size: int) -> bytes:
        """Up to ``size`` bytes; fewer where the file ends."""
        if not 0 <= self.base + offset < 1 << 62 or size <= 0:
            return b""
        self.file.seek(self.base + offset)
        return self.file.read(size)

    def numbers(self, layout: str, offset: int) -> tuple[int, ...]:
        """The numbers at ``offset``; struct.error where the file ends before them."""
        return struct.unpack(layout, self.at(offset, struct.calcsize(layout)))


@frozen
class Stretch:
    """A part of the file that is loaded to an address. ``has_info``: named as the place of Go's build info.

    ``is_data``: a data segment, where the build info is in programs without that name.
    """

    address: int
    offset: int
    size: int
    has_info: bool = False
    is_data: bool = False


@frozen
class Image:
    """One architecture's program. ``stretches`` may overlap: sections, and the segments they are parts of."""

    architecture: str
    stretches: tuple[Stretch, ...] = ()


def read_elf(file: File) -> Image:
    kind, order_mark = file.numbers("BB", 4)
    is_64, order = kind == 2, ">" if order_mark == 2 else "<"
    (machine,) = file.numbers(order + "H", 18)
    name = ELF_MACHINES.get(machine, UNKNOWN)
    stretches = (*_whole(_elf_sections(file, order, is_64)), *_whole(_elf_segments(file, order, is_64)))
    return Image(LITTLE_ENDIAN_NAMES.get(name, name) if order == "<" else name, stretches)


def _elf_sections(file: File, order: str, is_64: bool) -> Iterator[Stretch]:
    (start,) = file.numbers(order + ("Q" if is_64 else "I"), 40 if is_64 else 32)
    size, count, names_number = file.numbers(order + "HHH", 58 if is_64 else 46)
    layout = order + ("IIQQQQ" if is_64 else "IIIIII")
    *_, names_offset, names_size = file.numbers(layout, start + names_number * size)
    names = file.at(names_offset, min(names_size, NAMES_BYTES))
    for number in range(min(count, MOST_HEADERS)):
        name, _, _, address, offset, length = file.numbers(layout, start + number * size)
        if names.startswith(b".go.buildinfo\0", name):
            yield Stretch(address, offset, length, has_info=True)


def _elf_segments(file: File, order: str, is_64: bool) -> Iterator[Stretch]:
    (start,) = file.numbers(order + ("Q" if is_64 else "I"), 32 if is_64 else 28)
    size, count = file.numbers(order + "HH", 54 if is_64 else 42)
    for number in range(min(count, MOST_HEADERS)):
        place = start + number * size
        if is_64:
            kind, flags, offset, address, _, length = file.numbers(order + "IIQQQQ", place)
        else:
            kind, offset, address, _, length, _, flags = file.numbers(order + "IIIIIII", place)
        if kind == LOADED:
            yield Stretch(address, offset, length, is_data=flags & (WRITABLE | EXECUTABLE) == WRITABLE)


def read_macho(file: File) -> Image:
    """struct.error where it is none: a slice of a universal file can be anything."""
    if (magic := file.at(0, 4)) not in MACHO_MAGICS:
        raise struct.error("not a Mach-O file")
    order, is_64 = MACHO_MAGICS[magic]
    (machine,) = file.numbers(order + "I", 4)
    return Image(MACHO_MACHINES.get(machine, UNKNOWN), _whole(_macho_stretches(file, order, is_64)))


def _macho_stretches(file: File, order: str, is_64: bool) -> Iterator[Stretch]:
    (count,) = file.numbers(order + "I", 16)
    place = 32 if is_64 else 28
    for _ in range(min(count, MOST_HEADERS)):
        command, size = file.numbers(order + "II", place)
        if command in (SEGMENT, SEGMENT_64):
            yield from _macho_segment(file, order, command == SEGMENT_64, place)
        place += max(size, 8)


def _macho_segment(file: File, order: str, is_64: bool, place: int) -> Iterator[Stretch]:
    """The segment, then its sections; the numbers follow its own name of 16 bytes, or their two names."""
    word = "Q" if is_64 else "I"
    layout = f"{order}{word * 4}III"
    address, _, offset, length, _, protection, count = file.numbers(layout, place + 24)
    yield Stretch(address, offset, length, is_data=protection == READ_WRITE and length > 0)
    first, size = (place + 72, 80) if is_64 else (place + 56, 68)
    for section in range(first, first + min(count, MOST_HEADERS) * size, size):
        if file.at(section, 16).rstrip(b"\0") == b"__go_buildinfo":
            address, length, offset = file.numbers(f"{order}{word * 2}I", section + 32)
            yield Stretch(address, offset, length, has_info=True)


def read_pe(file: File) -> Image:
    """struct.error where it is none: DOS programs begin with the same letters."""
    (start,) = file.numbers("<I", 0x3C)
    if file.at(start, 4) != b"PE\0\0":
        raise struct.error("a DOS program")
    (machine,) = file.numbers("<H", start + 4)
    return Image(PE_MACHINES.get(machine, UNKNOWN), _whole(_pe_sections(file, start)))


def _pe_sections(file: File, start: int) -> Iterator[Stretch]:
    count, optional_bytes = file.numbers("<H12xH", start + 6)
    (kind,) = file.numbers("<H", start + 24)
    (base,) = file.numbers("<Q", start + 48) if kind == 0x20B else file.numbers("<I", start + 52)
    for number in range(min(count, MOST_HEADERS)):
        place = start + 24 + optional_bytes + number * 40
        _, address, length, offset, flags = file.numbers("<IIII12xI", place + 8)
        yield Stretch(base + address, offset, length, is_data=flags & ~PE_ALIGNMENT == PE_DATA and length > 0)


def _whole(stretches: Iterator[Stretch]) -> tuple[Stretch, ...]:
    """Those before the place where the file ends."""
    found = []
    try:
        for stretch in stretches:
            found.append(stretch)
    except struct.error:
        pass
    return tuple(found)
