"""What becomes of one IDE in a plan: the edits of its files, and why there are none."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from idecare.changes.drift import Drift
from idecare.changes.plan import FileChange, Plan, RemoveFile, WriteFile, plan_files
from idecare.core.frozen import frozen
from idecare.core.language import mark, tr
from idecare.core.results import Skip

if TYPE_CHECKING:
    from idecare.jetbrains.jvm.dry_start import Proof


@frozen
class Configured:
    """One IDE: what is to change, and why not where nothing is.

    ``proof``: how its JVM took the edits; ``blocked`` stops all of them; ``drift`` are values that stay because the
    user changed them.
    """

    ide: str
    name: str
    edits: tuple[FileChange, ...] = ()
    skip: Skip | None = None
    notes: tuple[str, ...] = ()
    proof: Proof | None = None
    blocked: Skip | None = None
    drift: tuple[Drift, ...] = ()

    @property
    def pending(self) -> tuple[FileChange, ...]:
        """The edits that may be made."""
        return () if self.blocked else self.edits


def plan_edits(configured: Iterable[Configured]) -> Plan:
    """What is carried out for all of these IDEs."""
    return plan_files(edit for each in configured for edit in each.pending)


def other_names(plan: Plan) -> tuple[str, ...]:
    """What is to be said of hard links. A file is replaced by a rename, so that a crash leaves the old bytes or the new
    ones; a backup that shares the file (rsync --link-dest, cp -al) stays what it was, and is not linked to it after."""
    found = []
    for step in plan.changes:
        if isinstance(step.decision, WriteFile | RemoveFile) and (names := _names(step.decision.real_path)) > 1:
            text = mark("{path} is one of {count} hard links: the others keep what it holds now")
            found.append(tr(text, path=step.decision.path, count=names))
    return tuple(found)


def _names(path: Path) -> int:
    try:
        return os.stat(path).st_nlink
    except OSError:  # it is not there yet
        return 0
