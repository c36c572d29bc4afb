"""The mark each kind of cache must show, and which of its children may go."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from idecare.caches.base import Cache, Rules
from idecare.changes.journal import HOLD_FOLDER
from idecare.core.results import Skip, absent, kept, refused
from idecare.golang.environment import CACHE_FOLDER
from idecare.golang.gopls import VERSION_FOLDER, VERSION_MARK
from idecare.modules.layout import CACHE_CHILDREN, Layout, RepositoryFoundError
from idecare.system.files import LITTER, is_empty, is_working_copy


def _build_cache(cache: Cache, rules: Rules) -> Cache:
    """README and two-hex-digit folders, as every go since 1.10 makes them (src/cmd/go/internal/cache/cache.go)."""
    folders = sorted(entry.name for entry in _folders(cache.root) if CACHE_FOLDER.fullmatch(entry.name))
    emptied = (cache.root / "trim.txt").is_file()  # `go clean -cache` leaves the two files and no folder
    if not (cache.root / "README").is_file() or not (folders or emptied):
        return replace(cache, skip=unmarked(cache.root, "a README and folders 00 to ff", "GOCACHE"))
    for folder in folders:
        if is_working_copy(cache.root / folder):
            return replace(cache, skip=_repository(cache.root / folder))
    # All or none: reading the start of each of 256 large folders takes longer than moving the empty ones along.
    return replace(cache, entries=() if all(is_empty(cache.root / name) for name in folders) else tuple(folders))


def _test_cache(cache: Cache, rules: Rules) -> Cache:
    found = _build_cache(cache, rules)
    return found if found.skip else replace(found, entries=("testexpire.txt",))


def _fuzzing_corpus(cache: Cache, rules: Rules) -> Cache:
    build = _build_cache(cache, rules)
    if build.skip:
        return build
    corpus = cache.root / "fuzz"
    present = corpus.is_dir() and not corpus.is_symlink()
    return replace(cache, entries=("fuzz",) if present else ())


def _module_cache(cache: Cache, rules: Rules) -> Cache:
    """cache/download, and folders that lead to ``<path>@<version>`` and hold nothing else."""
    names = {entry.name for entry in os.scandir(cache.root)} - LITTER - {HOLD_FOLDER}
    if not names:
        return cache
    if names == {"cache"} and not set(os.listdir(cache.root / "cache")) & set(CACHE_CHILDREN):
        return cache
    download = cache.root / "cache" / "download"
    if not download.is_dir() or download.is_symlink():
        return replace(cache, skip=unmarked(cache.root, "a folder cache/download", "GOMODCACHE"))
    if names == {"cache"} and is_empty(download):
        return cache
    try:
        layout = Layout(cache.root, rules.toolchains)
        entries = tuple(layout.entries())
    except RepositoryFoundError as found:
        return replace(cache, skip=_repository(found.path))
    return replace(cache, entries=entries, left=tuple(layout.left), toolchains=tuple(layout.kept_toolchains))


def _gopls_cache(cache: Cache, rules: Rules) -> Cache:
    """Folders of eight hex digits, each with exe.sha256 (golang/tools gopls/internal/filecache)."""
    names = sorted(entry.name for entry in _folders(cache.root) if VERSION_FOLDER.fullmatch(entry.name))
    marked = tuple(name for name in names if (cache.root / name / VERSION_MARK).is_file())
    if names and not marked:
        return replace(cache, skip=unmarked(cache.root, "folders with exe.sha256", "GOPLSCACHE"))
    return replace(cache, entries=marked)


def _import_index(cache: Cache, rules: Rules) -> Cache:
    """index-<version>-<random> payloads and index-name-* pointers (golang/tools internal/modindex/index.go)."""
    names = sorted(entry.name for entry in os.scandir(cache.root) if entry.is_file(follow_symlinks=False))
    return replace(cache, entries=tuple(name for name in names if name.startswith("index-")))


def _goland_index(cache: Cache, rules: Rules) -> Cache:
    """The index of a system folder, which shows itself by what GoLand keeps beside it (PathManager)."""
    if not any((cache.root / name).is_dir() for name in ("caches", "LocalHistory")):
        return replace(cache, skip=unmarked(cache.root, "a folder caches or LocalHistory", "idea.system.path"))
    if (cache.root / cache.location.path.name).is_symlink():
        return replace(cache, skip=refused("link", "is a link", "clear the folder it leads to by hand"))
    return _single_folder(cache, rules)


def _single_folder(cache: Cache, rules: Rules) -> Cache:
    """One folder of an IDE; the tool module has proven whose it is."""
    path = cache.root / cache.location.path.name
    if path.is_symlink():
        return replace(cache, skip=kept("link", f"{path} is a link", "clear the folder it leads to by hand"))
    if is_working_copy(path):
        return replace(cache, skip=_repository(path))
    present = path.is_dir() and not is_empty(path)
    return replace(cache, entries=(path.name,) if present else ())


KINDS: dict[str, Callable[[Cache, Rules], Cache]] = {
    "gocache": _build_cache,
    "testcache": _test_cache,
    "fuzzcache": _fuzzing_corpus,
    "modcache": _module_cache,
    "gopls": _gopls_cache,
    "goimports": _import_index,
    "goland": _goland_index,
    "vscode": _single_folder,
}


def _folders(root: Path) -> Iterator[os.DirEntry[str]]:
    with os.scandir(root) as entries:
        yield from (entry for entry in entries if entry.is_dir(follow_symlinks=False))


def unmarked(root: Path, mark: str, variable: str) -> Skip:
    if all(name in LITTER or name == HOLD_FOLDER for name in os.listdir(root)):
        return absent("empty", "is empty already")
    return refused("no-mark", f"does not look like this cache: it lacks {mark}", f"check {variable}")


def _repository(path: Path) -> Skip:
    return refused("repository-inside", f"a working copy lies in it: {path}", f"move {path} elsewhere")
