"""Who may write where the parts of a module version are, and what of them this user may not read."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from idecare.modules.hashing import Answer
from idecare.modules.names import ModuleVersion
from idecare.modules.state import Barrier


def find_barriers(root: Path, module: ModuleVersion, zip_file: Answer, tree: Answer) -> Iterator[Barrier]:
    """Folders in which parts of it cannot be written, and what of its tree cannot be read."""
    parent = _nearest(root / os.path.dirname(module.tree))
    for folder in (root / module.folder, parent):
        if folder.is_dir() and not os.access(folder, os.W_OK | os.X_OK):
            yield _barrier(root, folder)
    if tree[0] == "unreadable":
        yield from _unreadable(root, root / module.tree)
    if zip_file[0] == "unreadable":
        yield _barrier(root, root / module.file("zip"))


def _nearest(folder: Path) -> Path:
    return next(path for path in (folder, *folder.parents) if path.exists())


def _unreadable(root: Path, path: Path) -> Iterator[Barrier]:
    try:
        status = path.lstat()
        is_folder = stat.S_ISDIR(status.st_mode)
        if not os.access(path, os.R_OK | (os.X_OK if is_folder else 0)):
            yield _barrier(root, path)
        elif is_folder:
            for name in sorted(os.listdir(path)):
                yield from _unreadable(root, path / name)
    except OSError:
        yield _barrier(root, path)


def _barrier(root: Path, path: Path) -> Barrier:
    """Where the owner cannot be told, giving permissions back is tried, and fails with a reason."""
    relative = os.path.relpath(path, root)
    try:
        owner = path.lstat().st_uid
    except OSError:
        return Barrier(relative, None)
    return Barrier(relative, None if owner == os.geteuid() else owner)
