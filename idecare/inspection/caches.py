"""Proving a cache: what lies at a location, whether it bears the mark of being that cache, and which of its children
may go. Reads a bounded number of folders, never the files of a cache."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from idecare.host import Host
from idecare.inspection.mounts import Mount, mounts_inside
from idecare.tools.base import CacheLocation
from idecare.tools.go import CACHE_FOLDER, TOOLCHAIN_FOLDER
from idecare.tools.gopls import VERSION_FOLDER

# Where a clean holds what it moved aside. Inside the root, not beside it: the same file system, the same owner, and no
# folder of another user's to write to. Its dot keeps go's and gopls' scans of the module cache out
# (golang.org/x/tools internal/gopathwalk).
HOLD_FOLDER = ".idecare-held"
MODULE_PATH_DEPTH = 16  # elements of a module path; the longest in public use have nine
LITTER = frozenset({".DS_Store"})  # macOS Finder leaves it in any folder it shows


@dataclass(frozen=True)
class Identity:
    """A folder as the file system knows it. A link or another folder put in its place has another identity."""

    device: int
    inode: int


@dataclass(frozen=True)
class Skip:
    """Why nothing is done. ``busy``: in use; ``refused``: a safety rule forbids it; ``kept``: by choice or setting;
    ``absent``: there is nothing to do."""

    kind: Literal["busy", "refused", "kept", "absent"]
    code: str
    reason: str
    next_step: str = ""


@dataclass(frozen=True)
class Cache:
    """One cache as it is now. ``identity`` is ``None`` when there is nothing; ``entries`` are paths below ``root``
    which may go; ``left`` are children that are not of this cache and stay."""

    location: CacheLocation
    root: Path
    identity: Identity | None = None
    entries: tuple[str, ...] = ()
    skip: Skip | None = None
    left: tuple[str, ...] = ()
    toolchains: tuple[str, ...] = ()

    @property
    def target(self) -> str:
        return self.location.target or ""

    @property
    def identity_now(self) -> Identity:
        """The identity of a cache that is there."""
        assert self.identity is not None, "a cache without identity is skipped before anybody asks"
        return self.identity


@dataclass(frozen=True)
class Rules:
    """What the user and the machine add to the rules of each cache."""

    host: Host
    mounts: tuple[Mount, ...]
    never_touch: tuple[Path, ...] = ()
    toolchains: bool = False


def inspect_caches(locations: Iterable[CacheLocation], rules: Rules) -> tuple[Cache, ...]:
    """Inspect each location; several of one target with one root become one cache."""
    merged: dict[tuple[str, Path], Cache] = {}
    for location in locations:
        cache = inspect_cache(location, rules)
        known = merged.get((cache.target, cache.root))
        merged[cache.target, cache.root] = cache if known is None else _merge(known, cache)
    return tuple(merged.values())


def _merge(first: Cache, second: Cache) -> Cache:
    return replace(first, entries=first.entries + second.entries, skip=first.skip or second.skip)


def inspect_cache(location: CacheLocation, rules: Rules) -> Cache:
    """Look at one location. No error leaves: what cannot be read is refused."""
    configured = root_of(location)
    if location.problem:
        return Cache(location, configured, skip=_unusable(location))
    try:
        root = configured.resolve(strict=True)
    except FileNotFoundError:
        return Cache(location, configured, skip=_absent("not-there", "there is no such folder"))
    except (OSError, RuntimeError) as error:
        reason = f"cannot be reached: {getattr(error, 'strerror', None) or error}"
        return Cache(location, configured, skip=_refused("unreachable", reason, "check the links on the way"))
    try:
        return _inspect_root(location, root, rules)
    except OSError as error:
        reason = f"cannot be read: {error.strerror}"
        return Cache(location, root, skip=_refused("unreadable", reason, "check its owner and permissions"))


def root_of(location: CacheLocation) -> Path:
    """The folder that stays: the cache itself where it has many children, else the folder it lies in."""
    return location.path.parent if location.target in ("fuzzcache", "goland", "vscode") else location.path


def _inspect_root(location: CacheLocation, root: Path, rules: Rules) -> Cache:
    status = root.stat()
    cache = Cache(location, root, Identity(status.st_dev, status.st_ino))
    if not stat.S_ISDIR(status.st_mode):
        return replace(cache, skip=_refused("not-a-folder", "is not a folder", "remove it, or correct the setting"))
    skip = _dangerous(root, rules) or _kept_by_setting(root, rules) or _foreign(status.st_uid, rules.host)
    if skip:
        return replace(cache, skip=skip)
    found = KINDS[cache.target](cache, rules)
    return replace(found, skip=found.skip or _blocked(found, rules))


def _dangerous(root: Path, rules: Rules) -> Skip | None:
    host = rules.host
    homes = [Path("/root"), Path("/home"), Path("/Users"), *([host.home.resolve()] if host.home else [])]
    if any(home.is_relative_to(root) for home in homes):
        return _refused("home", "is or contains a home folder", "point the setting at a folder of its own, or unset it")
    for name in (".git", "go.mod"):
        if os.path.lexists(root / name):
            return _refused("working-copy", f"holds {name}, so it is a working copy", "point the setting elsewhere")
    if any(_is_working_copy(folder) for folder in _own_folders_above(host.cwd, root)):
        return _refused("working-copy", "contains the module you are in", "point the setting elsewhere")
    return None


def _own_folders_above(cwd: Path, root: Path) -> Iterator[Path]:
    """``cwd`` and the folders above it that lie below ``root``, unless all that is inside a module of the cache."""
    if cwd.is_relative_to(root) and "@" not in str(cwd.relative_to(root)):
        yield from (folder for folder in (cwd, *cwd.parents) if folder != root and folder.is_relative_to(root))


def _is_working_copy(folder: Path) -> bool:
    return os.path.lexists(folder / ".git") or os.path.lexists(folder / "go.mod")


def _kept_by_setting(root: Path, rules: Rules) -> Skip | None:
    for path in rules.never_touch:
        if root.is_relative_to(path) or path.is_relative_to(root):
            return _kept(
                "never-touch", f"never_touch in idecare's settings names {path}", "idecare config get never_touch"
            )
    return None


def _foreign(owner: int, host: Host) -> Skip | None:
    if host.user_id is None or owner == host.user_id:
        return None
    return _refused(
        "foreign-owner",
        f"belongs to user {_user_name(owner)}, not to {_user_name(host.user_id)}",
        "run idecare as its owner, or give it back with chown",
    )


def _user_name(user_id: int) -> str:
    import pwd

    try:
        return pwd.getpwuid(user_id).pw_name
    except KeyError:
        return str(user_id)


def _blocked(cache: Cache, rules: Rules) -> Skip | None:
    """What forbids to move a proven cache."""
    if not cache.entries:
        return _absent("empty", "is empty already")
    inside = mounts_inside(cache.root, rules.mounts)
    if inside:
        return _refused("mount-inside", f"another file system is mounted in it, at {inside[0]}", f"umount {inside[0]}")
    if not os.access(cache.root, os.W_OK):
        return _refused("not-writable", "you may not write to it", "check its permissions, or the mount")
    return None


# --- the kinds of cache --------------------------------------------------------------------------------------------


def _build_cache(cache: Cache, rules: Rules) -> Cache:
    """README and two-hex-digit folders, as every go since 1.10 makes them (src/cmd/go/internal/cache/cache.go)."""
    folders = sorted(entry.name for entry in _folders(cache.root) if CACHE_FOLDER.fullmatch(entry.name))
    if not folders or not (cache.root / "README").is_file():
        return replace(cache, skip=_unmarked(cache.root, "a README and folders 00 to ff", "GOCACHE"))
    for folder in folders:
        if _is_working_copy(cache.root / folder):
            return replace(cache, skip=_repository(cache.root / folder))
    return replace(cache, entries=tuple(folder for folder in folders if not _is_empty(cache.root / folder)))


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
    download = cache.root / "cache" / "download"
    if not download.is_dir() or download.is_symlink():
        return replace(cache, skip=_unmarked(cache.root, "a folder cache/download", "GOMODCACHE"))
    if names == {"cache"} and _is_empty(download):
        return cache
    try:
        layout = _Layout(cache.root, rules.toolchains)
        entries = tuple(layout.entries())
    except _RepositoryFoundError as found:
        return replace(cache, skip=_repository(found.path))
    return replace(cache, entries=entries, left=tuple(layout.left), toolchains=tuple(layout.kept_toolchains))


class _RepositoryFoundError(Exception):
    def __init__(self, path: Path) -> None:
        super().__init__(str(path))
        self.path = path


class _Layout:
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
            raise _RepositoryFoundError(folder)
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


def _gopls_cache(cache: Cache, rules: Rules) -> Cache:
    """Folders of eight hex digits, each with exe.sha256 (golang/tools gopls/internal/filecache)."""
    names = sorted(entry.name for entry in _folders(cache.root) if VERSION_FOLDER.fullmatch(entry.name))
    marked = tuple(name for name in names if (cache.root / name / "exe.sha256").is_file())
    if names and not marked:
        return replace(cache, skip=_unmarked(cache.root, "folders with exe.sha256", "GOPLSCACHE"))
    return replace(cache, entries=marked)


def _import_index(cache: Cache, rules: Rules) -> Cache:
    """index-<version>-<random> payloads and index-name-* pointers (golang/tools internal/modindex/index.go)."""
    names = sorted(entry.name for entry in os.scandir(cache.root) if entry.is_file(follow_symlinks=False))
    return replace(cache, entries=tuple(name for name in names if name.startswith("index-")))


def _single_folder(cache: Cache, rules: Rules) -> Cache:
    """One folder of an IDE; the tool module has proven whose it is."""
    path = cache.location.path
    if path.is_symlink():
        return replace(cache, skip=_refused("link", f"{path} is a link", "clear the folder it leads to by hand"))
    if _is_working_copy(path):
        return replace(cache, skip=_repository(path))
    present = path.is_dir() and not _is_empty(path)
    return replace(cache, entries=(path.name,) if present else ())


KINDS: dict[str, Callable[[Cache, Rules], Cache]] = {
    "gocache": _build_cache,
    "testcache": _test_cache,
    "fuzzcache": _fuzzing_corpus,
    "modcache": _module_cache,
    "gopls": _gopls_cache,
    "goimports": _import_index,
    "goland": _single_folder,
    "vscode": _single_folder,
}


def _folders(root: Path) -> Iterator[os.DirEntry[str]]:
    with os.scandir(root) as entries:
        yield from (entry for entry in entries if entry.is_dir(follow_symlinks=False))


def _is_empty(folder: Path) -> bool:
    with os.scandir(folder) as entries:
        return next(entries, None) is None


# --- skips ---------------------------------------------------------------------------------------------------------


def _absent(code: str, reason: str) -> Skip:
    return Skip("absent", code, reason)


def _kept(code: str, reason: str, next_step: str) -> Skip:
    return Skip("kept", code, reason, next_step)


def _refused(code: str, reason: str, next_step: str) -> Skip:
    return Skip("refused", code, reason, next_step)


def _unusable(location: CacheLocation) -> Skip:
    problem = location.problem or ""
    if location.path == Path("off"):
        return _absent("off", problem)
    return _refused("unusable", problem, f"correct {location.source.split(' in ')[0]}")


def _unmarked(root: Path, mark: str, variable: str) -> Skip:
    if all(name in LITTER or name == HOLD_FOLDER for name in os.listdir(root)):
        return _absent("empty", "is empty already")
    return _refused("no-mark", f"does not look like this cache: it lacks {mark}", f"check {variable}")


def _repository(path: Path) -> Skip:
    return _refused("repository-inside", f"a working copy lies in it: {path}", f"move {path} elsewhere")
