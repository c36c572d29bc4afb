"""What a change of configuration would do, did or could not do: as a diff with reasons, and as JSON."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, assert_never

from idecare.changes.drift import Drift
from idecare.changes.plan import Change, Done, Failed, FileChange, Outcome, Refused, code_of_kinds
from idecare.cli.render.terminal import wrap
from idecare.configure.configured import Configured
from idecare.core.errors import ExitCode
from idecare.core.humanize import count_text, path_text
from idecare.core.language import tr
from idecare.core.results import Skip

if TYPE_CHECKING:
    from idecare.jetbrains.jvm.dry_start import Proof
from idecare.cli.render.terminal import paint

LONGEST_VALUE = 60
ABSENT = tr("not set")
CHANGED_SINCE = Skip(
    "refused",
    "changed-since",
    tr("values were changed after idecare had written them, so they stay"),
    tr("--force overwrites them; --set and --jvm name what you want"),
)


def results_text(results: Iterable[Configured], outcomes: Sequence[Outcome], home: Path | None) -> str:
    """A block an IDE, with what changes line by line; ``outcomes`` are empty before anything was done."""
    return "\n\n".join("\n".join(_block(result, outcomes, home)) for result in results)


def _block(result: Configured, outcomes: Sequence[Outcome], home: Path | None) -> Iterator[str]:
    yield f"{result.name}{tr(': ')}{_headline(result, outcomes)}"
    for edit in result.edits:
        yield f"  {path_text(edit.path, home)}{_link(edit, home)}  {_state_words(result, edit, outcomes)}"
        yield f"    {edit.why_this_file}"
        yield from (f"    {line}" for line in _diff_lines(edit, home))
        yield from (wrap(_change_line(change), "    ", "  ") for change in edit.changes)
        if failure := _failure(edit, outcomes):
            yield from _explained(failure.reason, failure.next_step)
    yield from (f"    {_drift_line(drift)}" for drift in result.drift)
    if result.drift:
        yield f"    {CHANGED_SINCE.next_step}"
    for skip in (result.skip, result.blocked):
        if skip and skip.code != "same":
            yield from _explained(skip.reason, skip.next_step)
    yield from (tr("    note: {note}", note=note) for note in result.notes)
    if result.proof and not result.blocked:
        from idecare.cli.render.proof import proof_lines

        yield from (f"    {line}" for line in proof_lines(result.proof, home))


def _diff_lines(edit: FileChange, home: Path | None) -> list[str]:
    return file_diff(edit.path, edit.before, edit.after, home).splitlines()


def outcome_of(edit: FileChange, outcomes: Iterable[Outcome]) -> Outcome | None:
    return next((outcome for outcome in outcomes if outcome.step.decision is edit), None)


def _failure(edit: FileChange, outcomes: Iterable[Outcome]) -> Skip | None:
    """Why an edit was not made."""
    outcome = outcome_of(edit, outcomes)
    match outcome:
        case None | Done():
            return None
        case Refused():
            return outcome.skip
        case Failed():
            return Skip("refused", "failed", outcome.reason, outcome.next_step)
        case _:
            assert_never(outcome)


def _headline(result: Configured, outcomes: Sequence[Outcome]) -> str:
    if result.blocked or (result.skip and result.skip.kind == "refused"):
        return tr("refused, nothing is changed")
    if result.skip and not result.edits and result.skip.code != "same":
        words = {"busy": tr("skipped, in use"), "kept": tr("skipped"), "absent": tr("nothing to configure")}
        return words[result.skip.kind]
    if not result.edits:
        return tr("nothing to do") if not result.drift else tr("you changed what idecare wrote: left as it is")
    files = count_text(len(result.edits), "file")
    found = [outcome for edit in result.edits if (outcome := outcome_of(edit, outcomes))]
    if not found:
        return tr("{files} to change", files=files)
    written = sum(isinstance(outcome, Done) for outcome in found)
    if written == len(result.edits):
        return tr("{files} changed", files=files)
    return tr("{written} of {files} changed", written=written, files=files)


def _explained(reason: str, next_step: str) -> Iterator[str]:
    yield from (f"    {line}" for line in reason.splitlines())
    if next_step:
        yield f"    {next_step}"


def _link(edit: FileChange, home: Path | None) -> str:
    return "" if edit.path == edit.real_path else f" -> {path_text(edit.real_path, home)}"


def _state_words(result: Configured, edit: FileChange, outcomes: Sequence[Outcome]) -> str:
    match state_of(result, edit, outcomes):
        case "pending":
            if edit.after is None:
                return tr("to be removed")
            return tr("to be changed") if edit.before is not None else tr("new")
        case "written":
            if edit.after is None:
                return tr("removed")
            return tr("changed") if edit.before is not None else tr("made")
        case _:
            return tr("left as it is")


def _change_line(change: Change) -> str:
    why = f"{change.reason} ({change.source})" if change.source else change.reason
    values = f"{_value(change.before)} -> {_value(change.after)}"
    return tr(": ").join((change.key, values, why))


def _drift_line(drift: Drift) -> str:
    return tr(
        "{key}: idecare found {found} and wrote {wrote}; you made it {now}",
        key=drift.key,
        found=_value(drift.found),
        wrote=_value(drift.wrote),
        now=_value(drift.now),
    )


def _value(text: str | None) -> str:
    if text is None:
        return ABSENT
    return text if len(text) <= LONGEST_VALUE else f"{text[:LONGEST_VALUE]}…"


def state_of(result: Configured, edit: FileChange, outcomes: Iterable[Outcome]) -> str:
    """``pending``, ``written``, ``refused`` or ``failed``."""
    outcome = outcome_of(edit, outcomes)
    match outcome:
        case None:
            return "refused" if result.blocked else "pending"
        case Done():
            return "written"
        case Refused():
            return "refused"
        case Failed():
            return "failed"
        case _:
            assert_never(outcome)


def results_json(results: Iterable[Configured], outcomes: Sequence[Outcome]) -> list[dict[str, Any]]:
    """One object a file to change; one without a path for an IDE without any."""
    return [values for result in results for values in _values(result, outcomes)]


def _values(result: Configured, outcomes: Sequence[Outcome]) -> Iterator[dict[str, Any]]:
    kept = CHANGED_SINCE if result.drift else None
    for edit in result.edits:
        stop = _failure(edit, outcomes) or result.blocked or kept
        yield _object(result, edit, state_of(result, edit, outcomes), stop)
    if not result.edits:
        stop = result.blocked or (result.skip if result.skip and result.skip.code != "same" else None) or kept
        state = "unchanged" if stop is None else "refused" if stop.kind == "refused" else "skipped"
        yield _object(result, None, state, stop)


def _object(result: Configured, edit: FileChange | None, state: str, stop: Skip | None) -> dict[str, Any]:
    return {
        "ide": result.ide,
        "name": result.name,
        "path": str(edit.path) if edit else None,
        "real_path": str(edit.real_path) if edit else None,
        "why_this_file": edit.why_this_file if edit else None,
        "state": state,
        "diff": file_diff(edit.path, edit.before, edit.after, None) if edit else None,
        "keys": [_change_values(change) for change in edit.changes] if edit else [],
        "conflicts": [_drift_values(drift) for drift in result.drift],
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


def _drift_values(drift: Drift) -> dict[str, Any]:
    return {"key": drift.key, "found": drift.found, "wrote": drift.wrote, "now": drift.now}


def exit_code(results: Iterable[Configured], outcomes: Sequence[Outcome]) -> ExitCode:
    return code_of_kinds(kind for result in results for kind in _kinds(result, outcomes))


def _kinds(result: Configured, outcomes: Sequence[Outcome]) -> Iterator[str]:
    yield from (state_of(result, edit, outcomes) for edit in result.edits)
    yield from (skip.kind for skip in (result.skip, result.blocked) if skip and skip.code != "same")
    if result.drift:
        yield CHANGED_SINCE.kind
    if not result.edits and (not result.skip or result.skip.code == "same"):
        yield "unchanged"


CONTEXT_LINES = 3
STYLES = {"+": "added", "-": "removed", "@": "changed"}
NO_FILE = "/dev/null"
NO_FINAL_NEWLINE = "\\ No newline at end of file"


def file_diff(path: Path, before: bytes | None, after: bytes | None, home: Path | None) -> str:
    """The diff of one file; ``None`` stands for no file. Home is shown as ``~``."""
    from difflib import unified_diff

    name = path_text(path, home).lstrip("/")
    old_name = NO_FILE if before is None else f"a/{name}"
    new_name = NO_FILE if after is None else f"b/{name}"
    lines = unified_diff(_lines(before), _lines(after), old_name, new_name, n=CONTEXT_LINES)
    return "\n".join(_shown(lines))


def _lines(data: bytes | None) -> list[str]:
    """Split at line feeds only: a form feed or a lone carriage return is part of its line, as it is to git."""
    parts = (data or b"").decode(errors="replace").split("\n")
    return [f"{part}\n" for part in parts[:-1]] + ([parts[-1]] if parts[-1] else [])


def _shown(lines: Iterator[str]) -> Iterator[str]:
    for line in lines:
        text = line.rstrip("\n").removesuffix("\r")
        yield paint(text, STYLES[text[0]]) if text[:1] in STYLES else text
        if not line.endswith("\n"):
            yield NO_FINAL_NEWLINE
