"""A cache target made up for test_registry: all that a new one takes besides its line in core/targets.py."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from idecare.caches.base import Cache, Rule, Rules, Target, unmarked
from idecare.core.host import Host
from idecare.core.locations import CacheLocation
from idecare.system.filesystem.sorting import Fate


class ToyCache(Target):
    name = "toy"
    cost = "toys are made again"
    aliases = ("toys",)
    misnomers = (("toys", "there is but one toy"),)

    def locations(self, host: Host) -> Iterable[CacheLocation]:
        if host.home:
            yield CacheLocation("toy", "toy cache", host.home / "toy", "default", self.name)

    def prove(self, cache: Cache, rules: Rules) -> Cache:
        if not (cache.root / "TOY").is_file():
            return replace(cache, skip=unmarked(cache.root, "a file TOY", "nothing"))
        return replace(cache, entries=("parts",))

    def fate(self, path: str, is_folder: bool) -> Fate:
        return "own"

    def layout(self, relative: bytes) -> Rule:
        return Rule.FOLDER


TARGET = ToyCache()
