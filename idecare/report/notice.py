"""Notices of the watcher: as text for a terminal or a log, and as JSON."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from idecare.conflicts import Conflict
from idecare.watching import Notice
from idecare.words import path_text, visible


def notice_text(notice: Notice, home: Path | None) -> str:
    """What happened to which module; while it lasts, each conflict with what ends it."""
    head = "resolved" if notice.kind == "resolved" else notice.grade
    lines = [f"{notice.at.astimezone():%H:%M:%S}  {head}: {path_text(notice.root, home)}"]
    if notice.kind != "resolved":
        lines += [f"  {line}" for conflict in notice.conflicts for line in _conflict_lines(conflict, home)]
    return "\n".join(lines)


def _conflict_lines(conflict: Conflict, home: Path | None) -> Iterator[str]:
    yield f"{conflict.grade}: {visible(conflict.message)}"
    if conflict.command:
        yield f"  to end it: {visible(conflict.command)}"
    elif conflict.setting:
        yield f"  to end it, change {visible(conflict.setting)}"


def notice_json(notice: Notice) -> dict[str, Any]:
    return {
        "id": notice.id,
        "kind": notice.kind,
        "grade": notice.grade,
        "root": str(notice.root),
        "at": notice.at.isoformat(),
        "conflicts": [conflict_json(conflict) for conflict in notice.conflicts],
    }


def conflict_json(conflict: Conflict) -> dict[str, Any]:
    return {
        "code": conflict.code,
        "grade": conflict.grade,
        "root": str(conflict.root),
        "message": conflict.message,
        "parties": list(conflict.parties),
        "setting": conflict.setting,
        "command": conflict.command,
    }
