"""What is wrong with the module itself: half extracted dependencies, a go.mod that changes back and forth."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from idecare.core.humanize import age_text
from idecare.modules.layout import module_version
from idecare.workspaces.base import Presence, Workspace
from idecare.workspaces.conflicts.base import Conflict, Grade, unknowns

FLIPS, WITHIN = 2, timedelta(minutes=5)


def find_half_extracted(workspace: Workspace) -> Iterator[Conflict]:
    for marker in workspace.half_extracted:
        name = module_version(marker)
        message = (
            f"{name} was left half extracted by a go command that was killed ({marker}): IDEs and builds miss files of"
            " it until go extracts it again"
        )
        setting, command = "nothing: the next go command repairs it", f"go mod download {shlex.quote(name)}"
        yield Conflict("half-extracted", "error", workspace.root, message, (), setting, command)


def find_back_and_forth(
    workspace: Workspace, parties: tuple[Presence, ...], differences: Iterable[Conflict], now: datetime
) -> Iterator[Conflict]:
    """An error when two parties run Go so differently that each rewrites go.mod: one alone, or an undo, is none. The
    watcher does not count what git checked out. Who wrote a file is not to be seen afterwards, so that between parties
    that are not fully known it is information."""
    recent = [when for when in workspace.go_mod_changes if now - when <= WITHIN]
    if len(recent) < FLIPS or len(parties) < 2:
        return
    is_explained = any(found.code in ("mod-mod", "go-version") and found.grade == "warning" for found in differences)
    if not is_explained and not unknowns(parties):
        return
    grade: Grade = "error" if is_explained else "info"
    cause = "two programs undo each other's change" if is_explained else "by whom is not known"
    age = age_text(WITHIN.total_seconds())
    message = f"go.mod went back to an earlier content {len(recent)} times within {age}: {cause}"
    names = tuple(party.name for party in parties)
    setting = "one Go version and the same GOFLAGS on both sides"
    command = shlex.join(["idecare", "status", str(workspace.root)])
    yield Conflict("to-and-fro", grade, workspace.root, message, names, setting, command)
