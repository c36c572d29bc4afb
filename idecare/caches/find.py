"""Find and look for a clean: from words on the command line to caches with their users."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from idecare.caches.base import Cache, Rules
from idecare.caches.build_cache import read_stamps
from idecare.caches.inspect import inspect_caches, root_of
from idecare.caches.owners import find_users
from idecare.caches.plan import Candidate
from idecare.caches.registry import TOOLS
from idecare.changes.journal import Record
from idecare.changes.plan import HoldEntries, Step, TrimEntries
from idecare.core.errors import IdecareError
from idecare.core.frozen import frozen
from idecare.core.host import Host
from idecare.core.locations import CacheLocation, Ide
from idecare.core.settings import Settings
from idecare.golang.toolchain import shim, with_answers
from idecare.system.mounts import Mount, read_mounts
from idecare.system.processes import Process, inspect_processes

TOOL_OF = {"gopls": "gopls", "goimports": "gopls", "goland": "jetbrains", "vscode": "vscode"}


@frozen
class Look:
    """What was found for the targets asked for, before anybody's processes are looked at."""

    host: Host
    targets: tuple[str, ...]
    caches: tuple[Cache, ...]
    ide_names: frozenset[str]

    def candidates(self, now: datetime, max_bytes: int | None = None) -> tuple[Candidate, ...]:
        """Each cache with who uses it at this moment."""
        processes = inspect_processes(self.ide_names)
        return tuple(
            Candidate(cache, find_users(cache, processes, self.host, now), _cut(cache, max_bytes))
            for cache in self.caches
        )

    def users_of(self, step: Step) -> tuple[Process, ...]:
        """Who would be harmed by a step at this moment."""
        cache = next(cache for cache in self.caches if (cache.target, cache.root) == (step.target, step.root))
        users = find_users(cache, inspect_processes(self.ide_names), self.host, datetime.now(UTC))
        in_use = users.entries is None or users.entries & set(getattr(step.decision, "entries", ()))
        return users.blocking if step.target not in ("gopls", "goimports") or in_use else ()


def look(host: Host, settings: Settings, targets: tuple[str, ...], toolchains: bool) -> Look:
    """Find the caches of ``targets`` that this user's shell would use, and prove them."""
    go = shim(host)
    asked = with_answers(host, go) if go else host
    locations = tuple(_locations(asked, targets, f"go env, asked through {go}" if asked is not host else ""))
    rules = Rules(asked, _mounts(), settings.never_touch, toolchains)
    names = _ide_names(locations) | ({"goland"} if "modcache" in targets else frozenset())
    return Look(asked, targets, inspect_caches(locations, rules), names)


def _locations(host: Host, targets: tuple[str, ...], answered: str) -> Iterator[CacheLocation]:
    found = {name: tuple(TOOLS[name].caches(host)) for name in {TOOL_OF.get(target, "go") for target in targets}}
    for target in targets:
        tool = TOOL_OF.get(target, "go")
        for place in found[tool]:
            if place.target == _place_of(target) and place.effective:
                yield replace(place, target=target, source=answered if answered and tool == "go" else place.source)


def _place_of(target: str) -> str:
    return "gocache" if target == "testcache" else target


def _stem(name: str) -> str:
    return name.lower().removesuffix(".exe")


def _mounts() -> tuple[Mount, ...]:
    try:
        return read_mounts()
    except OSError as error:
        message = f"cannot tell which file systems are mounted: {error.strerror}"
        raise IdecareError("mounts", message, "make /proc/self/mountinfo readable") from error


def _cut(cache: Cache, max_bytes: int | None) -> datetime | None:
    if max_bytes is None or cache.target != "gocache" or cache.skip:
        return None
    return read_stamps(cache.root, cache.entries).cut_for(max_bytes)


def going_bytes(step: Step, cache_folder: Path, now: float) -> int | None:
    """Allocated bytes that a step takes out of the way; ``None`` when it takes none."""
    from idecare.caches.sizes.measure import measure_entries
    from idecare.caches.sizes.memory import SizeMemory

    match step.decision:
        case HoldEntries() as hold:
            memory = SizeMemory(cache_folder)
            return measure_entries(step.root, step.target, hold.entries, memory, now).allocated_bytes
        case TrimEntries() as trim:
            return read_stamps(trim.root, trim.folders).going(trim.used_before, trim.all_actions)[1]
        case _:
            return None


def users_of_record(host: Host, record: Record) -> tuple[Process, ...]:
    """Who uses the cache into which a held record would come back now: go commands, the IDE for its folders."""
    if record.name is not None or record.target not in ("gocache", "modcache", "goland", "vscode"):
        return ()
    place = CacheLocation("", "", record.root_path, "", record.target, ide=_ide_of(host, record))
    cache = Cache(place, record.root_path, record.identity)
    return find_users(cache, inspect_processes(_ide_names((place,))), host, datetime.now(UTC)).blocking


def _ide_of(host: Host, record: Record) -> Ide | None:
    if record.target in ("gocache", "modcache"):
        return None
    places = TOOLS[TOOL_OF[record.target]].caches(host)
    return next((place.ide for place in places if place.ide and root_of(place).resolve() == record.root_path), None)


def _ide_names(places: Iterable[CacheLocation]) -> frozenset[str]:
    return frozenset(_stem(name) for place in places if place.ide for name in place.ide.executables)
