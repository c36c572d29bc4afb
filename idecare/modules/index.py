"""Which entries of the build cache are go's index of a module tree: go never asks again whether they are right.

The key holds Go's version and the folder, no content (cmd/go of go1.21 to 1.27, src/cmd/go/internal/modindex/read.go),
so an index that was made of a damaged tree outlives the damage.

The content, go1.21 to go1.27 (write.go, read.go, scan.go there): a table of folders, each with the names of its files;
folders of nested modules are left out, files that begin with _ or a dot too.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Iterable, Iterator
from hashlib import sha256
from pathlib import Path

from idecare.core.frozen import frozen
from idecare.core.language import tr
from idecare.core.reading import open_file, read_file

INDEX_VERSION = "go index v2"
STAMP_FIELD = 4  # of an action entry: when it was made, in nanoseconds
HEADER = b"go index v2\n"
OUTPUT_FIELD = 2  # of an action entry: the name of the blob
LARGEST_BLOB = 64 << 20
Files = dict[str, frozenset[str]]


def index_entry(go_version: str, tree: Path) -> str:
    """The action entry of one tree's index, below the root of a build cache. The version salts the hash, too."""
    text = f"{go_version}module index {go_version} {INDEX_VERSION} {tree}\n"
    key = sha256(text.encode("utf-8", "surrogateescape")).hexdigest()
    return f"{key[:2]}/{key}-a"


def index_entries(gocache: Path, go_versions: Iterable[str], trees: Iterable[Path]) -> tuple[str, ...]:
    """Those which are there, for every Go."""
    names = (index_entry(version, tree) for tree in trees for version in go_versions)
    return tuple(name for name in names if (gocache / name).is_file())


def stale_entries(gocache: Path, go_versions: Iterable[str], trees: Iterable[Path]) -> Iterator[str]:
    """Those made before the tree became what it is: a folder's ctime is no older than its last renaming."""
    versions = tuple(go_versions)
    for tree in trees:
        try:
            since = tree.stat().st_ctime_ns
        except OSError:
            continue
        for name in index_entries(gocache, versions, (tree,)):
            if _made(gocache / name) < since:
                yield name


def _made(entry: Path) -> int:
    try:
        return int(read_file(entry).split()[STAMP_FIELD])
    except (OSError, ValueError, IndexError):
        return 0


@frozen
class WrongIndex:
    """An index that does not tell of what is in a tree. ``entry`` is below the root of the build cache."""

    tree: Path
    entry: str
    difference: str


def wrong_indexes(
    gocache: Path, go_versions: Iterable[str], trees: Iterable[Path], all_of_them: bool = False
) -> Iterator[WrongIndex]:
    """Those whose folders or Go files are not the tree's. Without ``all_of_them`` only an index that is older than the
    tree's own folder is read: in that one is what a tree was before it was repaired."""
    versions = tuple(go_versions)
    candidates = index_entries if all_of_them else stale_entries
    for tree in trees:
        for entry in candidates(gocache, versions, (tree,)):
            indexed = _read(gocache, entry)
            difference = _difference(indexed, _files(tree)) if indexed is not None else None
            if difference:
                yield WrongIndex(tree, entry, difference)


def _difference(indexed: Files, present: Files) -> str | None:
    """A difference that stops builds: go believes the index, be it that something is there or that it is not."""
    for folder, names in sorted(present.items()):
        known = indexed.get(folder)
        if known is None and names:
            return tr("it does not know the folder {folder}", folder=folder or ".")
        if known is not None and (missing := sorted(names - known)):
            return tr("it does not know {path}", path=os.path.join(folder, missing[0]))
    for folder, names in sorted(indexed.items()):
        if gone := sorted(names - present.get(folder, frozenset())):
            return tr("it names {path}, which is not there", path=os.path.join(folder, gone[0]))
    return None


def _files(tree: Path) -> Files:
    """The Go files by folder, relative to the tree."""
    found: Files = {}
    for folder, folders, names in os.walk(tree):
        folders[:] = [name for name in folders if not os.path.isfile(os.path.join(folder, name, "go.mod"))]
        relative = os.path.relpath(folder, tree)
        found["" if relative == "." else relative] = _go_files(names)
    return found


def _go_files(names: Iterable[str]) -> frozenset[str]:
    return frozenset(name for name in names if name.endswith(".go") and not name.startswith(("_", ".")))


def _read(gocache: Path, entry: str) -> Files | None:
    """``None`` for an entry without a blob, of another format or damaged: go makes such an index again."""
    try:
        output = read_file(gocache / entry).decode().split()[OUTPUT_FIELD]
        with open_file(gocache / output[:2] / f"{output}-d") as file:
            return _decoded(file.read(LARGEST_BLOB))
    except (OSError, ValueError, IndexError, struct.error):
        return None


def _decoded(data: bytes) -> Files | None:
    if not data.startswith(HEADER):
        return None
    start = len(HEADER)
    table, count = struct.unpack_from("<II", data, start)
    found: Files = {}
    for number in range(count):
        folder, place = struct.unpack_from("<II", data, start + 8 + 8 * number)
        (files,) = struct.unpack_from("<I", data, place + 8)
        places = struct.unpack_from(f"<{files}I", data, place + 12)
        names = (_text(data, table, *struct.unpack_from("<I", data, at + 12)) for at in places)
        found[_text(data, table, folder)] = _go_files(names)
    return found


def _text(data: bytes, table: int, offset: int) -> str:
    """A string of the table: its length as a varint, then its bytes."""
    place, length, shift = table + offset, 0, 0
    while True:
        byte = data[place]
        place += 1
        length |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            return data[place : place + length].decode(errors="surrogateescape")
