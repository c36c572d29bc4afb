"""The folders of Go's caches in which go makes files, with their owners and modes."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from idecare.core.frozen import frozen
from idecare.core.locations import CacheLocation
from idecare.golang.environment import BUILD_CACHE, MODULE_CACHE, GoEnvironment
from idecare.system.files import children

MOST_LOOKED_AT = 3000


@frozen
class Folder:
    """``cache`` is the place of the cache it belongs to, and ``root`` that cache's folder. Where there is no cache
    yet, the folder is the one in which it will be made."""

    cache: CacheLocation
    path: Path
    owner: int
    mode: int

    def is_open_to(self, user: int) -> bool:
        """Whether this user may make files in it, by owner and mode; groups are given the benefit of the doubt."""
        if self.owner == user:
            return self.mode & (stat.S_IWUSR | stat.S_IXUSR) == stat.S_IWUSR | stat.S_IXUSR
        return bool(self.mode & (stat.S_IWGRP | stat.S_IWOTH))


def read_folders(place: CacheLocation) -> Iterator[Folder]:
    """Of a build cache or a module cache; of others none."""
    if place.problem or place.role not in (BUILD_CACHE, MODULE_CACHE):
        return
    for path in _folders(place):
        try:
            status = os.stat(path)
        except OSError:
            continue
        yield Folder(place, path, status.st_uid, stat.S_IMODE(status.st_mode))


def read_gopath(environment: GoEnvironment) -> Iterator[Folder]:
    """GOPATH itself and where `go install` puts programs."""
    for gopath in environment.gopath_folders:
        place = CacheLocation("go", "GOPATH", gopath, environment.gopath.source)
        for path in (gopath, gopath / "bin", gopath / "pkg"):
            if gopath.is_absolute() and os.path.isdir(path):
                status = os.stat(path)
                yield Folder(place, path, status.st_uid, stat.S_IMODE(status.st_mode))


def _folders(place: CacheLocation) -> Iterator[Path]:
    """Extracted modules are read-only by design and are not among them, nor is what git keeps for itself."""
    if not os.path.lexists(place.path):
        yield next(folder for folder in place.path.parents if os.path.lexists(folder))
        return
    yield place.path
    is_modcache = place.role == MODULE_CACHE
    waiting = [place.path / "cache", place.path / "cache" / "download"] if is_modcache else [place.path]
    yield from (folder for folder in waiting if is_modcache and os.path.isdir(folder))
    count = 0
    while waiting and count < MOST_LOOKED_AT:
        for child in children(waiting.pop(0)):
            count += 1
            if child.name not in ("vcs", "download") and os.path.isdir(child) and not os.path.islink(child):
                yield child
                if is_modcache:
                    waiting.append(child)
