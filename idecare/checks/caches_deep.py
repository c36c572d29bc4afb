"""With --deep: every zip, tree, go.mod and sum of the module cache is hashed and compared, as `idecare repair` does."""

from __future__ import annotations

from collections.abc import Iterable

from idecare.checks.base import Check, Finding, RepairModules, Severity
from idecare.checks.snapshot import Snapshot
from idecare.repairing import Mend, Verdict
from idecare.words import count_text

MOST_NAMED = 5
# What go passes over, or makes anew by itself: a cut-short extraction, a ziphash that is none, the small files.
SMALL = (".info", "list", ".lock")
NO_SUM = ("is missing", "is empty", "is no h1 sum: 'h1:")


def _deep(snapshot: Snapshot) -> Iterable[Finding]:
    if not snapshot.deep:
        return
    damaged = [verdict for verdict in snapshot.module_verdicts if _is_damaged(verdict)]
    mended = [verdict for verdict in damaged if isinstance(verdict.decision, Mend)]
    if grave := [verdict for verdict in mended if not _heals(verdict)]:
        why = "builds fail or take code that nobody published; `go mod verify` says 'dir has been modified'"
        yield _finding("damaged", grave, "error", why)
    if small := [verdict for verdict in mended if _heals(verdict)]:
        yield _finding("small", small, "info", "go passes over it, or makes it anew when it needs it")
    yield from (_unclear(verdict) for verdict in damaged if verdict not in mended)


def _finding(word: str, verdicts: list[Verdict], severity: Severity, why: str) -> Finding:
    of = "are not as they were" if len(verdicts) > 1 else "is not as it was"
    return Finding(
        id=f"caches/sums/{word}",
        severity=severity,
        summary=f"{count_text(len(verdicts), 'module')} in the module cache {of} downloaded",
        evidence=tuple(_lines(verdicts)),
        why=why,
        fix=f"idecare repair {_named(verdicts)}",
        remedies=(RepairModules(tuple(verdict.name for verdict in verdicts)),),
    )


def _is_damaged(verdict: Verdict) -> bool:
    """A cut-short extraction is told by a glance already."""
    return any(damage.part != "partial" for damage in verdict.damages)


def _heals(verdict: Verdict) -> bool:
    return all(
        damage.part == "partial"
        or damage.part.endswith(SMALL)
        or (damage.part == "ziphash" and damage.reason.startswith(NO_SUM))
        for damage in verdict.damages
    )


def _lines(verdicts: list[Verdict]) -> Iterable[str]:
    for verdict in verdicts[:MOST_NAMED]:
        yield f"{verdict.name}: " + "; ".join(f"{damage.part} {damage.reason}" for damage in verdict.damages)
    if len(verdicts) > MOST_NAMED:
        yield f"and {len(verdicts) - MOST_NAMED} more"


def _named(verdicts: list[Verdict]) -> str:
    return "--all" if len(verdicts) > MOST_NAMED else " ".join(verdict.name for verdict in verdicts)


def _unclear(verdict: Verdict) -> Finding:
    """What could be an attack is shown, and never mended by itself."""
    values = (f"{name}: {', '.join(sums)}" for name, sums in verdict.values.items() if sums)
    decision = verdict.decision
    reason, next_step = ("", "") if decision is None or isinstance(decision, Mend) else _words(decision)
    return Finding(
        id="caches/sums/unclear",
        severity="error",
        summary=f"{verdict.name} is not what it should be, and it is not certain which part is the wrong one",
        evidence=(*_lines([verdict]), *values, *((reason,) if reason else ())),
        why="local damage is the usual cause, but another's code in its place would look the same",
        fix=next_step or f"compare the sums, then: idecare repair {verdict.name}",
    )


def _words(decision: object) -> tuple[str, str]:
    return str(getattr(decision, "reason", "")), str(getattr(decision, "next_step", ""))


CHECKS = (
    Check(
        "caches/sums",
        "with --deep: modules whose content is not what go.sum or their own sums say",
        "idecare repair",
        _deep,
    ),
)
