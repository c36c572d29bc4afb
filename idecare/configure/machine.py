"""What configuration depends on besides an IDE's own files: the memory, the Go and the Delve of this machine."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import field, replace
from itertools import islice
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from idecare.configure.profile import Found, Profile
from idecare.core.frozen import frozen
from idecare.core.host import Host
from idecare.core.reading import read_file

if TYPE_CHECKING:
    from idecare.configure.plan import Target
    from idecare.configure.requests import Overrides
    from idecare.core.locations import Install
    from idecare.golang.delve import Verdict
    from idecare.vscode.config_files import VscodeTarget
    from idecare.vscode.go_extension import Manifest


@frozen
class Gopls:
    """A gopls, and the release that it is; ``None`` for a build that names none, whose ``settings`` it was asked."""

    path: Path
    version: str | None
    settings: frozenset[str] = frozenset()

    @property
    def known_version(self) -> str:
        """The release whose settings it surely has: by its version, else by what it says itself, else the oldest."""
        from idecare.vscode.gopls_settings import release_with

        return self.version or release_with(self.settings)


@frozen
class Machine:
    """The facts of this machine. ``memory_bytes``: ``None`` where the system does not say; ``go``: the go command that
    is right for the machine; ``delve``: the dlv to use, or what is wrong with the one there is; ``verdicts``: on the
    dlv that settings name, by their paths; ``gopls``: the one that the Go extension starts; ``extensions``: the
    installed releases of the Go extension."""

    os: str
    arch: str
    memory_bytes: int | None = None
    go: Path | None = None
    delve: Verdict | None = None
    verdicts: Mapping[Path, Verdict] = field(default_factory=dict)
    gopls: Gopls | None = None
    extensions: tuple[Manifest, ...] = ()


def _with_programs(host: Host, named_delves: Iterable[Path]) -> Machine:
    """Read the programs' files; nothing is run. ``named_delves`` are paths in settings and on the command line."""
    from idecare.golang.delve import GoFacts, best_delve, check_delve, inspect_delve
    from idecare.golang.delve_releases import Candidate
    from idecare.golang.installs import installs

    found = [(install, architectures(install)) for install in installs(host)]
    first, first_architectures = found[0] if found else (None, ())
    go = GoFacts(first.version if first else None, first_architectures)
    verdicts = inspect_delve(host, go)
    return Machine(
        os=host.platform.name,
        arch=host.machine,
        memory_bytes=physical_memory(),
        go=next((install.binary for install, built in found if host.machine in built), None),
        delve=best_delve(verdicts) or next(iter(verdicts), None),
        verdicts={path: check_delve(host, Candidate(path, "settings"), go) for path in named_delves},
    )


def architectures(install: Install) -> tuple[str, ...]:
    """What the go command is built for; nothing where its file does not show it."""
    from idecare.system.executables import read_binary

    binary = read_binary(install.binary) if install.binary and install.managed else None
    return binary.architectures if binary else ()


def physical_memory() -> int | None:
    """The memory that is there for an IDE, ``None`` where the system does not say."""
    from idecare.configure.machine import memory_bytes

    return memory_bytes()


def inspect_machine(host: Host, targets: Sequence[Target], profile: Profile | None, overrides: Overrides) -> Machine:
    """The machine, as far as these targets depend on it: Go and dlv only where a value names them."""
    named = (*_delves_in_settings(targets), *overrides.delves)
    if named or (profile and any(isinstance(entry.value, Found) for entry in profile.settings)):
        machine = _with_programs(host, named)
    else:
        machine = Machine(host.platform.name, host.machine, physical_memory())
    keys = (*(entry.key for entry in (profile.settings if profile else ())), *(key for key, _ in overrides.settings))
    vscode = tuple(target for target in targets if target.kind == "vscode")
    if vscode and any(key.startswith("gopls") for key in keys):
        machine = replace(machine, gopls=find_gopls(host, vscode))
    if vscode and any(key.startswith("go.") for key in keys):
        from idecare.vscode.installs import go_extensions

        machine = replace(machine, extensions=go_extensions(host))
    return machine


def find_gopls(host: Host, targets: Iterable[VscodeTarget]) -> Gopls | None:
    """The gopls that settings name, else the first where the Go extension searches (util.ts, getBinPath)."""
    from idecare.golang.gopls import ask_settings, gopls_version, installs
    from idecare.vscode.config_files import named_gopls

    installed = (install.binary or install.path for install in installs(host) if install.product == "gopls")
    path = next(iter((*(path for path in named_gopls(targets) if path.is_file()), *islice(installed, 1))), None)
    if path is None:
        return None
    version = gopls_version(path)
    return Gopls(path, version) if version else Gopls(path, None, ask_settings(host, path))


def _delves_in_settings(targets: Sequence[Target]) -> tuple[Path, ...]:
    found = tuple(target for target in targets if target.kind == "vscode")
    if not found:
        return ()
    from idecare.vscode.config_files import named_delves

    return named_delves(found)


NO_LIMIT = 1 << 60  # version 1 has a number near 2**63 where version 2 says "max"
ROOT = Path("/")


def memory_bytes(root: Path = ROOT) -> int | None:
    """What a process here may use, ``None`` where the system does not say. ``root`` holds proc and sys."""
    found = [size for size in (_physical_bytes(), *_limits(root)) if size is not None]
    return min(found, default=None)


def _physical_bytes() -> int | None:
    try:
        if sys.platform == "win32":
            from idecare.system.machine import total_memory

            return total_memory()
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (ValueError, OSError):
        return None


def _limits(root: Path) -> Iterator[int]:
    """The limit of each group that this process is in, and of those around it: the tightest counts."""
    for line in _text(root / "proc/self/cgroup").splitlines():
        number, _, rest = line.partition(":")
        controllers, _, group = rest.partition(":")
        if number == "0" and not controllers:
            yield from _limits_of(root / "sys/fs/cgroup", group, "memory.max")
        elif "memory" in controllers.split(","):
            yield from _limits_of(root / "sys/fs/cgroup/memory", group, "memory.limit_in_bytes")


def _limits_of(mount: Path, group: str, name: str) -> Iterator[int]:
    """From inside a container its own group is often the mount's root, whatever it is called outside."""
    path = PurePosixPath(group)
    for folder in (path, *path.parents):
        text = _text(mount / str(folder).lstrip("/") / name).strip()
        if text.isdecimal() and 0 < int(text) < NO_LIMIT:
            yield int(text)


def _text(path: Path) -> str:
    try:
        return read_file(path).decode()
    except (OSError, ValueError):
        return ""
