"""With --deep: every zip, tree, go.mod and sum of the module cache is hashed and compared, as `idecare repair` does."""

from __future__ import annotations

from collections.abc import Iterable

from idecare.checks.base import Check, Finding, RepairModules
from idecare.checks.snapshot import Snapshot
from idecare.repairing import Mend, Verdict
from idecare.words import count_text

MOST_NAMED = 5
# A cut-short extraction is go's own affair, which it sees to when it needs the module.
HEALING = frozenset({"partial"})


def _deep(snapshot: Snapshot) -> Iterable[Finding]:
    if not snapshot.deep:
        return
    damaged = [verdict for verdict in snapshot.module_verdicts if _is_damaged(verdict)]
    mended = [verdict for verdict in damaged if isinstance(verdict.decision, Mend)]
    if mended:
        yield Finding(
            id="caches/sums/damaged",
            severity="error",
            summary=f"{count_text(len(mended), 'module')} in the module cache are not as they were downloaded"
            if len(mended) > 1
            else "a module in the module cache is not as it was downloaded",
            evidence=tuple(_lines(mended)),
            why="builds fail or take code that nobody published; `go mod verify` says 'dir has been modified'",
            fix=f"idecare repair {_named(mended)}",
            remedies=(RepairModules(tuple(verdict.name for verdict in mended)),),
        )
    yield from (_unclear(verdict) for verdict in damaged if verdict not in mended)


def _is_damaged(verdict: Verdict) -> bool:
    return bool({damage.part for damage in verdict.damages} - HEALING)


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
