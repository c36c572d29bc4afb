"""Which Go module a folder belongs to, however it is spelled: one canonical root for each module or go.work."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

from idecare.core.frozen import frozen
from idecare.golang.setup import module_root
from idecare.system.files import child_folders, read_text, real

MODULE = re.compile(r'^\s*module\s+"?([^\s"]+)', re.MULTILINE)
USE = re.compile(r"^\s*use\s+(?:\(([^)]*)\)|(\S+))", re.MULTILINE)
COMMENT = re.compile(r"//[^\n]*")
SKIPPED = frozenset({"vendor", "node_modules", "testdata"})
DEEPEST, MOST_FOLDERS = 2, 200  # of a folder above modules, as a repository with several


@frozen
class ModuleRoot:
    """``root`` is without links. ``module`` is the module's path, ``None`` for a go.work; ``members`` are the folders
    with a go.mod: of a module itself, of a go.work all that it uses."""

    root: Path
    module: str | None
    members: tuple[Path, ...]

    @property
    def identity(self) -> tuple[int, int] | Path:
        """The same for each spelling of one folder, as on a disk that does not tell capitals from small letters."""
        try:
            status = self.root.stat()
        except OSError:
            return self.root
        return status.st_dev, status.st_ino


def find_root(folder: Path) -> ModuleRoot | None:
    """The module that ``folder`` is in, or the go.work that uses this module; ``None`` outside any.

    A git worktree is a folder with a go.mod of its own, so it is a module of its own. A module that a go.work above it
    does not use stands alone, as `go` has it.
    """
    place = real(folder)
    module, work = module_root(place), _workspace(place)
    if work is not None:
        members = workspace_members(work)
        if module is None or module in members:
            return ModuleRoot(work, None, members)
    return ModuleRoot(module, module_path(module), (module,)) if module else None


def find_roots(folder: Path) -> tuple[ModuleRoot, ...]:
    """The module of ``folder``; where it is in none, those a little below it, as an IDE finds them."""
    root = find_root(folder)
    if root is not None:
        return (root,)
    found = {below.identity: below for place in _below(real(folder)) if (below := find_root(place))}
    return tuple(found.values())


def _below(top: Path) -> Iterator[Path]:
    """Folders with a go.mod or go.work, not far below ``top`` and not below one another."""
    level, looked = [top], 0
    for _ in range(DEEPEST):
        deeper = []
        for child in (child for folder in level for child in child_folders(folder) if _may_hold(child)):
            looked += 1
            if looked > MOST_FOLDERS:
                return
            if os.path.isfile(child / "go.mod") or os.path.isfile(child / "go.work"):
                yield child
            else:
                deeper.append(child)
        level = deeper


def _may_hold(folder: Path) -> bool:
    return not folder.name.startswith((".", "_")) and folder.name not in SKIPPED and not os.path.islink(folder)


def _workspace(folder: Path) -> Path | None:
    """The nearest folder from ``folder`` upwards with a go.work."""
    return next((path for path in (folder, *folder.parents) if os.path.isfile(path / "go.work")), None)


def workspace_members(work: Path) -> tuple[Path, ...]:
    """The folders that the ``use`` lines of a go.work name (go.dev/ref/mod#go-work-file-use)."""
    text = COMMENT.sub("", read_text(work / "go.work") or "").replace("\0", "")
    named = [word for block, single in USE.findall(text) for word in (block.split() or [single]) if word]
    return tuple(dict.fromkeys(real(work / word.strip('"`')) for word in named))


def module_path(root: Path) -> str | None:
    """The path in the ``module`` line."""
    found = MODULE.search(COMMENT.sub("", read_text(root / "go.mod") or ""))
    return found[1] if found else None
