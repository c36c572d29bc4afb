"""The chain from the machine to the debugger: for which architecture each program is built, by its header."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from idecare.core.frozen import frozen
from idecare.core.host import Host
from idecare.core.language import tr
from idecare.core.locations import Install
from idecare.core.platforms import MACOS, WINDOWS
from idecare.golang.environment import go_environment
from idecare.system.executables import Binary
from idecare.system.files import children, real

ReadBinary = Callable[[Path], Binary | None]

FORMATS = {"linux": ("elf",), "macos": ("mach-o", "mach-o fat"), "windows": ("pe",)}


@frozen
class Link:
    """One link. ``name`` is a stable word, ``title`` how it is shown. ``in_use``: what this user's shell or IDE would
    take; others only lie there. ``package`` is what `go install` takes for it, of Go programs; ``unset`` the command
    that takes a variable back."""

    name: str
    title: str
    architectures: tuple[str, ...]
    path: Path | None
    source: str
    in_use: bool = True
    package: str = ""
    unset: str = ""

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


def tool_links(host: Host, read: ReadBinary) -> Iterator[Link]:
    """dlv and gopls wherever they are found, and all else that `go install` put into its folders."""
    from idecare.golang.delve_releases import candidates
    from idecare.golang.gopls import installs

    seen: set[Path] = set()
    for number, candidate in enumerate(candidates(host)):
        seen.add(real(candidate.path))
        for link in program_link(host, "dlv", "dlv", candidate.path, candidate.source, read):
            yield link.used(number == 0)
    gopls = [install for install in installs(host) if install.product == "gopls"]
    for number, install in enumerate(gopls):
        seen.add(real(install.path))
        for link in program_link(host, "gopls", "gopls", install.path, install.source, read):
            yield link.used(number == 0)
    for folder, source in _tool_folders(host):
        for path in children(folder):
            if real(path) not in seen:
                yield from program_link(host, "tool", path.name, path, source, read)


def _tool_folders(host: Host) -> Iterator[tuple[Path, str]]:
    environment = go_environment(host)
    gobin = environment.lookup("GOBIN")
    if gobin.value and os.path.isabs(gobin.value):
        yield Path(gobin.value), gobin.source
    else:
        yield from (
            (gopath / "bin", tr("bin of GOPATH ({folder})", folder=gopath)) for gopath in environment.gopath_folders
        )


def goland_links(host: Host, read: ReadBinary) -> Iterator[Link]:
    from idecare.jetbrains.installs import installs

    for install in installs(host):
        if install.managed and install.binary:
            name = install.selector or install.product
            title = tr("the launcher of {ide}", ide=name)
            yield from program_link(host, install.product, title, install.binary, install.source, read)
            yield from _runtime(host, install, name, read)


def _runtime(host: Host, install: Install, name: str, read: ReadBinary) -> Iterator[Link]:
    """What the launcher loads into its own process."""
    from idecare.jetbrains.launcher import Launch, simulate
    from idecare.jetbrains.launcher.runtime import ChosenRuntime, library_file

    launch = simulate(host, install.path)
    if isinstance(launch, Launch) and isinstance(launch.runtime, ChosenRuntime):
        chosen = launch.runtime
        library = library_file(host, chosen.home)
        yield from program_link(host, "jbr", tr("the Java runtime of {ide}", ide=name), library, chosen.via, read)


def vscode_links(host: Host, read: ReadBinary) -> Iterator[Link]:
    from idecare.vscode.installs import applications

    for found in applications(host):
        if found.binary:
            yield from program_link(host, "vscode", found.product.name, found.binary, found.source, read)


def docker_link(host: Host) -> Iterator[Link]:
    named = host.variable("DOCKER_DEFAULT_PLATFORM") or ""
    system, _, architecture = named.partition("/")
    if system == "linux" and architecture:
        first = architecture.partition("/")[0]
        title = f"DOCKER_DEFAULT_PLATFORM={named}"
        yield Link(
            "docker", title, (first,), None, tr("{variable} in the environment", variable="DOCKER_DEFAULT_PLATFORM")
        )


# docs.brew.sh/Installation: the prefix shows for which architecture a Homebrew installs.
HOMEBREW = {"/opt/homebrew": "arm64", "/usr/local": "amd64"}


def read_chain(host: Host, python: Path, go_installs: Iterable[Install], read: ReadBinary) -> tuple[Link, ...]:
    """The links in the order in which one decides the next. What cannot be read is not in it."""
    installed = tuple(go_installs)
    return (
        *_shell(host, python, read),
        *_homebrew(host),
        *_gos(host, installed, read),
        *_target(host),
        *_toolchains(host, installed, read),
        *tool_links(host, read),
        *goland_links(host, read),
        *vscode_links(host, read),
        *docker_link(host),
    )


def _shell(host: Host, python: Path, read: ReadBinary) -> Iterator[Link]:
    """A universal Python that is translated was started by something that is translated: the terminal, the shell."""
    own = tuple(program_link(host, "python", tr("the Python that idecare runs in"), python, tr("this process"), read))
    named = host.variable("SHELL")
    translated = host.is_translated and any(host.machine in link.architectures for link in own)
    if translated:
        yield Link(
            "shell", tr("this shell"), ("amd64",), Path(named) if named else None, tr("it started a universal program")
        )
    elif named:
        yield from program_link(
            host, "shell", tr("the shell"), Path(named), tr("{variable} in the environment", variable="SHELL"), read
        )
    yield from own


def _homebrew(host: Host) -> Iterator[Link]:
    if host.platform is not MACOS:
        return
    found = [folder / "brew" for folder in host.search_path if os.path.isfile(folder / "brew")]
    for brew in found[:1]:
        if str(brew.parent.parent) in HOMEBREW:
            yield Link("homebrew", "Homebrew", (HOMEBREW[str(brew.parent.parent)],), brew, tr("the first brew in PATH"))


def _gos(host: Host, installed: Iterable[Install], read: ReadBinary) -> Iterator[Link]:
    in_use = True
    for install in installed:
        if install.binary is None or not install.managed or install.via == "toolchain":
            continue
        in_path = install.via == "PATH"
        title = (
            tr("the go command of this shell")
            if in_use and in_path
            else tr("another Go ({version})", version=install.version or "?")
        )
        for link in program_link(host, "go", title, install.binary, install.source, read):
            yield Link("go", title, link.architectures, install.binary, install.source, in_use=in_use and in_path)
            if in_use and in_path:
                yield from _compiler(host, install, link.architectures, read)
        in_use = in_use and not in_path


def _compiler(host: Host, install: Install, architectures: tuple[str, ...], read: ReadBinary) -> Iterator[Link]:
    """Two archives unpacked over one another leave a go of one architecture with the tools of the other."""
    system = {"macos": "darwin"}.get(host.platform.name, host.platform.name)
    name = "compile.exe" if host.platform is WINDOWS else "compile"
    for architecture in architectures:
        path = install.path / "pkg" / "tool" / f"{system}_{architecture}" / name
        yield from program_link(
            host, "compiler", tr("the compiler of that Go"), path, tr("pkg/tool of its GOROOT"), read
        )


def _target(host: Host) -> Iterator[Link]:
    found = go_environment(host).lookup("GOARCH")
    if found.value:
        yield Link("goarch", f"GOARCH={found.value}", (found.value,), None, found.source, unset=found.unset("GOARCH"))


def _toolchains(host: Host, installed: Iterable[Install], read: ReadBinary) -> Iterator[Link]:
    """A right go takes none of another architecture. On a Mac one is the sign of a translated go, elsewhere of a cache
    that machines of several kinds share."""
    for install in installed:
        if install.binary and install.via == "toolchain":
            title = tr("the downloaded toolchain {version}", version=install.version or install.path.name)
            for link in program_link(host, "toolchain", title, install.binary, install.source, read):
                yield link.used(host.platform is MACOS)
