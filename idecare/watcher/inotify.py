"""Linux: one inotify descriptor for all watches.

inotify(7) by hand, since watchdog starts a thread for each watched folder; a program that starts shows as "opened".
"""

from __future__ import annotations

import ctypes
import os
import struct
from collections.abc import Iterable, Iterator

from idecare.core.frozen import frozen
from idecare.core.results import Identity
from idecare.watcher.watches import Watch

CLOSE_WRITE, MOVED_FROM, MOVED_TO, CREATE, DELETE, OPEN = 0x8, 0x40, 0x80, 0x100, 0x200, 0x20
FOLDER_MASK = CLOSE_WRITE | MOVED_FROM | MOVED_TO | CREATE | DELETE
PROGRAM_MASK = OPEN
OVERFLOW, IGNORED = 0x4000, 0x8000
HEAD = struct.Struct("iIII")  # wd, mask, cookie, length of the name
BUFFER_BYTES = 1 << 16

libc = ctypes.CDLL(None, use_errno=True)


@frozen
class Event:
    descriptor: int
    mask: int
    name: str


class Inotify:
    def __init__(self) -> None:
        self.descriptor: int = libc.inotify_init1(os.O_NONBLOCK | os.O_CLOEXEC)
        if self.descriptor < 0:
            raise OSError(ctypes.get_errno(), "inotify cannot be used (fs.inotify.max_user_instances?)")
        self.watches: dict[Watch, tuple[int, Identity]] = {}

    def fileno(self) -> int:
        return self.descriptor

    def count(self) -> int:
        return len(self.watches)

    def watch(self, wanted: Iterable[Watch]) -> None:
        """What was replaced by another file of its name is watched anew."""
        now = {watch: identity for watch in wanted if (identity := _identity(watch)) is not None}
        kept = {self.watches[watch][0] for watch in now if self._is_watched(watch, now[watch])}
        for watch, (number, _) in list(self.watches.items()):
            if not (watch in now and self._is_watched(watch, now[watch])):
                del self.watches[watch]
                if number not in kept:  # two paths may lead to one file
                    libc.inotify_rm_watch(self.descriptor, number)
        for watch in now.keys() - self.watches.keys():
            mask = PROGRAM_MASK if watch.is_program else FOLDER_MASK
            number = libc.inotify_add_watch(self.descriptor, os.fsencode(watch.path), mask)
            if number >= 0:
                self.watches[watch] = number, now[watch]

    def _is_watched(self, watch: Watch, identity: Identity) -> bool:
        return self.watches.get(watch, (0, None))[1] == identity

    def heard(self) -> bool:
        by_number: dict[int, list[Watch]] = {}
        for watch, (number, _) in self.watches.items():
            by_number.setdefault(number, []).append(watch)
        found = False
        for event in self._events():  # to the end, whatever the first says
            found = self._counts(event, by_number.get(event.descriptor, [])) or found
        return found

    def _counts(self, event: Event, watches: list[Watch]) -> bool:
        if event.mask & IGNORED:
            for watch in watches:
                self.watches.pop(watch, None)
            return bool(watches)
        if event.mask & OVERFLOW:
            return True
        return any(watch.is_program or not watch.names or event.name in watch.names for watch in watches)

    def _events(self) -> Iterator[Event]:
        while True:
            try:
                data = os.read(self.descriptor, BUFFER_BYTES)
            except BlockingIOError:
                return
            yield from _parsed(data)

    def close(self) -> None:
        os.close(self.descriptor)


def _parsed(data: bytes) -> Iterator[Event]:
    offset = 0
    while offset < len(data):
        number, mask, _, length = HEAD.unpack_from(data, offset)
        offset += HEAD.size
        yield Event(number, mask, os.fsdecode(data[offset : offset + length].rstrip(b"\0")))
        offset += length


def _identity(watch: Watch) -> Identity | None:
    try:
        status = os.stat(watch.path)
    except OSError:
        return None
    return Identity(status.st_dev, status.st_ino)
