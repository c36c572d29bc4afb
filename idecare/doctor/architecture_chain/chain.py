"""The chain from the machine to the debugger: for which architecture each program is built, by its header."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from idecare.core.host import Host
from idecare.core.locations import Install
from idecare.core.platforms import MACOS, WINDOWS
from idecare.doctor.architecture_chain.link import Link, ReadBinary, program_link
from idecare.doctor.architecture_chain.tools import docker_link, goland_links, tool_links, vscode_links
from idecare.golang.environment import go_environment

# docs.brew.sh/Installation: the prefix tells for which architecture a Homebrew installs.
HOMEBREW = {Path("/opt/homebrew"): "arm64", Path("/usr/local"): "amd64"}
TOOLCHAIN = "downloaded toolchain"


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
    own = tuple(program_link(host, "python", "the Python that idecare runs in", python, "this process", read))
    named = host.variable("SHELL")
    translated = host.is_translated and any(host.machine in link.architectures for link in own)
    if translated:
        yield Link("shell", "this shell", ("amd64",), Path(named) if named else None, "it started a universal program")
    elif named:
        yield from program_link(host, "shell", "the shell", Path(named), "SHELL in the environment", read)
    yield from own


def _homebrew(host: Host) -> Iterator[Link]:
    if host.platform is not MACOS:
        return
    found = [folder / "brew" for folder in host.search_path if os.path.isfile(folder / "brew")]
    for brew in found[:1]:
        if brew.parent.parent in HOMEBREW:
            yield Link("homebrew", "Homebrew", (HOMEBREW[brew.parent.parent],), brew, "the first brew in PATH")


def _gos(host: Host, installed: Iterable[Install], read: ReadBinary) -> Iterator[Link]:
    in_use = True
    for install in installed:
        if install.binary is None or not install.managed or install.source.startswith(TOOLCHAIN):
            continue
        in_path = " in PATH" in install.source
        title = "the go command of this shell" if in_use and in_path else f"another Go ({install.version or '?'})"
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
        yield from program_link(host, "compiler", "the compiler of that Go", path, "pkg/tool of its GOROOT", read)


def _target(host: Host) -> Iterator[Link]:
    found = go_environment(host).lookup("GOARCH")
    if found.value:
        yield Link("goarch", f"GOARCH={found.value}", (found.value,), None, found.source)


def _toolchains(host: Host, installed: Iterable[Install], read: ReadBinary) -> Iterator[Link]:
    """A right go takes none of another architecture. On a Mac one tells of a translated go, elsewhere of a cache that
    machines of several kinds share."""
    for install in installed:
        if install.binary and install.source.startswith(TOOLCHAIN):
            title = f"the downloaded toolchain {install.version or install.path.name}"
            for link in program_link(host, "toolchain", title, install.binary, install.source, read):
                yield link.used(host.platform is MACOS)
