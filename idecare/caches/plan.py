"""Deciding what a clean does: pure, over inspected caches and who uses them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import field
from datetime import datetime, timedelta

from idecare.caches.base import Cache
from idecare.caches.owners import Users
from idecare.changes.plan import Action, HoldEntries, Plan, StampFile, Step, TrimEntries
from idecare.core.frozen import frozen
from idecare.core.humanize import age_text
from idecare.core.results import Skip
from idecare.golang.environment import SAFE_AGE_SECONDS
from idecare.golang.setup import GoSetup
from idecare.jetbrains.folders import INVALIDATION_MARKER, INVALIDATION_REASON
from idecare.system.processes import Process

SAFE_AGE = timedelta(seconds=SAFE_AGE_SECONDS)
SAFE_AGE_TEXT = age_text(SAFE_AGE_SECONDS)
COSTS = {
    "gocache": "the next build compiles everything once",
    "testcache": "the next go test runs every test",
    "fuzzcache": "fuzzing starts again from the seed corpus",
    "modcache": "the next go command downloads the modules it needs",
    "gopls": "the next gopls start analyses everything once",
    "goimports": "the next gopls start scans the module cache once",
    "goland": "GoLand indexes at its next start",
    "vscode": "the next start is slower once",
}


@frozen
class Wishes:
    """What the user asked for. ``named``: the targets on the command line; the others came from the settings."""

    now: datetime
    named: frozenset[str] = frozenset()
    older_than: timedelta | None = None
    max_bytes: int | None = None

    @property
    def trims(self) -> bool:
        return self.older_than is not None or self.max_bytes is not None


@frozen
class Candidate:
    """A cache, who uses it, and, when ``--max-size`` asked for it, the stamp before which entries must go."""

    cache: Cache
    users: Users = field(default_factory=Users)
    fits_after: datetime | None = None


def plan_clean(candidates: Iterable[Candidate], go: GoSetup, wishes: Wishes) -> Plan:
    """One step for each candidate, in their order."""
    return Plan(tuple(_step(candidate, go, wishes) for candidate in candidates))


def _step(candidate: Candidate, go: GoSetup, wishes: Wishes) -> Step:
    cache, users = candidate.cache, candidate.users
    decision = cache.skip or _untrimmable(cache, wishes) or _decide(candidate, go, wishes)
    skipped = isinstance(decision, Skip)
    in_use = not skipped or decision.kind == "busy"  # type: ignore[union-attr]
    return Step(
        cache.target,
        cache.root,
        decision,
        cache.location.source,
        cost="" if skipped or _is_marker(decision) else _cost(cache, go, wishes),
        notes=() if skipped else tuple(_notes(candidate, decision, go, wishes)),
        busy=users.blocking if in_use else (),
    )


def _untrimmable(cache: Cache, wishes: Wishes) -> Skip | None:
    if not wishes.trims or cache.target == "gocache":
        return None
    reason = "its owner keeps no stamp of last use, so it cannot be trimmed by age or size"
    return Skip("kept", "no-stamps", reason, f"idecare clean {cache.target}")


def _decide(candidate: Candidate, go: GoSetup, wishes: Wishes) -> Action | Skip:
    cache, users = candidate.cache, candidate.users
    match cache.target:
        case "gocache":
            return _build_cache_action(candidate, wishes)
        case "testcache":
            # `go clean -testcache` writes the same (src/cmd/go/internal/clean/clean.go): older results do not count.
            stamp = f"{int(wishes.now.timestamp() * 1e9)}\n".encode()
            return StampFile(cache.target, cache.root, cache.identity_now, "testexpire.txt", stamp, locked=True)
        case "modcache":
            return _module_cache_action(candidate, go, wishes)
        case "gopls" | "goimports":
            return _gopls_action(candidate)
        case "goland" if users.blocking:
            name = f"{cache.entries[0]}/{INVALIDATION_MARKER}"
            return StampFile(
                cache.target,
                cache.root,
                cache.identity_now,
                name,
                INVALIDATION_REASON.encode(),
                state="scheduled",
                effect="rebuilt",
            )
        case _:
            return _busy(users.blocking) if users.blocking else _hold(cache)


def _build_cache_action(candidate: Candidate, wishes: Wishes) -> Action | Skip:
    cache, safe_before = candidate.cache, wishes.now - SAFE_AGE
    if wishes.trims:
        cutoffs = [candidate.fits_after] if candidate.fits_after else []
        cutoffs += [_before(wishes.now, wishes.older_than)] if wishes.older_than is not None else []
        if not cutoffs:
            return Skip("absent", "fits", "is smaller than that already")
        return _trim(cache, min(max(cutoffs), safe_before), all_actions=False)
    if candidate.users.blocking:
        return _trim(cache, safe_before, all_actions=True)
    return _hold(cache, keep_folders=True)


def _before(now: datetime, age: timedelta) -> datetime:
    try:
        return now - age
    except OverflowError:
        return datetime.min.replace(tzinfo=now.tzinfo)


def _module_cache_action(candidate: Candidate, go: GoSetup, wishes: Wishes) -> Action | Skip:
    named = candidate.cache.target in wishes.named
    if not named and (why := go.offline or go.vendored):
        return Skip("kept", "offline" if go.offline else "vendored", why, "name it to clear it: idecare clean modcache")
    return _busy(candidate.users.blocking) if candidate.users.blocking else _hold(candidate.cache)


def _gopls_action(candidate: Candidate) -> Action | Skip:
    """What the gopls that runs now uses stays."""
    running = candidate.users.entries
    if running is None:
        return _busy(candidate.users.blocking)
    free = tuple(entry for entry in candidate.cache.entries if entry not in running)
    return _hold(candidate.cache, free) if free else _busy(candidate.users.blocking)


def _hold(cache: Cache, entries: tuple[str, ...] | None = None, keep_folders: bool = False) -> HoldEntries:
    return HoldEntries(
        cache.target,
        cache.root,
        cache.identity_now,
        cache.entries if entries is None else entries,
        keep_folders,
        cache.restore,
        cache.returns_in_use,
        cache.uniform_suffix,
        shares_root=cache.target in ("goland", "vscode", "fuzzcache"),
    )


def _trim(cache: Cache, used_before: datetime, all_actions: bool) -> TrimEntries:
    return TrimEntries(
        cache.target,
        cache.root,
        cache.identity_now,
        cache.entries,
        used_before,
        all_actions,
        cache.restore,
        cache.returns_in_use,
        cache.uniform_suffix,
    )


def _busy(users: tuple[Process, ...]) -> Skip:
    return Skip("busy", "busy", "is in use", "wait for it: --wait 5m, or queue it: --when-idle")


def _is_marker(decision: Action | Skip) -> bool:
    return isinstance(decision, StampFile) and decision.state == "scheduled"


def _cost(cache: Cache, go: GoSetup, wishes: Wishes) -> str:
    if wishes.trims:
        return "what goes is compiled again where a build needs it"
    if cache.target == "modcache" and go.module_count:
        return f"the next go command downloads what it needs of the {go.module_count} modules in go.sum"
    return COSTS[cache.target]


def _notes(candidate: Candidate, decision: Action | Skip, go: GoSetup, wishes: Wishes) -> Iterable[str]:
    cache, users = candidate.cache, candidate.users
    if cache.target == "gocache":
        yield from _build_cache_notes(decision, go, wishes, candidate.fits_after)
    if cache.toolchains:
        yield f"downloaded toolchains stay: {', '.join(cache.toolchains)} (--toolchains takes them too)"
    if cache.left:
        yield f"left alone, because it is not part of this cache: {', '.join(cache.left[:3])}"
    for found in users.noticing:
        yield f"{found.name} (pid {found.pid}) will report missing packages until the modules are there again"
    if cache.target in ("gopls", "goimports") and users.blocking:
        yield "what the running gopls uses stays"
    if _is_marker(decision):
        yield "the index stays until GoLand is restarted, and is rebuilt then"


def _build_cache_notes(
    decision: Action | Skip, go: GoSetup, wishes: Wishes, fits_after: datetime | None
) -> Iterable[str]:
    if go.cache_program:
        yield f"builds use GOCACHEPROG ({go.cache_program}), whose own cache stays"
    if isinstance(decision, TrimEntries) and decision.all_actions:
        yield f"outputs used in the last {SAFE_AGE_TEXT} stay on disk for the running build; clean again later"
    too_young = wishes.older_than is not None and wishes.older_than < SAFE_AGE
    if too_young or (fits_after is not None and fits_after > wishes.now - SAFE_AGE):
        yield f"go refreshes a stamp once an hour at most, so nothing used in the last {SAFE_AGE_TEXT} goes"
