"""fuzzcache: the inputs that `go test -fuzz` found, in a folder of the build cache."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from idecare.caches.base import Cache, Rule, Rules, Target, Users, with_repository
from idecare.caches.gocache import TARGET as BUILD_CACHE
from idecare.core.host import Host
from idecare.core.language import tr
from idecare.golang.environment import FUZZ_CACHE
from idecare.system.files import is_working_copy
from idecare.system.processes import Processes

if TYPE_CHECKING:
    from idecare.system.filesystem.sorting import Fate

FOLDER = re.compile(r"fuzz(/[^/]+){0,24}")
INPUT = re.compile(r"fuzz/.+/Fuzz[^/]*/[0-9a-f]{16,64}")


class FuzzCache(Target):
    name = "fuzzcache"
    cost = tr("fuzzing starts again from the seed corpus")
    tool, role = "go", FUZZ_CACHE
    shares_root = True

    def prove(self, cache: Cache, rules: Rules) -> Cache:
        build = BUILD_CACHE.prove(cache, rules)
        if build.skip:
            return build
        corpus = cache.root / "fuzz"
        present = corpus.is_dir() and not corpus.is_symlink()
        if present and is_working_copy(corpus):
            return with_repository(cache, corpus)
        return replace(cache, entries=("fuzz",) if present else ())

    def users(self, cache: Cache, processes: Processes, host: Host, now: datetime) -> Users:
        return BUILD_CACHE.users(cache, processes, host, now)

    def fate(self, path: str, is_folder: bool) -> Fate:
        """fuzz/<import path>/<test>/<start of the input's SHA-256> (go1.27.3, src/internal/fuzz/fuzz.go)."""
        if is_folder:
            return "own" if FOLDER.fullmatch(path) else "foreign"
        return "own" if INPUT.fullmatch(path) else "foreign"

    def layout(self, relative: bytes) -> Rule:
        """Files come and go, and do not change."""
        return Rule.FOLDER


TARGET = FuzzCache()
