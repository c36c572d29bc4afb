"""SnapshotReader at programs by their files: what they are built for, and which dlv and go there are."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from idecare.core.host import Host
from idecare.core.platforms import MACOS
from idecare.core.reading import open_file
from idecare.doctor.explain.base import Clue, Words
from idecare.golang.delve import FORMATS, GoFacts, inspect_delve
from idecare.golang.environment import go_environment
from idecare.golang.installs import installs
from idecare.system.executables import Binary, read_binary

SYSTEMS = {"elf": "Linux", "mach-o": "macOS", "mach-o fat": "macOS", "pe": "Windows"}
TARGETS = ("GOOS", "GOARCH")


def program(host: Host, words: Words) -> Iterator[Clue]:
    """What the program that did not start is built for."""
    path = Path(words.get("program", ""))
    if not path.is_absolute():
        return
    binary = read_binary(path)
    if binary is not None:
        yield from _built_for(host, path, binary)
    elif os.path.isfile(path):
        yield from _no_program(path)
    else:
        yield Clue(f"{path} is not there any more")


def _built_for(host: Host, path: Path, binary: Binary) -> Iterator[Clue]:
    system = SYSTEMS[binary.format]
    names = " and ".join(binary.architectures)
    fits = binary.format in FORMATS[host.platform.name] and host.machine in binary.architectures
    seen = f"{path} is built for {system} on {names}; this machine is {host.machine}"
    if fits:
        yield Clue(seen)
        return
    yield Clue(
        seen,
        f"The program is built for {system} on {names}, and cannot run on this machine.",
        fix="Build or install it for this machine; `go install` builds for the go command's own architecture.",
    )


def _no_program(path: Path) -> Iterator[Clue]:
    with open_file(path) as file:
        start = file.read(64)
    if not start:
        meaning = "The program file is empty: a copy or a download was cut short, or the disk was full."
        yield Clue(f"{path} has 0 bytes", meaning, fix="Remove it, and build or install it again.")
    elif start.startswith(b"#!"):
        yield Clue(f"{path} is a script for {start[2:].decode(errors='replace').split()[0:1]}")
    else:
        meaning = "The file is not a program: neither a binary of any system nor a script that names its interpreter."
        fix = "A script needs a first line such as `#!/bin/sh`; anything else is to be installed again."
        yield Clue(f"{path} starts with neither a program header nor #!", meaning, fix=fix)


def target(host: Host, words: Words) -> Iterator[Clue]:
    """GOOS and GOARCH that are set, and so make go build for another machine."""
    environment = go_environment(host)
    found = [(name, environment.lookup(name)) for name in TARGETS]
    own = {"GOOS": {"macos": "darwin"}.get(host.platform.name, host.platform.name), "GOARCH": host.machine}
    for name, value in found:
        if value.value and value.value != own[name]:
            unset = f"`go env -u {name}`" if str(environment.env_file) in value.source else f"`unset {name}`"
            yield Clue(
                f"{name}={value.value} ({value.source}); this machine is {own[name]}",
                f"go built the program for another machine, because {name}={value.value} is set, and then tried to "
                f"start "
                "it here.",
                fix=f"Take it back with {unset}, and set it only for the one command that builds for elsewhere.",
            )


def apple_silicon(host: Host, words: Words) -> Iterator[Clue]:
    """Whether the text can be of this machine at all."""
    if host.platform is not MACOS or host.machine != "arm64":
        here = f"{host.platform.name} on {host.machine}"
        yield Clue(
            f"this machine is {here}: the text comes from a Mac with Apple silicon, where idecare would see more"
        )


def delves(host: Host, words: Words) -> Iterator[Clue]:
    """Every dlv, what is wrong with it, and what installs the right one."""
    verdicts = inspect_delve(host, _go_facts(host))
    for verdict in verdicts:
        what = " and ".join(verdict.architectures) or "unknown architecture"
        text = f"{verdict.path} ({verdict.source}): Delve {verdict.version or '?'}, {what}"
        faults = "; ".join(fault.message for fault in verdict.faults)
        fix = f"{verdict.fix}; then restart the IDE" if verdict.faults else ""
        yield Clue(f"{text}: {faults}" if faults else text, fix=_capital(fix))
    if not verdicts:
        yield Clue("no dlv was found on PATH, in GOBIN or in GOPATH/bin; GoLand brings one of its own")


def tools_built_with(host: Host, words: Words) -> Iterator[Clue]:
    """The Go tools of GOBIN and GOPATH/bin that were built with a Go older than the text, or this module, asks for."""
    from idecare.doctor.go_facts import built_tools, is_older
    from idecare.golang.module import read_module

    module = read_module(host.cwd)
    wanted = words.get("language") or (module.go if module else "")
    for tool in built_tools(host):
        if wanted and is_older(tool.go, wanted):
            yield Clue(f"{tool.path} was built with {tool.go}, older than {wanted}")


def _capital(sentence: str) -> str:
    return f"Run: {sentence}" if sentence.startswith("go ") else sentence[:1].upper() + sentence[1:]


def _go_facts(host: Host) -> GoFacts:
    for install in installs(host):
        binary = read_binary(install.binary) if install.binary else None
        if binary is not None and install.version:
            return GoFacts(install.version, binary.architectures)
    return GoFacts()


def gos(host: Host, words: Words) -> Iterator[Clue]:
    """Every go, its version and architecture, where that is not this machine's."""
    for install in installs(host):
        binary = read_binary(install.binary) if install.binary else None
        names = " and ".join(binary.architectures) if binary else "?"
        wrong = binary is not None and host.machine not in binary.architectures
        note = f", but this machine is {host.machine}" if wrong else ""
        version = install.version or "unknown version"
        yield Clue(f"{version} in {install.path} ({install.source}) is for {names}{note}")
