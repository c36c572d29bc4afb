"""Deciding what a clean does: pure, over inspected caches and who uses them. Each target decides for itself."""

from __future__ import annotations

from collections.abc import Iterable

from idecare.caches.base import Cache, Candidate, CleanRequest
from idecare.changes.plan import Plan, StampFile, Step
from idecare.core.results import Skip
from idecare.golang.setup import GoSetup


def plan_clean(candidates: Iterable[Candidate], go: GoSetup, request: CleanRequest) -> Plan:
    """One step for each candidate, in their order."""
    return Plan(tuple(_step(candidate, go, request) for candidate in candidates))


def _step(candidate: Candidate, go: GoSetup, request: CleanRequest) -> Step:
    cache, users, kind = candidate.cache, candidate.users, candidate.cache.kind
    decision = cache.skip or _untrimmable(cache, request) or kind.decide(candidate, go, request)
    if isinstance(decision, Skip):
        busy = users.blocking if decision.kind == "busy" else ()
        return Step(cache.target, cache.root, decision, cache.location.source, busy=busy)
    is_scheduled = isinstance(decision, StampFile) and decision.state == "scheduled"
    return Step(
        cache.target,
        cache.root,
        decision,
        cache.location.source,
        cost="" if is_scheduled else kind.cost_of(cache, request),
        notes=tuple(kind.notes(candidate, decision, go, request)),
        busy=users.blocking,
    )


def _untrimmable(cache: Cache, request: CleanRequest) -> Skip | None:
    if not request.trims or cache.kind.has_stamps:
        return None
    reason = "its owner keeps no stamp of last use, so it cannot be trimmed by age or size"
    return Skip("kept", "no-stamps", reason, f"idecare clean {cache.target}")
