"""What the IDEs that share a module really fight over: pure, over one scan."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from idecare.core.language import tr
from idecare.workspaces.base import Presence, Scan, Workspace
from idecare.workspaces.conflicts.base import GRADES, Conflict, Fix, Grade, parties_of, present, unknowns
from idecare.workspaces.conflicts.module import find_back_and_forth, find_half_extracted, find_lock_conflicts

__all__ = ["GRADES", "Conflict", "Fix", "Grade", "find_conflicts", "present"]


def find_conflicts(scan: Scan, now: datetime) -> tuple[Conflict, ...]:
    """Per module, worst first; then locks that belong to no open module."""
    found = [conflict for workspace in scan.workspaces for conflict in _of(workspace, now)]
    seen = {lock for workspace in scan.workspaces for lock in workspace.locks}
    found += find_lock_conflicts((lock for lock in scan.locks if lock not in seen), None, now)
    return tuple(found)


def _of(workspace: Workspace, now: datetime) -> list[Conflict]:
    ides, parties = present(workspace), parties_of(workspace)
    found = [*find_lock_conflicts(workspace.locks, workspace.root, now), *find_half_extracted(workspace)]
    if len(parties) > 1:
        from idecare.workspaces.conflicts.sides import find_side_conflicts

        differences = tuple(find_side_conflicts(workspace, parties))
        found += find_back_and_forth(workspace, parties, differences, now)
        found += differences
        if len(ides) > 1 and not differences:
            found += _shared(workspace, ides)
    return sorted(found, key=lambda conflict: GRADES.index(conflict.grade))


def _shared(workspace: Workspace, parties: tuple[Presence, ...]) -> Iterator[Conflict]:
    names = tuple(presence.name for presence in parties)
    said = tr(" and ").join(names)
    message = tr("{names} have it open, and nothing of theirs clashes", names=said)
    if missing := unknowns(parties):
        message = tr(
            "{names} have it open, and nothing of theirs clashes as far as can be seen: {facts} not known",
            names=said,
            facts=", ".join(missing),
        )
    yield Conflict("shared", "info", workspace.root, message, names)
