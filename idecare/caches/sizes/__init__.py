"""Measures how much disk caches take, looking only into folders that changed since they were last measured.

Nothing is written, no link is followed, no other file system is entered. A target's ``layout`` says where a
folder proves that nothing in it changed; for the indexes and caches of GoLand and VS Code no such proof exists, so they
are walked every time.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from idecare.caches.base import Rule, target_named
from idecare.caches.inspect import root_of
from idecare.caches.sizes.memory import SizeMemory
from idecare.caches.sizes.walk import Layout, Progress, Usage, Walk
from idecare.changes.journal import HOLD_FOLDER
from idecare.core.frozen import frozen
from idecare.core.locations import CacheLocation

NOTHING = Usage()
WRITTEN_IN_PLACE = Layout(lambda relative: Rule.EVERY_TIME)  # indexes of IDEs, browser caches, databases
HELD = Layout(lambda relative: Rule.FOLDER)  # what is held does not change


@frozen
class CacheUsage:
    """A cache and what it takes. ``held``: what cleans moved aside there and no purge has deleted; not in ``usage``."""

    location: CacheLocation
    usage: Usage
    held: Usage = NOTHING


def measure_caches(
    locations: Iterable[CacheLocation],
    known: Iterable[CacheLocation],
    memory: SizeMemory,
    now: float,
    on_progress: Progress | None = None,
) -> Iterator[CacheUsage]:
    """Measure those locations that exist, each place once; a ``known`` one inside another is no part of the other."""
    usable = [location for location in known if location.problem is None]
    places = frozenset(_real(location.path) for location in usable)
    held_places = frozenset(_held_place(location) for location in usable)
    done: set[bytes] = set()
    for location in locations:
        root, held = _real(location.path), _held_place(location)
        if location.problem is None and root not in done and os.path.lexists(root):
            usage = measure(location, memory, now, on_progress, without=places - {root} | held_places)
            yield CacheUsage(
                location, usage, NOTHING if held in done else measure_held(location, memory, now, on_progress)
            )
            done |= {root, held}


def measure(
    location: CacheLocation,
    memory: SizeMemory,
    now: float,
    on_progress: Progress | None = None,
    without: frozenset[bytes] = frozenset(),
) -> Usage:
    """Measure a location without what is held for it and without the places (real paths) to leave out."""
    root = _real(location.path)
    return Walk(root, _layout(location.target), memory, now, without | {_held_place(location)}).whole(on_progress)


def measure_entries(
    root: Path,
    target: str | None,
    entries: Iterable[str],
    memory: SizeMemory,
    now: float,
    on_progress: Progress | None = None,
) -> Usage:
    """Measure some entries of a target's root, given by their paths relative to it; they count themselves."""
    walk = Walk(_real(root), _layout(target), memory, now)
    return walk.parts([os.fsencode(entry) for entry in entries], on_progress)


def measure_parts(
    root: Path,
    target: str | None,
    parts: Iterable[tuple[str, ...]],
    memory: SizeMemory,
    now: float,
    on_progress: Progress | None = None,
) -> Iterator[Usage]:
    """As ``measure_entries``, for many parts of one root: what is remembered of it is read once."""
    known = memory.records(_real(root))
    for entries in parts:
        walk = Walk(_real(root), _layout(target), memory, now, old=known)
        yield walk.parts([os.fsencode(entry) for entry in entries], on_progress)


def measure_held(location: CacheLocation, memory: SizeMemory, now: float, on_progress: Progress | None = None) -> Usage:
    """Measure what cleans moved aside from a location's root."""
    return measure_hold(_held_place(location), memory, now, on_progress)


def measure_hold(folder: bytes, memory: SizeMemory, now: float, on_progress: Progress | None = None) -> Usage:
    """Measure a folder of what is held."""
    return Walk(folder, HELD, memory, now).whole(on_progress)


def _layout(target: str | None) -> Layout:
    kind = target_named(target) if target else None
    return Layout(kind.layout, kind.unfinished_marker) if kind else WRITTEN_IN_PLACE


def _held_place(location: CacheLocation) -> bytes:
    return held_place(root_of(location))


def held_place(root: Path) -> bytes:
    """Where what is moved aside from a root is held."""
    return os.path.join(_real(root), os.fsencode(HOLD_FOLDER))


def _real(path: Path) -> bytes:
    """A root reached through links is resolved once; below it no link is followed."""
    return os.path.realpath(os.fsencode(path))
