"""Remembers sizes between runs, one file a cache; reads the files and says what they should hold, never writes."""

from __future__ import annotations

import json
import os
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from idecare.inspection.size_folders import Child, Linked, Scan, Stamp

FORMAT = b"idecare sizes 1"
# A folder that changed less than this before the measuring is not remembered. It covers time stamps as coarse as 2 s
# (FAT), the clock of a file server, and files which go was still filling after it had made them.
SETTLED_NS = 60 * 10**9

# device, inode, mtime, ctime | entries, logical, allocated, newest | names of folders inside | linked files
Record = list[Any]
Records = dict[str, Record]


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
            content = self._file(root).read_bytes()
        except OSError:
            return {}
        head, _, body = content.partition(b"\n")
        if head != _head(root, body):
            return {}
        records: Records = json.loads(body)
        return records

    def remember(self, root: bytes, records: Records) -> None:
        self._changed[root] = records

    def files(self) -> Iterator[tuple[Path, bytes]]:
        """Files to write, each whole, so that of two runs at once the last wins and none is harmed."""
        for root, records in self._changed.items():
            body = json.dumps(records, separators=(",", ":")).encode()
            yield self._file(root), _head(root, body) + b"\n" + body

    def _file(self, root: bytes) -> Path:
        return self.folder / f"{zlib.crc32(root):08x}.json"


def _head(root: bytes, body: bytes) -> bytes:
    """Format, checksum and root: what makes the rest of a file trustworthy."""
    return b"%b %08x %b" % (FORMAT, zlib.crc32(body), root.hex().encode())


def is_settled(stamp: Stamp, now_ns: int) -> bool:
    return stamp[2] <= now_ns - SETTLED_NS


def record_of(stamp: Stamp, scan: Scan) -> Record:
    entries, logical, allocated, newest, children, linked, _ = scan
    return [*stamp, entries, logical, allocated, newest, [os.fsdecode(child[0]) for child in children], linked]


def recalled(record: Record | None, stamp: Stamp) -> tuple[Scan, list[bytes]] | None:
    """The remembered scan and the names of the folders inside, if the folder is still the same."""
    if record is None or tuple(record[:4]) != stamp:
        return None
    entries, logical, allocated, newest, names, linked = record[4:]
    children: list[Child] = []
    links: list[Linked] = [tuple(link) for link in linked]
    return (entries, logical, allocated, newest, children, links, []), [os.fsencode(name) for name in names]
