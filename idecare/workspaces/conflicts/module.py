"""What is wrong with the module itself: half extracted dependencies, a go.mod that changes back and forth."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from datetime import datetime, timedelta

from idecare.core.humanize import age_text
from idecare.modules.half_extracted import module_version
from idecare.workspaces.base import Workspace
from idecare.workspaces.conflicts.base import Conflict

FLIPS, WITHIN = 2, timedelta(minutes=5)


def find_module_conflicts(workspace: Workspace, now: datetime) -> Iterator[Conflict]:
    yield from _half_extracted(workspace)
    yield from _back_and_forth(workspace, now)


def _half_extracted(workspace: Workspace) -> Iterator[Conflict]:
    for marker in workspace.half_extracted:
        name = module_version(marker)
        message = (
            f"{name} was left half extracted by a go command that was killed ({marker}): IDEs and builds miss files of"
            " it until go extracts it again"
        )
        setting, command = "nothing: the next go command repairs it", f"go mod download {shlex.quote(name)}"
        yield Conflict("half-extracted", "error", workspace.root, message, (), setting, command)


def _back_and_forth(workspace: Workspace, now: datetime) -> Iterator[Conflict]:
    recent = [when for when in workspace.go_mod_changes if now - when <= WITHIN]
    if len(recent) < FLIPS:
        return
    names = tuple(presence.name for presence in workspace.presences)
    message = (
        f"go.mod went back to an earlier content {len(recent)} times within {age_text(WITHIN.total_seconds())}: two"
        " programs undo each other's change"
    )
    setting = "one Go version and the same GOFLAGS on both sides"
    command = shlex.join(["idecare", "status", str(workspace.root)])
    yield Conflict("to-and-fro", "error", workspace.root, message, names, setting, command)
