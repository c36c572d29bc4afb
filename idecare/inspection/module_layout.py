"""The folders of a module cache: which may go whole, of which only children may, and which are not of it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from idecare.inspection.cache import HOLD_FOLDER, LITTER
from idecare.tools.go import TOOLCHAIN_FOLDER

MODULE_PATH_DEPTH = 16  # elements of a module path; the longest in public use have nine


class RepositoryFoundError(Exception):
    def __init__(self, path: Path) -> None:
        super().__init__(str(path))
        self.path = path


class Layout:
    """Sorts the folders of a module cache into those that may go whole and those of which only children may."""

    def __init__(self, root: Path, with_toolchains: bool) -> None:
        self.root = root
        self.with_toolchains = with_toolchains
        self.left: list[str] = []
        self.kept_toolchains: list[str] = []

    def entries(self) -> Iterator[str]:
        for name in sorted(os.listdir(self.root)):
            if name == "cache":
                yield from self._download_entries()
            elif name not in LITTER and name != HOLD_FOLDER:
                whole, parts = self._sorted_out(name, 0)
                yield from [name] if whole else parts

    def _sorted_out(self, path: str, depth: int) -> tuple[bool, list[str]]:
        """Whether the folder may go whole, and otherwise what of it may."""
        folder = self.root / path
        if folder.is_symlink() or not folder.is_dir() or depth > MODULE_PATH_DEPTH:
            self.left.append(path)
            return False, []
        leaf = path.rpartition("/")[2]
        if "@" in leaf:
            return self._may_go(path, leaf), []
        names = sorted(os.listdir(folder))
        if ".git" in names or "go.mod" in names:
            raise RepositoryFoundError(folder)
        whole, parts = True, []
        for name in names:
            if name in LITTER:
                continue
            below_whole, below = self._sorted_out(f"{path}/{name}", depth + 1)
            whole = whole and below_whole
            parts += [f"{path}/{name}"] if below_whole else below
        return whole, parts

    def _may_go(self, path: str, leaf: str) -> bool:
        if leaf.startswith(TOOLCHAIN_FOLDER) and path.startswith("golang.org/") and not self.with_toolchains:
            self.kept_toolchains.append(leaf.removeprefix("toolchain@v0.0.1-"))
            return False
        return True

    def _download_entries(self) -> Iterator[str]:
        """``cache``, but not what belongs to a toolchain that stays: go would download that one again without it."""
        toolchains = "cache/download/golang.org/toolchain"
        if self.with_toolchains or not (self.root / toolchains).exists():
            yield "cache"
            return
        for folder, keep in (("cache", "download"), ("cache/download", "golang.org")):
            yield from self._all_but(folder, keep)
        yield from self._all_but("cache/download/golang.org", "toolchain")

    def _all_but(self, folder: str, keep: str) -> Iterator[str]:
        yield from (f"{folder}/{name}" for name in sorted(os.listdir(self.root / folder)) if name != keep)
