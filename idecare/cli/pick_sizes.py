"""Lists and measures in threads while the user of `idecare pick` looks: what is found waits in a queue.

The sizes are those of `idecare usage`, from the same memory. A measuring is ended through its progress callback, so
that its helper processes end too.
"""

from __future__ import annotations

import os
import queue
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from idecare.caches.base import Cache, Part, target_named
from idecare.caches.find import find_caches, parts_of, place_of
from idecare.caches.sizes import measure_caches, measure_hold, measure_parts
from idecare.caches.sizes.walk import Progress
from idecare.changes.journal import AWAITS_PURGE, Entry, Journal
from idecare.cli.pick_rows import Event, Finished, Key, Listed, Measured, Row
from idecare.cli.usage import measurable_caches, remember, report_of, size_memory
from idecare.core.host import Host
from idecare.core.humanize import path_text, time_text
from idecare.core.language import tr
from idecare.core.locations import CacheLocation
from idecare.core.settings import read_settings
from idecare.modules.layout import parsed

Work = Callable[[Progress], Iterator[Event]]
LONGEST_END_SECONDS = 5  # a file system that does not answer holds nobody up
NEVER_REMOVED = tr("idecare shows it and never removes it")
NOT_IN_USE = tr("it is not the one that this shell uses")


class _StoppedError(Exception):
    """Nobody waits for the sizes any more."""


class Background:
    """Threads, each with one piece of work, and what they have found so far."""

    def __init__(self) -> None:
        self._events: queue.SimpleQueue[Event | Exception] = queue.SimpleQueue()
        self._is_over = threading.Event()
        self._threads: list[threading.Thread] = []

    def start(self, work: Work) -> None:
        thread = threading.Thread(target=self._run, args=[work], daemon=True)
        self._threads.append(thread)
        thread.start()

    def ready(self) -> Iterator[Event]:
        """What has come since the last time; what went wrong in a thread is raised here."""
        while not self._events.empty():
            event = self._events.get()
            if isinstance(event, Exception):
                raise event
            yield event

    def stop(self) -> None:
        self._is_over.set()
        for thread in self._threads:
            thread.join(LONGEST_END_SECONDS)

    def _run(self, work: Work) -> None:
        try:
            for event in work(self._go_on):
                self._events.put(event)
                self._go_on(0)
        except _StoppedError:
            pass
        except Exception as error:
            self._events.put(error)

    def _go_on(self, entries: int) -> None:
        if self._is_over.is_set():
            raise _StoppedError


def measure_everything(host: Host) -> Work:
    """The rows of the top list, then their sizes."""

    def work(on_progress: Progress) -> Iterator[Event]:
        locations, now = measurable_caches(host), time.time()
        there = _there(locations)
        held = [entry for entry in Journal(host.own.state).open_entries() if _is_held(entry)]
        rows = (_cache_row(found, host) for found in there)
        yield Listed(None, (*rows, *(_held_row(entry, host) for entry in held)))
        memory, usages = size_memory(host), []
        for found in measure_caches(there, locations, memory, now, on_progress):
            usages.append(found)
            yield Measured(_key(found.location), found.usage.allocated_bytes, found.usage.last_used)
        measured = {found.location for found in usages}
        yield from (Measured(_key(found), 0, None) for found in there if found not in measured)  # it has gone meanwhile
        for entry in held:
            yield Measured(_held_key(entry), _held_bytes(entry, host, now, on_progress), _started(entry))
        remember(host, memory, report_of(host, tuple(usages), now))
        unread = [tr(found.location.name) for found in usages if found.usage.unreadable]
        yield Finished(
            (tr("not all of {names} could be read: see `idecare usage`", names=", ".join(unread)),) if unread else ()
        )

    return work


def measure_parts_of(host: Host, row: Row) -> Work:
    """What of a cache can be picked by itself, then the sizes of that."""

    def work(on_progress: Progress) -> Iterator[Event]:
        found = find_caches(host, read_settings(host.own.config), (row.target,), toolchains=True)
        cache = next((cache for cache in found.caches if cache.root in row.paths), None)
        parts = tuple(parts_of(cache)) if cache else ()
        keys: list[Key] = [(*row.key, part.name) for part in parts]
        if cache is None or not parts:
            why = cache.skip.reason if cache and cache.skip else tr("there is nothing in it that may go")
            yield Finished((f"{row.name}{tr(': ')}{why}",))
            return
        yield Listed(
            row.key,
            tuple(
                Row(key, part.name, "", row.target, _paths(cache, part), note=part.entries[0])
                for key, part in zip(keys, parts, strict=True)
            ),
        )
        entries = (part.entries for part in parts)
        sizes = measure_parts(cache.root, row.target, entries, size_memory(host), time.time(), on_progress)
        for key, usage in zip(keys, sizes, strict=True):
            yield Measured(key, usage.allocated_bytes, usage.last_used)
        yield Finished()

    return work


def _paths(cache: Cache, part: Part) -> tuple[Path, ...]:
    return tuple(cache.root / name for name in part.entries)


def has_toolchain(row: Row) -> bool:
    """Whether it is a toolchain that go downloaded, which a clean takes only where it is asked for."""
    module = parsed(row.name)
    return module is not None and module.is_toolchain


def _there(locations: Iterable[CacheLocation]) -> tuple[CacheLocation, ...]:
    """What can be measured; of several at one place the first, as they have one size."""
    found: dict[str, CacheLocation] = {}
    for location in locations:
        if not location.problem and os.path.lexists(location.path):
            found.setdefault(os.path.realpath(location.path), location)
    return tuple(found.values())


def _key(location: CacheLocation) -> Key:
    return ("cache", str(location.path), location.target or "")


def _cache_row(location: CacheLocation, host: Host) -> Row:
    kept = NEVER_REMOVED if location.target is None else "" if location.effective else NOT_IN_USE
    return Row(
        _key(location),
        tr(location.name),
        path_text(location.path, host.home),
        location.target or "",
        () if kept else (place_of(location),),
        kept,
        opens=bool(location.target) and not kept and target_named(location.target or "").has_parts,
    )


def _is_held(entry: Entry) -> bool:
    return any(record.hold and record.state in AWAITS_PURGE for record in entry.records)


def _held_key(entry: Entry) -> Key:
    return ("held", entry.id)


def _held_row(entry: Entry, host: Host) -> Row:
    held = [record for record in entry.records if record.hold and record.state in AWAITS_PURGE]
    until = max((record.held_until for record in held if record.held_until), default="")
    note = tr("held; u brings it back, c deletes it")
    if until:
        when = time_text(datetime.fromisoformat(until), datetime.now(UTC))
        note = tr("held until {time}; u brings it back, c deletes it", time=when)
    return Row(
        _held_key(entry),
        tr("held: {targets}", targets=", ".join(dict.fromkeys(record.target for record in held))),
        path_text(held[0].root_path / os.path.dirname(held[0].hold), host.home),
        entry_id=entry.id,
        note=note,
    )


def _held_bytes(entry: Entry, host: Host, now: float, on_progress: Progress) -> int:
    """What is held goes soon, so that nothing of it is remembered."""
    memory = size_memory(host)
    folders = (record.root_path / record.hold for record in entry.records if record.hold)
    return sum(measure_hold(os.fsencode(folder), memory, now, on_progress).allocated_bytes for folder in folders)


def _started(entry: Entry) -> datetime:
    return datetime.fromisoformat(entry.started)
