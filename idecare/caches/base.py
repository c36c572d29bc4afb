"""What a cache target is: the values of one inspected cache, and the protocol that the file of each target fulfils."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import field, replace
from enum import Enum, auto
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, cast

from idecare.changes.journal import HOLD_FOLDER
from idecare.changes.plan import HoldEntries
from idecare.core.frozen import frozen
from idecare.core.language import tr
from idecare.core.locations import CacheLocation
from idecare.core.results import Identity, Skip, absent, refused
from idecare.core.targets import registered
from idecare.system.files import LITTER

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    from idecare.changes.journal import Restore
    from idecare.changes.plan import Action, TrimEntries
    from idecare.core.host import Host
    from idecare.golang.setup import GoSetup
    from idecare.modules.need import Need
    from idecare.system.filesystem.sorting import Fate
    from idecare.system.mounts import Mount
    from idecare.system.processes import Process, Processes


REPOSITORY_INSIDE = "repository-inside"


class Rule(Enum):
    """How far the size of a folder may be trusted next time.

    A folder's mtime moves when a name in it comes, goes or is replaced, and never when a file grows in place. So it
    proves something only where files are written once.
    """

    EVERY_TIME = auto()  # files are written in place: no proof exists
    FOLDER = auto()  # the folder proves the files directly in it
    ACTIONS = auto()  # the same, and its -a files have all one size
    TREE = auto()  # the folder proves everything below it


@frozen
class Cache:
    """One cache as it is now. ``identity`` is ``None`` when there is nothing; ``entries`` are paths below ``root``
    which may go; ``left`` are children that are not of this cache and stay; ``repository`` is a working copy in it;
    ``need`` is what of it the module around the working folder uses; ``is_marked``: its owner has been asked to rebuild
    it; ``is_part``: its entries were picked singly."""

    location: CacheLocation
    root: Path
    identity: Identity | None = None
    entries: tuple[str, ...] = ()
    skip: Skip | None = None
    left: tuple[str, ...] = ()
    toolchains: tuple[str, ...] = ()
    repository: Path | None = None
    need: Need | None = None
    is_marked: bool = False
    is_part: bool = False

    @property
    def target(self) -> str:
        return self.location.target or ""

    @property
    def kind(self) -> Target:
        return target_named(self.target)

    @property
    def restore(self) -> Restore:
        return self.kind.restore

    @property
    def returns_in_use(self) -> bool:
        return self.kind.returns_in_use

    @property
    def uniform_suffix(self) -> str:
        return self.kind.uniform_suffix

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


@frozen
class Part:
    """What of a cache a user may pick by itself: ``entries`` are paths below the root."""

    name: str
    entries: tuple[str, ...]


@frozen
class Users:
    """Who uses a cache. ``blocking`` processes would be harmed if it went whole; ``noticing`` ones would only see it;
    ``entries`` are the children that the blocking ones use, ``None`` when it may be any of them. ``readers`` may be
    reading what a go command, which has ended, named to them."""

    blocking: tuple[Process, ...] = ()
    noticing: tuple[Process, ...] = ()
    entries: frozenset[str] | None = None
    readers: tuple[Process, ...] = ()

    def of(self, entries: Iterable[str]) -> tuple[Process, ...]:
        """Who would be harmed if these entries went."""
        blocking = (*self.blocking, *self.readers)
        return blocking if self.entries is None or self.entries & set(entries) else ()

    def of_trim(self, in_ci: bool) -> tuple[Process, ...]:
        """Who would be harmed if young entries went. The steps of a CI job run one after the other, so what only looks
        as if it had asked a go command is no reader there."""
        return self.blocking if in_ci else (*self.blocking, *self.readers)


@frozen
class CleanRequest:
    """What the user asked for. ``named``: the targets on the command line; the others came from the settings.
    ``in_ci``: in a job of a CI service. ``keeps_young``: whatever the size asks for, young entries stay."""

    now: datetime
    named: frozenset[str] = frozenset()
    older_than: timedelta | None = None
    max_bytes: int | None = None
    in_ci: bool = False
    keeps_young: bool = False

    @property
    def trims(self) -> bool:
        return self.older_than is not None or self.max_bytes is not None


@frozen
class Candidate:
    """A cache, who uses it, and, when ``--max-size`` asked for it, the stamp before which entries must go."""

    cache: Cache
    users: Users = field(default_factory=Users)
    fits_after: datetime | None = None


class Target(Protocol):
    """Everything about one kind of cache, each in a file of its own as ``TARGET``; what it does not say is as here."""

    name: str
    cost: str  # what must be built or downloaded again afterwards
    tool: str = ""  # the product family (discovery.TOOLS) among whose places it is; without one, see `locations`
    role: str = ""  # which of these places: CacheLocation.role
    no_size: str = ""  # why it has no place and no size of its own
    aliases: tuple[str, ...] = ()  # words of scripts and blogs
    misnomers: tuple[tuple[str, str], ...] = ()  # aliases that mislead, each with what is to be said about it
    ide_names: frozenset[str] = frozenset()  # executables to look for, besides those of the IDE it belongs to

    # What the journal must know of what is held (changes/journal.py, Record).
    restore: Restore = "merge"
    returns_in_use: bool = False
    uniform_suffix: str = ""
    shares_root: bool = False  # it is one child of a folder that holds other things too
    is_read_late: bool = False  # programs of any name may read it after the go command that named its files to them
    guards_return: bool = False  # whoever uses it now is in the way of an undo

    # What a purge may delete of what is held (system/filesystem/sorting.py, Form).
    marks: frozenset[str] = frozenset({".git", "go.mod"})

    has_parts: bool = False  # a user may pick some of it: `parts`
    has_stamps: bool = False  # each entry carries its last use, so it can be trimmed by age and size

    def owns(self, place: CacheLocation) -> bool:
        """Whether a place of its tool is this cache."""
        return place.role == self.role

    def locations(self, host: Host) -> Iterable[CacheLocation]:
        """Where it is, without a tool that knows it."""
        return ()

    def place_at(self, root: Path, host: Host) -> CacheLocation:
        """The place with that root, into which something held comes back."""
        return CacheLocation("", "", root, "", self.name)

    def prove(self, cache: Cache, rules: Rules) -> Cache:
        """Look for the mark that only this cache bears: the cache with the entries that may go, or with why not."""
        ...

    def parts(self, cache: Cache) -> Iterable[Part]:
        """What of it may go without the rest."""
        return ()

    def users(self, cache: Cache, processes: Processes, host: Host, now: datetime) -> Users:
        return Users()

    def decide(self, candidate: Candidate, go: GoSetup, request: CleanRequest) -> Action | Skip:
        """What to do with a cache that was proven."""
        users = candidate.users
        return busy(users.blocking) if users.blocking else hold(candidate.cache)

    def cost_of(self, cache: Cache, request: CleanRequest) -> str:
        return self.cost

    def notes(self, candidate: Candidate, decision: Action, go: GoSetup, request: CleanRequest) -> Iterable[str]:
        """What else the user should know of the decision."""
        return ()

    def cut_for(self, cache: Cache, max_bytes: int) -> datetime | None:
        """With stamps: the time before which entries must go for ``max_bytes`` to remain; ``None`` when it fits."""
        return None

    def trimmed_bytes(self, action: TrimEntries) -> int:
        """With stamps: the allocated bytes that a trim takes."""
        return 0

    def takes_anything(self, action: TrimEntries) -> bool:
        """With stamps: whether a trim would take an entry."""
        return True

    def layout(self, relative: bytes) -> Rule:
        """Where a folder proves that the sizes in it have not changed; ``relative`` to the place, b"" for itself."""
        return Rule.EVERY_TIME

    def fate(self, path: str, is_folder: bool) -> Fate:
        """Whether a held entry, by its path below the root, has the form that this cache's owner gives."""
        return "foreign"

    def written(self, path: str, places: Sequence[Path]) -> frozenset[str] | None:
        """The files below a held folder, whose fate is to go whole, that this cache's owner wrote, where one of
        ``places`` (what is held, then the root) says so; ``None`` where that is not known."""
        return None

    def unfinished_marker(self, relative: bytes) -> bytes | None:
        """A file that exists while a folder which proves everything below it is still being filled."""
        return None


