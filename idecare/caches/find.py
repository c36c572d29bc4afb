"""From target names to caches with their users, for a clean and for an undo."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from idecare.caches.base import Cache, Candidate, Part, Rules, target_named
from idecare.caches.discovery import locations_of
from idecare.caches.inspect import inspect_caches, root_of
from idecare.caches.users import find_users
from idecare.changes.journal import Record
from idecare.changes.plan import HoldEntries, Step, TrimEntries
from idecare.core.errors import IdecareError
from idecare.core.frozen import frozen
from idecare.core.host import Host
from idecare.core.language import tr
from idecare.core.locations import CacheLocation
from idecare.core.settings import Settings
from idecare.core.targets import TARGETS
from idecare.golang.toolchain import shim, with_answers
from idecare.system.late_readers import late_readers
from idecare.system.mounts import Mount, read_mounts
from idecare.system.processes import Process, inspect_processes


@frozen
class Picked:
    """A cache that a user has picked, or a path in it."""

    target: str
    path: Path


@frozen
class FoundCaches:
    """What was found for the targets asked for. ``ide_names``: the executables to look for among the processes."""

    host: Host
    targets: tuple[str, ...]
    caches: tuple[Cache, ...]
    ide_names: frozenset[str]

    def only(self, picked: Iterable[Picked]) -> FoundCaches:
        """Of these caches only what was picked, as far as it may go at all."""
        chosen = tuple(picked)
        parts = (_part(cache, [one.path for one in chosen if one.target == cache.target]) for cache in self.caches)
        return replace(self, caches=tuple(cache for cache in parts if cache))

    def candidates(self, now: datetime, max_bytes: int | None = None) -> tuple[Candidate, ...]:
        """Each cache with who uses it at this moment."""
        processes = inspect_processes(self.ide_names)
        return tuple(
            Candidate(cache, find_users(cache, processes, self.host, now, late_readers), _cut(cache, max_bytes))
            for cache in self.caches
        )

    def users_of(self, step: Step) -> tuple[Process, ...]:
        """Who would be harmed by a step at this moment. Go commands are looked for last, as they come at any time."""
        readers = tuple(late_readers(datetime.now(UTC))) if self._cache_of(step).kind.is_read_late else ()
        return self._users(step, lambda _: readers)

    def users_after(self, step: Step) -> tuple[Process, ...]:
        """The same, with go commands first: one that has begun meanwhile shall have had no time to use anything."""
        return self._users(step, late_readers)

    def _users(self, step: Step, readers_at: Callable[[datetime], Iterable[Process]]) -> tuple[Process, ...]:
        processes = inspect_processes(self.ide_names)
        users = find_users(self._cache_of(step), processes, self.host, datetime.now(UTC), readers_at)
        if isinstance(step.decision, HoldEntries):
            return users.of(step.decision.entries)
        return users.of_trim(self.host.is_ci)

    def _cache_of(self, step: Step) -> Cache:
        return next(cache for cache in self.caches if (cache.target, cache.root) == (step.target, step.root))


def find_caches(host: Host, settings: Settings, targets: tuple[str, ...], toolchains: bool) -> FoundCaches:
    """Find the caches of ``targets`` that this user's shell would use, and prove them."""
    go = shim(host)
    asked = with_answers(host, go) if go else host
    answered = tr("go env, asked through {go}", go=go) if asked is not host else ""
    places = (place for place in locations_of(targets, asked) if place.effective)
    locations = tuple(replace(place, source=answered) if answered and _is_gos(place) else place for place in places)
    rules = Rules(asked, _mounts(), settings.never_touch, toolchains)
    names = _ide_names(locations).union(*(target_named(target).ide_names for target in targets))
    return FoundCaches(asked, targets, inspect_caches(locations, rules), names)


def _part(cache: Cache, paths: list[Path]) -> Cache | None:
    """The cache with those of its entries that are picked, whole or in part; ``None`` without any. One that is skipped
    stays, so that the plan says why."""
    below = [path.relative_to(cache.root).as_posix() for path in paths if path.is_relative_to(cache.root)]
    if "." in below or (below and cache.skip):
        return cache
    entries = _within(cache, below)
    if not entries or set(entries) == set(cache.entries):
        return cache if entries else None
    return replace(cache, entries=entries, left=(), toolchains=(), need=None, is_part=True)


def _within(cache: Cache, names: Iterable[str]) -> tuple[str, ...]:
    """Those that are, or lie in, what may go."""
    tops = set(cache.entries)
    return tuple(name for name in names if name in tops or any(str(above) in tops for above in Path(name).parents))


def parts_of(cache: Cache) -> Iterator[Part]:
    """What of a cache may be picked by itself."""
    for part in () if cache.skip else cache.kind.parts(cache):
        if entries := _within(cache, part.entries):
            yield replace(part, entries=entries)


def place_of(location: CacheLocation) -> Path:
    """The path by which a location is picked: its root is resolved, as that of its cache is."""
    root = root_of(location)
    return Path(os.path.realpath(root)) / location.path.relative_to(root)


def _is_gos(place: CacheLocation) -> bool:
    return place.tool == "go"


def _mounts() -> tuple[Mount, ...]:
    try:
        return read_mounts()
    except OSError as error:
        message = tr("cannot tell which file systems are mounted: {reason}", reason=error.strerror)
        raise IdecareError("mounts", message, tr("make /proc/self/mountinfo readable")) from error


def _cut(cache: Cache, max_bytes: int | None) -> datetime | None:
    if max_bytes is None or cache.skip or not cache.kind.has_stamps:
        return None
    return cache.kind.cut_for(cache, max_bytes)


def going_bytes(step: Step, cache_folder: Path, now: float) -> int | None:
    """Allocated bytes that a step takes out of the way; ``None`` when it takes none."""
    from idecare.caches.sizes import measure_entries
    from idecare.caches.sizes.memory import SizeMemory

    match step.decision:
        case HoldEntries() as hold:
            memory = SizeMemory(cache_folder)
            return measure_entries(step.root, step.target, hold.entries, memory, now).allocated_bytes
        case TrimEntries() as trim:
            return target_named(step.target).trimmed_bytes(trim)
        case _:
            return None


def users_of_record(host: Host, record: Record) -> tuple[Process, ...]:
    """Who uses the cache into which a held record would come back now: go commands, the IDE for its folders."""
    if not record.hold or record.target not in TARGETS:
        return ()
    kind = target_named(record.target)
    if not kind.guards_return:
        return ()
    place = kind.place_at(record.root_path, host)
    cache = Cache(place, record.root_path, record.identity)
    return find_users(cache, inspect_processes(_ide_names((place,))), host, datetime.now(UTC)).blocking


def _ide_names(places: Iterable[CacheLocation]) -> frozenset[str]:
    return frozenset().union(*(place.ide.stems for place in places if place.ide))
