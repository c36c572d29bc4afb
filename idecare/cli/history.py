"""``idecare history``: what was cleaned or edited, when, by which command, and how much it freed."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import click

from idecare.changes.journal import Entry, FileRecord, Journal, Record
from idecare.cli.common import Session, verb
from idecare.cli.flow import Report, finish
from idecare.cli.render.clean import spared
from idecare.cli.render.tables import table
from idecare.core.humanize import path_text, size_text, time_text
from idecare.core.language import tr

STATES = {
    "written": tr("changed in place"),
    "restored": tr("put back"),
    "nothing": tr("nothing changed"),
    "failed": tr("failed"),
}


@click.command()
@click.option(
    "-l", "--limit", type=click.IntRange(1), default=20, show_default=True, help=tr("Show the last N commands.")
)
@verb
def history(session: Session, limit: int) -> int:
    """Show what was cleaned or edited, when, by which command, and how much it freed."""
    journal = Journal(session.host.own.state)
    entries = journal.entries()[-limit:]
    text = "\n".join(_lines(entry, session.host.home, session.now) for entry in entries) or tr(
        "Nothing has been changed yet."
    )
    report = Report({"changes": [_values(entry) for entry in entries]}, text)
    return finish(session, report, journal.unreadable(with_history=True))


def _lines(entry: Entry, home: Path | None, now: datetime) -> str:
    when = f"{datetime.fromisoformat(entry.started).astimezone():%Y-%m-%d %H:%M:%S}"
    rows = ((record.target, _state(record, now), path_text(record.place, home)) for record in entry.records)
    return f"{entry.id}  {when}  {' '.join(entry.command)}\n{table(rows, indent='    ')}"


def _state(record: Record, now: datetime) -> str:
    match record.state:
        case "purged":
            return tr("; ").join([tr("freed {size}", size=size_text(record.bytes or 0)), *spared(record)])
        case "written" if isinstance(record.detail, FileRecord):
            return tr("edited: {keys}", keys=", ".join(record.detail.values))
        case "held":
            until = time_text(datetime.fromisoformat(record.held_until), now) if record.held_until else tr("now")
            return tr("held until {until}", until=until)
        case "superseded":
            return tr("put back; {reason}", reason=record.reason)
        case "started" | "purging" | "reverting":
            return tr("being deleted") if record.state == "purging" else tr("cut short")
        case _:
            is_of_file = isinstance(record.detail, FileRecord) and record.state == "restored"
            has_reason = record.reason and (record.state == "failed" or is_of_file)
            return STATES[record.state] + (f"{tr(': ')}{record.reason}" if has_reason else "")


def _values(entry: Entry) -> dict[str, Any]:
    return {
        "id": entry.id,
        "started": entry.started,
        "command": list(entry.command),
        "cwd": entry.cwd,
        "freed_bytes": sum(record.bytes or 0 for record in entry.records),
        "targets": [_record_values(record) for record in entry.records],
    }


def _record_values(record: Record) -> dict[str, Any]:
    keys = record.detail.values if isinstance(record.detail, FileRecord) else {}
    return {
        "target": record.target,
        "root": record.root,
        "path": record.file_path,
        "keys": [_key_values(*item) for item in keys.items()],
        "state": record.state,
        "held_until": record.held_until,
        "entries": record.entries,
        "bytes": record.bytes,
        "reason": record.reason,
        "put_back": list(record.put_back),
        "set_apart": list(record.set_apart),
    }


def _key_values(key: str, sides: tuple[str | None, str | None]) -> dict[str, Any]:
    return {"key": key, "before": sides[0], "after": sides[1]}
