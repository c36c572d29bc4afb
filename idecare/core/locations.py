"""What a tool module yields: installs, runtimes, caches and configuration files, each with why it is there."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Literal

from idecare.core.frozen import frozen
from idecare.core.host import Host
from idecare.core.language import tr

DEFAULT = tr("default")  # the source of what nobody set


def program_stem(name: str) -> str:
    """The name of a program or process to compare with: ``goland64`` of ``GoLand64.exe``."""
    return name.lower().removesuffix(".exe")


@frozen
class Ide:
    """One instance of an IDE: the folders and names that show whether it is running.

    ``lock`` is the file in which a running instance leaves its pid; a crash leaves it behind, so the file alone
    proves nothing. ``homes`` are the install folders whose executables run this instance, ``executables`` the process
    names to expect when a home is not known.
    """

    product: str
    name: str
    lock: Path
    homes: tuple[Path, ...] = ()
    executables: tuple[str, ...] = ()

    @property
    def stems(self) -> frozenset[str]:
        return frozenset(map(program_stem, self.executables))


@frozen
class CacheLocation:
    """A folder of derived data, or one that resembles it and must be kept.

    ``target`` is the word by which ``clean`` and ``usage`` know it; ``None`` means that idecare shows it and never
    removes it. ``problem`` says why the configured value cannot be used (``path`` is then as configured).
    """

    tool: str
    name: str
    path: Path
    source: str
    target: str | None = None
    ide: Ide | None = None
    problem: str | None = None
    role: str = ""  # what its owner keeps there, by which a target finds its places
    effective: bool = True  # False: another Go's or another version's, not the one this shell would use


@frozen
class ConfigLocation:
    """A configuration file, whether or not it exists yet."""

    tool: str
    name: str
    path: Path
    source: str


Location = CacheLocation | ConfigLocation


@frozen
class Install:
    """An installed program. ``binary`` is what its architecture is read from, ``selector`` JetBrains' data folder.

    ``via``, of a Go: a command in PATH leads to it, or the go command downloaded it as a toolchain.
    """

    tool: str
    product: str
    path: Path
    source: str
    binary: Path | None = None
    version: str | None = None
    build: str | None = None
    selector: str | None = None
    managed: bool = True  # False: recognised and left alone
    via: Literal["", "PATH", "toolchain"] = ""


@frozen
class Runtime:
    """A Java runtime, by its ``release`` file. ``home`` is the folder with ``bin/java`` (macOS: ``Contents/Home``)."""

    home: Path
    source: str
    version: str | None = None
    vendor: str | None = None
    vendor_version: str | None = None
    architecture: str | None = None

    @property
    def major(self) -> int | None:
        """Feature release number: 21 for ``21.0.8``, 8 for ``1.8.0_402``."""
        parts = (self.version or "").replace("_", ".").split(".")
        number = parts[1] if parts[0] == "1" and len(parts) > 1 else parts[0]
        digits = "".join(character for character in number if character.isdigit())
        return int(digits) if digits else None


def _nothing(host: Host) -> Iterable[Runtime]:
    return ()


@frozen
class Tool:
    """One product family. The functions read folders and small files only: no sizes, no processes."""

    name: str
    installs: Callable[[Host], Iterable[Install]]
    caches: Callable[[Host], Iterable[CacheLocation]]
    configs: Callable[[Host], Iterable[ConfigLocation]]
    runtimes: Callable[[Host], Iterable[Runtime]] = _nothing
