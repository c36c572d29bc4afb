"""What is watched, as values, and the one thing every system's way of watching can do."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Protocol

from idecare.core.frozen import frozen


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
    """``urgent`` tells of IDEs and language servers that come and go, ``ordinary`` of files, ``occasional`` of go
    commands: they come and go all the time, and only one that stays for long can be in trouble."""

    urgent: frozenset[Watch]
    ordinary: frozenset[Watch]
    occasional: frozenset[Watch]


class Watcher(Protocol):
    """Many watches behind one descriptor, for one selector: no thread, no wake-up while nothing happens."""

    def fileno(self) -> int: ...

    def watch(self, wanted: Iterable[Watch]) -> None:
        """Watch these and no others; what is not there is passed over until the next time."""

    def heard(self) -> bool:
        """Whether something happened since the last time; all that did is taken note of."""

    def count(self) -> int: ...

    def close(self) -> None: ...


def watcher() -> Watcher:
    """This system's own."""
    import select

    if hasattr(select, "kqueue"):
        from idecare.watcher.kqueue import Kqueue

        return Kqueue()
    from idecare.watcher.inotify import Inotify

    return Inotify()
