"""File events: what is watched, as values, and one Observer of watchdog's that watches it.

No watch is recursive. On Linux a program that starts shows as its file being opened, elsewhere as a new process id.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from watchdog.events import (
    DirCreatedEvent,
    DirDeletedEvent,
    DirMovedEvent,
    FileClosedEvent,
    FileCreatedEvent,
    FileDeletedEvent,
    FileModifiedEvent,
    FileMovedEvent,
    FileOpenedEvent,
    FileSystemEvent,
    FileSystemEventHandler,
)

from idecare.core.frozen import frozen
from idecare.core.results import Identity

if TYPE_CHECKING:
    from watchdog.observers.api import BaseObserver, ObservedWatch

NAME_EVENTS: tuple[type[FileSystemEvent], ...] = (
    FileCreatedEvent, FileDeletedEvent, FileMovedEvent, DirCreatedEvent, DirDeletedEvent, DirMovedEvent,
)  # fmt: skip
PROGRAM_EVENTS: tuple[type[FileSystemEvent], ...] = (FileOpenedEvent, FileDeletedEvent)
Notify = Callable[[], None]


@frozen
class Watch:
    """A folder in which files with one of ``names`` come, go or are rewritten; without ``names``, all of them.

    ``is_program``: ``path`` is an executable, and what counts is that it is started.
    """

    path: Path
    names: frozenset[str] = frozenset()
    is_program: bool = False


@frozen
class Watches:
    """``urgent`` shows IDEs and language servers that come and go, ``ordinary`` files, ``occasional`` go commands: they
    come and go all the time, and only one that stays for long can be in trouble."""

    urgent: frozenset[Watch]
    ordinary: frozenset[Watch]
    occasional: frozenset[Watch]


class _Handler(FileSystemEventHandler):
    """Notifies those who watch one path, from watchdog's thread. ``is_gone``: the path was removed, and its watch with
    it, though another may have its inode by now."""

    def __init__(self, path: Path, identity: Identity) -> None:
        self.path, self.identity = str(path), identity
        self.interests: tuple[tuple[Watch, Notify], ...] = ()
        self.scheduled: ObservedWatch | None = None
        self.is_gone = False

    def dispatch(self, event: FileSystemEvent) -> None:
        places = (os.fsdecode(event.src_path), os.fsdecode(event.dest_path))
        self.is_gone = self.is_gone or (isinstance(event, FileDeletedEvent | DirDeletedEvent) and self.path in places)
        names = {os.path.basename(place) for place in places}
        for watch, notify in self.interests:
            if watch.is_program or not watch.names or self.is_gone or names & watch.names:
                notify()


class FileEvents:
    """``watch`` says what is watched from now on; each Watch's function is called from another thread."""

    def __init__(self, make_observer: Callable[[], BaseObserver] | None = None) -> None:
        self.observer = (make_observer or _observer)()
        self.is_inotify = type(self.observer).__module__ == "watchdog.observers.api"
        # inotify says when a writer has closed the file: far less often than that it writes.
        written: type[FileSystemEvent] = FileClosedEvent if self.is_inotify else FileModifiedEvent
        self.folder_events = [*NAME_EVENTS, written]
        self.handlers: dict[Path, _Handler] = {}
        self.observer.start()

    def watch(self, wanted: Mapping[Watch, Notify]) -> None:
        """Watch these and no others; what is not there is skipped until the next time, and what was replaced by another
        file of its name is watched again."""
        interests: dict[Path, list[tuple[Watch, Notify]]] = {}
        for watch, notify in wanted.items():
            if self.is_inotify or not watch.is_program:
                interests.setdefault(watch.path, []).append((watch, notify))
        now = {path: identity for path in interests if (identity := _identity(path)) is not None}
        for path, handler in list(self.handlers.items()):
            if handler.is_gone or now.get(path) != handler.identity:
                self._remove(path, handler)
        for path, identity in now.items():
            handler = self.handlers.get(path) or _Handler(path, identity)
            handler.interests = tuple(interests[path])
            if handler.scheduled is None:
                self._add(path, handler)

    def _add(self, path: Path, handler: _Handler) -> None:
        is_program = any(watch.is_program for watch, _ in handler.interests)
        events = [*PROGRAM_EVENTS] if is_program else self.folder_events
        try:
            handler.scheduled = self.observer.schedule(handler, str(path), event_filter=events, follow_symlink=True)
        except (OSError, RuntimeError):  # gone meanwhile, or the system's limit of watches or threads is reached
            return
        self.handlers[path] = handler

    def _remove(self, path: Path, handler: _Handler) -> None:
        del self.handlers[path]
        if handler.scheduled is not None:
            self.observer.unschedule(handler.scheduled)

    def count(self) -> int:
        return len(self.handlers)

    def close(self) -> None:
        self.observer.stop()
        self.observer.join()


def _observer() -> BaseObserver:
    """The system's own observer; on Linux one that watches a program's file by itself."""
    from watchdog.observers import Observer

    if Observer.__module__ != "watchdog.observers.inotify":
        return Observer()
    from watchdog.observers.api import BaseObserver
    from watchdog.observers.inotify import InotifyEmitter

    class Emitter(InotifyEmitter):
        """watchdog 7 watches the folder of a file: of one in /usr/bin it would wake for each program that starts."""

        def on_thread_start(self) -> None:
            if self.watch.is_file:
                self.watch.path = self.watch.resolved_path
            super().on_thread_start()

    return BaseObserver(Emitter)


def _identity(path: Path) -> Identity | None:
    try:
        status = os.stat(path)
    except OSError:
        return None
    return Identity(status.st_dev, status.st_ino) if os.access(path, os.R_OK) else None
