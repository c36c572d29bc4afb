"""What a plan is made of: types only, no decisions."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from idecare.inspection.cache import Identity, Skip
from idecare.inspection.processes import Process


@dataclass(frozen=True)
class HoldEntries:
    """Rename ``entries`` of ``root`` aside, whole. ``keep_folders``: leave an empty folder in each one's place."""

    target: str
    root: Path
    identity: Identity
    entries: tuple[str, ...]
    keep_folders: bool = False


@dataclass(frozen=True)
class TrimEntries:
    """Move single build-cache entries aside: every action entry first when ``all_actions``, then every entry last used
    before ``used_before``. The folders stay."""

    target: str
    root: Path
    identity: Identity
    folders: tuple[str, ...]
    used_before: datetime
    all_actions: bool = False


@dataclass(frozen=True)
class StampFile:
    """Write a small file in place, the way its owner does; made if it is not there. ``locked``: under its flock."""

    target: str
    root: Path
    identity: Identity
    name: str
    content: bytes
    locked: bool = False


Action = HoldEntries | TrimEntries | StampFile


@dataclass(frozen=True)
class Change:
    """One value of a file: ``before`` and ``after`` as text, ``None`` when it is not there. ``reason`` says why this
    value, ``source`` which profile, option or rule asked for it."""

    key: str
    before: str | None
    after: str | None
    reason: str
    source: str


@dataclass(frozen=True)
class EditFile:
    """Replace a configuration file's bytes, if they are still ``before`` (``None``: there is no file yet). ``path`` is
    the file as the IDE reads it, ``real_path`` the one that is replaced, links resolved; ``why_this_file`` says why
    this one wins."""

    ide: str
    path: Path
    real_path: Path
    before: bytes | None
    after: bytes
    changes: tuple[Change, ...]
    why_this_file: str


@dataclass(frozen=True)
class Configured:
    """What became of one IDE in a plan: edits, or why there are none."""

    ide: str
    name: str
    edits: tuple[EditFile, ...] = ()
    skip: Skip | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Step:
    """One target at one place. ``cost`` says what must be downloaded or rebuilt afterwards."""

    target: str
    root: Path
    decision: Action | Skip
    source: str = ""
    cost: str = ""
    notes: tuple[str, ...] = ()
    busy: tuple[Process, ...] = ()


@dataclass(frozen=True)
class Plan:
    steps: tuple[Step, ...] = field(default=())

    @property
    def changes(self) -> tuple[Step, ...]:
        return tuple(step for step in self.steps if not isinstance(step.decision, Skip))


@dataclass(frozen=True)
class Done:
    """The action was done. ``bytes`` is ``None`` unless it was measured. ``disk_full``: it is deleted at once, because
    its file system is nearly full."""

    step: Step
    state: str
    entries: int
    bytes: int | None = None
    held_until: datetime | None = None
    disk_full: bool = False


@dataclass(frozen=True)
class Refused:
    """What the plan required was no longer true; nothing was changed, or it was put back."""

    step: Step
    skip: Skip
    busy: tuple[Process, ...] = ()


@dataclass(frozen=True)
class Failed:
    """The system refused. What had been moved was put back, unless ``reason`` says otherwise."""

    step: Step
    reason: str
    next_step: str = ""


Outcome = Done | Refused | Failed
