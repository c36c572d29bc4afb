"""Keeps caches below the sizes that the settings name: what was not used for longest goes, never under a running build.

A check costs what changed since the last one: sizes are remembered by folder, and nothing is measured where no folder
changed. What goes is trimmed as ``clean --max-size`` does, but for what was used in the last 2 hours, which stays, and
is deleted at once: held for an undo it would take the space that the limit is to give back.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from idecare.caches.base import Cache, Candidate, CleanRequest
from idecare.caches.find import find_caches
from idecare.caches.limits import FREED_SHARE, MODULE_LIMIT, Checked, newest_change, read_checked, write_checked
from idecare.caches.plan import plan_clean, without_empty_trims
from idecare.caches.sizes import held_place, measure_entries, measure_hold
from idecare.caches.sizes.memory import SizeMemory
from idecare.caches.sizes.trend import read_trends, trend_file, trends_text, with_samples
from idecare.changes.apply import Order, apply
from idecare.changes.background import PAUSE_SECONDS, purge_all
from idecare.changes.journal import Entry, Journal
from idecare.changes.purge import held_records
from idecare.changes.recover import is_interrupted, recover
from idecare.core.host import Host
from idecare.core.settings import Settings, read_settings, size_value
from idecare.golang.environment import CACHE_FOLDERS
from idecare.golang.setup import GoSetup
from idecare.system.filesystem import exclusive, write_atomic
from idecare.system.machine import run_last

CheckMore = Callable[[Settings, SizeMemory, Checked | None], list[Checked]]
UNTIL_COMMAND_ENDS = timedelta(days=7)  # the hold of `clean --undo-on-failure`, while its command runs
SHORTEST_PAUSE, QUIET_SECONDS = 10.0, 120.0
COST_SHARE, BURST_SECONDS = 120, 1.0  # the part of a processor that checks take, but for a second of it


class Keeper:
    """One process that keeps the limits of one user."""

    def __init__(self, host: Host, journal: Journal, check_modcache: CheckMore = lambda *_: []) -> None:
        self.host, self.journal, self.check_modcache = host, journal, check_modcache
        self.known = {found.key: found for found in read_checked(host.own)}
        self.is_proven = False  # whether the cache was looked at in this process

    def check(self) -> bool:
        """Bring each cache below its limit, as far as may be; whether anything had changed since the last check."""
        settings = read_settings(self.host.own.config)
        memory = SizeMemory(self.host.own.cache / "sizes")
        modules = self.check_modcache(settings, memory, self.known.get(MODULE_LIMIT))
        found = [*self._build_caches(settings, memory), *modules, *self._held(settings, memory)]
        has_changed = self.known != {one.key: one for one in found}
        self.known = {one.key: one for one in found}
        with suppress(OSError):
            for path, data in memory.files():
                write_atomic(path, data)
            write_checked(self.host.own, found)
            self._remember_trend(found)
        return has_changed

    def _remember_trend(self, found: list[Checked]) -> None:
        cache, sizes = self.host.own.cache, [(Path(one.root), one.bytes) for one in found if one.root]
        before = read_trends(cache)
        after = with_samples(before, time.time(), sizes)
        if after != before:
            write_atomic(trend_file(cache), trends_text(after))

    def _build_caches(self, settings: Settings, memory: SizeMemory) -> list[Checked]:
        if (limit := settings.gocache_max) is None:
            return []
        before = self.known.get("gocache_max")
        if before and self.is_proven and before == self._unchanged(before, limit):
            return [before]
        caches = find_caches(self.host, settings, ("gocache",), toolchains=False).caches
        self.is_proven = True
        return [self._checked(cache, limit, memory) for cache in caches if not cache.skip]

    def _unchanged(self, before: Checked, limit: int) -> Checked:
        """The same, when no folder changed since and the limit is the same and kept."""
        change = newest_change(Path(before.root), CACHE_FOLDERS)
        return replace(before, limit=limit, change=change, bytes=min(before.bytes, limit))

    def _checked(self, cache: Cache, limit: int, memory: SizeMemory) -> Checked:
        root, change = str(cache.root), newest_change(cache.root, CACHE_FOLDERS)
        before = self.known.get("gocache_max")
        if before and before.root == root and before == self._unchanged(before, limit):
            return before
        size = self._size(cache, memory)
        freed = self._trim(cache, limit) if size > limit else 0
        return Checked("gocache_max", root, limit, size - freed, change, freed)

    def _size(self, cache: Cache, memory: SizeMemory) -> int:
        return measure_entries(cache.root, cache.target, cache.entries, memory, time.time()).allocated_bytes

    def _trim(self, cache: Cache, limit: int) -> int:
        """Go a step below the limit; return the bytes that were freed."""
        now, aim = datetime.now(UTC), limit - limit // FREED_SHARE
        candidate = Candidate(cache, fits_after=cache.kind.cut_for(cache, aim))
        request = CleanRequest(now, frozenset({cache.target}), max_bytes=aim, keeps_young=True)
        plan = without_empty_trims(plan_clean([candidate], GoSetup(), request))
        if not plan.changes:
            return 0
        command = ("idecare", "clean", cache.target, "--max-size", size_value(limit) or "")
        with exclusive(self.journal.lock, wait_seconds=60):
            if is_interrupted(self.journal):
                recover(self.journal)
            entry, _ = apply(plan, self.journal, Order(command, self.host.cwd, now))
        return self._purge(entry.id) if entry else 0

    def _purge(self, entry_id: str) -> int:
        removed = purge_all(self.journal, None, _pause, lambda found: found == entry_id, gently=True)
        return sum(record.bytes or 0 for record in removed)

    def _held(self, settings: Settings, memory: SizeMemory) -> list[Checked]:
        """The oldest go first; what a running command may still put back stays."""
        if (limit := settings.held_max) is None:
            return []
        freed, size = 0, self._held_bytes(memory)
        for entry in self.journal.open_entries():
            if size <= limit:
                break
            if _may_go(entry):
                freed += self._purge(entry.id)
                size = self._held_bytes(memory)
        return [Checked("held_max", "", limit, size, self.journal.version(), freed)]

    def _held_bytes(self, memory: SizeMemory) -> int:
        entries = {entry.id: entry for entry in self.journal.open_entries()}
        roots = {entries[entry_id].records[index].root_path for entry_id, index in held_records(self.journal)}
        return sum(measure_hold(held_place(root), memory, time.time()).allocated_bytes for root in roots)


def _may_go(entry: Entry) -> bool:
    """Not while the command of an --undo-on-failure may be running."""
    if "--undo-on-failure" not in entry.command:
        return True
    ends = [datetime.fromisoformat(record.held_until) for record in entry.records if record.held_until]
    return all(end - datetime.fromisoformat(entry.started) < UNTIL_COMMAND_ENDS for end in ends)


def _pause(removal: object) -> None:
    time.sleep(PAUSE_SECONDS)


def keep_limits(host: Host, journal: Journal, while_it_changes: bool, check_modcache: CheckMore) -> None:
    """Check the limits once; ``while_it_changes``: again and again, until nothing has changed for a while. One process
    does so at a time. ``check_modcache`` knows of projects, which this package does not."""
    run_last()
    with exclusive(journal.folder.parent / "limits.lock", wait_seconds=0):
        keeper, quiet = Keeper(host, journal, check_modcache), 0.0
        begun, spent = time.monotonic(), -_processor_seconds() - BURST_SECONDS
        while True:
            has_changed = keeper.check()
            due = begun + COST_SHARE * (spent + _processor_seconds())
            pause = max(SHORTEST_PAUSE, due - time.monotonic())
            quiet = 0.0 if has_changed else quiet + pause
            if not while_it_changes or quiet >= QUIET_SECONDS:
                return
            time.sleep(pause)


def _processor_seconds() -> float:
    used = os.times()
    return used.user + used.system + used.children_user + used.children_system
