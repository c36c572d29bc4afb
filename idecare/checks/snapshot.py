"""All that checks may know about a set-up, each part read once and only when a check asks for it."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from threading import Lock, RLock
from typing import TYPE_CHECKING, TypeVar

from idecare.host import Host
from idecare.inspection.binaries import Binary, read_binary
from idecare.inspection.go_module import ModuleFile, WorkFile, read_module, read_work
from idecare.inspection.go_setup import GoSetup, inspect_go_setup
from idecare.inspection.go_users import GoUser, go_users
from idecare.inspection.mounts import Mount, read_mounts
from idecare.inspection.truth_link import Link
from idecare.tools.base import CacheLocation, Install
from idecare.tools.go import GoEnvironment, go_environment

if TYPE_CHECKING:
    from datetime import datetime

    from idecare.inspection.cgo import CgoSetup
    from idecare.inspection.cgo_flags import FlagFolder, PkgConfig
    from idecare.inspection.configs_jetbrains import JetbrainsTarget
    from idecare.inspection.configs_vscode import VscodeTarget
    from idecare.inspection.debugging import Debugging
    from idecare.inspection.delve import GoFacts, Verdict
    from idecare.inspection.developer_tools import Sdk
    from idecare.inspection.dockerfiles import Dockerfile
    from idecare.tools.jetbrains_versions import Version

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
    def shell_go(self) -> Install | None:
        """The Go that this shell takes; ``None`` without one, and where a version manager's shim comes first."""
        from idecare.inspection.go_answers import shim

        found = (install for install in self.go_installs if install.managed and " in PATH" in install.source)
        return None if shim(self.host) else next(found, None)

    @part
    def go_users(self) -> tuple[GoUser, ...]:
        """Which Go each of shell, GoLand and VS Code takes."""
        return go_users(self.host, self.go_installs)

    @part
    def go_caches(self) -> tuple[CacheLocation, ...]:
        """Where go keeps its caches, with what is wrong about the places."""
        from idecare.tools.go import caches

        return tuple(caches(self.host))

    @part
    def module_file(self) -> ModuleFile | None:
        """The go.mod of the working folder."""
        return read_module(self.host.cwd)

    @part
    def work(self) -> WorkFile | None:
        """The go.work that decides in the working folder."""
        return read_work(self.host)

    @part
    def mounts(self) -> tuple[Mount, ...]:
        try:
            return read_mounts()
        except OSError:
            return ()

    @part
    def python(self) -> Path:
        """The interpreter of this process."""
        return Path(sys.executable)

    @part
    def chain(self) -> tuple[Link, ...]:
        """From the shell to the debugger: for which architecture each program is built."""
        from idecare.inspection.truth_chain import read_chain

        return read_chain(self.host, self.python, self.go_installs, self.binary)

    @part
    def now(self) -> datetime:
        from datetime import UTC, datetime

        return datetime.now(UTC)

    @part
    def module(self) -> Path | None:
        """The folder of the module that the working folder lies in."""
        from idecare.inspection.go_setup import module_root

        return module_root(self.host.cwd)

    @part
    def memory_bytes(self) -> int | None:
        from idecare.inspection.machine import physical_memory

        return physical_memory()

    @part
    def first_go(self) -> GoFacts:
        """The version and the architecture of the go command that this shell would start."""
        from idecare.inspection.delve import GoFacts

        first = next(iter(self.go_installs), None)
        binary = self.binary(first.binary) if first and first.binary and first.managed else None
        return GoFacts(first.version if first else None, binary.architectures if binary else ())

    @part
    def delves(self) -> tuple[Verdict, ...]:
        """Every dlv in the order in which VS Code's Go extension looks."""
        from idecare.inspection.delve import inspect_delve

        return inspect_delve(self.host, self.first_go)

    @part
    def debugging(self) -> Debugging:
        from idecare.inspection.debugging import inspect_debugging

        return inspect_debugging(self.host)

    @part
    def jetbrains_installs(self) -> tuple[Install, ...]:
        """Those IDEs that idecare cares for."""
        from idecare.tools.jetbrains_installs import installs

        return tuple(install for install in installs(self.host) if install.managed)

    @part
    def jetbrains(self) -> tuple[tuple[Install, JetbrainsTarget], ...]:
        """What the launcher of each installed IDE would read."""
        from idecare.inspection.configs_jetbrains import look_at_jetbrains

        return tuple((install, look_at_jetbrains(self.host, install)) for install in self.jetbrains_installs)

    @part
    def jetbrains_versions(self) -> tuple[Version, ...]:
        from idecare.tools.jetbrains_versions import versions

        return tuple(versions(self.host, self.jetbrains_installs))

    @part
    def vscode(self) -> tuple[VscodeTarget, ...]:
        """Every instance of VS Code and its forks, and every profile with settings of its own."""
        from idecare.inspection.configs_vscode import look_at_vscode
        from idecare.tools.vscode import user_data_folders

        return tuple(target for data in user_data_folders(self.host) for target in look_at_vscode(self.host, data))

    @part
    def cgo(self) -> CgoSetup:
        from idecare.inspection.cgo import inspect_cgo

        return inspect_cgo(self.host, self.go_environment, self.first_go.architectures, self.module)

    @part
    def flag_folders(self) -> tuple[FlagFolder, ...]:
        """The folders that cgo's flags name."""
        from idecare.inspection.cgo_flags import flag_folders

        return tuple(flag_folders(self.host, self.go_environment))

    @part
    def pkg_config(self) -> PkgConfig:
        from idecare.inspection.cgo_flags import inspect_pkg_config

        return inspect_pkg_config(self.host, self.go_environment, self.cgo.use.packages if self.cgo.enabled else ())

    @part
    def sdk(self) -> Sdk | None:
        """Apple's SDK; ``None`` on other systems."""
        from idecare.inspection.developer_tools import inspect_sdk

        return inspect_sdk(self.host)

    @part
    def dockerfiles(self) -> tuple[Dockerfile, ...]:
        """Those of the module that the working folder lies in."""
        from idecare.inspection.dockerfiles import find_dockerfiles

        return find_dockerfiles(self.module) if self.module else ()
