"""Which known errors a text holds, with the words that it names.

The text may be of any size and kind: it is read in pieces, without colours, carriage returns and the NULs of UTF-16.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import BinaryIO

from idecare.core.frozen import frozen
from idecare.doctor.explain.base import KnownError, Text

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


BYTES_BEFORE, BYTES_AFTER = 1_000, 3_000  # of an error text around its key
MOST_PER_KEY = 100  # occurrences that are tried
MOST_PLACES = 3  # different ones that are shown
LONGEST_QUOTE = 300
SUSPICIOUS = re.compile(rb"(?i)\b(?:error|fatal|panic|cannot|can't|failed|failure|exception|denied|fehler)\b")


@frozen
class Place:
    """Where a text is; ``quote`` is its first line."""

    line: int
    quote: str
    words: Mapping[str, str] = field(default_factory=dict)


@frozen
class Recognised:
    """A known error in the text. ``count`` stops counting at a hundred of each wording."""

    known: KnownError
    places: tuple[Place, ...]
    count: int


@frozen
class Recognition:
    """What a text holds. ``suspicious`` is the first line that looks like an error, ``None`` where none does."""

    recognised: tuple[Recognised, ...]
    lines: int
    suspicious: Place | None = None


@dataclass
class _Tally:
    """Several wordings of one error may be on a line: it counts once, with the most words that one of them found."""

    lines: dict[int, Place] = field(default_factory=dict)

    def add(self, place: Place) -> None:
        before = self.lines.get(place.line)
        if before is None or len(place.words) > len(before.words):
            self.lines[place.line] = place

    def recognised(self, known: KnownError) -> Recognised:
        places: list[Place] = []
        for _, place in sorted(self.lines.items()):
            if place.words not in [other.words for other in places]:
                places.append(place)
        # One that names nothing says less than those that do: "SECURITY ERROR" is printed below the sums.
        best = [place for place in places if place.words] or places
        return Recognised(known, tuple(best[:MOST_PLACES]), len(self.lines))


def recognise(file: BinaryIO, known: Iterable[KnownError]) -> Recognition:
    """Read the text to its end. The worst comes first, and of two as bad the earlier."""
    scanners = [_Scanner(entry, wording) for entry in known for wording in entry.texts]
    tallies: dict[str, _Tally] = {}
    lines, suspicious = 0, None
    for piece in pieces(file):
        for scanner in scanners:
            for place in scanner.places(piece):
                tallies.setdefault(scanner.known.id, _Tally()).add(place)
        suspicious = suspicious or _suspicious(piece)
        lines = piece.first_line + piece.data.count(b"\n") - (piece.data[-1:] in (b"\n", b""))
    entries = {scanner.known.id: scanner.known for scanner in scanners}
    found = [tally.recognised(entries[name]) for name, tally in tallies.items()]
    return Recognition(tuple(sorted(found, key=_urgency)), lines, suspicious)


def _urgency(one: Recognised) -> tuple[int, int]:
    return -one.known.weight, one.places[0].line


@dataclass
class _Scanner:
    """One wording on its way through the text. ``left``: how many more occurrences are tried."""

    known: KnownError
    wording: Text
    left: int = MOST_PER_KEY

    def places(self, piece: Piece) -> Iterator[Place]:
        key, start = self.wording.key.encode(), 0
        while self.left and (found := piece.data.find(key, start)) >= 0 and found < piece.end:
            self.left -= 1
            start = found + len(key)
            if place := _place(piece, self.wording, found):
                yield place


def _place(piece: Piece, wording: Text, found: int) -> Place | None:
    """``None`` where the pattern does not take it for this error."""
    start = max(piece.data.rfind(b"\n", 0, found) + 1, found - BYTES_BEFORE)
    context = piece.data[start : found + BYTES_AFTER].decode(errors="replace")
    context = "\n".join(context.split("\n")[: LINES_AFTER + 1])
    match = wording.pattern.search(context)
    if match is None and not wording.alone:
        return None
    words = {name: word for name, word in match.groupdict().items() if word} if match else {}
    return Place(_line(piece, start), _quote(context), words)


def _line(piece: Piece, offset: int) -> int:
    return piece.first_line + piece.data.count(b"\n", 0, offset)


def _quote(context: str) -> str:
    return context.split("\n", 1)[0].strip()[:LONGEST_QUOTE]


def _suspicious(piece: Piece) -> Place | None:
    match = SUSPICIOUS.search(piece.data, 0, piece.end)
    if match is None:
        return None
    start = max(piece.data.rfind(b"\n", 0, match.start()) + 1, match.start() - BYTES_BEFORE)
    return Place(_line(piece, start), _quote(piece.data[start : match.start() + BYTES_AFTER].decode(errors="replace")))
