"""The values of one inspected cache, and the words for why nothing may be done to it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from idecare.values import frozen

if TYPE_CHECKING:
    from idecare.host import Host
    from idecare.inspection.mounts import Mount
    from idecare.tools.base import CacheLocation

# Where a clean holds what it moved aside. Inside the root, not beside it: the same file system, the same owner, and no
# folder of another user's to write to. Its dot keeps go's and gopls' scans of the module cache out
# (golang.org/x/tools internal/gopathwalk).
HOLD_FOLDER = ".idecare-held"
PURGED_SUFFIX = ".purged"  # of a target's folder in it, from the start of its deletion
LITTER = frozenset({".DS_Store"})  # macOS Finder leaves it in any folder it shows


@frozen
class Identity:
    """A folder as the file system knows it. A link or another folder put in its place has another identity."""

    device: int
    inode: int


@frozen
class Skip:
    """Why nothing is done. ``busy``: in use; ``refused``: a safety rule forbids it; ``kept``: by choice or setting;
    ``absent``: there is nothing to do."""

    kind: Literal["busy", "refused", "kept", "absent"]
    code: str
    reason: str
    next_step: str = ""


@frozen
class Cache:
    """One cache as it is now. ``identity`` is ``None`` when there is nothing; ``entries`` are paths below ``root``
    which may go; ``left`` are children that are not of this cache and stay."""

    location: CacheLocation
    root: Path
    identity: Identity | None = None
    entries: tuple[str, ...] = ()
    skip: Skip | None = None
    left: tuple[str, ...] = ()
    toolchains: tuple[str, ...] = ()

    @property
    def target(self) -> str:
        return self.location.target or ""

    @property
    def identity_now(self) -> Identity:
        """The identity of a cache that is there."""
        assert self.identity is not None, "a cache without identity is skipped before anybody asks"
        return self.identity


@frozen
class Rules:
    """What the user and the machine add to the rules of each cache."""

    host: Host
    mounts: tuple[Mount, ...]
    never_touch: tuple[Path, ...] = ()
    toolchains: bool = False


def absent(code: str, reason: str) -> Skip:
    return Skip("absent", code, reason)


def kept(code: str, reason: str, next_step: str) -> Skip:
    return Skip("kept", code, reason, next_step)


def refused(code: str, reason: str, next_step: str) -> Skip:
    return Skip("refused", code, reason, next_step)


def is_working_copy(folder: Path) -> bool:
    return os.path.lexists(folder / ".git") or os.path.lexists(folder / "go.mod")


def is_empty(folder: Path) -> bool:
    with os.scandir(folder) as entries:
        return next(entries, None) is None
