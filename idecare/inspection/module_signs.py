"""What a glance tells of damage in a module cache: names, sizes and first bytes, no content is hashed.

Source: the damage that go1.27.3 was seen not to heal by itself, and src/cmd/go/internal/modfetch/{cache,fetch}.go.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from idecare.inspection.cache import HOLD_FOLDER, LITTER
from idecare.inspection.module_layout import MODULE_PATH_DEPTH, MODULE_TREE
from idecare.inspection.module_names import unescaped

Kind = Literal["zip", "mod", "ziphash", "tree", "partial", "litter", "download"]

SUM_LENGTH = 47  # "h1:" and 32 bytes in base64
END_RECORD, END_BYTES, LONGEST_COMMENT = b"PK\x05\x06", 22, 65_535  # PKWARE APPNOTE 6.3.10, 4.3.16
PART_OF_ZIP = re.compile(r"\.zip\d+\.tmp$")
ITEM = os.DirEntry[str]


@dataclass(frozen=True)
class Sign:
    """``module`` is ``path@version``; for litter outside any module it is empty. ``has_tree``: where that matters."""

    kind: Kind
    module: str
    path: Path
    what: str
    has_tree: bool = True


def find_signs(root: Path) -> tuple[Sign, ...]:
    """Everything that is odd, downloads first."""
    return (*_downloads(root), *_trees(root))


def _items(folder: Path | ITEM) -> list[ITEM]:
    try:
        with os.scandir(folder) as found:
            return sorted(found, key=lambda item: item.name)
    except OSError:
        return []


def _downloads(root: Path) -> Iterator[Sign]:
    top = root / "cache" / "download"
    waiting = [item for item in _items(top) if item.name != "sumdb"]
    while waiting:
        item = waiting.pop(0)
        if item.name == "@v":
            path = unescaped(os.path.relpath(os.path.dirname(item.path), top).replace(os.sep, "/"))
            yield from _versions(root, path, _items(item))
        elif item.name not in LITTER and item.is_dir(follow_symlinks=False):
            waiting += _items(item)


def _versions(root: Path, path: str, items: list[ITEM]) -> Iterator[Sign]:
    names = {item.name for item in items}
    for item in items:
        stem, _, ending = item.name.rpartition(".")
        module = f"{path}@{unescaped(stem)}"
        if ending == "zip":
            yield from _zip(root, module, item)
        elif ending == "mod" and item.stat().st_size == 0:
            yield Sign("mod", module, Path(item.path), "is empty")
        elif ending == "ziphash" and f"{stem}.zip" in names and (fault := _sum_fault(item)):
            yield Sign("ziphash", module, Path(item.path), fault)
        elif ending == "partial":
            yield Sign("partial", module, Path(item.path), "its extraction was cut short", has_tree=False)
        elif PART_OF_ZIP.search(item.name):
            module = f"{path}@{unescaped(PART_OF_ZIP.sub('', item.name))}"
            yield Sign("download", module, Path(item.path), "its download was cut short")


def _zip(root: Path, module: str, item: ITEM) -> Iterator[Sign]:
    """A zip that ends as one should may still be a wrong one, which only its sum tells."""
    size = item.stat().st_size
    fault = "is empty" if size == 0 else "" if _has_end(item, size) else "is cut short"
    if fault:
        relative = os.path.relpath(os.path.dirname(os.path.dirname(item.path)), root / "cache" / "download")
        tree = root / f"{relative}@{item.name.removesuffix('.zip')}"
        yield Sign("zip", module, Path(item.path), fault, os.path.isdir(tree))


def _has_end(item: ITEM, size: int) -> bool:
    try:
        with open(item.path, "rb") as file:
            file.seek(max(0, size - END_BYTES))
            if file.read(4) == END_RECORD:
                return True
            file.seek(max(0, size - END_BYTES - LONGEST_COMMENT))
            return END_RECORD in file.read()
    except OSError:  # who may not read it is told elsewhere
        return True


def _sum_fault(item: ITEM) -> str:
    """Empty, cut or of NULs: go heals that from the zip. Of another form: it gives up."""
    try:
        with open(item.path, "rb") as file:
            text = file.read(200)
    except OSError:
        return ""
    if text.startswith(b"h1:") or not text.strip(b"\0"):
        return ""
    return f"is no h1 sum: {text[:20].decode(errors='replace')!r}"


def _trees(root: Path) -> Iterator[Sign]:
    waiting = [(item, 0) for item in _items(root) if item.name not in ("cache", HOLD_FOLDER)]
    while waiting:
        item, depth = waiting.pop(0)
        if item.name in LITTER:
            yield Sign("litter", "", Path(item.path), "is left by Finder")
        elif MODULE_TREE.search(item.name):
            yield from _tree(root, item)
        elif depth < MODULE_PATH_DEPTH and item.is_dir(follow_symlinks=False):
            waiting += [(below, depth + 1) for below in _items(item)]


def _tree(root: Path, item: ITEM) -> Iterator[Sign]:
    module = unescaped(os.path.relpath(item.path, root).replace(os.sep, "/"))
    if not item.is_dir():
        return  # a plain file in its place: go makes the tree again
    try:
        names = os.listdir(item.path)
    except OSError:
        return
    if not names:
        yield Sign("tree", module, Path(item.path), "is empty")
    for name in LITTER.intersection(names):
        yield Sign("litter", module, Path(item.path, name), "is left by Finder")
