"""Programs of each format made by hand: headers around a block of Go build info, and nothing that could run."""

from __future__ import annotations

import struct

from idecare.system.executables.build_info import MAGIC

ADDRESS, OFFSET = 0x400000, 512  # where the one stretch of data is loaded, and where it is in the file
MODULE_TEXT = "path\tgolang.org/x/tools/gopls\nmod\tgolang.org/x/tools/gopls\tv0.20.0\th1:x=\nbuild\tGOARCH=arm64\n"


def build_info(go_version: str = "go1.27.3", module_text: str = MODULE_TEXT) -> bytes:
    """The block as Go 1.18 and later write it."""
    framed = b"0" * 16 + module_text.encode() + b"1" * 16 if module_text else b""
    return MAGIC + b"\x08\x02" + bytes(16) + _counted(go_version.encode()) + _counted(framed)


def _counted(text: bytes) -> bytes:
    length, head = len(text), b""
    while length >= 0x80:
        head, length = head + bytes([length & 0x7F | 0x80]), length >> 7
    return head + bytes([length]) + text


def elf(machine: int = 183, data: bytes = b"", order: str = "<") -> bytes:
    """A 64-bit ELF file with one writable segment."""
    ident = b"\x7fELF\x02" + (b"\x01" if order == "<" else b"\x02") + bytes(10)
    header = struct.pack(order + "HHIQQQIHHHHHH", 2, machine, 1, 0, 64, 0, 0, 64, 56, 1, 64, 0, 0)
    segment = struct.pack(order + "IIQQQQQQ", 1, 6, OFFSET, ADDRESS, ADDRESS, len(data), len(data), 4096)
    return (ident + header + segment).ljust(OFFSET, b"\0") + data


def macho(machine: int = 0x0100000C, data: bytes = b"") -> bytes:
    """A 64-bit Mach-O file with one segment of data."""
    header = struct.pack("<4sIIIIIII", b"\xcf\xfa\xed\xfe", machine, 0, 2, 1, 72, 0, 0)
    segment = struct.pack("<II16sQQQQIIII", 0x19, 72, b"__DATA", ADDRESS, len(data), OFFSET, len(data), 3, 3, 0, 0)
    return (header + segment).ljust(OFFSET, b"\0") + data


def pe(machine: int = 0x8664, data: bytes = b"") -> bytes:
    """A 64-bit PE file with one writable section."""
    start = 128
    dos = b"MZ".ljust(0x3C, b"\0") + struct.pack("<I", start)
    header = b"PE\0\0" + struct.pack("<HHIIIHH", machine, 1, 0, 0, 0, 112, 0)
    optional = (struct.pack("<H", 0x20B).ljust(24, b"\0") + struct.pack("<Q", ADDRESS)).ljust(112, b"\0")
    section = struct.pack("<8sIIII12xI", b".data", len(data), 0x1000, len(data), OFFSET, 0xC0000040)
    return (dos.ljust(start, b"\0") + header + optional + section).ljust(OFFSET, b"\0") + data


def fat(*slices: tuple[int, bytes], is_64: bool = False) -> bytes:
    """A universal file of (machine, program) slices."""
    layout = ">IIQQII" if is_64 else ">IIIII"
    head, body, start = (
        struct.pack(">4sI", b"\xca\xfe\xba\xbf" if is_64 else b"\xca\xfe\xba\xbe", len(slices)),
        b"",
        4096,
    )
    for machine, program in slices:
        numbers = (machine, 0, start + len(body), len(program), 12)
        head += struct.pack(layout, *numbers, 0) if is_64 else struct.pack(layout, *numbers)
        body += program
    return head.ljust(start, b"\0") + body
