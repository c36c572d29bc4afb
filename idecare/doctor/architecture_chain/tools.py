"""The links of the chain behind go: dlv, gopls, other Go tools, the IDEs with what they start, Docker's platform."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from idecare.core.host import Host
from idecare.core.locations import Install
from idecare.doctor.architecture_chain.link import Link, ReadBinary, program_link
from idecare.golang.environment import go_environment
from idecare.system.files import children, real


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
        yield from ((gopath / "bin", f"bin of GOPATH ({gopath})") for gopath in environment.gopath_folders)


def goland_links(host: Host, read: ReadBinary) -> Iterator[Link]:
    from idecare.jetbrains.installs import installs

    for install in installs(host):
        if install.managed and install.binary:
            name = install.selector or install.product
            title = f"the launcher of {name}"
            yield from program_link(host, install.product, title, install.binary, install.source, read)
            yield from _runtime(host, install, name, read)


def _runtime(host: Host, install: Install, name: str, read: ReadBinary) -> Iterator[Link]:
    """What the launcher loads into its own process."""
    from idecare.jetbrains.launcher.runtime import ChosenRuntime, library_file
    from idecare.jetbrains.launcher.simulate import Launch, simulate

    launch = simulate(host, install.path)
    if isinstance(launch, Launch) and isinstance(launch.runtime, ChosenRuntime):
        chosen = launch.runtime
        library = library_file(host, chosen.home)
        yield from program_link(host, "jbr", f"the Java runtime of {name}", library, chosen.via, read)


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
        yield Link("docker", title, (first,), None, "DOCKER_DEFAULT_PLATFORM in the environment")
