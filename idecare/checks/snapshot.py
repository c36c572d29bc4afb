"""All that checks may know about a set-up, each part read once and only when a check asks for it."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from threading import Lock, RLock
from typing import TypeVar

from idecare.host import Host
from idecare.inspection.binaries import Binary, read_binary
from idecare.inspection.go_setup import GoSetup, inspect_go_setup
from idecare.inspection.truth_link import Link
from idecare.tools.base import Install
from idecare.tools.go import GoEnvironment, go_environment

Value = TypeVar("Value")


def part(read: Callable[[Snapshot], Value]) -> cached_property[Value]:
    """A cached property that is read once, however many threads ask at the same time."""

    def once(snapshot: Snapshot) -> Value:
        with snapshot.lock_of(read.__name__):
            known = vars(snapshot)
            if read.__name__ not in known:
                known[read.__name__] = read(snapshot)
            value: Value = known[read.__name__]
            return value

    return cached_property(once)


class Snapshot:
    """Parts are cached over ``host``; a test makes one with its parts set beforehand.

    Every part is safe to ask from several threads; none changes anything. ``deep``: the user is willing to wait for
    what takes long.
    """

    def __init__(self, host: Host, *, deep: bool = False, **parts: object) -> None:
        self.host = host
        self.deep = deep
        self._guard = Lock()
        self._locks: dict[str, RLock] = {}
        self._binaries: dict[Path, Binary | None] = {}
        vars(self).update(parts)

    def lock_of(self, name: str) -> RLock:
        with self._guard:
            return self._locks.setdefault(name, RLock())

    def binary(self, path: Path) -> Binary | None:
        """The program's headers, read once; ``None`` for what is no program."""
        if path not in self._binaries:
            self._binaries[path] = read_binary(path)
        return self._binaries[path]

    @part
    def go(self) -> GoSetup:
        """The Go that this shell would use."""
        return inspect_go_setup(self.host)

    @part
    def go_environment(self) -> GoEnvironment:
        """What the user has set for go, in the process environment and in the env file."""
        return go_environment(self.host)

    @part
    def go_installs(self) -> tuple[Install, ...]:
        """Every Go, those in PATH first."""
        from idecare.tools.go_installs import installs

        return tuple(installs(self.host))

    @part
    def python(self) -> Path:
        """The interpreter of this process."""
        return Path(sys.executable)

    @part
    def chain(self) -> tuple[Link, ...]:
        """From the shell to the debugger: for which architecture each program is built."""
        from idecare.inspection.truth_chain import read_chain

        return read_chain(self.host, self.python, self.go_installs, self.binary)
