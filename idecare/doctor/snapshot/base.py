"""How a snapshot reads: each part once, however many checks ask for it at the same time."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from threading import Lock, RLock
from typing import TYPE_CHECKING, Any, TypeVar

from idecare.core.host import Host
from idecare.core.language import tr
from idecare.core.locations import Install
from idecare.golang.environment import GoEnvironment, go_environment
from idecare.system.executables import Binary, read_binary

if TYPE_CHECKING:
    from datetime import datetime

    from idecare.golang.delve import GoFacts

Value = TypeVar("Value")


def part(read: Callable[[Any], Value]) -> cached_property[Value]:
    """A cached property that is read once, however many threads ask at the same time."""

    def once(snapshot: SnapshotReader) -> Value:
        with snapshot.lock_of(read.__name__):
            known = vars(snapshot)
            if read.__name__ not in known:
                known[read.__name__] = read(snapshot)
            value: Value = known[read.__name__]
            return value

    return cached_property(once)


def _unseen(done: int, of: int) -> None:
    """Progress that nobody watches."""


class SnapshotReader:
    """What all parts build on: the host, its programs and folders, its Go. ``on_progress`` gets how many of how many
    modules are hashed. ``parts`` are known beforehand: a name that is no part is refused."""

    def __init__(
        self, host: Host, *, deep: bool = False, on_progress: Callable[[int, int], None] = _unseen, **parts: object
    ) -> None:
        self.host = host
        self.deep = deep
        self.on_progress = on_progress
        self._guard = Lock()
        self._locks: dict[str, RLock] = {}
        self._binaries: dict[Path, Binary | None] = {}
        if unknown := [name for name in parts if not isinstance(getattr(type(self), name, None), cached_property)]:
            raise TypeError(f"a snapshot has no part {', '.join(unknown)}")
        vars(self).update(parts)

    def lock_of(self, name: str) -> RLock:
        with self._guard:
            return self._locks.setdefault(name, RLock())

    def binary(self, path: Path) -> Binary | None:
        """The program's headers, read once; ``None`` for what is no program."""
        if path not in self._binaries:
            self._binaries[path] = read_binary(path)
        return self._binaries[path]

    def is_folder(self, path: Path | str) -> bool:
        return os.path.isdir(path)

    def no_folder(self, path: Path) -> str:
        """Why what is at this place is no folder; "" for a folder, and where there is nothing."""
        if os.path.isdir(path) or not os.path.lexists(path):
            return ""
        if os.path.islink(path) and not os.path.exists(path):
            return tr("it is a link to {path}, which is gone", path=os.readlink(path))
        return tr("it is a file, not a folder")

    def is_file(self, path: Path | str) -> bool:
        return os.path.isfile(path)

    def size(self, path: Path) -> int:
        """Bytes of a file; 0 where there is none."""
        try:
            return os.stat(path).st_size
        except OSError:
            return 0

    def is_program(self, path: Path | str) -> bool:
        """A file that may be run."""
        return os.path.isfile(path) and os.access(path, os.X_OK)

    @part
    def go_environment(self) -> GoEnvironment:
        """What the user has set for go, in the process environment and in the env file."""
        return go_environment(self.host)

    @part
    def go_installs(self) -> tuple[Install, ...]:
        """Every Go, those in PATH first."""
        from idecare.golang.installs import installs

        return tuple(installs(self.host))

    @part
    def now(self) -> datetime:
        from datetime import UTC, datetime

        return datetime.now(UTC)

    @part
    def module(self) -> Path | None:
        """The folder of the module that the working folder lies in."""
        from idecare.golang.setup import module_root

        return module_root(self.host.cwd)

    @part
    def memory_bytes(self) -> int | None:
        from idecare.configure.machine import physical_memory

        return physical_memory()

    @part
    def first_go(self) -> GoFacts:
        """The version and the architecture of the go command that this shell would start."""
        from idecare.golang.delve import GoFacts

        first = next(iter(self.go_installs), None)
        binary = self.binary(first.binary) if first and first.binary and first.managed else None
        return GoFacts(first.version if first else None, binary.architectures if binary else ())
