"""The layout of a module cache: names of versions, where the parts of each are, and which of its folders may go.

Source: cmd/go of go1.27.3, src/cmd/go/internal/modfetch (fetch.go, cache.go).
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from idecare.changes.journal import HOLD_FOLDER
from idecare.golang.environment import TOOLCHAIN_FOLDER
from idecare.system.files import LITTER, is_working_copy, read_text

MODULE_TREE = re.compile(r"@v\d")  # <path>@<version>; a version starts with v and a digit (go.dev/ref/mod#versions)
CACHE_CHILDREN = ("download", "lock", "vcs")
OWN_FOLDERS = ("@v", "sumdb")  # in cache/download: a module's files, and the tiles of the checksum database
MODULE_PATH_DEPTH = 16  # elements of a module path; the longest in public use have nine
# Parts of one version in cache/download/<path>/@v; .lock stays for ever, so it says nothing of a download.
SUFFIXES = (".ziphash", ".zip", ".mod", ".partial")
MARKER = ".partial"


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
        self.module_paths: list[str] = []  # of which anything was downloaded

    def entries(self) -> Iterator[str]:
        for entry in _sorted_entries(self.root):
            if entry.name == "cache":
                yield from self._download_entries()
            elif entry.name != HOLD_FOLDER:
                whole, parts = self._sorted_out(entry, entry.name, 0)
                yield from [entry.name] if whole else parts

    def _sorted_out(self, entry: os.DirEntry[str], path: str, depth: int) -> tuple[bool, list[str]]:
        """Whether the folder may go whole, and otherwise what of it may."""
        if not entry.is_dir(follow_symlinks=False) or depth > MODULE_PATH_DEPTH:
            self.left.append(path)
            return False, []
        if MODULE_TREE.search(entry.name):
            return self._may_go(path, entry.name), []
        whole, parts = True, []
        for below in _sorted_entries(entry):
            if below.name in (".git", "go.mod"):
                raise RepositoryFoundError(Path(entry.path))
            below_path = f"{path}/{below.name}"
            below_whole, below_parts = self._sorted_out(below, below_path, depth + 1)
            whole = whole and below_whole
            parts += [below_path] if below_whole else below_parts
        return whole, parts

    def _may_go(self, path: str, leaf: str) -> bool:
        if os.path.lexists(self.root / path / ".git"):  # no module archive holds one (golang.org/x/mod/zip)
            self.left.append(path)
            return False
        if leaf.startswith(TOOLCHAIN_FOLDER) and path.startswith("golang.org/") and not self.with_toolchains:
            self.kept_toolchains.append(leaf.removeprefix("toolchain@v0.0.1-"))
            return False
        return True

    def _download_entries(self) -> Iterator[str]:
        """What go keeps in ``cache``, but not what belongs to a toolchain that stays: go would download that again."""
        top = self.root / "cache"
        if is_working_copy(top):
            raise RepositoryFoundError(top)
        for folder, is_module in _module_folders(top / "download"):
            if is_working_copy(folder):
                raise RepositoryFoundError(folder)
            if is_module and (self.with_toolchains or folder != top / "download/golang.org/toolchain"):
                self.module_paths.append(unescaped(folder.relative_to(top / "download").as_posix()))
        names = sorted(os.listdir(top))
        self.left += [f"cache/{name}" for name in names if name not in CACHE_CHILDREN and name not in LITTER]
        for name in names:
            if name == "download" and not self.with_toolchains and (top / "download/golang.org/toolchain").exists():
                yield from self._all_but("cache/download", "golang.org")
                yield from self._all_but("cache/download/golang.org", "toolchain")
            elif name in CACHE_CHILDREN:
                yield f"cache/{name}"

    def _all_but(self, folder: str, keep: str) -> Iterator[str]:
        yield from (f"{folder}/{name}" for name in sorted(os.listdir(self.root / folder)) if name != keep)


def _module_folders(top: Path) -> Iterator[tuple[Path, bool]]:
    """``cache/download`` and the folders of module paths in it, each with whether it is that of a module, whose files
    are one level below."""
    waiting = [top]
    while waiting:
        folder = waiting.pop()
        with os.scandir(folder) as entries:
            below = {entry.name: Path(entry.path) for entry in entries if entry.is_dir(follow_symlinks=False)}
        yield folder, "@v" in below
        waiting += [path for name, path in below.items() if name not in OWN_FOLDERS]


def _sorted_entries(folder: Path | os.DirEntry[str]) -> list[os.DirEntry[str]]:
    with os.scandir(folder) as entries:
        return sorted((entry for entry in entries if entry.name not in LITTER), key=lambda entry: entry.name)


@dataclass(frozen=True, order=True)
class ModuleVersion:
    """One version of a module, by its real names, with the paths of its parts below the root of a module cache."""

    path: str
    version: str

    def __str__(self) -> str:
        return f"{self.path}@{self.version}"

    @property
    def tree(self) -> str:
        return f"{escaped(self.path)}@{escaped(self.version)}"

    @property
    def folder(self) -> str:
        """Where its downloads are."""
        return f"cache/download/{escaped(self.path)}/@v"

    def file(self, suffix: str) -> str:
        return f"{self.folder}/{escaped(self.version)}.{suffix}"

    @property
    def is_toolchain(self) -> bool:
        return self.path == "golang.org/toolchain"


def parsed(name: str) -> ModuleVersion | None:
    """``path@version`` as a value, ``None`` when it is not of that form."""
    path, at, version = name.partition("@")
    return ModuleVersion(path, version) if path and at and version else None


def tree_module(path: str) -> ModuleVersion | None:
    """What is extracted to this path below the root; ``None`` for what is no such place."""
    name, at, version = path.rpartition("@")
    return ModuleVersion(unescaped(name), unescaped(version)) if at and "/" not in version else None


def escaped(text: str) -> str:
    """A capital letter as ``!`` and the small one (golang.org/x/mod/module, EscapePath)."""
    return re.sub("[A-Z]", lambda match: "!" + match[0].lower(), text)


def unescaped(text: str) -> str:
    return re.sub("!([a-z])", lambda match: match[1].upper(), text)


def listed_modules(root: Path) -> tuple[ModuleVersion, ...]:
    """Every version of which the module cache has a zip, a sum, a go.mod or a tree."""
    return tuple(sorted({*_downloaded(root), *_extracted(root)}))


def _downloaded(root: Path) -> Iterator[ModuleVersion]:
    download = os.path.join(root, "cache", "download")
    for folder, below, names in os.walk(download):
        if os.path.basename(folder) != "@v":
            if folder == download and "sumdb" in below:
                below.remove("sumdb")
            continue
        path = unescaped(os.path.relpath(os.path.dirname(folder), download).replace(os.sep, "/"))
        for version in {_version_of(name) for name in names} - {""}:
            yield ModuleVersion(path, unescaped(version))


def _version_of(name: str) -> str:
    return next((name.removesuffix(suffix) for suffix in SUFFIXES if name.endswith(suffix)), "")


def _extracted(root: Path) -> Iterator[ModuleVersion]:
    for folder, below, names in os.walk(root):
        relative = os.path.relpath(folder, root).replace(os.sep, "/")
        for name in [name for name in (*below, *names) if MODULE_TREE.search(name)]:
            if module := tree_module(name if relative == "." else f"{relative}/{name}"):
                yield module
        at_top = ("cache", HOLD_FOLDER) if relative == "." else ()
        below[:] = [name for name in below if "@" not in name and name not in at_top]
        if relative.count("/") >= MODULE_PATH_DEPTH:
            below.clear()


def half_extracted(modcache: Path, members: Iterable[Path], locked: Iterable[Path]) -> tuple[Path, ...]:
    """The markers of modules in the go.sum of ``members`` that a killed go command left; go removes one when the
    extraction is whole. ``locked`` are lock files that somebody holds: that one is being extracted now."""
    at_work = {path.with_suffix("") for path in locked if path.suffix == ".lock"}
    sums = dict.fromkeys(named for member in members for named in _modules(member))
    places = (modcache / "cache" / "download" / escaped(path) / "@v" / escaped(version) for path, version in sums)
    return tuple(
        Path(f"{place}{MARKER}") for place in places if place not in at_work and os.path.exists(f"{place}{MARKER}")
    )


def _modules(member: Path) -> Iterator[tuple[str, str]]:
    """Path and version of each module with a content sum in go.sum, go.work.sum too."""
    for name in ("go.sum", "go.work.sum"):
        for line in (read_text(member / name) or "").splitlines():
            words = line.split()
            if len(words) == 3 and not words[1].endswith("/go.mod") and "\0" not in line:
                yield words[0], words[1]


def module_version(marker: Path) -> str:
    """``path@version`` of a marker."""
    parts = marker.parts
    start = len(parts) - parts[::-1].index("download") if "download" in parts else 0
    path = "/".join(parts[start:]).removesuffix(MARKER).replace("/@v/", "@")
    return unescaped(path)
