"""Notices of the watcher: as text for a terminal or a log, and as JSON."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from idecare.cli.render.status import conflict_values
from idecare.cli.render.workspaces import conflict_lines
from idecare.core.humanize import path_text
from idecare.watcher.policy import Notice


def notice_text(notice: Notice, home: Path | None) -> str:
    """What happened to which module; while it lasts, each conflict with what ends it."""
    head = "resolved" if notice.kind == "resolved" else notice.grade
    lines = [f"{notice.at.astimezone():%H:%M:%S}  {head}: {path_text(notice.root, home)}"]
    if notice.kind != "resolved":
        lines += [f"  {line}" for conflict in notice.conflicts for line in conflict_lines(conflict, home)]
    return "\n".join(lines)


def notice_json(notice: Notice) -> dict[str, Any]:
    return {
        "id": notice.id,
        "kind": notice.kind,
        "grade": notice.grade,
        "root": str(notice.root),
        "at": notice.at.isoformat(),
        "conflicts": [conflict_values(conflict) for conflict in notice.conflicts],
    }
