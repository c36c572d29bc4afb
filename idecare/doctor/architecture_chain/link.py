"""One link of the chain from the machine to the debugger, read from a program's header."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from idecare.core.frozen import frozen
from idecare.core.host import Host
from idecare.system.executables import Binary
from idecare.system.files import real

ReadBinary = Callable[[Path], Binary | None]

FORMATS = {"linux": ("elf",), "macos": ("mach-o", "mach-o fat"), "windows": ("pe",)}


@frozen
class Link:
    """One link. ``name`` is a stable word, ``title`` how it is told. ``in_use``: what this user's shell or IDE would
    take; others only lie there. ``package`` is what `go install` takes for it, of Go programs."""

    name: str
    title: str
    architectures: tuple[str, ...]
    path: Path | None
    source: str
    in_use: bool = True
    package: str = ""

    def used(self, in_use: bool) -> Link:
        return replace(self, in_use=in_use)


def program_link(host: Host, name: str, title: str, path: Path, source: str, read: ReadBinary) -> Iterator[Link]:
    """Scripts and programs of other systems have no place in the chain."""
    binary = read(real(path))
    if binary and binary.format in FORMATS[host.platform.name]:
        package = f"{binary.path}@{_version(binary)}" if binary.path and binary.module_version else ""
        yield Link(name, title, binary.architectures, path, source, package=package)


def _version(binary: Binary) -> str:
    """A release, or the latest where the program was built from a working copy."""
    version = binary.module_version or ""
    return version if version.startswith("v") and "+" not in version else "latest"
