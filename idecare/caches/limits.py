"""What the last check of the limits left, and whether anything has changed since: for the daemon, which asks often."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from pathlib import Path

from idecare.core.frozen import frozen
from idecare.core.host import OwnFolders
from idecare.core.limits import CHECK_SECONDS, checked_file
from idecare.core.reading import read_file
from idecare.core.settings import Settings
from idecare.golang.environment import CACHE_FOLDERS
from idecare.system.filesystem import write_atomic

BUILD_LIMIT, MODULE_LIMIT, HELD_LIMIT = "gocache_max", "modcache_max", "held_max"  # keys of the settings
FREED_SHARE = 5  # a step goes a fifth below the limit, so that the next one is not due at once
MODULE_CHECK_SECONDS = 6 * 3600  # for the module cache all projects are looked for
FIELDS = ("key", "root", "limit", "bytes", "change", "freed")


@frozen
class Checked:
    """One limit as the last check left it. ``change`` is the newest change that it has seen: of the build cache's
    folders, for what is held of the journal, for the module cache a time; ``freed``: the bytes that it has taken."""

    key: str
    root: str
    limit: int
    bytes: int
    change: int
    freed: int = 0


def limits_of(settings: Settings) -> dict[str, int | None]:
    """The limit of each target that may have one."""
    return {"gocache": settings.gocache_max, "modcache": settings.modcache_max}


def read_checked(own: OwnFolders) -> tuple[Checked, ...]:
    """Nothing where there was no check."""
    try:
        values = json.loads(read_file(checked_file(own)))["limits"]
        return tuple(Checked(*(value[name] for name in FIELDS)) for value in values)
    except (OSError, ValueError, KeyError, TypeError):
        return ()


def write_checked(own: OwnFolders, found: Iterable[Checked]) -> None:
    values = [{name: getattr(one, name) for name in FIELDS} for one in found]
    write_atomic(checked_file(own), json.dumps({"limits": values}).encode())


def newest_change(root: Path, folders: Iterable[str]) -> int:
    """The newest time of these folders in nanoseconds: it moves when an entry comes or goes."""
    return max((_changed(root / folder) for folder in folders), default=0)


def is_check_wanted(own: OwnFolders, held_version: int, now: float) -> bool:
    """Whether something has changed since the last check: a limit, a cache, what is held; or a cache was too large and
    it is time to look again. ``held_version``: that of the journal."""
    try:
        checked_at = os.stat(checked_file(own)).st_mtime
        if os.stat(own.config / "config.toml").st_mtime > checked_at:
            return True
    except OSError:
        return True
    found, is_late = read_checked(own), now - checked_at >= CHECK_SECONDS
    if not found or (is_late and any(one.bytes > one.limit and one.key != MODULE_LIMIT for one in found)):
        return is_late
    return any(one.change != _change_now(one, held_version, now) for one in found)


def _change_now(one: Checked, held_version: int, now: float) -> int:
    match one.key:
        case "gocache_max":
            return newest_change(Path(one.root), CACHE_FOLDERS)
        case "modcache_max":
            return module_change(now)
        case _:
            return held_version


def module_change(now: float) -> int:
    """Another number when it is time to look at the module cache again."""
    return int(now // MODULE_CHECK_SECONDS)


def _changed(folder: Path) -> int:
    try:
        return os.stat(folder).st_mtime_ns
    except OSError:
        return 0
