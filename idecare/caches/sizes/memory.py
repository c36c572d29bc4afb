"""Remembers sizes between runs, one file a cache; reads the files and says what they should hold, never writes."""

from __future__ import annotations

import json
import os
import zlib
from collections.abc import Iterator
from pathlib import Path

from idecare.caches.sizes.folders import Scan, Stamp
from idecare.core.frozen import frozen
from idecare.core.reading import open_file

FORMAT = b"idecare sizes 1"
# A folder that changed less than this before the measuring is not remembered. It covers time stamps as coarse as 2 s
# (FAT), the clock of a file server, and files which go was still filling after it had made them.
SETTLED_NS = 60 * 10**9
MOST_RECORDS = 40_000  # of one cache in `remembered_size`: more would take longer than all the doctor's other checks
ALLOCATED, NEWEST = 6, 7  # fields of a record

# A record is a line of JSON as it stands in the file, read only when its folder is met: parsed they would take four
# times the memory. device, inode, mtime, ctime | entries, logical, allocated, newest | names of folders | linked files
Records = dict[bytes, bytes]


class SizeMemory:
    """One run's memory: what earlier runs measured, and which files with several names this run has counted.

    A name made later for a file in a folder that did not change is not noticed: that file is counted again.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.counted_links: set[tuple[int, int]] = set()
        self._changed: dict[bytes, Records] = {}

    def records(self, root: bytes) -> Records:
        """What is remembered of a cache; nothing where the file is missing, broken or of another format."""
        if root in self._changed:
            return self._changed[root]
        try:
            with open_file(self._file(root)) as file:
                head = file.readline()
                records = dict(_split(line) for line in file)
        except (OSError, ValueError):
            return {}
        return records if head == _head(root, records) else {}

    def remember(self, root: bytes, records: Records) -> None:
        self._changed[root] = records

    def files(self) -> Iterator[tuple[Path, bytes]]:
        """Files to write, each whole, so that of two runs at once the last wins and none is harmed."""
        for root, records in self._changed.items():
            lines = (part for record in records.items() for part in (record[0], b"\t", record[1], b"\n"))
            yield self._file(root), b"".join((_head(root, records), *lines))

    def _file(self, root: bytes) -> Path:
        return self.folder / f"{zlib.crc32(root):08x}.sizes"


def _head(root: bytes, records: Records) -> bytes:
    """Format, checksum and root: what makes the records trustworthy."""
    checksum = 0
    for key, record in records.items():
        checksum = zlib.crc32(record, zlib.crc32(key, checksum))
    return b"%b %08x %b\n" % (FORMAT, checksum, root.hex().encode())


def _split(line: bytes) -> tuple[bytes, bytes]:
    key, record = line.removesuffix(b"\n").split(b"\t")
    return key, record


def is_settled(stamp: Stamp, now_ns: int) -> bool:
    return stamp[2] <= now_ns - SETTLED_NS


def key_of(relative: bytes) -> bytes:
    """The path as JSON, so without tabs, line ends and bytes that are no text."""
    return _json(os.fsdecode(relative))


def record_of(stamp: Stamp, scan: Scan) -> bytes:
    entries, logical, allocated, newest, children, linked, _ = scan
    names = [os.fsdecode(child[0]) for child in children]
    return _json([*stamp, entries, logical, allocated, newest, names, linked])


def recalled(record: bytes | None, stamp: Stamp) -> tuple[Scan, list[bytes]] | None:
    """The remembered scan and the names of the folders inside, if the folder is still the same."""
    if record is None or not record.startswith(b"[%d,%d,%d,%d," % stamp):
        return None
    entries, logical, allocated, newest, names, linked = json.loads(record)[4:]
    return (entries, logical, allocated, newest, [], linked, []), [os.fsencode(name) for name in names]


def _json(value: object) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode()


@frozen
class RememberedSize:
    """``allocated_bytes`` of what is remembered, which is most of it; ``newest``: epoch seconds of the last change."""

    path: Path
    allocated_bytes: int
    newest: float


def remembered_size(folder: Path, cache: Path) -> RememberedSize | None:
    """How large a cache was when `idecare usage` last measured it, by its memory alone; ``None`` if it never did."""
    records = SizeMemory(folder).records(os.path.realpath(os.fsencode(cache)))
    if not records or len(records) > MOST_RECORDS:
        return None
    fields = [json.loads(record) for record in records.values()]
    return RememberedSize(cache, sum(one[ALLOCATED] for one in fields), max(one[NEWEST] for one in fields))
