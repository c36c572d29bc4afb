"""testcache: test results, which lie in the build cache and are expired rather than removed."""

from __future__ import annotations

from dataclasses import replace

from idecare.caches.base import Cache, Candidate, CleanRequest, Rules, Target
from idecare.caches.gocache import TARGET as BUILD_CACHE
from idecare.changes.plan import Action, StampFile
from idecare.core.language import tr
from idecare.core.results import Skip
from idecare.golang.setup import GoSetup

EXPIRY_FILE = "testexpire.txt"


class TestResults(Target):
    name = "testcache"
    cost = tr("the next go test runs every test")
    tool, role = BUILD_CACHE.tool, BUILD_CACHE.role
    no_size = tr(
        "Test results lie in the build cache and take no space of their own: {command}",
        command=f"idecare usage {BUILD_CACHE.name}",
    )

    def prove(self, cache: Cache, rules: Rules) -> Cache:
        found = BUILD_CACHE.prove(cache, rules)
        return found if found.skip else replace(found, entries=(EXPIRY_FILE,))

    def decide(self, candidate: Candidate, go: GoSetup, request: CleanRequest) -> Action | Skip:
        """`go clean -testcache` writes the same (src/cmd/go/internal/clean/clean.go): older results do not count."""
        cache, stamp = candidate.cache, f"{int(request.now.timestamp() * 1e9)}\n".encode()
        return StampFile(self.name, cache.root, cache.identity_now, EXPIRY_FILE, stamp, locked=True)


TARGET = TestResults()
