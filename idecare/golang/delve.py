"""Whether a dlv can debug on this machine, read from its file alone: architecture, format, release, its Go."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Literal

from idecare.core.commands import command_text
from idecare.core.frozen import frozen
from idecare.core.host import Host
from idecare.core.language import mark, tr
from idecare.core.reading import open_file
from idecare.golang.delve_releases import (
    DWARF_5_MINOR,
    MODULE,
    PACKAGE,
    Candidate,
    Version,
    candidates,
    parse_version,
    release_for,
    support_of,
)
from idecare.system.executables import Binary, read_binary

Kind = Literal["missing", "not a program", "other system", "architecture", "too old", "too new", "built with old Go"]

FORMATS = {"linux": ("elf",), "macos": ("mach-o", "mach-o fat"), "windows": ("pe",)}
OWN_NAMES = {"amd64": "x86-64 (amd64)", "arm64": "arm64"}


@frozen
class Fault:
    """Why a dlv will not debug here."""

    kind: Kind
    message: str


@frozen
class Verdict:
    """What the file of a dlv shows. ``version`` is ``None`` where a packager removed it (Debian, Homebrew).

    ``fix`` is the command that installs the right one; empty where nothing is wrong.
    """

    path: Path
    source: str
    faults: tuple[Fault, ...] = ()
    architectures: tuple[str, ...] = ()
    version: str | None = None
    fix: str = ""

    @property
    def is_right(self) -> bool:
        return not self.faults

    @property
    def fault_text(self) -> str:
        """What is wrong, and what installs the right one."""
        faults = tr("; ").join(fault.message for fault in self.faults)
        return tr("{faults}. The right one: {command}", faults=faults, command=self.fix)


@frozen
class GoFacts:
    """The Go that is to be debugged: its version, and the architecture of the go command itself."""

    version: str | None = None
    architectures: tuple[str, ...] = ()


def inspect_delve(host: Host, go: GoFacts) -> tuple[Verdict, ...]:
    """The verdict on each dlv of this machine, in the order in which VS Code's Go extension would take them."""
    return tuple(check_delve(host, candidate, go) for candidate in candidates(host))


def best_delve(verdicts: Iterable[Verdict]) -> Verdict | None:
    """The first that will debug here; one whose release is known comes before one whose release is not known."""
    right = [verdict for verdict in verdicts if verdict.is_right]
    return next((verdict for verdict in right if verdict.version), right[0] if right else None)


def check_delve(host: Host, candidate: Candidate, go: GoFacts) -> Verdict:
    """Read the program at ``candidate`` and check it for this machine and this Go."""
    binary = read_binary(candidate.path)
    version = _release(binary)
    faults = tuple(_faults(host, candidate.path, binary, go))
    return Verdict(
        path=candidate.path,
        source=candidate.source,
        faults=faults,
        architectures=binary.architectures if binary else (),
        version=version,
        fix=install_command(host, go) if faults else "",
    )


def install_command(host: Host, go: GoFacts) -> str:
    """What installs a dlv for this machine. `go install` builds for the architecture of the go command itself."""
    install = command_text("go", "install", f"{PACKAGE}@{release_for(go.version)}")
    if go.architectures and host.machine not in go.architectures:
        text = mark("install a Go for {machine} (https://go.dev/dl), then: {command}")
        return tr(text, machine=host.machine, command=install)
    return install


def _release(binary: Binary | None) -> str | None:
    """``v1.25.1``; ``None`` for another program's version, a local build and a file without build info."""
    if binary is None or binary.module != MODULE or parse_version(binary.module_version) is None:
        return None
    return binary.module_version


def _faults(host: Host, path: Path, binary: Binary | None, go: GoFacts) -> Iterator[Fault]:
    if binary is None:
        yield from _no_binary_faults(path)
    elif not _is_delve(path, binary):
        found = binary.path or binary.module or tr("another program")
        yield Fault("not a program", tr("{path} is {program}, not Delve", path=path, program=found))
    elif binary.format not in FORMATS[host.platform.name]:
        message = tr("{path} is built for another system ({format})", path=path, format=binary.format)
        yield Fault("other system", message)
    elif host.machine not in binary.architectures:
        yield Fault("architecture", _architecture_text(host, path, binary))
    else:
        yield from _version_faults(path, binary, go)


def _no_binary_faults(path: Path) -> Iterator[Fault]:
    """Nothing is wrong with a wrapper script: what it starts is not known here."""
    if not path.is_file():
        yield Fault("missing", tr("there is no {path}", path=path))
    elif not _is_script(path):
        yield Fault("not a program", tr("{path} is not Delve: neither a program nor a script", path=path))


def _is_script(path: Path) -> bool:
    """A file that cannot be read may be one."""
    if path.suffix.lower() in (".bat", ".cmd", ".ps1"):
        return True
    try:
        with open_file(path) as file:
            return file.read(2) == b"#!"
    except OSError:
        return True


def _is_delve(path: Path, binary: Binary) -> bool:
    """Debian's has no module, one built from a list of files no path of its own; a packed one has nothing but its
    name."""
    if binary.module:
        return binary.module == MODULE
    if binary.go_version is None:
        return path.name.startswith("dlv")
    return binary.path in (PACKAGE, "command-line-arguments", None)


def _architecture_text(host: Host, path: Path, binary: Binary) -> str:
    built = tr(" and ").join(OWN_NAMES.get(name, name) for name in binary.architectures)
    text = mark("{path} is built for {built}; this machine is {machine}")
    if host.platform.name == "macos":
        text = mark(
            "{path} is built for {built}; this machine is {machine}, where Delve ends with 'can not run under Rosetta'"
        )
    return tr(text, path=path, built=built, machine=host.machine)


def _version_faults(path: Path, binary: Binary, go: GoFacts) -> Iterator[Fault]:
    delve, wanted = parse_version(_release(binary)), parse_version(go.version)
    if delve is None or wanted is None:
        return
    support = support_of(delve)
    built = parse_version(binary.go_version)
    values = {"path": path, "version": _text(delve), "go": _text(wanted), "built": _text(built) if built else ""}
    if support and wanted[1] > support.most:
        text = mark("{path} is Delve {version}, which debugs up to Go 1.{most}; Go is {go}")
        yield Fault("too old", tr(text, most=support.most, **values))
    elif support and wanted[1] < support.least:
        text = mark("{path} is Delve {version}, which debugs from Go 1.{least} on; Go is {go}")
        yield Fault("too new", tr(text, least=support.least, **values))
    elif wanted[1] >= DWARF_5_MINOR and built and built[1] < DWARF_5_MINOR:
        text = mark("{path} is Delve {version} built with Go {built}, which reads no DWARF 5; Go is {go}")
        yield Fault("built with old Go", tr(text, **values))


def _text(version: Version) -> str:
    return ".".join(map(str, version))
