"""Text of any size and kind in pieces: without colours, carriage returns and the NULs of UTF-16, in bounded memory."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO

from idecare.core.frozen import frozen

CHUNK_BYTES = 1 << 20
LINES_AFTER = 8  # an error text is at most as many lines long
LONGEST_TAIL = 1 << 16  # of a file without line ends
# ECMA-48 control sequences (colours), and the operating system commands that terminals take for titles and links
COLOURS = re.compile(rb"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b\n]{0,2000}(?:\x07|\x1b\\))")


@frozen
class Piece:
    """``data`` from line ``first_line`` on. An error may begin before ``end`` only: what lies behind comes again."""

    data: bytes
    first_line: int
    end: int


def pieces(file: BinaryIO) -> Iterator[Piece]:
    """The text in order. Each piece but the last ends with lines that the next begins with."""
    carried, line = b"", 1
    while chunk := file.read(CHUNK_BYTES):
        data = carried + _plain(chunk)
        end = _tail(data)
        yield Piece(data, line, end)
        line += data.count(b"\n", 0, end)
        carried = data[end:]
    yield Piece(carried, line, len(carried))


def _plain(data: bytes) -> bytes:
    """A colour that lies across two chunks stays: it hides at most one text in a million bytes."""
    if b"\x1b" in data:
        data = COLOURS.sub(b"", data)
    return data.replace(b"\0", b"").replace(b"\r\n", b"\n").replace(b"\r", b"\n")


def _tail(data: bytes) -> int:
    place = len(data)
    for _ in range(LINES_AFTER + 1):
        place = data.rfind(b"\n", 0, place)
        if place < 0:
            break
    return max(place + 1, len(data) - LONGEST_TAIL, 0)
