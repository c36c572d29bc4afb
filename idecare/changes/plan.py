"""What a plan is made of: types only, no decisions."""

from __future__ import annotations

from dataclasses import field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from idecare.core.frozen import frozen
from idecare.core.results import Identity, Skip
from idecare.system.processes import Process

if TYPE_CHECKING:
    from idecare.changes.journal import Restore


@frozen
class HoldEntries:
    """Rename ``entries`` of ``root`` aside, whole. ``keep_folders``: leave an empty folder in each one's place.

    ``returns_in_use``: it may be put back while the cache is in use. ``uniform_suffix``: files of that ending have one
    size. ``shares_root``: the root also holds what is not of this target, so the entries are what is named.
    """

    target: str
    root: Path
    identity: Identity
    entries: tuple[str, ...]
    keep_folders: bool = False
    restore: Restore = "merge"
    returns_in_use: bool = False
    uniform_suffix: str = ""
    shares_root: bool = False


@frozen
class TrimEntries:
    """Move single build-cache entries aside: every action entry first when ``all_actions``, then every entry last used
    before ``used_before``. The folders stay."""

    target: str
    root: Path
    identity: Identity
    folders: tuple[str, ...]
    used_before: datetime
    all_actions: bool = False
    restore: Restore = "merge"
    returns_in_use: bool = False
    uniform_suffix: str = ""


@frozen
class StampFile:
    """Write a small file in place, the way its owner does; made if it is not there. ``locked``: under its flock.

    ``effect`` is what its owner then does with the cache, now (``purged``) or later (``scheduled``), in a word.
    """

    target: str
    root: Path
    identity: Identity
    name: str
    content: bytes
    locked: bool = False
    state: Literal["purged", "scheduled"] = "purged"
    effect: str = "expired"


Action = HoldEntries | TrimEntries | StampFile


@frozen
class Step:
    """One target at one place. ``cost`` says what must be downloaded or rebuilt afterwards."""

    target: str
    root: Path
    decision: Action | Skip
    source: str = ""
    cost: str = ""
    notes: tuple[str, ...] = ()
    busy: tuple[Process, ...] = ()


@frozen
class Plan:
    steps: tuple[Step, ...] = field(default=())

    @property
    def changes(self) -> tuple[Step, ...]:
        return tuple(step for step in self.steps if not isinstance(step.decision, Skip))


@frozen
class Done:
    """The action was done. ``bytes`` is ``None`` unless it was measured. ``disk_full``: it is deleted at once, because
    its file system is nearly full."""

    step: Step
    state: str
    entries: int
    bytes: int | None = None
    held_until: datetime | None = None
    disk_full: bool = False


@frozen
class Refused:
    """What the plan required was no longer true; nothing was changed, or it was put back."""

    step: Step
    skip: Skip
    busy: tuple[Process, ...] = ()


@frozen
class Failed:
    """The system refused. What had been moved was put back, unless ``reason`` says otherwise."""

    step: Step
    reason: str
    next_step: str = ""


Outcome = Done | Refused | Failed
