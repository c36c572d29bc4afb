"""gocache: the go command's build cache.

Source: cmd/go of go1.27.3, src/cmd/go/internal/cache/cache.go.
"""

from __future__ import annotations

import os
import stat
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from idecare.caches.base import (
    Cache,
    Candidate,
    CleanRequest,
    Rule,
    Rules,
    Target,
    Users,
    hold,
    left_note,
    subfolders,
    unmarked,
    with_repository,
)
from idecare.caches.users import go_users
from idecare.changes.hold_entries import BUILD_ENTRY, is_build_entry, is_going
from idecare.changes.journal import HOLD_FOLDER
from idecare.changes.plan import Action, TrimEntries
from idecare.core.host import Host
from idecare.core.humanize import age_text
from idecare.core.language import tr
from idecare.core.reading import open_file
from idecare.core.results import Skip
from idecare.golang.environment import BUILD_CACHE, CACHE_FOLDER, SAFE_AGE_SECONDS
from idecare.golang.setup import GoSetup
from idecare.system.files import LITTER, is_empty, is_working_copy
from idecare.system.filesystem.folders import allocated_bytes
from idecare.system.processes import Processes

if TYPE_CHECKING:
    from idecare.system.filesystem.sorting import Fate

SAFE_AGE = timedelta(seconds=SAFE_AGE_SECONDS)
SAFE_AGE_TEXT = age_text(SAFE_AGE_SECONDS)
ACTION_SUFFIX = "-a"
Use = tuple[int, int]  # when in nanoseconds, and allocated bytes
MORE_SHARE = 100  # of a size: what may go too much, where it saves another look at every entry
STAMP_GRAIN = timedelta(microseconds=2)  # times are compared as floats, which tell less than a microsecond apart
README_START = b"This directory holds cached build artifacts from the Go build system.\n"  # of go1.10 to go1.27
OWN_FILES = {"README", "trim.txt", "testexpire.txt", "log.txt", "fuzz", HOLD_FOLDER}


