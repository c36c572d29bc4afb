"""Keeps the module cache below the size that the settings name: of what no project needs, the least recently used goes.

Every few hours, because projects are searched for; as `idecare prune` does, but for the number of versions. What goes
is held for an undo, so the space is free when the hold ends.
"""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import UTC, datetime

from idecare.caches.base import Cache
from idecare.caches.find import find_caches
from idecare.caches.limits import FREED_SHARE, MODULE_LIMIT, Checked, module_change
from idecare.caches.modcache import TARGET as MODULE_CACHE
from idecare.caches.sizes import measure
from idecare.caches.sizes.memory import SizeMemory
from idecare.changes.apply import Order, apply
from idecare.changes.journal import Journal
from idecare.core.host import Host
from idecare.core.settings import Settings
from idecare.modules.cached import CachedVersion
from idecare.system.filesystem import exclusive
from idecare.workspaces.prune import USED_LATELY, Found, find_unneeded, plan_prune


def check_modcache(
    host: Host, journal: Journal, settings: Settings, memory: SizeMemory, before: Checked | None
) -> list[Checked]:
    """What became of the limit; nothing where there is none, or the cache may not be touched."""
    if (limit := settings.modcache_max) is None:
        return []
    change = module_change(time.time())
    if before and (before.change, before.limit) == (change, limit):
        return [before]
    scan = find_caches(host, settings, (MODULE_CACHE.name,), toolchains=True)
    found = []
    for cache in scan.caches:
        if not cache.skip:
            size = measure(cache.location, memory, time.time()).allocated_bytes
            one = Checked(MODULE_LIMIT, str(cache.root), limit, size, change)
            found.append(one if size <= limit else _pruned(host, journal, settings, memory, cache, one))
    return found


def _pruned(
    host: Host, journal: Journal, settings: Settings, memory: SizeMemory, cache: Cache, before: Checked
) -> Checked:
    now = datetime.now(UTC)
    scan = find_caches(host, settings, (MODULE_CACHE.name,), toolchains=True)
    unneeded = find_unneeded(scan.host, cache, settings, (), USED_LATELY, now, memory)
    going = tuple(_oldest(unneeded, before.bytes - (before.limit - before.limit // FREED_SHARE)))
    plan = plan_prune(scan, cache, unneeded, going, USED_LATELY, now)
    if not plan.changes:
        return before
    command = ("idecare", "prune")
    order = Order(command, host.cwd, now, settings.hold, scan.users_of, scan.users_after)
    with exclusive(journal.lock, wait_seconds=60):
        entry, _ = apply(plan, journal, order)
    if entry is None or not entry.is_undoable:
        return before
    taken = sum(unneeded.sizes[one.module] for one in going)
    return replace(before, bytes=before.bytes - taken, freed=taken)


def _oldest(found: Found, excess: int) -> list[CachedVersion]:
    """The least recently used versions, until there is no excess."""
    going: list[CachedVersion] = []
    for one in found.versions.unneeded:
        if excess <= 0:
            break
        going.append(one)
        excess -= found.sizes[one.module]
    return going
