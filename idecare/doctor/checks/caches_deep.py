"""With --deep: every zip, tree, go.mod and sum of the module cache is hashed and compared, as `idecare repair` does."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from idecare.core.commands import shell_word
from idecare.core.humanize import count_text
from idecare.core.language import tr
from idecare.core.results import Skip
from idecare.doctor.base import Check, Finding, RepairModules, Severity
from idecare.doctor.checks.caches_modules import MOST_NAMED, repair_command
from idecare.doctor.snapshot import Snapshot

if TYPE_CHECKING:
    from idecare.modules.repair import Damage, Verdict

# What is no content, and is reported by other checks: a cut-short extraction, a folder that may not be written to.
NO_CONTENT = ("partial", "access")
# What go skips, or makes again by itself: a ziphash that is none, the small files, a file where a tree should be.
SMALL = (".info", "list", ".lock")
MISSING = tr("is missing")
NO_SUM = (MISSING, tr("is empty"), tr("is no h1 sum: {what}").replace("{what}", "'h1:"))
NO_TREE = tr("is not a folder")
# By severity, what of it: the word in the finding's id, and why it matters.
WORDS: dict[Severity, tuple[str, str]] = {
    "error": (
        "damaged",
        tr("builds fail or take code that nobody published; `go mod verify` says 'dir has been modified'"),
    ),
    "warning": ("unused", tr("builds pass for now, and `go mod verify` fails; without a network, so may a build")),
    "info": ("small", tr("go skips it, or makes it again when it needs it")),
}


def _deep(snapshot: Snapshot) -> Iterable[Finding]:
    if not snapshot.deep:
        return
    damaged = [verdict for verdict in snapshot.module_verdicts if _content(verdict)]
    repairable = [verdict for verdict in damaged if verdict.decision and not isinstance(verdict.decision, Skip)]
    for severity in WORDS:
        if found := [verdict for verdict in repairable if _severity(verdict) == severity]:
            yield _finding(severity, found)
    for verdict in damaged:
        if isinstance(verdict.decision, Skip) and verdict.decision.code != "mismatch":
            yield _blocked(snapshot, verdict, verdict.decision)
        elif verdict not in repairable:
            yield _unclear(verdict)


def _content(verdict: Verdict) -> tuple[Damage, ...]:
    return tuple(damage for damage in verdict.damages if damage.part not in NO_CONTENT)


def _severity(verdict: Verdict) -> Severity:
    """That of its worst damage."""
    parts = {damage.part for damage in _content(verdict)}
    found = {_weight(damage, "tree" not in parts and _has_tree(verdict)) for damage in _content(verdict)}
    return next(severity for severity in WORDS if severity in found)


def _has_tree(verdict: Verdict) -> bool:
    return verdict.state is not None and verdict.state.tree.is_there and not verdict.state.is_partial


def _weight(damage: Damage, tree_is_good: bool) -> Severity:
    """Nothing reads a zip while its tree is good, and go fetches a go.mod that is missing."""
    from idecare.modules.repair.parts import HOLDS

    part, reason = damage.part, damage.reason
    if part.endswith(SMALL) or (part == "ziphash" and reason.startswith(NO_SUM)) or reason == NO_TREE:
        return "info"
    is_litter = part == "tree" and reason.startswith(HOLDS)
    if is_litter or (part == "mod" and reason == MISSING) or (part == "zip" and tree_is_good):
        return "warning"
    return "error"


def _finding(severity: Severity, verdicts: list[Verdict]) -> Finding:
    word, why = WORDS[severity]
    modules = count_text(len(verdicts), "module")
    return Finding(
        id=f"caches/sums/{word}",
        severity=severity,
        summary=tr("{modules} in the module cache are not as they were downloaded", modules=modules)
        if len(verdicts) > 1
        else tr("{modules} in the module cache is not as it was downloaded", modules=modules),
        evidence=tuple(_lines(verdicts)),
        why=why,
        fix=repair_command([verdict.name for verdict in verdicts]),
        remedies=(RepairModules(tuple(verdict.name for verdict in verdicts)),),
    )


def _lines(verdicts: list[Verdict]) -> Iterable[str]:
    for verdict in verdicts[:MOST_NAMED]:
        yield f"{verdict.name}: " + "; ".join(f"{damage.part} {damage.reason}" for damage in verdict.damages)
    if len(verdicts) > MOST_NAMED:
        yield tr("and {count} more", count=len(verdicts) - MOST_NAMED)


def _blocked(snapshot: Snapshot, verdict: Verdict, skip: Skip) -> Finding:
    """What is certain, but not for this user to repair."""
    return Finding(
        id="caches/sums/blocked",
        severity="error",
        summary=tr("{name} is not as it was downloaded, and cannot be repaired as it is", name=verdict.name),
        evidence=(*_lines([verdict]), skip.reason),
        why=tr("builds fail or take code that nobody published"),
        fix=skip.next_step.replace("{root}", shell_word(str(snapshot.modcache)), 1) or repair_command([verdict.name]),
    )


def _unclear(verdict: Verdict) -> Finding:
    """What could be an attack is shown, and never repaired automatically."""
    values = (f"{name}: {', '.join(sums)}" for name, sums in verdict.values.items() if sums)
    skip = verdict.decision if isinstance(verdict.decision, Skip) else None
    return Finding(
        id="caches/sums/unclear",
        severity="error",
        summary=tr(
            "{name} is not what it should be, and it is not certain which part is the wrong one", name=verdict.name
        ),
        evidence=(*_lines([verdict]), *values, *((skip.reason,) if skip and skip.reason else ())),
        why=tr("local damage is the usual cause, but another's code in its place would look the same"),
        fix=(skip.next_step if skip else "")
        or tr("compare the sums, then: {command}", command=repair_command([verdict.name])),
    )


CHECKS = (
    Check(
        "caches/sums",
        tr("with --deep: modules whose content is not what go.sum or their own sums say"),
        "idecare repair",
        _deep,
        is_deep=True,
    ),
)
