"""All that checks may know about a set-up, each part read once and only when a check asks for it."""

from __future__ import annotations

import sys
from pathlib import Path

from idecare.checks.snapshot_base import part
from idecare.checks.snapshot_caches import CacheParts
from idecare.checks.snapshot_cgo import CgoParts
from idecare.checks.snapshot_ides import IdeParts
from idecare.inspection.go_module import ModuleFile, WorkFile, read_module, read_work
from idecare.inspection.go_setup import GoSetup, inspect_go_setup
from idecare.inspection.go_users import GoUser, go_users
from idecare.inspection.mounts import Mount, read_mounts
from idecare.inspection.truth_link import Link
from idecare.tools.base import CacheLocation, Install

__all__ = ["Snapshot", "part"]


class Snapshot(CgoParts, IdeParts, CacheParts):
    """Parts are cached over ``host``; a test makes one with its parts set beforehand.

    Every part is safe to ask from several threads; none changes anything. ``deep``: the user is willing to wait for
    what takes long.
    """

    @part
    def go(self) -> GoSetup:
        """The Go that this shell would use."""
        return inspect_go_setup(self.host)

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
