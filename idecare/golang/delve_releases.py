"""Delve: where copies of dlv can be, and which Go each of its releases debugs."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

from idecare.core.frozen import frozen
from idecare.core.host import Host
from idecare.core.language import tr
from idecare.core.platforms import MACOS, WINDOWS
from idecare.golang.environment import go_environment
from idecare.golang.installs import shim_manager
from idecare.system.files import real

PACKAGE = "github.com/go-delve/delve/cmd/dlv"
MODULE = "github.com/go-delve/delve"
VERSION = re.compile(r"(?:go|v)?(\d+)\.(\d+)(?:\.(\d+))?")

Version = tuple[int, int, int]


@frozen
class Support:
    """The releases from ``first`` to ``last`` debug Go from ``least`` to ``most`` (minors of Go 1)."""

    first: Version
    last: Version
    least: int
    most: int


# pkg/goversion/compat.go at every release tag up to 1.27.1 of 2026-07-31.
SUPPORT = tuple(
    Support(first, last, least, most)
    for first, last, least, most in (
        ((1, 4, 0), (1, 4, 0), 11, 14),
        ((1, 4, 1), (1, 4, 1), 12, 14),
        ((1, 5, 0), (1, 5, 0), 12, 15),
        ((1, 5, 1), (1, 5, 1), 13, 15),
        ((1, 6, 0), (1, 6, 0), 13, 16),
        ((1, 6, 1), (1, 6, 1), 14, 16),
        ((1, 7, 0), (1, 7, 3), 15, 17),
        ((1, 8, 0), (1, 8, 3), 16, 18),
        ((1, 9, 0), (1, 9, 0), 16, 19),
        ((1, 9, 1), (1, 9, 1), 17, 19),
        ((1, 20, 0), (1, 20, 2), 18, 20),
        ((1, 21, 0), (1, 21, 0), 18, 21),
        ((1, 21, 1), (1, 21, 2), 19, 21),
        ((1, 22, 0), (1, 22, 1), 19, 22),
        ((1, 23, 0), (1, 23, 1), 21, 23),
        ((1, 24, 0), (1, 24, 2), 21, 24),
        ((1, 25, 0), (1, 25, 0), 21, 24),
        ((1, 25, 1), (1, 25, 2), 22, 25),
        ((1, 26, 0), (1, 26, 3), 24, 26),
        ((1, 27, 0), (1, 27, 1), 25, 27),
    )
)
LATEST_KNOWN = SUPPORT[-1].last
# A program of Go 1.25 and later has DWARF 5, which a dlv built with an older Go does not read (since Delve 1.24.2).
DWARF_5_MINOR = 25
HOMEBREW = {"macos": ("/opt/homebrew/bin", "/usr/local/bin"), "linux": ("/home/linuxbrew/.linuxbrew/bin",)}


@frozen
class Candidate:
    """A dlv as it is named where it was found: a link stays, for what it leads to changes with each update."""

    path: Path
    source: str


def candidates(host: Host) -> Iterator[Candidate]:
    """Each dlv once, in the order in which VS Code's Go extension searches, then Homebrew's."""
    found: set[Path] = set()
    for folder, source in _folders(host):
        path = folder / ("dlv.exe" if host.platform is WINDOWS else "dlv")
        if os.path.isfile(path) and not shim_manager(path) and real(path) not in found:
            found.add(real(path))
            yield Candidate(path, source)


def _folders(host: Host) -> Iterator[tuple[Path, str]]:
    environment = go_environment(host)
    gobin = environment.lookup("GOBIN")
    if gobin.value and os.path.isabs(gobin.value):
        yield Path(gobin.value), gobin.source
    for gopath in environment.gopath_folders:
        yield gopath / "bin", tr("bin of GOPATH ({source})", source=environment.gopath.source)
        if host.platform is MACOS:  # where a translated Go puts what it builds for the machine itself
            yield gopath / "bin" / f"darwin_{host.machine}", tr("cross build in GOPATH")
    yield from ((folder, f"PATH ({folder})") for folder in host.search_path)
    yield from ((Path(folder), "Homebrew") for folder in HOMEBREW.get(host.platform.name, ()))


def parse_version(text: str | None) -> Version | None:
    """``v1.25.1``, ``go1.27.3``, ``1.24``; ``None`` for ``(devel)`` and what is no version."""
    match = VERSION.match(text or "")
    return (int(match[1]), int(match[2]), int(match[3] or 0)) if match else None


def support_of(version: Version) -> Support | None:
    """What a Delve debugs. Of later releases than the table knows: Delve 1.N debugs up to Go 1.N."""
    if version[:2] > LATEST_KNOWN[:2]:
        return Support(version, version, version[1] - 2, version[1])
    return next((entry for entry in reversed(SUPPORT) if version >= entry.first), None)


def release_for(go_version: str | None) -> str:
    """The newest Delve known to debug this Go, as `go install` takes it."""
    go = parse_version(go_version)
    if go is None or go[1] > SUPPORT[-1].most:
        return "latest"
    fitting = [entry.last for entry in SUPPORT if entry.least <= go[1] <= entry.most]
    return "v{}.{}.{}".format(*fitting[-1]) if fitting else "latest"
