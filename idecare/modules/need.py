"""What a project would have to download again if the module cache went: only what its go.sum names is looked up."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from idecare.core.frozen import frozen
from idecare.modules.sums import read_sums


@frozen
class Need:
    """Of what the go.sum files around a folder name: the ``modules`` whose zips are in the cache and their ``bytes``,
    ``go_mods`` of which only the go.mod is, and ``others``: modules in the cache that are not named."""

    modules: int
    bytes: int
    go_mods: int
    others: int

    @property
    def checked(self) -> int:
        """How many `idecare repair` would check."""
        return self.modules + self.go_mods


def find_need(root: Path, sums: Iterable[Path], module_paths: Iterable[str]) -> Need | None:
    """``module_paths``: those that the cache holds anything of. ``None`` without a go.sum: then it is not known."""
    files = tuple(sums)
    if not files:
        return None
    named = read_sums(files).modules
    sizes = [_size(root / module.file("zip")) for module in named]
    zips = [size for size in sizes if size is not None]
    alone = sum(
        size is None and os.path.isfile(root / module.file("mod")) for module, size in zip(named, sizes, strict=True)
    )
    return Need(len(zips), sum(zips), alone, len(set(module_paths) - {module.path for module in named}))


def _size(file: Path) -> int | None:
    try:
        return os.stat(file).st_size
    except (OSError, ValueError):  # a name in go.sum may be anything
        return None
