"""Proving a cache: whether a location may be touched at all, and who owns it.

Reads a bounded number of folders, never the files of a cache.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from idecare.caches.base import REPOSITORY_INSIDE, Cache, Rules, identity_at, target_named
from idecare.changes.hold_folder import require_folders
from idecare.core.errors import RefusedError
from idecare.core.host import Host
from idecare.core.language import tr
from idecare.core.locations import CacheLocation
from idecare.core.results import Identity, Skip, absent, kept, refused
from idecare.system.accounts import user_name
from idecare.system.files import is_working_copy
from idecare.system.mounts import mounts_inside


def inspect_caches(locations: Iterable[CacheLocation], rules: Rules) -> tuple[Cache, ...]:
    """Inspect each location; several of one target with one root become one cache. What is refused for one target is
    off limits for all."""
    merged: dict[tuple[str, Identity | Path], Cache] = {}
    for location in locations:
        cache = inspect_cache(location, rules)
        place = cache.target, cache.identity or cache.root
        merged[place] = _merge(merged[place], cache) if place in merged else cache
    found = tuple(merged.values())
    refusals = [cache for cache in found if cache.skip and cache.skip.kind == "refused" and cache.identity]
    return tuple(_without_refused(cache, refusals) for cache in found)


def _without_refused(cache: Cache, refusals: Iterable[Cache]) -> Cache:
    for other in refusals:
        if not cache.skip and other.target != cache.target:
            cache = _without(cache, other)
    return cache


def _without(cache: Cache, other: Cache) -> Cache:
    """The cache without what another one, which was refused, is or lies in; refused if that is all of it."""
    taken = other.location.path if other.kind.shares_root else other.root
    above, repository = _identities_above(taken), identity_at(other.repository) if other.repository else None
    is_within = cache.identity == above[0] or (repository is not None and repository in _identities_above(cache.root))
    left = [entry for entry in cache.entries if is_within or identity_at(cache.root / entry) in above]
    if not left:
        return cache
    entries = tuple(entry for entry in cache.entries if entry not in left)
    step = other.skip.next_step if other.skip else ""
    reason = tr("{folder} was refused as the {target}", folder=taken, target=other.target)
    skip = None if entries else refused("off-limits", reason, step)
    return replace(cache, entries=entries, left=(*cache.left, *left), skip=skip)


def _identities_above(path: Path) -> list[Identity | None]:
    """Of the place itself, then of the folders it lies in."""
    real = Path(os.path.realpath(path))
    return [identity_at(folder) for folder in (real, *real.parents)]


def _merge(first: Cache, second: Cache) -> Cache:
    """One that is empty or stays by itself does not keep the other; one that is refused does."""
    skips = [part.skip for part in (first, second) if part.skip]
    entries = tuple(entry for part in (first, second) if not part.skip for entry in part.entries)
    forbidden = next((skip for skip in skips if skip.kind == "refused"), None)
    return replace(first, entries=entries, skip=forbidden or (None if entries else skips[0]))


def inspect_cache(location: CacheLocation, rules: Rules) -> Cache:
    """Inspect one location. No error leaves: what cannot be read is refused."""
    configured = root_of(location)
    if location.problem:
        return Cache(location, configured, skip=_unusable(location))
    try:
        root = configured.resolve(strict=True)
    except FileNotFoundError:
        return Cache(location, configured, skip=absent("not-there", tr("there is no such folder")))
    except (OSError, RuntimeError) as error:
        reason = tr("cannot be reached: {reason}", reason=getattr(error, "strerror", None) or error)
        return Cache(location, configured, skip=refused("unreachable", reason, tr("check the links on the way")))
    try:
        return _inspect_root(location, root, rules)
    except OSError as error:
        reason = tr("cannot be read: {reason}", reason=error.strerror)
        return Cache(location, root, skip=refused("unreadable", reason, tr("check its owner and permissions")))


def root_of(location: CacheLocation) -> Path:
    """The folder that stays: the cache itself where it has many children, else the folder it lies in."""
    shares_root = location.target is not None and target_named(location.target).shares_root
    return location.path.parent if shares_root else location.path


def _inspect_root(location: CacheLocation, root: Path, rules: Rules) -> Cache:
    status = root.stat()
    cache = Cache(location, root, Identity(status.st_dev, status.st_ino))
    if not stat.S_ISDIR(status.st_mode):
        return replace(
            cache, skip=refused("not-a-folder", tr("is not a folder"), tr("remove it, or correct the setting"))
        )
    skip = (
        _dangerous(root, cache.identity, rules) or _kept_by_setting(root, rules) or _foreign(status.st_uid, rules.host)
    )
    if skip:
        return replace(cache, skip=skip)
    found = cache.kind.prove(cache, rules)
    if found.skip and found.skip.code == REPOSITORY_INSIDE:  # what is mounted in it may be all that is wrong
        return replace(found, skip=_mounted(found, rules) or found.skip)
    return replace(found, skip=found.skip or _blocked(found, rules))


def _dangerous(root: Path, identity: Identity | None, rules: Rules) -> Skip | None:
    host = rules.host
    homes = [Path("/root"), Path("/home"), Path("/Users"), *([host.home.resolve()] if host.home else [])]
    if any(home.is_relative_to(root) for home in homes) or (host.home and identity in _identities_above(host.home)):
        return refused(
            "home", tr("is or contains a home folder"), tr("point the setting at a folder of its own, or unset it")
        )
    for name in (".git", "go.mod"):
        if os.path.lexists(root / name):
            return refused(
                "working-copy",
                tr("holds {name}, so it is a working copy", name=name),
                tr("point the setting elsewhere"),
            )
    if any(is_working_copy(folder) for folder in _own_folders_above(host.cwd, identity)):
        return refused("working-copy", tr("contains the module you are in"), tr("point the setting elsewhere"))
    return None


def _own_folders_above(cwd: Path, root: Identity | None) -> list[Path]:
    """``cwd`` and the folders above it that lie below ``root``, unless all that is inside a module of the cache."""
    below: list[Path] = []
    for folder in (cwd, *cwd.parents):
        if identity_at(folder) == root:
            return [] if any("@" in found.name for found in below) else below
        below.append(folder)
    return []


def _kept_by_setting(root: Path, rules: Rules) -> Skip | None:
    for path in rules.never_touch:
        by_name = root.is_relative_to(path) or path.is_relative_to(root)
        known = identity_at(path)
        if by_name or (known and known in _identities_above(root)) or identity_at(root) in _identities_above(path):
            return kept(
                "never-touch",
                tr("never_touch in idecare's settings names {path}", path=path),
                "idecare config get never_touch",
            )
    return None


def _foreign(owner: int, host: Host) -> Skip | None:
    if host.user_id is None or owner == host.user_id:
        return None
    return refused(
        "foreign-owner",
        tr("belongs to user {owner}, not to {user}", owner=user_name(owner), user=user_name(host.user_id)),
        tr("run idecare as its owner, or give it back with chown"),
    )


def _blocked(cache: Cache, rules: Rules) -> Skip | None:
    """What forbids to move a proven cache."""
    if not cache.entries and cache.left:
        return absent(
            "only-foreign", tr("holds only what is not of this cache: {names}", names=", ".join(cache.left[:3]))
        )
    if not cache.entries:
        return absent("empty", tr("is empty already"))
    if mounted := _mounted(cache, rules):
        return mounted
    if not os.access(cache.root, os.W_OK):
        return refused("not-writable", tr("you may not write to it"), tr("check its permissions, or the mount"))
    try:
        require_folders(cache.root)
    except RefusedError as error:
        return refused(error.code, str(error), error.hint)
    return None


def _mounted(cache: Cache, rules: Rules) -> Skip | None:
    if not (inside := mounts_inside(cache.root, rules.mounts)):
        return None
    return refused(
        "mount-inside",
        tr("another file system is mounted in it, at {path}", path=inside[0]),
        f"umount {inside[0]}",
    )


def _unusable(location: CacheLocation) -> Skip:
    problem = location.problem or ""
    if location.path == Path("off"):
        return absent("off", problem)
    return refused("unusable", problem, tr("correct {setting}", setting=location.source.split(" in ")[0]))