def target_named(name: str) -> Target:
    return cast(Target, registered(name))


def hold(cache: Cache, entries: tuple[str, ...] | None = None, keep_folders: bool = False) -> HoldEntries:
    """Move entries aside, all that may go if none are named."""
    kind = cache.kind
    return HoldEntries(
        cache.target,
        cache.root,
        cache.identity_now,
        cache.entries if entries is None else entries,
        keep_folders,
        kind.restore,
        kind.returns_in_use,
        kind.uniform_suffix,
        kind.shares_root,
    )


def hold_unused(candidate: Candidate) -> HoldEntries | Skip:
    """Move aside what the processes that run now do not use."""
    cache, users = candidate.cache, candidate.users
    free = tuple(entry for entry in cache.entries if not users.of([entry]))
    return hold(cache, free) if free else busy((*users.blocking, *users.readers))


def busy(users: tuple[Process, ...]) -> Skip:
    is_known = any(found.environment is not None for found in users)
    reason = tr("is in use") if is_known else tr("may be in use")
    return Skip("busy", "busy", reason, tr("wait for it: --wait 5m, or queue it: --when-idle"))


def unmarked(root: Path, mark: str, variable: str) -> Skip:
    if all(name in LITTER or name == HOLD_FOLDER for name in os.listdir(root)):
        return absent("empty", tr("is empty already"))
    return refused(
        "no-mark",
        tr("does not look like this cache: it lacks {mark}", mark=mark),
        tr("check {variable}", variable=variable),
    )


def with_repository(cache: Cache, path: Path) -> Cache:
    """The cache, refused because of a working copy in it."""
    skip = refused(
        REPOSITORY_INSIDE, tr("a working copy lies in it: {path}", path=path), tr("move {path} elsewhere", path=path)
    )
    return replace(cache, skip=skip, repository=path)


def identity_at(path: Path | str) -> Identity | None:
    """What is at a place, by device and inode, links followed; ``None`` where nothing can be reached."""
    try:
        status = os.stat(path)
    except (OSError, ValueError):
        return None
    return Identity(status.st_dev, status.st_ino)


def left_note(cache: Cache) -> Iterator[str]:
    if cache.left:
        yield tr("left alone, because it is not part of this cache: {names}", names=", ".join(cache.left[:3]))


def subfolders(root: Path) -> Iterator[os.DirEntry[str]]:
    with os.scandir(root) as entries:
        yield from (entry for entry in entries if entry.is_dir(follow_symlinks=False))
