"""What becomes of one IDE in a plan: the edits of its files, and why there are none."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from idecare.changes.drift import Drift
from idecare.changes.plan import FileChange, Plan, plan_files
from idecare.core.frozen import frozen
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
