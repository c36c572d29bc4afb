"""Deciding what a clean does: pure, over inspected caches and who uses them. Each target decides for itself."""

from __future__ import annotations

from collections.abc import Iterable

from idecare.caches.base import Cache, Candidate, CleanRequest, target_named
from idecare.changes.plan import Plan, StampFile, Step, TrimEntries
from idecare.core.language import tr
from idecare.core.results import Skip, absent
from idecare.golang.setup import GoSetup


def plan_clean(candidates: Iterable[Candidate], go: GoSetup, request: CleanRequest) -> Plan:
    """One step for each candidate, in their order."""
    return Plan(tuple(_step(candidate, go, request) for candidate in candidates))


def without_empty_trims(plan: Plan) -> Plan:
    """The plan, with what is done of a trim that would take nothing: that, too, is found out by looking at entries, and
    only until there is one."""
    return Plan(tuple(_looked_at(step) for step in plan.steps))


def _looked_at(step: Step) -> Step:
    trim = step.decision
    if not isinstance(trim, TrimEntries) or target_named(step.target).takes_anything(trim):
        return step
    reason = (
        tr("holds nothing but outputs that may be in use")
        if trim.all_actions
        else tr("holds nothing that was unused for so long")
    )
    return Step(step.target, step.root, absent("nothing-to-trim", reason), step.source, busy=step.busy)


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
    reason = tr("its owner keeps no stamp of last use, so it cannot be trimmed by age or size")
    return Skip("kept", "no-stamps", reason, f"idecare clean {cache.target}")
