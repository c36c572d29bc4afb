"""What a repair found, would do and did, in words and as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, assert_never

from idecare.changes.plan import Done, Failed, Outcome, Refused
from idecare.core.commands import shell_word, user_path
from idecare.core.errors import ExitCode
from idecare.core.humanize import count_text, path_text, visible
from idecare.core.language import tr
from idecare.core.results import Skip
from idecare.modules.repair import Repair, Verdict

STATES = {
    "planned": tr("to be repaired"),
    "repaired": tr("repaired"),
    "skipped": tr("not repaired"),
    "sound": tr("sound"),
}


def plan_text(verdicts: Sequence[Verdict], index: Sequence[str], root: Path, home: Path | None, verbose: bool) -> str:
    """A block for each damaged version: what is wrong, and what would be done."""
    return _text(verdicts, {}, index, root, home, verbose)


def outcomes_text(
    verdicts: Sequence[Verdict],
    outcomes: Sequence[Outcome],
    index: Sequence[str],
    root: Path,
    home: Path | None,
    verbose: bool,
) -> str:
    """What was repaired, and what was not and why."""
    return _text(verdicts, by_name(outcomes), index, root, home, verbose)


def _text(
    verdicts: Sequence[Verdict],
    outcomes: dict[str, Outcome],
    index: Sequence[str],
    root: Path,
    home: Path | None,
    verbose: bool,
) -> str:
    lines = [
        line for v in verdicts if v.damages or verbose for line in _block(v, outcomes.get(v.name), root, home, verbose)
    ]
    if index:
        entries = count_text(len(index), "index entry")
        if outcomes or not any(verdict.damages for verdict in verdicts):
            lines.append(tr("{entries} of go's build cache dropped: made of trees as they were", entries=entries))
        else:
            lines.append(tr("{entries} of go's build cache to be dropped: made of trees as they were", entries=entries))
    lines.append(_summary(verdicts, outcomes, path_text(root, home)))
    return "\n".join(lines)


def _summary(verdicts: Sequence[Verdict], outcomes: dict[str, Outcome], place: str) -> str:
    states = [_state(verdict, outcomes.get(verdict.name)) for verdict in verdicts]
    counts = [f"{states.count(state):,} {words}" for state, words in STATES.items() if state in states]
    modules = count_text(len(states), "module")
    if set(states) <= {"sound"}:
        return tr("{modules} verified in {place}: all sound", modules=modules, place=place)
    return tr("{modules} verified in {place}: {states}", modules=modules, place=place, states=tr(", ").join(counts))


def _block(verdict: Verdict, outcome: Outcome | None, root: Path, home: Path | None, verbose: bool) -> Iterator[str]:
    decision = _decision(verdict, outcome)
    yield f"{visible(verdict.name)}  {STATES[_state(verdict, outcome)]}"
    colon = tr(": ")
    yield from (f"    {visible(f'{damage.part}{colon}{damage.reason}')}" for damage in verdict.damages)
    match decision:
        case Repair():
            yield from (f"    {line}" for line in _steps(decision, done=isinstance(outcome, Done)))
        case Skip():
            yield f"    {visible(decision.reason)}"
            if decision.next_step:
                yield f"    {decision.next_step.replace('{root}', user_path(root, home), 1)}"
        case None:
            pass
        case _:
            assert_never(decision)
    if _shows_sums(verdict, decision) or verbose:
        yield from (f"    {line}" for line in _sums(verdict))
    yield from (f"    {note}" for note in verdict.notes if isinstance(decision, Repair))


def by_name(outcomes: Sequence[Outcome]) -> dict[str, Outcome]:
    """A step's source is the name of its module."""
    return {outcome.step.source: outcome for outcome in outcomes}


def _decision(verdict: Verdict, outcome: Outcome | None) -> Repair | Skip | None:
    """What is to be done or was done, or why not."""
    match outcome:
        case None | Done():
            return verdict.decision
        case Refused():
            return outcome.skip
        case Failed():
            return Skip("refused", "failed", outcome.reason, outcome.next_step)
        case _:
            assert_never(outcome)


