"""The folders that cgo's flags name: headers, libraries, sysroots, and pkg-config's own."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from idecare.core.frozen import frozen
from idecare.core.host import Host
from idecare.core.platforms import WINDOWS
from idecare.golang.cgo.compiler import find_program, words
from idecare.golang.environment import GoEnvironment
from idecare.system.run import ask

VARIABLES = ("CGO_CPPFLAGS", "CGO_CFLAGS", "CGO_CXXFLAGS", "CGO_LDFLAGS")
JOINED = ("-I", "-L", "-F", "--sysroot=", "-isysroot", "-isystem", "--sysroot")
LISTS = ("PKG_CONFIG_PATH", "PKG_CONFIG_LIBDIR")
LIMIT_SECONDS = 5


@frozen
class FlagFolder:
    """A folder, the flag that names it, and the variable with its source."""

    flag: str
    path: Path
    source: str

    @property
    def is_sysroot(self) -> bool:
        return "sysroot" in self.flag


@frozen
class PkgConfig:
    """``command`` is what go would start. ``missing``: what it says of packages it does not know."""

    command: str
    source: str
    path: Path | None
    missing: str = ""


def flag_folders(host: Host, environment: GoEnvironment) -> Iterator[FlagFolder]:
    """The absolute folders named in the flags that the user has set, and in pkg-config's lists."""
    for name in VARIABLES:
        found = environment.lookup(name)
        for flag, path in _folders(words(found.value) if found.value else []):
            yield FlagFolder(flag, path, found.source)
    for name in LISTS:
        for part in (host.variable(name) or "").split(";" if host.platform is WINDOWS else ":"):
            if os.path.isabs(part):
                yield FlagFolder(name, Path(part), f"{name} in the environment")


def _folders(flags: list[str]) -> Iterator[tuple[str, Path]]:
    for number, flag in enumerate(flags):
        name = next((name for name in JOINED if flag.startswith(name)), None)
        if name is None:
            continue
        value = flag.removeprefix(name) or (flags[number + 1] if number + 1 < len(flags) else "")
        if os.path.isabs(value):
            yield name.rstrip("="), Path(value)


def inspect_pkg_config(host: Host, environment: GoEnvironment, packages: tuple[str, ...]) -> PkgConfig:
    """Find pkg-config and, where the module names packages, ask it for them."""
    named = environment.lookup("PKG_CONFIG")
    command = named.value or "pkg-config"
    path = find_program(host, words(command)[0])
    missing = _missing(host, path, packages) if path and packages else ""
    return PkgConfig(command, named.source if named.value else "default", path, missing)


def _missing(host: Host, path: Path, packages: tuple[str, ...]) -> str:
    try:
        asked = ask([path, "--exists", "--print-errors", *packages], host.environment, LIMIT_SECONDS)
    except OSError:
        return ""
    return "" if asked.returncode == 0 else (asked.stderr or asked.stdout).strip()
