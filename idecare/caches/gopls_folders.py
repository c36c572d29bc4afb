"""What gopls leaves in its caches: folders of executables that are gone, payloads of its index that none names.

Source: golang.org/x/tools v0.52.0, gopls/internal/filecache/filecache.go (a file unused for five days goes, while some
gopls runs) and internal/modindex/index.go (nothing removes old payloads).
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from idecare.caches.owners import folder_of_executable
from idecare.core.frozen import frozen
from idecare.golang.gopls import POINTER, VERSION_FOLDER, VERSION_MARK, orphan_payloads
from idecare.system.files import child_folders, children, read_text


@frozen
class CacheFolder:
    """The folder of one gopls executable, and when a file was last made in it (epoch seconds)."""

    path: Path
    made: float


@frozen
class Payloads:
    """Index files that no pointer names, in ``folder``; the newest is of ``newest`` (epoch seconds)."""

    folder: Path
    names: tuple[str, ...]
    size_bytes: int
    newest: float


def version_folders(root: Path) -> Iterator[CacheFolder]:
    """Each with its 256 folders looked at: a new file changes the time of the one it is made in."""
    for folder in child_folders(root):
        if VERSION_FOLDER.fullmatch(folder.name) and os.path.isfile(folder / VERSION_MARK):
            yield CacheFolder(folder, max(_time(path) for path in (folder, *child_folders(folder))))


def names_of(executables: Iterable[Path]) -> frozenset[str] | None:
    """The folder names of these executables; ``None`` where one cannot be read."""
    try:
        return frozenset(folder_of_executable(path) for path in executables)
    except OSError:
        return None


def orphans_of_index(folder: Path) -> Payloads | None:
    """``None`` where there are none."""
    names = [path.name for path in children(folder) if path.is_file()]
    pointers = [read_text(folder / name) or "" for name in names if POINTER.fullmatch(name)]
    orphans = tuple(sorted(orphan_payloads(names, pointers)))
    if not orphans:
        return None
    found = [os.stat(folder / name) for name in orphans]
    return Payloads(folder, orphans, sum(one.st_size for one in found), max(one.st_mtime for one in found))


def _time(path: Path) -> float:
    try:
        return os.stat(path).st_mtime
    except OSError:
        return 0
