"""Which known errors a text holds, with the words that it names.

The text may be of any size and kind: it is read once, in pieces, without colours, carriage returns and the NULs of
UTF-16. The words of a piece say which keys it can have; where one is, the wording's own pattern reads the lines around.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import BinaryIO

from idecare.core.frozen import frozen
from idecare.core.language import tr
from idecare.doctor.explain.base import KnownError, Text

CHUNK_BYTES = 1 << 20
LINES_AFTER = 8  # an error text is at most as many lines long
LONGEST_TAIL = 1 << 16  # of a file without line ends
BYTES_BEFORE, BYTES_AFTER = 1_000, 3_000  # of an error text around its key
MOST_PER_KEY = 100  # occurrences that are tried
MOST_PLACES = 3  # different ones that are shown
LONGEST_QUOTE = 300
# ECMA-48 control sequences (colours), and the operating system commands that terminals take for titles and links
COLOURS = re.compile(rb"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b\n]{0,2000}(?:\x07|\x1b\\))")
# What build services put before each line: docker's plain progress, GitHub Actions, GitLab.
LOG_PREFIX = re.compile(
    r"(?m)^(?:#\d+ \d+\.\d+ |\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[\d.]*Z (?:\d\d[OE] ?)?|##\[error\]|Error: |> \[[^\]\n]*\] )"
)
# The first line that is an error of a build: a place in a source file, what a tool says of itself, or a word for it.
PLACE_IN_SOURCE = re.compile(
    rb"(?m)^(?:#\d+ \d+\.\d+ )?(?:[^\s:]{1,300}\.(?:go|s|c|mod|sum|work):\d+(?::\d+)?: (?!warning)"
    rb"|(?:go|verifying|ld|gcc|clang|cgo|vet): (?!downloading|finding|extracting|found "
    rb"|added|upgraded|downgraded|removed"
    rb"|warning|using))"
)
# Searched in lower case: a search that ignores case takes three times as long.
SUSPICIOUS_WORD = re.compile(rb"\b(?:error|fatal|panic|cannot|can't|failed|failure|exception|denied|fehler)\b")
# Marks of another machine in a text; what is seen on this one would be no evidence.
ORIGINS = (
    (tr("a Docker build"), re.compile(rb"(?m)^#\d+ \d+\.\d+ |^ > \[[^\]\n]+\] (?:RUN|COPY|ADD)\b|^------\n > \[")),
    (
        "GitHub Actions",
        re.compile(rb"(?m)^##\[(?:error|group)\]|/home/runner/work/|/Users/runner/|/opt/hostedtoolcache/|/__w/"),
    ),
    ("GitLab CI", re.compile(rb"(?m)^section_start:|^Running with gitlab-runner|/builds/[\w-]+/[\w-]+/")),
)
ORIGIN_BYTES = 1 << 16
# Letters, digits and _ stay, all else is a blank.
WORDS_ALONE = bytes(byte if byte < 128 and (chr(byte).isalnum() or byte == 95) else 32 for byte in range(256))


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
    """What a text holds. ``suspicious`` is the first line that looks like an error, ``None`` where none does.
    ``origin`` names the other machine that the text is clearly of, empty where nothing shows one."""

    recognised: tuple[Recognised, ...]
    lines: int
    suspicious: Place | None = None
    origin: str = ""


@dataclass
class _Tally:
    """Several wordings of one error may be on a line: it counts once, with the most words that one of them found."""

    known: KnownError
    lines: dict[int, Place] = field(default_factory=dict)

    def add(self, place: Place) -> None:
        before = self.lines.get(place.line)
        if before is None or len(place.words) > len(before.words):
            self.lines[place.line] = place

    def recognised(self) -> Recognised:
        places: list[Place] = []
        for _, place in sorted(self.lines.items()):
            if place.words not in [other.words for other in places]:
                places.append(place)
        # One that names nothing says less than those that do: "SECURITY ERROR" is printed below the sums.
        best = [place for place in places if place.words] or places
        return Recognised(self.known, tuple(best[:MOST_PLACES]), len(self.lines))


def recognise(file: BinaryIO, known: Iterable[KnownError]) -> Recognition:
    """Read the text to its end. The worst comes first, and of two as bad the earlier."""
    entries = {entry.id: entry for entry in known}
    scanner = _Scanner(entries.values())
    tallies: dict[str, _Tally] = {}
    lines, suspicious, origin = 0, None, ""
    for piece in pieces(file):
        for entry, place in scanner.places(piece):
            tallies.setdefault(entry.id, _Tally(entry)).add(place)
        suspicious = suspicious or _suspicious(piece)
        origin = origin or (_origin(piece.data) if piece.first_line == 1 else "")
        lines = piece.first_line + piece.data.count(b"\n") - (piece.data[-1:] in (b"\n", b""))
    _drop_hidden(tallies)
    found = [tally.recognised() for tally in tallies.values() if tally.lines]
    found = [one for one in found if not one.known.is_general] or found
    return Recognition(tuple(sorted(found, key=_urgency)), lines, suspicious, origin)


def _drop_hidden(tallies: Mapping[str, _Tally]) -> None:
    """A line that a special error explains is not also one of the general error."""
    for tally in tallies.values():
        for name in tally.known.hides:
            if name in tallies:
                for line in tally.lines:
                    tallies[name].lines.pop(line, None)


def _urgency(one: Recognised) -> tuple[int, int]:
    return -one.known.weight, one.places[0].line


class _Scanner:
    """All wordings on their way through the text."""

    def __init__(self, known: Iterable[KnownError]) -> None:
        self._wordings: dict[bytes, list[tuple[KnownError, Text]]] = {}
        for entry in known:
            for wording in entry.texts:
                self._wordings.setdefault(wording.key.encode(), []).append((entry, wording))
        self._left = dict.fromkeys(self._wordings, MOST_PER_KEY)
        self._words = {key: _whole_words(key) for key in self._wordings}

    def places(self, piece: Piece) -> Iterator[tuple[KnownError, Place]]:
        """Only keys all of whose words the piece has are searched in it."""
        there = frozenset(piece.data.translate(WORDS_ALONE).split())
        for key, words in self._words.items():
            if words <= there:
                yield from self._of_key(piece, key)

    def _of_key(self, piece: Piece, key: bytes) -> Iterator[tuple[KnownError, Place]]:
        start = 0
        while self._left[key] and (found := piece.data.find(key, start)) >= 0 and found < piece.end:
            self._left[key] -= 1
            start = found + len(key)
            for entry, wording in self._wordings[key]:
                place = _place(piece, wording, found)
                if place and all(guard(place.words) for guard in entry.guards):
                    yield entry, place


def _whole_words(key: bytes) -> frozenset[bytes]:
    """The words of a key but for the first and the last, which may be parts of longer words in a text."""
    words = f"x{key.decode()}x".encode().translate(WORDS_ALONE).split()
    return frozenset(words[1:-1])


def _place(piece: Piece, wording: Text, found: int) -> Place | None:
    """``None`` where the pattern does not take it for this error."""
    start = max(piece.data.rfind(b"\n", 0, found) + 1, found - BYTES_BEFORE)
    context = piece.data[start : found + BYTES_AFTER].decode(errors="replace")
    context = LOG_PREFIX.sub("", "\n".join(context.split("\n")[: LINES_AFTER + 1]))
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
    found = (
        PLACE_IN_SOURCE.search(piece.data, 0, piece.end),
        SUSPICIOUS_WORD.search(piece.data.lower(), 0, piece.end),
    )
    first = min((match.start() for match in found if match), default=None)
    if first is None:
        return None
    start = max(piece.data.rfind(b"\n", 0, first) + 1, first - BYTES_BEFORE)
    return Place(_line(piece, start), _quote(piece.data[start : first + BYTES_AFTER].decode(errors="replace")))


def _origin(data: bytes) -> str:
    return next((name for name, mark in ORIGINS if mark.search(data, 0, ORIGIN_BYTES)), "")
