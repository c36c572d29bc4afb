"""What a module cache has of each version: the parts that take space, and when it was last downloaded or used.

A .mod file and the lists of versions stay whatever goes: they are tiny, and go loads module graphs from them. Of use go
leaves one trace: it reads the .ziphash of every module of a build (cmd/go of go1.27.3, modfetch/fetch.go, checkMod),
which moves its access time, on most systems once a day.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

from idecare.core.frozen import frozen
from idecare.modules.layout import ModuleVersion, listed_modules

TOOLCHAIN = re.compile(r"v0\.0\.1-(go\d[\w.]*?)\.[a-z0-9]+-[a-z0-9]+")


@frozen
class CachedVersion:
    """``parts`` are paths below the root: its tree first, for a tree without its sum is extracted again. ``used`` is
    in seconds since the epoch."""

    module: ModuleVersion
    parts: tuple[str, ...]
    used: float

    @property
    def toolchain(self) -> str:
        """``go1.27.3`` of a downloaded toolchain, else ""."""
        found = TOOLCHAIN.fullmatch(self.module.version) if self.module.is_toolchain else None
        return found[1] if found else ""


def cached_versions(root: Path) -> tuple[CachedVersion, ...]:
    """Every version of which there is a tree or a zip."""
    return tuple(found for module in listed_modules(root) if (found := _cached(root, module)))


def _cached(root: Path, module: ModuleVersion) -> CachedVersion | None:
    names = (module.tree, module.file("ziphash"), module.file("zip"))
    found = {name: status for name in names if (status := _status(root / name))}
    if not {names[0], names[2]} & found.keys():
        return None
    times = [status.st_mtime for status in found.values()]
    times += [status.st_atime for name, status in found.items() if name == names[1]]
    return CachedVersion(module, tuple(found), max(times))


def _status(path: Path) -> os.stat_result | None:
    try:
        return os.lstat(path)
    except (OSError, ValueError):
        return None
