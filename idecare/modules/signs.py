"""What a glance tells of damage in a module cache: names, sizes and first bytes, no content is hashed.

Source: the damage that go1.27.3 was seen not to heal by itself, and src/cmd/go/internal/modfetch/{cache,fetch}.go.
"""

from __future__ import annotations

import errno
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from idecare.changes.journal import HOLD_FOLDER
from idecare.core.frozen import frozen
from idecare.core.language import tr
from idecare.modules.layout import MODULE_PATH_DEPTH, MODULE_TREE, unescaped
from idecare.system.files import LITTER

Kind = Literal["zip", "mod", "no-mod", "ziphash", "tree", "access", "partial", "litter", "download"]

END_RECORD, END_BYTES, LONGEST_COMMENT = b"PK\x05\x06", 22, 65_535  # PKWARE APPNOTE 6.3.10, 4.3.16
SHUT = tr("may not be read")
TOOLCHAIN = os.path.join("golang.org", "toolchain", "@v")  # of these go downloads no go.mod
PART_OF_ZIP = re.compile(r"\.zip\d+\.tmp$")
READ_ONLY = os.O_RDONLY | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
ITEM = os.DirEntry[str]


@frozen
class Sign:
    """``module`` is ``path@version``; for what lies outside any module it is empty. ``has_tree``: where that matters;
    ``is_foreign``: it belongs to another user."""

    kind: Kind
    module: str
    path: Path
    what: str
    has_tree: bool = True
    is_foreign: bool = False


def find_signs(root: Path) -> tuple[Sign, ...]:
    """Everything that is odd, by path, downloads first. Caches have thousands of versions: what can be seen only of an
    odd one is worked out only for that."""
    downloads, trees = _downloads(root), _trees(root)
    return (*sorted(downloads, key=lambda sign: sign.path), *sorted(trees, key=lambda sign: sign.path))


def _items(folder: Path | ITEM) -> list[ITEM]:
    try:
        with os.scandir(folder) as found:
            return list(found)
    except OSError:
        return []


def _downloads(root: Path) -> Iterator[Sign]:
    waiting = [item for item in _items(root / "cache" / "download") if item.name != "sumdb"]
    while waiting:
        item = waiting.pop()
        if item.name == "@v":
            yield from _barrier(item)
            yield from _versions(_Place(root, item.path), _items(item))
        elif item.name not in LITTER and item.is_dir(follow_symlinks=False):
            waiting += _items(item)


@frozen
class _Place:
    """The folder ``@v`` of one module path."""

    root: Path
    folder: str

    @property
    def escaped_path(self) -> str:
        top = self.root / "cache" / "download"
        return os.path.relpath(os.path.dirname(self.folder), top).replace(os.sep, "/")

    def module(self, stem: str) -> str:
        return unescaped(f"{self.escaped_path}@{stem}")

    def has_tree(self, stem: str) -> bool:
        return os.path.isdir(self.root / f"{self.escaped_path}@{stem}")


def _versions(place: _Place, items: list[ITEM]) -> Iterator[Sign]:
    names = {item.name for item in items}
    for item in items:
        stem, _, ending = item.name.rpartition(".")
        if ending == "zip":
            if fault := _zip_fault(item):
                kind: Kind = "access" if fault is SHUT else "zip"
                yield Sign(kind, place.module(stem), Path(item.path), fault, place.has_tree(stem))
            if f"{stem}.mod" not in names and not place.folder.endswith(TOOLCHAIN):
                yield Sign("no-mod", place.module(stem), Path(f"{item.path[:-4]}.mod"), tr("is missing"))
        elif ending == "mod":
            if item.stat().st_size == 0:
                yield Sign("mod", place.module(stem), Path(item.path), tr("is empty"))
        elif ending == "ziphash":
            if f"{stem}.zip" in names and (fault := _sum_fault(item)):
                kind = "access" if fault is SHUT else "ziphash"
                yield Sign(kind, place.module(stem), Path(item.path), fault)
        elif ending == "partial":
            yield Sign(
                "partial", place.module(stem), Path(item.path), tr("its extraction was cut short"), has_tree=False
            )
        elif ending == "tmp" and PART_OF_ZIP.search(item.name):
            stem = PART_OF_ZIP.sub("", item.name)
            yield Sign("download", place.module(stem), Path(item.path), tr("its download was cut short"))


def _zip_fault(item: ITEM) -> str:
    """A zip that ends as one should may still be a wrong one, which only its sum tells."""
    try:
        file = os.open(item.path, READ_ONLY)
    except OSError as error:
        return _shut(error)
    try:
        size = os.lseek(file, 0, os.SEEK_END)
        return tr("is empty") if size == 0 else "" if _has_end(file, size) else tr("is cut short")
    finally:
        os.close(file)


def _shut(error: OSError) -> str:
    """What vanished meanwhile is no damage."""
    return SHUT if error.errno in (errno.EACCES, errno.EPERM) else ""


def _has_end(file: int, size: int) -> bool:
    """The record stands at the very end, unless a comment follows."""
    for length in (END_BYTES, END_BYTES + LONGEST_COMMENT):
        os.lseek(file, max(0, size - length), os.SEEK_SET)
        if END_RECORD in os.read(file, length):
            return True
    return False


def _sum_fault(item: ITEM) -> str:
    """Empty, cut or of NULs: go heals that from the zip. Of another form: it gives up."""
    try:
        file = os.open(item.path, READ_ONLY)
    except OSError as error:
        return _shut(error)
    try:
        text = os.read(file, 200)
    finally:
        os.close(file)
    if text.startswith(b"h1:") or not text.strip(b"\0"):
        return ""
    return tr("is no h1 sum: {what}", what=repr(text[:20].decode(errors="replace")))


def _trees(root: Path) -> Iterator[Sign]:
    waiting = [(item, 0) for item in _items(root) if item.name not in ("cache", HOLD_FOLDER)]
    while waiting:
        item, depth = waiting.pop()
        if item.name in LITTER:
            yield Sign("litter", "", Path(item.path), tr("is left by Finder"))
        elif MODULE_TREE.search(item.name):
            yield from _tree(root, item)
        elif depth < MODULE_PATH_DEPTH and item.is_dir(follow_symlinks=False):
            yield from _barrier(item)
            waiting += [(below, depth + 1) for below in _items(item)]


def _barrier(folder: ITEM) -> Iterator[Sign]:
    """A folder in which go must be able to make files."""
    if not os.access(folder.path, os.W_OK | os.X_OK):
        owner = folder.stat().st_uid
        is_foreign = hasattr(os, "geteuid") and owner != os.geteuid()
        what = tr("may not be written to")
        if is_foreign:
            what = tr("may not be written to; it belongs to user id {id}", id=owner)
        yield Sign("access", "", Path(folder.path), what, is_foreign=is_foreign)


def _tree(root: Path, item: ITEM) -> Iterator[Sign]:
    """A plain file in its place is no harm: go makes the tree again."""
    try:
        names = os.listdir(item.path)
    except OSError as error:
        if _shut(error):
            yield Sign("access", _name(root, item), Path(item.path), SHUT)
        return
    litter = LITTER.intersection(names)
    if names and not litter:
        return
    if not names:
        yield Sign("tree", _name(root, item), Path(item.path), tr("is empty"))
    yield from (Sign("litter", _name(root, item), Path(item.path, name), tr("is left by Finder")) for name in litter)


def _name(root: Path, item: ITEM) -> str:
    return unescaped(os.path.relpath(item.path, root).replace(os.sep, "/"))
