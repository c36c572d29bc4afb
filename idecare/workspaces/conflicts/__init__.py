"""What the IDEs that share a module really fight over: pure, over one scan."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from idecare.workspaces.base import Presence, Scan, Workspace
from idecare.workspaces.conflicts.base import GRADES, Conflict, Fix, Grade, present
from idecare.workspaces.conflicts.locks import find_lock_conflicts
from idecare.workspaces.conflicts.module import find_module_conflicts

__all__ = ["GRADES", "Conflict", "Fix", "Grade", "find_conflicts"]


def find_conflicts(scan: Scan, now: datetime) -> tuple[Conflict, ...]:
    """Per module, worst first; then locks that belong to no open module."""
    found = [conflict for workspace in scan.workspaces for conflict in _of(workspace, now)]
    seen = {lock for workspace in scan.workspaces for lock in workspace.locks}
    found += find_lock_conflicts((lock for lock in scan.locks if lock not in seen), None, now)
    return tuple(found)


def _of(workspace: Workspace, now: datetime) -> list[Conflict]:
    parties = present(workspace)
    found = [*find_lock_conflicts(workspace.locks, workspace.root, now), *find_module_conflicts(workspace, now)]
    if len(parties) > 1:
        from idecare.workspaces.conflicts.sides import find_side_conflicts

        found += list(find_side_conflicts(workspace, parties)) or list(_shared(workspace, parties))
    return sorted(found, key=lambda conflict: GRADES.index(conflict.grade))


def _shared(workspace: Workspace, parties: tuple[Presence, ...]) -> Iterator[Conflict]:
    names = tuple(presence.name for presence in parties)
    message = f"{' and '.join(names)} have it open, and nothing of theirs clashes"
    yield Conflict("shared", "info", workspace.root, message, names)
