"""What a plan is made of, and what becomes of each step: types only, no decisions.

An action is a frozen value with the state that must still be true. Adding a kind of action is adding it to ``Action``:
``apply``, ``undo`` and ``recover`` then do not type-check until each of them handles it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Protocol, assert_never

from idecare.core.errors import ExitCode
from idecare.core.frozen import frozen
from idecare.core.results import Identity, Skip

if TYPE_CHECKING:
    from idecare.changes.journal import Restore
    from idecare.system.processes import Process

Stamp = tuple[str, int, int, int]  # path below the root, device, inode, newest mtime in it in nanoseconds


@frozen
class HoldEntries:
    """Rename ``entries`` of ``root`` aside, whole. ``keep_folders``: leave an empty folder in each one's place.

    ``restore`` says how it comes back, ``returns_in_use`` that it may do so while the cache is in use.
    ``uniform_suffix``: files of that ending have one size. ``shares_root``: the root also holds what is not of this
    target, so the entries are what is named. ``at_any_time``: whoever misses an entry makes it again, so nobody who
    uses the cache is in the way.
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
    at_any_time: bool = False


@frozen
class TrimEntries:
    """Move single build-cache entries aside: every action entry first when ``all_actions``, then every entry last used
    before ``used_before``. The folders stay. ``only_idle``: some are so young that a build could be using them, so
    whoever uses the cache is in the way."""

    target: str
    root: Path
    identity: Identity
    folders: tuple[str, ...]
    used_before: datetime
    all_actions: bool = False
    restore: Restore = "merge"
    returns_in_use: bool = False
    uniform_suffix: str = ""
    only_idle: bool = False


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


@frozen
class Change:
    """One value of a file: ``before`` and ``after`` as text, ``None`` when it is not there. ``reason`` says why this
    value, ``source`` which profile, option or rule asked for it."""

    key: str
    before: str | None
    after: str | None
    reason: str
    source: str


@frozen
class WriteFile:
    """Replace a configuration file's bytes, if they are still ``before`` (``None``: there is no file yet). ``path`` is
    the file as its owner reads it, ``real_path`` the one that is replaced, links resolved; ``why_this_file`` says why
    this one wins."""

    target: str
    path: Path
    real_path: Path
    before: bytes | None
    after: bytes
    changes: tuple[Change, ...]
    why_this_file: str


@frozen
class RemoveFile:
    """Remove a configuration file, if it still holds ``before``: the IDE then does as it does without one."""

    target: str
    path: Path
    real_path: Path
    before: bytes
    changes: tuple[Change, ...]
    why_this_file: str

    @property
    def after(self) -> None:
        return None


FileChange = WriteFile | RemoveFile


class NewParts(Protocol):
    """What is put in the place of damaged parts."""

    def stage(self, root: int, staged: str) -> tuple[Stamp, ...]:
        """Make the new parts in the folder ``staged`` below ``root``, prove them, and return what will be put in place;
        IdecareError or OSError when they cannot be made."""

    def require_unchanged(self) -> None:
        """RefusedError when what was judged is not there any more as it was."""


@frozen
class ReplaceParts:
    """Put new parts of one module version (or repository) ``name`` in the place of damaged ones, under go's ``lock``.

    ``place`` is its tree or folder, ``hold`` are the paths that are set aside, ``open_up`` own folders and files whose
    permissions are given back first; ``marker`` is go's .partial file, set for as long as the tree is not whole. All
    paths are relative to ``root``.
    """

    target: str
    root: Path
    identity: Identity
    name: str
    lock: str
    place: str
    hold: tuple[str, ...]
    open_up: tuple[str, ...]
    marker: str | None
    parts: NewParts


Action = HoldEntries | TrimEntries | StampFile | WriteFile | RemoveFile | ReplaceParts


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
    """Steps in the order in which they are carried out; two plans added are one plan, with one undo."""

    steps: tuple[Step, ...] = field(default=())

    def __add__(self, other: Plan) -> Plan:
        return Plan(self.steps + other.steps)

    @property
    def changes(self) -> tuple[Step, ...]:
        return tuple(step for step in self.steps if not isinstance(step.decision, Skip))


def plan_files(files: Iterable[FileChange]) -> Plan:
    """One step for each file whose bytes change."""
    return Plan(tuple(Step(file.target, file.real_path.parent, file) for file in files if file.before != file.after))


@frozen
class Done:
    """The action was done. ``bytes`` is ``None`` unless it was measured. ``disk_full``: it is deleted at once, because
    its file system is nearly full. ``spared``: lines that name what was not deleted, because it is not of the cache."""

    step: Step
    state: str
    entries: int
    bytes: int | None = None
    held_until: datetime | None = None
    disk_full: bool = False
    spared: tuple[str, ...] = ()


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


def exit_code(outcomes: Iterable[Outcome]) -> ExitCode:
    """1 when something was refused or failed, 5 when all there is was in use, else 0."""
    return code_of_kinds(_kinds(outcomes))


def code_of_kinds(kinds: Iterable[str]) -> ExitCode:
    """The rule behind it, for words: those of ``Skip.kind``, ``failed``, and anything else for what was done."""
    found = set(kinds)
    if found & {"failed", "refused"}:
        return ExitCode.FAILED
    return ExitCode.BUSY if "busy" in found and found <= {"busy", "absent", "kept"} else ExitCode.OK


def _kinds(outcomes: Iterable[Outcome]) -> Iterator[str]:
    for outcome in outcomes:
        match outcome:
            case Done():
                yield "done"
            case Refused():
                yield outcome.skip.kind
            case Failed():
                yield "failed"
            case _:
                assert_never(outcome)
