"""SnapshotReader at programs by their files: what they are built for, and which dlv and go there are."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from idecare.core.host import Host
from idecare.core.language import tr
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
        yield Clue(tr("{path} is not there any more", path=path))


def _built_for(host: Host, path: Path, binary: Binary) -> Iterator[Clue]:
    system = SYSTEMS[binary.format]
    names = tr(" and ").join(binary.architectures)
    fits = binary.format in FORMATS[host.platform.name] and host.machine in binary.architectures
    seen = tr(
        "{path} is built for {system} on {names}; this machine is {machine}",
        path=path,
        system=system,
        names=names,
        machine=host.machine,
    )
    if fits:
        yield Clue(seen)
        return
    yield Clue(
        seen,
        tr("The program is built for {system} on {names}, and cannot run on this machine.", system=system, names=names),
        fix=tr("Build or install it for this machine; `go install` builds for the go command's own architecture."),
    )


def _no_program(path: Path) -> Iterator[Clue]:
    with open_file(path) as file:
        start = file.read(64)
    if not start:
        meaning = tr("The program file is empty: a copy or a download was cut short, or the disk was full.")
        yield Clue(tr("{path} has 0 bytes", path=path), meaning, fix=tr("Remove it, and build or install it again."))
    elif start.startswith(b"#!"):
        interpreter = next(iter(start[2:].decode(errors="replace").split()), tr("nothing"))
        yield Clue(tr("{path} is a script for {interpreter}", path=path, interpreter=interpreter))
    else:
        meaning = tr(
            "The file is not a program: neither a binary of any system nor a script that names its interpreter."
        )
        fix = tr("A script needs a first line such as `#!/bin/sh`; anything else is to be installed again.")
        yield Clue(tr("{path} starts with neither a program header nor #!", path=path), meaning, fix=fix)


def target(host: Host, words: Words) -> Iterator[Clue]:
    """GOOS and GOARCH that are set, and so make go build for another machine."""
    environment = go_environment(host)
    found = [(name, environment.lookup(name)) for name in TARGETS]
    own = {"GOOS": {"macos": "darwin"}.get(host.platform.name, host.platform.name), "GOARCH": host.machine}
    for name, value in found:
        if value.value and value.value != own[name]:
            yield Clue(
                tr(
                    "{name}={value} ({source}); this machine is {own_value}",
                    name=name,
                    value=value.value,
                    source=value.source,
                    own_value=own[name],
                ),
                tr(
                    "go built the program for another machine, because {name}={value} is set, and then tried to "
                    "start it here.",
                    name=name,
                    value=value.value,
                ),
                fix=tr(
                    "Take it back with {command}, and set it only for the one command that builds for elsewhere.",
                    command=f"`{value.unset(name)}`",
                ),
            )


def apple_silicon(host: Host, words: Words) -> Iterator[Clue]:
    """Whether the text can be of this machine at all."""
    if host.platform is not MACOS or host.machine != "arm64":
        yield Clue(
            tr(
                "this machine is {system} on {machine}: the text comes from a Mac with Apple silicon, where idecare "
                "would see more",
                system=host.platform.name,
                machine=host.machine,
            )
        )


def delves(host: Host, words: Words) -> Iterator[Clue]:
    """Every dlv, what is wrong with it, and what installs the right one."""
    verdicts = inspect_delve(host, _go_facts(host))
    for verdict in verdicts:
        what = tr(" and ").join(verdict.architectures) or tr("unknown architecture")
        text = f"{verdict.path} ({verdict.source}): Delve {verdict.version or '?'}, {what}"
        faults = "; ".join(fault.message for fault in verdict.faults)
        fix = tr("{command}; then restart the IDE", command=verdict.fix) if verdict.faults else ""
        yield Clue(f"{text}: {faults}" if faults else text, fix=_capital(fix))
    if not verdicts:
        yield Clue(tr("no dlv was found on PATH, in GOBIN or in GOPATH/bin; GoLand brings one of its own"))


def tools_built_with(host: Host, words: Words) -> Iterator[Clue]:
    """The Go tools of GOBIN and GOPATH/bin that were built with a Go older than the text, or this module, asks for."""
    from idecare.doctor.go_facts import built_tools, is_older
    from idecare.golang.module import read_module

    module = read_module(host.cwd)
    wanted = words.get("language") or (module.go if module else "")
    for tool in built_tools(host):
        if wanted and is_older(tool.go, wanted):
            yield Clue(
                tr(
                    "{path} was built with {release}, older than {wanted}",
                    path=tool.path,
                    release=tool.go,
                    wanted=wanted,
                )
            )


def _capital(sentence: str) -> str:
    return tr("Run: {command}", command=sentence) if sentence.startswith("go ") else sentence[:1].upper() + sentence[1:]


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
        names = tr(" and ").join(binary.architectures) if binary else "?"
        wrong = binary is not None and host.machine not in binary.architectures
        built = {
            "version": install.version or tr("unknown version"),
            "path": install.path,
            "source": install.source,
            "names": names,
        }
        yield Clue(
            tr(
                "{version} in {path} ({source}) is for {names}, but this machine is {machine}",
                **built,
                machine=host.machine,
            )
            if wrong
            else tr("{version} in {path} ({source}) is for {names}", **built)
        )
