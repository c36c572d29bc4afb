"""The values of one inspected cache."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from idecare.core.frozen import frozen
from idecare.core.results import Identity, Skip

if TYPE_CHECKING:
    from idecare.changes.journal import Restore
    from idecare.core.host import Host
    from idecare.core.locations import CacheLocation
    from idecare.system.mounts import Mount


# Module trees are immutable and checked as a whole; an IDE's folder is a database.
RESTORES: dict[str, Restore] = {"modcache": "module-trees", "goland": "whole", "vscode": "whole"}


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
    def restore(self) -> Restore:
        return RESTORES.get(self.target, "merge")

    @property
    def returns_in_use(self) -> bool:
        """A build cache's entries are named by their content, so they may come back at any time."""
        return self.target == "gocache"

    @property
    def uniform_suffix(self) -> str:
        return "-a" if self.target == "gocache" else ""

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
