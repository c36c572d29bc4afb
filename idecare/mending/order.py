"""What a repair is told, and what became of each version: types only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from idecare.inspection.cache import Identity, Skip
from idecare.repairing import Verdict


@dataclass(frozen=True)
class Place:
    """A cache in which parts are replaced."""

    root: Path
    identity: Identity


@dataclass(frozen=True)
class MendOrder:
    """How a repair is to be carried out. ``index`` are entries of the build cache to drop; ``writable``: trees are
    extracted with writable folders."""

    command: tuple[str, ...]
    cwd: Path
    now: datetime
    hold: timedelta
    modcache: Place
    gocache: Place | None = None
    index: tuple[str, ...] = ()
    writable: bool = False


@dataclass(frozen=True)
class Mended:
    verdict: Verdict
    held_until: datetime | None


@dataclass(frozen=True)
class NotMended:
    """``skip`` says why; it is as it was before, unless ``skip`` says otherwise."""

    verdict: Verdict
    skip: Skip


MendOutcome = Mended | NotMended
