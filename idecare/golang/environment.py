"""The Go toolchain's environment and caches, resolved as the go command does, without running it.

Source of the rules: cmd/go of go1.27.3 (src/cmd/go/internal/cfg/cfg.go, internal/cache/default.go, src/os/file.go).
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Literal

from idecare.core.frozen import frozen
from idecare.core.host import Host
from idecare.core.language import mark, tr
from idecare.core.locations import DEFAULT, CacheLocation, ConfigLocation
from idecare.core.platforms import LINUX, WINDOWS
from idecare.core.reading import read_file
from idecare.system.files import children

# go clean -cache matches the same two hex digits (src/cmd/go/internal/clean/clean.go).
CACHE_FOLDER = re.compile(r"[0-9a-f]{2}")
CACHE_FOLDERS = tuple(f"{number:02x}" for number in range(256))
# A trim removes entries which were not used for five days (src/cmd/go/internal/cache/cache.go, trimLimit).
ACTION_ENTRY_BYTES = 175
# go refreshes an entry's mtime at most once an hour (mtimeInterval), so a younger stamp says nothing; measured: entries
# older than two hours can go during builds, entries older than twenty minutes cannot.
SAFE_AGE_SECONDS = 2 * 3600
# The caches of go, by what it keeps there (CacheLocation.role).
BUILD_CACHE, MODULE_CACHE, FUZZ_CACHE = mark("build cache"), mark("module cache"), mark("fuzzing corpus")
TOOLCHAIN_FOLDER = "toolchain@"


@frozen
class GoValue:
    """A go env value and who set it. ``value`` is empty when nothing does."""

    value: str
    source: str
    place: Literal["environment", "goenv", "default"] = "default"

    def unset(self, name: str) -> str:
        """The command that takes it back."""
        return f"unset {name}" if self.place == "environment" else f"go env -u {name}"


@frozen
class GoEnvironment:
    """go env values for one host: the process environment, then the user's env file, then the defaults."""

    host: Host
    env_file: Path | None
    file_values: Mapping[str, str]

    def lookup(self, name: str) -> GoValue:
        """The value set by the user. An empty process variable falls through to the file, as go does."""
        if value := self.host.variable(name):
            return GoValue(value, tr("{variable} in the environment", variable=name), "environment")
        if value := self.file_values.get(name):
            return GoValue(value, tr("{key} in {file}", key=name, file=self.env_file), "goenv")
        return GoValue("", tr("not set"))

    @property
    def gopath(self) -> GoValue:
        """GOPATH, a list separated as PATH is."""
        found = self.lookup("GOPATH")
        if found.value:
            return found
        home = self.host.platform.home_in(self.host.environment)
        return GoValue(str(home / "go"), DEFAULT) if home else GoValue("", tr("no home"))

    @property
    def gopath_folders(self) -> tuple[Path, ...]:
        return tuple(Path(part) for part in self.gopath.value.split(self.host.platform.list_separator) if part)

    @property
    def modcache(self) -> GoValue:
        """GOMODCACHE, else pkg/mod of the first GOPATH folder."""
        found = self.lookup("GOMODCACHE")
        if found.value:
            return found
        folders = self.gopath_folders
        if not folders:
            return GoValue("", self.gopath.source)
        return GoValue(str(folders[0] / "pkg" / "mod"), tr("pkg/mod of GOPATH ({source})", source=self.gopath.source))

    @property
    def gocache(self) -> GoValue:
        """GOCACHE, else go-build in the user's cache folder."""
        found = self.lookup("GOCACHE")
        if found.value:
            return found
        folder = user_cache_folder(self.host)
        return GoValue(str(folder / "go-build"), DEFAULT) if folder else GoValue("", tr("no cache folder"))


def go_environment(host: Host) -> GoEnvironment:
    """Read the user's go env file. A file that cannot be read counts as absent."""
    path = _env_file(host)
    if path is None:
        return GoEnvironment(host, None, {})
    try:
        text = read_file(path).decode("utf-8", "surrogateescape")  # a carriage return is part of the value
    except OSError:
        return GoEnvironment(host, path, {})
    return GoEnvironment(host, path, parse_env_file(text))


def parse_env_file(text: str) -> dict[str, str]:
    """KEY=value lines as go reads them: no quotes, no trimming; a key starts with A-Z; the last line of a key wins."""
    values = {}
    for line in text.split("\n"):
        key, equals, value = line.partition("=")
        if equals and "A" <= key[:1] <= "Z":
            values[key] = value
    return values


def _env_file(host: Host) -> Path | None:
    named = host.variable("GOENV")
    if named == "off":
        return None
    if named:
        return Path(named)
    return host.folders.config / "go" / "env" if host.folders.config else None


def user_cache_folder(host: Host) -> Path | None:
    """os.UserCacheDir, which asks $HOME alone, never the account database; ``None`` where Go gives up.

    A relative XDG_CACHE_HOME is returned as it is: go turns its cache off, and the caller reports it.
    """
    if host.platform is LINUX and (cache := host.variable("XDG_CACHE_HOME")):
        return Path(cache)
    if host.platform is not WINDOWS and not host.variable("HOME"):
        return None
    return host.folders.cache


def caches(host: Host) -> Iterator[CacheLocation]:
    """The build cache, the fuzzing corpus, the module cache this shell's go would use, and the telemetry folder."""
    environment = go_environment(host)
    yield from _build_caches(environment)
    modcache = environment.modcache
    if modcache.value:
        problem = _modcache_problem(modcache.value)
        yield CacheLocation(
            "go", tr(MODULE_CACHE), Path(modcache.value), modcache.source, problem=problem, role=MODULE_CACHE
        )
    if host.folders.config:
        yield CacheLocation("go", tr("telemetry"), host.folders.config / "go" / "telemetry", "os.UserConfigDir")


def _build_caches(environment: GoEnvironment) -> Iterator[CacheLocation]:
    gocache = environment.gocache
    path = Path(gocache.value or "off")
    problem = gocache_problem(environment)
    yield CacheLocation("go", tr(BUILD_CACHE), path, gocache.source, problem=problem, role=BUILD_CACHE)
    source = tr("fuzz in GOCACHE ({source})", source=gocache.source)
    yield CacheLocation("go", tr(FUZZ_CACHE), path / "fuzz", source, problem=problem, role=FUZZ_CACHE)


def gocache_problem(environment: GoEnvironment) -> str | None:
    """Why the go command itself could not use this GOCACHE, or ``None``."""
    gocache = environment.gocache
    if gocache.value == "off":
        return tr("the build cache is turned off by GOCACHE=off, which go has refused since 1.12")
    if not gocache.value:
        return tr("neither GOCACHE, XDG_CACHE_HOME nor HOME is set, so go has no build cache")
    if not Path(gocache.value).is_absolute():
        name = "XDG_CACHE_HOME" if gocache.place == "default" else "GOCACHE"
        return tr("{variable} is not an absolute path, so go refuses to build", variable=name)
    return None


def _modcache_problem(value: str) -> str | None:
    if value.startswith("~"):
        return tr("the path starts with '~', which go does not expand")
    return None if Path(value).is_absolute() else tr("the path is not absolute, so go refuses to use it")


def configs(host: Host) -> Iterator[ConfigLocation]:
    """The go env file."""
    path = _env_file(host)
    if path is not None:
        yield ConfigLocation("go", tr("go env file"), path, "GOENV" if host.variable("GOENV") else DEFAULT)


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