class BuildCache(Target):
    name = "gocache"
    cost = tr("the next build compiles everything once; how many packages is not known")
    tool, role = "go", BUILD_CACHE
    aliases = ("go-build",)
    has_stamps = guards_return = is_read_late = True
    # Entries are named by their content, so they may come back while go is at work. All actions have one size.
    returns_in_use, uniform_suffix = True, ACTION_SUFFIX

    def prove(self, cache: Cache, rules: Rules) -> Cache:
        """go's own README and two-hex-digit folders, as every go since 1.10 makes them."""
        folders = sorted(entry.name for entry in subfolders(cache.root) if CACHE_FOLDER.fullmatch(entry.name))
        emptied = (cache.root / "trim.txt").is_file()  # `go clean -cache` leaves the two files and no folder
        if not _is_gos(cache.root / "README") or not (folders or emptied):
            return replace(cache, skip=unmarked(cache.root, tr("go's README and folders 00 to ff"), "GOCACHE"))
        for folder in folders:
            if is_working_copy(cache.root / folder):
                return with_repository(cache, cache.root / folder)
        foreign = {folder: _foreign_in(cache.root, folder) for folder in _suspects(cache.root, folders)}
        own = tuple(folder for folder in folders if not foreign.get(folder))
        # All or none: reading the start of each of 256 large folders takes longer than moving the empty ones along.
        entries = () if all(is_empty(cache.root / name) for name in own) else own
        return replace(cache, entries=entries, left=tuple(filter(None, foreign.values())))

    def users(self, cache: Cache, processes: Processes, host: Host, now: datetime) -> Users:
        return Users(go_users(cache, processes.go, host, lambda environment: environment.gocache.value))

    def decide(self, candidate: Candidate, go: GoSetup, request: CleanRequest) -> Action | Skip:
        cache, safe_before = candidate.cache, request.now - SAFE_AGE
        if request.trims:
            cutoffs = [candidate.fits_after] if candidate.fits_after else []
            cutoffs += [_before(request.now, request.older_than)] if request.older_than is not None else []
            if not cutoffs:
                return Skip("absent", "fits", tr("is smaller than that already"))
            may_take_young = not (request.keeps_young or candidate.users.of_trim(request.in_ci))
            if may_take_young and _reaches_young(candidate, request):
                return self._trim(cache, max(cutoffs), only_idle=True)
            return self._trim(cache, min(max(cutoffs), safe_before))
        if candidate.users.blocking or candidate.users.readers:
            return self._trim(cache, safe_before, all_actions=True)
        return hold(cache, keep_folders=True)

    def _trim(
        self, cache: Cache, used_before: datetime, all_actions: bool = False, only_idle: bool = False
    ) -> TrimEntries:
        return TrimEntries(
            self.name,
            cache.root,
            cache.identity_now,
            cache.entries,
            used_before,
            all_actions,
            self.restore,
            self.returns_in_use,
            self.uniform_suffix,
            only_idle,
        )

    def cost_of(self, cache: Cache, request: CleanRequest) -> str:
        return tr("what goes is compiled again where a build needs it") if request.trims else self.cost

    def notes(self, candidate: Candidate, decision: Action, go: GoSetup, request: CleanRequest) -> Iterable[str]:
        yield from left_note(candidate.cache)
        if go.cache_program:
            yield tr("builds use GOCACHEPROG ({program}), whose own cache stays", program=go.cache_program)
        if isinstance(decision, TrimEntries) and decision.all_actions:
            whom = _whom(candidate.users)
            yield tr(
                "outputs used in the last {age} stay on disk for {whom}; clean again later",
                age=SAFE_AGE_TEXT,
                whom=whom,
            )
        if isinstance(decision, TrimEntries) and decision.only_idle:
            yield tr(
                "nothing of Go is at work, so also what was used in the last {age} goes, oldest use first",
                age=SAFE_AGE_TEXT,
            )
        elif _reaches_young(candidate, request):
            whom = _whom(candidate.users)
            yield tr(
                "it stays larger than that: what was used in the last {age} stays for {whom}",
                age=SAFE_AGE_TEXT,
                whom=whom,
            )
        elif request.older_than is not None and request.older_than < SAFE_AGE:
            yield tr(
                "go refreshes a stamp once an hour at most, so nothing used in the last {age} goes",
                age=SAFE_AGE_TEXT,
            )

    def cut_for(self, cache: Cache, max_bytes: int) -> datetime | None:
        root, folders = cache.root, cache.entries
        by_second = bytes_by_second(root, folders)
        stays = sum(_own_bytes(root / name) for name in ("", "README", "trim.txt", "testexpire.txt", *folders))
        excess = by_second.total() + stays - max_bytes
        used_within = partial(_used_within, root, folders)
        return find_cut(by_second, excess, used_within, slack=max_bytes // MORE_SHARE)

    def trimmed_bytes(self, action: TrimEntries) -> int:
        entries = _entries(action.root, action.folders)
        uses = (_use(entry) for entry in entries if is_going(entry, action))
        return sum(use[1] for use in uses if use)

    def fate(self, path: str, is_folder: bool) -> Fate:
        """An executable (go 1.24 and later) is a folder ``-d`` with one file."""
        match path.split("/"):
            case [folder] if CACHE_FOLDER.fullmatch(folder) and is_folder:
                return "own"
            case [folder, name] if BUILD_ENTRY.fullmatch(name) and name.startswith(folder):
                return "own" if not is_folder or name.endswith("-d") else "foreign"
            case [_, _, _] if not is_folder:
                return "own"
            case _:
                return "foreign"

    def takes_anything(self, action: TrimEntries) -> bool:
        return any(is_going(entry, action) for entry in _entries(action.root, action.folders))

    def layout(self, relative: bytes) -> Rule:
        """Entries never change. trim.txt and testexpire.txt next to the 256 folders are rewritten in place."""
        if not relative:
            return Rule.EVERY_TIME
        return Rule.ACTIONS if CACHE_FOLDER.fullmatch(os.fsdecode(relative)) else Rule.FOLDER


TARGET = BuildCache()


def _is_gos(readme: Path) -> bool:
    """Whether it is the file that go writes where there is none; any other README is the user's."""
    try:
        with open_file(readme) as file:
            return file.read(len(README_START)) == README_START
    except OSError:
        return False


def _suspects(root: Path, folders: list[str]) -> list[str]:
    """The folders in which something of others may lie: all if the root holds what go does not make, else those with
    folders in them, of which go makes few. To read all 256 takes seconds in a large cache."""
    others = {name for name in os.listdir(root) if name not in OWN_FILES and not CACHE_FOLDER.fullmatch(name)}
    if others - LITTER:
        return folders
    return [folder for folder in folders if os.stat(root / folder).st_nlink > 2]


def _foreign_in(root: Path, folder: str) -> str:
    """Something in the folder that go did not make; "" if there is nothing."""
    names = os.listdir(root / folder)
    return next(
        (f"{folder}/{name}" for name in sorted(names) if not BUILD_ENTRY.fullmatch(name) and name not in LITTER), ""
    )


def _whom(users: Users) -> str:
    if not users.readers:
        return tr("the running build") if users.blocking else tr("any build")
    whom, others = users.readers[0].label, len(users.readers) - 1
    if others:
        whom = tr("{process} and {count} more", process=whom, count=others)
    return tr("{process}, which may be reading what a go command named to it", process=whom)


def _reaches_young(candidate: Candidate, request: CleanRequest) -> bool:
    """Whether the size that was asked for takes entries which a build could be using."""
    return candidate.fits_after is not None and candidate.fits_after > request.now - SAFE_AGE


def _before(now: datetime, age: timedelta) -> datetime:
    try:
        return now - age
    except OverflowError:
        return datetime.min.replace(tzinfo=now.tzinfo)


def find_cut(
    by_second: Counter[int],
    excess: int,
    used_within: Callable[[int], Iterable[Use]] = lambda _: (),
    slack: int = 0,
) -> datetime | None:
    """The time before which entries must go to be rid of ``excess`` bytes; ``None`` when there are none.

    A build that finds all it needs refreshes everything within a second, so ``used_within`` is asked for the uses of
    the second in which the cut lies, unless no more than ``slack`` bytes too many would go with all of it.
    """
    cut = None
    for second in sorted(by_second):
        if excess <= 0:
            break
        cut = datetime.fromtimestamp(second + 1, UTC)
        if excess + slack < by_second[second]:
            return min(cut, _cut_within(excess, sorted(used_within(second))) or cut)
        excess -= by_second[second]
    return cut


def _cut_within(excess: int, uses: list[Use]) -> datetime | None:
    for moment, size in uses:
        excess -= size
        if excess <= 0:
            return datetime.fromtimestamp(moment // 1000 / 1e6, UTC) + STAMP_GRAIN
    return None


def bytes_by_second(root: Path, folders: Iterable[str]) -> Counter[int]:
    """The allocated bytes of all entries by the second of their last use: memory grows with time, not with entries."""
    counts: Counter[int] = Counter()
    for moment, size in filter(None, map(_use, _entries(root, folders))):
        counts[moment // 10**9] += size
    return counts


def _entries(root: Path, folders: Iterable[str]) -> Iterator[os.DirEntry[str]]:
    """What may be moved: links stay, and what has another name than go gives."""
    for folder in folders:
        try:
            with os.scandir(root / folder) as entries:
                yield from (entry for entry in entries if not entry.is_symlink() and is_build_entry(entry))
        except OSError:
            continue


def _used_within(root: Path, folders: Iterable[str], second: int) -> Iterator[Use]:
    for entry in _entries(root, folders):
        if (use := _use(entry)) and use[0] // 10**9 == second:
            yield use


def _use(entry: os.DirEntry[str]) -> Use | None:
    """Last use and allocated bytes of an entry; ``None`` when it has gone."""
    try:
        status = entry.stat(follow_symlinks=False)
        size = allocated_bytes(status) + (_inside(entry.path) if stat.S_ISDIR(status.st_mode) else 0)
    except OSError:
        return None
    return status.st_mtime_ns, size


def _own_bytes(path: Path) -> int:
    try:
        return allocated_bytes(os.lstat(path))
    except OSError:
        return 0


def _inside(folder: str) -> int:
    """A cached executable (go 1.24 and later) is a folder with one file."""
    with os.scandir(folder) as entries:
        return sum(allocated_bytes(entry.stat(follow_symlinks=False)) for entry in entries)