def _state(verdict: Verdict, outcome: Outcome | None) -> str:
    decision = _decision(verdict, outcome)
    if decision is None:
        return "skipped" if verdict.damages else "sound"
    if isinstance(decision, Skip):
        return "skipped"
    return "repaired" if isinstance(outcome, Done) else "planned"


def _steps(repair: Repair, done: bool) -> Iterator[str]:
    held = [path.rpartition("/")[2] if path != repair.place else tr("the tree") for path in repair.hold]
    made = [
        *([tr("the tree")] if repair.extract else []),
        *([".ziphash"] if repair.ziphash else []),
        *([".mod"] if repair.go_mod else []),
    ]
    if held:
        names = ", ".join(map(visible, held))
        yield tr("set aside: {names}", names=names) if done else tr("sets aside: {names}", names=names)
    if made:
        names = ", ".join(made)
        yield (
            tr("made again, without the network: {names}", names=names)
            if done
            else tr("makes again, without the network: {names}", names=names)
        )
    if repair.open_up:
        names = ", ".join(map(visible, repair.open_up))
        yield (
            tr("gave permissions back: {names}", names=names)
            if done
            else tr("gives permissions back: {names}", names=names)
        )


def _shows_sums(verdict: Verdict, decision: Repair | Skip | None) -> bool:
    """Where valid content is not what it should be: left, or, because the user named it, set aside."""
    if isinstance(decision, Repair):
        state = verdict.state
        return state is not None and bool(state.zip.h1) and state.module.file("zip") in decision.hold
    return decision is not None and decision.code == "mismatch"


def _sums(verdict: Verdict) -> Iterator[str]:
    """The values that are compared, one under the other."""
    for name, values in verdict.values.items():
        yield from (f"{name:<8} {value}" for value in values or (tr("none"),))


def plan_json(verdicts: Sequence[Verdict], index: Sequence[str], root: Path) -> dict[str, Any]:
    return outcomes_json(verdicts, (), index, root, None, dry_run=True)


def outcomes_json(
    verdicts: Sequence[Verdict],
    outcomes: Sequence[Outcome],
    index: Sequence[str],
    root: Path,
    entry_id: str | None,
    dry_run: bool = False,
) -> dict[str, Any]:
    found_of = by_name(outcomes)
    return {
        "dry_run": dry_run,
        "id": entry_id,
        "root": str(root),
        "verified": len(verdicts),
        "index_entries": len(index),
        "modules": [_values(found, found_of.get(found.name), root) for found in verdicts if found.damages],
    }


def _values(verdict: Verdict, outcome: Outcome | None, root: Path) -> dict[str, Any]:
    decision = _decision(verdict, outcome)
    skip = decision if isinstance(decision, Skip) else None
    repair = decision if isinstance(decision, Repair) else None
    return {
        "module": verdict.name,
        "state": _state(verdict, outcome),
        "damages": [{"part": damage.part, "reason": damage.reason} for damage in verdict.damages],
        "sums": {name.replace(".", "_"): list(values) for name, values in verdict.values.items()},
        "set_aside": list(repair.hold) if repair else [],
        "download": list(repair.download) if repair else [],
        "code": skip.code if skip else None,
        "reason": skip.reason if skip else None,
        "next_step": (skip.next_step.replace("{root}", shell_word(root), 1) or None) if skip else None,
        "notes": list(verdict.notes) if repair else [],
        "held_until": outcome.held_until.isoformat() if isinstance(outcome, Done) and outcome.held_until else None,
    }


def exit_code(verdicts: Sequence[Verdict], outcomes: Sequence[Outcome]) -> ExitCode:
    """Fine when all that was damaged has been repaired; busy when all that was not is in use."""
    found_of = by_name(outcomes)
    decisions = [_decision(found, found_of.get(found.name)) for found in verdicts if found.damages]
    skips = [decision for decision in decisions if not isinstance(decision, Repair)]
    if not skips:
        return ExitCode.OK
    return ExitCode.BUSY if all(skip and skip.kind == "busy" for skip in skips) else ExitCode.FAILED
