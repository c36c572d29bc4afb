"""Walks one cache: takes what is remembered where a folder proves to be unchanged, scans the rest, adds it up."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from stat import S_ISDIR

from idecare.caches.base import Rule
from idecare.caches.sizes.folders import VANISHED, Linked, Scan, Stamp, allocated_bytes, stamp_of
from idecare.caches.sizes.memory import Records, SizeMemory, is_settled, key_of, recalled, record_of
from idecare.caches.sizes.workers import Folder, Scanners
from idecare.core.frozen import frozen
from idecare.golang.environment import ACTION_ENTRY_BYTES

Progress = Callable[[int], None]  # gets the number of entries counted so far


def _never(relative: bytes) -> bytes | None:
    """No file marks an unfinished folder."""
    return None


@frozen
class Layout:
    """How the folders of a place are trusted, each by its path relative to the place (``caches.base.Target``)."""

    rule: Callable[[bytes], Rule]
    unfinished_marker: Callable[[bytes], bytes | None] = _never


@frozen
class Unreadable:
    """A folder whose content could not be counted."""

    path: Path
    reason: str


@frozen
class Usage:
    """What lies in a folder.

    ``entries`` are files, folders and links; ``logical_bytes`` is the length of files and links, ``allocated_bytes``
    what they and the folders take on the disk. ``last_used`` is the newest mtime of a file, as of the last look into
    its folder. ``from_memory``: no folder whose sizes can be remembered had to be looked into.
    """

    entries: int = 0
    logical_bytes: int = 0
    allocated_bytes: int = 0
    last_used: datetime | None = None
    unreadable: tuple[Unreadable, ...] = ()
    from_memory: bool = False


@dataclass
class Walk:
    """One measuring on its way: what is counted, what is still to do, and what to remember of it."""

    root: bytes
    layout: Layout
    memory: SizeMemory
    now: float
    without: frozenset[bytes] = frozenset()
    device: int = 0
    entries: int = 0
    logical: int = 0
    allocated: int = 0
    newest: int = 0
    remembered: int = 0
    looked_into: int = 0
    unreadable: list[Unreadable] = field(default_factory=list)
    found: list[tuple[bytes, Stamp]] = field(default_factory=list)
    waiting: list[Folder] = field(default_factory=list)
    old: Records = field(default_factory=dict)
    new: Records = field(default_factory=dict)

    def whole(self, on_progress: Progress | None) -> Usage:
        """Measure all below the root; the root's own blocks count, the root is no entry."""
        self.old = self.memory.records(self.root)
        self._start(b"")
        return self._run(on_progress)

    def parts(self, relatives: Iterable[bytes], on_progress: Progress | None) -> Usage:
        """Measure these entries of the root, which count themselves; what is remembered of others stays."""
        self.old = self.old or self.memory.records(self.root)
        self.new = dict(self.old)
        for relative in relatives:
            self._start(relative)
        return self._run(on_progress)

    def _start(self, relative: bytes) -> None:
        path = os.path.join(self.root, relative) if relative else self.root
        try:
            self.device = os.lstat(self.root).st_dev
            status = os.lstat(path)
        except OSError as error:
            self._note(path, error.errno or 0)
            return
        if S_ISDIR(status.st_mode):
            self._enter(relative, stamp_of(status), allocated_bytes(status))
        else:
            self.entries += 1
            self._count_links([(status.st_dev, status.st_ino, status.st_size, allocated_bytes(status))])

    def _run(self, on_progress: Progress | None) -> Usage:
        with Scanners() as scanners:
            self._recall()
            while self.waiting or scanners.busy:
                for folder, scan in scanners.step(self.waiting):
                    self._absorb(folder, scan)
                self._recall()
                if on_progress:
                    on_progress(self.entries)
        if self.new != self.old:
            self.memory.remember(self.root, self.new)
        return self._usage()

    def _enter(self, relative: bytes, stamp: Stamp, allocated: int) -> None:
        """Count a folder and see to its content, unless it is another file system or left out."""
        if stamp[0] == self.device and os.path.join(self.root, relative) not in self.without:
            self.entries += bool(relative)
            self.allocated += allocated
            self.found.append((relative, stamp))

    def _recall(self) -> None:
        """Decide for each folder found whether it is remembered or must be scanned."""
        while self.found:
            relative, stamp = self.found.pop()
            rule = self.layout.rule(relative)
            key = key_of(relative)
            known = None if rule is Rule.EVERY_TIME else recalled(self.old.get(key), stamp)
            if known is None:
                self.waiting.append(Folder(relative, stamp, rule, self._task(relative, rule)))
                continue
            scan, names = known
            self.remembered += 1
            self.new[key] = self.old[key]
            self._add(scan)
            for name in names:
                self._enter_again(os.path.join(relative, name))

    def _task(self, relative: bytes, rule: Rule) -> tuple[bytes, int, bool, int]:
        path = os.path.join(self.root, relative) if relative else self.root
        return path, self.device, rule is Rule.TREE, ACTION_ENTRY_BYTES if rule is Rule.ACTIONS else 0

    def _enter_again(self, relative: bytes) -> None:
        try:
            status = os.lstat(os.path.join(self.root, relative))
        except OSError as error:
            self._note(os.path.join(self.root, relative), error.errno or 0)
        else:
            self._enter(relative, stamp_of(status), allocated_bytes(status))

    def _absorb(self, folder: Folder, scan: Scan) -> None:
        self._add(scan)
        self.looked_into += folder.rule is not Rule.EVERY_TIME
        key = key_of(folder.relative)
        if self._proves(folder, scan):
            self.new[key] = record_of(folder.stamp, scan)
        else:
            self.new.pop(key, None)
        for name, stamp, allocated in scan[4]:
            self._enter(os.path.join(folder.relative, name), stamp, allocated)

    def _proves(self, folder: Folder, scan: Scan) -> bool:
        """Whether the folder, found the same next time, will hold what it holds now."""
        if folder.rule is Rule.EVERY_TIME or scan[6] or not is_settled(folder.stamp, int(self.now * 1e9)):
            return False
        marker = self.layout.unfinished_marker(folder.relative) if folder.rule is Rule.TREE else None
        return marker is None or not os.path.lexists(os.path.join(self.root, marker))

    def _add(self, scan: Scan) -> None:
        entries, logical, allocated, newest, _, linked, unreadable = scan
        self.entries += entries
        self.logical += logical
        self.allocated += allocated
        self.newest = max(self.newest, newest)
        self._count_links(linked)
        for path, number in unreadable:
            self._note(path, number)

    def _count_links(self, linked: Iterable[Linked]) -> None:
        """A file with several names takes its place once, wherever in this run its names lie."""
        for device, inode, logical, allocated in linked:
            if (device, inode) not in self.memory.counted_links:
                self.memory.counted_links.add((device, inode))
                self.logical += logical
                self.allocated += allocated

    def _note(self, path: bytes, number: int) -> None:
        if number not in VANISHED:
            self.unreadable.append(Unreadable(Path(os.fsdecode(path)), os.strerror(number).lower()))

    def _usage(self) -> Usage:
        return Usage(
            entries=self.entries,
            logical_bytes=self.logical,
            allocated_bytes=self.allocated,
            last_used=datetime.fromtimestamp(self.newest, UTC) if self.newest else None,
            unreadable=tuple(self.unreadable),
            from_memory=self.remembered > 0 and self.looked_into == 0,
        )
