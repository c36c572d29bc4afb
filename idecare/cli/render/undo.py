"""What an undo would do and did, in words and as JSON."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from idecare.changes.journal import Record
from idecare.changes.undo import Undone
from idecare.core.errors import ExitCode
from idecare.core.humanize import path_text
from idecare.core.language import tr

WORDS = {
    "restored": tr("put back"),
    "partly": tr("put back in part"),
    "busy": tr("skipped"),
    "impossible": tr("not put back"),
}


def planned_text(records: Iterable[Record], home: Path | None) -> str:
    lines = [
        tr("{target:<9}  to be put back  {place}", target=record.target, place=path_text(record.place, home))
        for record in records
    ]
    return "\n".join(lines) or tr("there is nothing of it to put back")


def planned_json(records: Iterable[Record]) -> list[dict[str, Any]]:
    return [
        {"target": record.target, "root": record.root, "path": record.file_path, "state": "planned"}
        for record in records
    ]


def undone_text(results: Iterable[Undone], home: Path | None) -> str:
    """A line a target: what came back, and what did not and why."""
    return "\n".join(line for result in results for line in (_line(result, home), *_details(result)))


def _line(result: Undone, home: Path | None) -> str:
    reason = tr(": ") + result.reason if result.reason else ""
    return f"{result.record.target:<9}  {WORDS[result.state]}  {path_text(result.record.place, home)}{reason}"


def _details(result: Undone) -> list[str]:
    """Three texts of a file that was changed since: what was found, what was written, what is there."""
    return [f"    {line}" for line in (*result.details, *([result.next_step] if result.next_step else []))]


def undone_json(results: Iterable[Undone]) -> list[dict[str, Any]]:
    return [
        {
            "target": result.record.target,
            "root": result.record.root,
            "path": result.record.file_path,
            "state": result.state,
            "restored": result.restored,
            "kept": result.kept,
            "reason": result.reason or None,
            "details": list(result.details),
            "next_step": result.next_step or None,
        }
        for result in results
    ]


def exit_code(results: Iterable[Undone]) -> ExitCode:
    """5 when all there is was in use, 1 when something did not come back, else 0."""
    states = {result.state for result in results}
    if states == {"busy"}:
        return ExitCode.BUSY
    return ExitCode.FAILED if states & {"busy", "impossible"} else ExitCode.OK
