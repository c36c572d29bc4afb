"""What a repair is told, and what became of each version: types only."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from idecare.core.frozen import frozen
from idecare.core.results import Identity, Skip
from idecare.modules.repair.plan import Verdict


@frozen
class Place:
    """A cache in which parts are replaced."""

    target: str
    root: Path
    identity: Identity


@frozen
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


@frozen
class Mended:
    verdict: Verdict
    held_until: datetime | None


@frozen
class NotMended:
    """``skip`` says why; it is as it was before, unless ``skip`` says otherwise."""

    verdict: Verdict
    skip: Skip


MendOutcome = Mended | NotMended
