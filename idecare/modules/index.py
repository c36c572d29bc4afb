"""Which entries of the build cache are go's index of a module tree: go never asks again whether they are right.

The key holds Go's version and the folder, no content (cmd/go of go1.21 to 1.27, src/cmd/go/internal/modindex/read.go),
so an index that was made of a damaged tree outlives the damage.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from hashlib import sha256
from pathlib import Path

INDEX_VERSION = "go index v2"
STAMP_FIELD = 4  # of an action entry: when it was made, in nanoseconds


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
        return int(entry.read_text().split()[STAMP_FIELD])
    except (OSError, ValueError, IndexError):
        return 0
