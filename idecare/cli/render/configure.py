"""What a change of configuration would do, did or could not do: as a diff with reasons, and as JSON."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, assert_never

from idecare.changes.drift import Conflict
from idecare.changes.edit_plan import Change, EditOutcome, FileChange, NotWritten, Written
from idecare.core.errors import ExitCode
from idecare.core.frozen import frozen
from idecare.core.humanize import count_text, path_text
from idecare.core.results import Skip

if TYPE_CHECKING:
    from idecare.jetbrains.jvm.dry_start import Proof

LONGEST_VALUE = 60
ABSENT = "not set"
CHANGED_SINCE = Skip(
    "refused",
    "changed-since",
    "values were changed after idecare had written them, so they stay",
    "--force overwrites them; --set and --jvm name what you want",
)


@frozen
class Result:
    """One IDE: what is to change or was changed, and why not where it is not. ``blocked`` stops all its edits."""

    ide: str
    name: str
    edits: tuple[FileChange, ...] = ()
    skip: Skip | None = None
    notes: tuple[str, ...] = ()
    proof: Proof | None = None
    blocked: Skip | None = None
    conflicts: tuple[Conflict, ...] = ()
    outcomes: tuple[EditOutcome, ...] = ()

    @property
    def pending(self) -> tuple[FileChange, ...]:
        """The edits that may be made."""
        return () if self.blocked else self.edits

    def outcome_of(self, edit: FileChange) -> EditOutcome | None:
        return next((outcome for outcome in self.outcomes if outcome.edit is edit), None)


def results_text(results: Iterable[Result], home: Path | None, with_diff: bool) -> str:
    """A block an IDE. ``with_diff``: what will change is shown line by line, as before a question."""
    return "\n\n".join("\n".join(_block(result, home, with_diff)) for result in results)


def _block(result: Result, home: Path | None, with_diff: bool) -> Iterator[str]:
    yield f"{result.name}: {_headline(result)}"
    for edit in result.edits:
        yield f"  {path_text(edit.path, home)}{_link(edit, home)}  {_state_words(result, edit)}"
        yield f"    {edit.why_this_file}"
        if with_diff:
            from idecare.cli.render.differences import file_diff

            yield from (f"    {line}" for line in file_diff(edit.path, edit.before, edit.after, home).splitlines())
        yield from (f"    {_change_line(change)}" for change in edit.changes)
        outcome = result.outcome_of(edit)
        if isinstance(outcome, NotWritten):
            yield from _explained(outcome.reason, outcome.next_step)
    for conflict in result.conflicts:
        yield f"    {_conflict_line(conflict)}"
    if result.conflicts:
        yield f"    {CHANGED_SINCE.next_step}"
    for skip in (result.skip, result.blocked):
        if skip and skip.code != "same":
            yield from _explained(skip.reason, skip.next_step)
    yield from (f"    note: {note}" for note in result.notes)
    if result.proof and not result.blocked:
        from idecare.cli.render.proof import proof_lines

        yield from (f"    {line}" for line in proof_lines(result.proof, home))


def _headline(result: Result) -> str:
    if result.blocked or (result.skip and result.skip.kind == "refused"):
        return "refused, nothing is changed"
    if result.skip and not result.edits and result.skip.code != "same":
        return {"busy": "skipped, in use", "kept": "skipped", "absent": "nothing to configure"}[result.skip.kind]
    if not result.edits:
        return "nothing to do" if not result.conflicts else "you changed what idecare wrote: left as it is"
    files = count_text(len(result.edits), "file")
    if not result.outcomes:
        return f"{files} to change"
    written = sum(isinstance(outcome, Written) for outcome in result.outcomes)
    return f"{files} changed" if written == len(result.edits) else f"{written} of {files} changed"


def _explained(reason: str, next_step: str) -> Iterator[str]:
    yield from (f"    {line}" for line in reason.splitlines())
    if next_step:
        yield f"    {next_step}"


def _link(edit: FileChange, home: Path | None) -> str:
    return "" if edit.path == edit.real_path else f" -> {path_text(edit.real_path, home)}"


def _state_words(result: Result, edit: FileChange) -> str:
    match state_of(result, edit):
        case "pending":
            return "to be removed" if edit.after is None else "to be changed" if edit.before is not None else "new"
        case "written":
            return "removed" if edit.after is None else "changed" if edit.before is not None else "made"
        case _:
            return "left as it is"


def _change_line(change: Change) -> str:
    why = f"{change.reason} ({change.source})" if change.source else change.reason
    return f"{change.key}: {_value(change.before)} -> {_value(change.after)}: {why}"


def _conflict_line(conflict: Conflict) -> str:
    return (
        f"{conflict.key}: idecare found {_value(conflict.found)} and wrote {_value(conflict.wrote)}; "
        f"you made it {_value(conflict.now)}"
    )


def _value(text: str | None) -> str:
    if text is None:
        return ABSENT
    return text if len(text) <= LONGEST_VALUE else f"{text[:LONGEST_VALUE]}…"


def state_of(result: Result, edit: FileChange) -> str:
    """``pending``, ``written``, ``refused`` or ``failed``."""
    outcome = result.outcome_of(edit)
    match outcome:
        case None:
            return "refused" if result.blocked else "pending"
        case Written():
            return "written"
        case NotWritten():
            return "failed" if outcome.code == "failed" else "refused"
        case _:
            assert_never(outcome)


def results_json(results: Iterable[Result]) -> list[dict[str, Any]]:
    """One object a file to change; one without a path for an IDE without any."""
    return [values for result in results for values in _values(result)]


def _values(result: Result) -> Iterator[dict[str, Any]]:
    for edit in result.edits:
        outcome = result.outcome_of(edit)
        failed = outcome if isinstance(outcome, NotWritten) else None
        yield _object(result, edit, state_of(result, edit), failed or result.blocked)
    if not result.edits:
        stop = result.blocked or (result.skip if result.skip and result.skip.code != "same" else None)
        stop = stop or (CHANGED_SINCE if result.conflicts else None)
        state = "unchanged" if stop is None else "refused" if stop.kind == "refused" else "skipped"
        yield _object(result, None, state, stop)


def _object(result: Result, edit: FileChange | None, state: str, stop: Skip | NotWritten | None) -> dict[str, Any]:
    return {
        "ide": result.ide,
        "name": result.name,
        "path": str(edit.path) if edit else None,
        "real_path": str(edit.real_path) if edit else None,
        "why_this_file": edit.why_this_file if edit else None,
        "state": state,
        "keys": [_change_values(change) for change in edit.changes] if edit else [],
        "conflicts": [_conflict_values(conflict) for conflict in result.conflicts],
        "code": stop.code if stop else None,
        "reason": stop.reason if stop else None,
        "next_step": (stop.next_step or None) if stop else None,
        "notes": list(result.notes),
        "jvm": _proof_values(result.proof) if result.proof else None,
    }


def _proof_values(proof: Proof) -> dict[str, Any]:
    from idecare.cli.render.proof import proof_json  # with all that runs a JVM

    return proof_json(proof)


def _change_values(change: Change) -> dict[str, Any]:
    return {
        "key": change.key,
        "before": change.before,
        "after": change.after,
        "reason": change.reason,
        "source": change.source,
    }


def _conflict_values(conflict: Conflict) -> dict[str, Any]:
    return {"key": conflict.key, "found": conflict.found, "wrote": conflict.wrote, "now": conflict.now}


def exit_code(results: Iterable[Result]) -> ExitCode:
    """1 when something was refused or failed, 5 when all there is was in use, else 0."""
    kinds = {kind for result in results for kind in _kinds(result)}
    if kinds & {"refused", "failed"}:
        return ExitCode.FAILED
    return ExitCode.BUSY if "busy" in kinds and kinds <= {"busy", "absent", "kept"} else ExitCode.OK


def _kinds(result: Result) -> Iterator[str]:
    yield from (state_of(result, edit) for edit in result.edits)
    yield from (skip.kind for skip in (result.skip, result.blocked) if skip and skip.code != "same")
    if result.conflicts:
        yield CHANGED_SINCE.kind
    if not result.edits and (not result.skip or result.skip.code == "same"):
        yield "unchanged"
