"""Who is using a cache: processes matched to the folder that their own environment leads to."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from idecare.caches.base import Cache, Users, identity_at
from idecare.core.host import Host
from idecare.golang.environment import GoEnvironment, go_environment
from idecare.system.processes import Process, Processes


def nobody(now: datetime) -> tuple[Process, ...]:
    return ()


def find_users(
    cache: Cache,
    processes: Processes,
    host: Host,
    now: datetime,
    readers_at: Callable[[datetime], Iterable[Process]] = nobody,
) -> Users:
    """Match processes and held locks to one cache; nobody is looked for where nothing is done.

    ``readers_at``: who may be reading what a go command has left behind; it is asked only when no other user is found.
    """
    if cache.skip:
        return Users()
    users = cache.kind.users(cache, processes, host, now)
    if users.blocking or not cache.kind.is_read_late:
        return users
    return replace(users, readers=tuple(found for found in readers_at(now) if _has_build_cache(found, cache, host)))


def go_users(
    cache: Cache, processes: Iterable[Process], host: Host, value_of: Callable[[GoEnvironment], str]
) -> tuple[Process, ...]:
    """Processes that may be using the cache. One whose environment names another does not count; one whose environment
    cannot be read does, if its user can get to the cache at all."""
    return tuple(found for found in processes if _may_use(found, cache, host, value_of))


def language_servers(processes: Processes) -> tuple[Process, ...]:
    return tuple(found for found in processes.go if found.is_language_server)


def _may_use(found: Process, cache: Cache, host: Host, value_of: Callable[[GoEnvironment], str]) -> bool:
    if found.environment is None:
        return _can_reach(found.user, cache.root)
    value = value_of(_go_environment_of(found, host))
    return not value or not Path(value).is_absolute() or _leads_to(found.pid, value, cache)


def _can_reach(user: int | None, folder: Path) -> bool:
    """Whether the rights of the folder and of those above let this user in. What a group may, he may too."""
    if user in (None, 0):
        return True
    for place in (folder, *folder.parents):
        try:
            status = os.stat(place)
        except OSError:
            return True
        if not status.st_mode & (stat.S_IXUSR if status.st_uid == user else stat.S_IXGRP | stat.S_IXOTH):
            return False
    return True


def _has_build_cache(found: Process, cache: Cache, host: Host) -> bool:
    """Whether its go commands would use this cache. Without HOME and GOCACHE they would use none."""
    value = _go_environment_of(found, host).gocache.value
    return Path(value).is_absolute() and _leads_to(found.pid, value, cache)


def _go_environment_of(found: Process, host: Host) -> GoEnvironment:
    environment = found.environment or {}
    return go_environment(replace(host, environment=environment, home=host.platform.home_in(environment)))


def _leads_to(pid: int, value: str, cache: Cache) -> bool:
    """Whether the path is this cache, for the process or for us: a container has a root of its own, a bind mount and
    a disk that ignores case give one folder several names."""
    return cache.identity_now in (identity_at(f"/proc/{pid}/root{value}"), identity_at(value))
