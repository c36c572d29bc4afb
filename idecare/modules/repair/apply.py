"""Carrying out a repair: each version staged and proven first, then swapped in under go's lock; the journal knows."""

from __future__ import annotations

from collections.abc import Iterable

from idecare.changes.journal import Entry, Journal
from idecare.core.results import Skip
from idecare.modules.repair.order import Mended, MendOrder, MendOutcome, NotMended, Place
from idecare.modules.repair.plan import Mend, Verdict
from idecare.modules.repair.run import Run

__all__ = ["MendOrder", "MendOutcome", "Mended", "NotMended", "Place", "apply_mends"]


def apply_mends(
    verdicts: Iterable[Verdict], journal: Journal, order: MendOrder
) -> tuple[Entry | None, tuple[MendOutcome, ...]]:
    """Mend each version that a verdict wants mended, with the journal's lock held."""
    verdicts = tuple(verdicts)
    planned = tuple(verdict for verdict in verdicts if isinstance(verdict.decision, Mend))
    skipped = (NotMended(v, v.decision) for v in verdicts if isinstance(v.decision, Skip))
    if not planned and not order.index:
        return None, tuple(skipped)
    run = Run(planned, journal, order)
    outcomes = tuple(run.outcomes())
    return run.entry, (*outcomes, *skipped)
