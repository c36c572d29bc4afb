"""macOS: one kqueue for all watches. A folder tells of names that come and go, a file of what is written to it.

The start of a program does not show here; the look at new process ids finds it. Not tried on a Mac yet.
"""

from __future__ import annotations

import os
import select
from collections.abc import Iterable, Iterator
from typing import Any

from idecare.watcher.watches import Watch

kqueue_names: Any = select  # mypy checks for Linux, where select has none of these names
OPEN_FOR_EVENTS = 0x8000  # O_EVTONLY, sys/fcntl.h: does not keep a volume from being unmounted
MOST_EVENTS = 256


class Kqueue:
    def __init__(self) -> None:
        self.queue = kqueue_names.kqueue()
        self.files: dict[str, tuple[int, tuple[int, int]]] = {}

    def fileno(self) -> int:
        number: int = self.queue.fileno()
        return number

    def count(self) -> int:
        return len(self.files)

    def watch(self, wanted: Iterable[Watch]) -> None:
        now = {path: identity for path in _paths(wanted) if (identity := _identity(path)) is not None}
        for path, (descriptor, identity) in list(self.files.items()):
            if now.get(path) != identity:
                os.close(descriptor)  # which takes its events along
                del self.files[path]
        for path in now.keys() - self.files.keys():
            self._add(path, now[path])

    def _add(self, path: str, identity: tuple[int, int]) -> None:
        try:
            descriptor = os.open(path, OPEN_FOR_EVENTS | os.O_CLOEXEC)
        except OSError:
            return
        k = kqueue_names
        notes = k.KQ_NOTE_WRITE | k.KQ_NOTE_EXTEND | k.KQ_NOTE_DELETE | k.KQ_NOTE_RENAME
        event = k.kevent(descriptor, k.KQ_FILTER_VNODE, k.KQ_EV_ADD | k.KQ_EV_CLEAR, notes)
        self.queue.control([event], 0)
        self.files[path] = descriptor, identity

    def heard(self) -> bool:
        found = False
        while self.queue.control(None, MOST_EVENTS, 0):
            found = True
        return found

    def close(self) -> None:
        for descriptor, _ in self.files.values():
            os.close(descriptor)
        self.queue.close()


def _paths(wanted: Iterable[Watch]) -> Iterator[str]:
    for watch in wanted:
        if not watch.is_program:
            yield str(watch.path)
            yield from (str(watch.path / name) for name in watch.names)


def _identity(path: str) -> tuple[int, int] | None:
    try:
        status = os.stat(path)
    except OSError:
        return None
    return status.st_dev, status.st_ino
