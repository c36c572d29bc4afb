"""Dockerfiles of the module: a compiler under emulation, and images with a program for another processor in them.

Source: docs.docker.com/build/building/multi-platform (2026): FROM takes the platform that is built for unless it says
--platform=$BUILDPLATFORM; TARGETARCH and its like are empty in a stage that does not declare them with ARG.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from idecare.core.host import MACHINES
from idecare.core.language import tr
from idecare.doctor.base import Check, Finding
from idecare.doctor.snapshot import Snapshot
from idecare.golang.dockerfiles import Dockerfile, Instruction, Stage

COMPILES = re.compile(r"\bgo\s+(?:build|install|test|run|generate)\b")
BUILDS = re.compile(r"\bgo\s+(?:build|install\s+\.)")
# Wrappers that set GOARCH by themselves (tonistiigi/xx, crazy-max/goxx, goreleaser).
WRAPPERS = re.compile(r"\b(?:xx-go|xx|goxx\S*|goreleaser|gox)\b")
# With a default, as in ${TARGETARCH:-amd64}, it is not empty.
TARGET_VARIABLE = re.compile(r"\$(?:\{(?=\w+[^\w:-]))?(TARGET(?:ARCH|OS|PLATFORM|VARIANT))\b")
BUILD_PLATFORM = re.compile(r"\$\{?BUILDPLATFORM\b")
TARGET_PLATFORM = re.compile(r"\$\{?TARGETPLATFORM\b")
FIXED = re.compile(r"linux/(\w+)")


def _emulated(snapshot: Snapshot) -> Iterable[Finding]:
    for file in snapshot.dockerfiles:
        for stage in file.stages:
            if run := _first(stage, COMPILES):
                yield from _emulation(snapshot, file, stage, run)


def _emulation(snapshot: Snapshot, file: Dockerfile, stage: Stage, run: Instruction) -> Iterator[Finding]:
    """Without a sign that other platforms are built for, an image of this machine's own is what is meant."""
    platform, machine = file.platform(stage), snapshot.host.machine
    fixed = FIXED.match(platform or "")
    said = f"--platform={platform}" if platform else tr("no --platform")
    if fixed:
        named = MACHINES.get(fixed[1], machine)
        asked = tr("this machine is {machine}", machine=machine) if named != machine else None
    elif platform is None or TARGET_PLATFORM.search(platform):
        asked = _other_platform(file, machine) or _platform_argument(file)
    else:
        asked = None
    if asked is None:
        return
    yield Finding(
        id="cgo/dockerfile-emulated",
        severity="info" if "ARG" in asked else "warning",
        summary=tr(
            "{file} runs the Go compiler under emulation, if it is built for another processor", file=file.path.name
        )
        if "ARG" in asked
        else tr("{file} runs the Go compiler under emulation", file=file.path.name),
        evidence=(
            tr(
                "{path}:{line}: FROM {image} with {option}",
                path=file.path,
                line=stage.line,
                image=stage.image,
                option=said,
            ),
            f"{file.path}:{run.line}: {_command(run)}",
            asked,
        ),
        why=tr("for another processor the whole compiler runs in QEMU: many times slower, and now and then it crashes"),
        fix=tr(
            "FROM --platform=$BUILDPLATFORM for this stage, ARG TARGETOS TARGETARCH in it, and "
            "GOOS=$TARGETOS GOARCH=$TARGETARCH for go build"
        ),
    )


def _other_platform(file: Dockerfile, machine: str) -> str | None:
    """Where another platform than this machine's is asked for."""
    return next((one for one in file.asked if not one.endswith(f"linux/{machine}")), None)


def _platform_argument(file: Dockerfile) -> str | None:
    """Where it shows that the image may be built for several platforms."""
    for stage in file.stages:
        for instruction in stage.instructions:
            if instruction.word == "ARG" and re.search(r"\b(TARGET|BUILD)(PLATFORM|ARCH|OS)\b", instruction.text):
                return f"{file.path}:{instruction.line}: ARG {instruction.text.strip()}"
    return None


def _first(stage: Stage, pattern: re.Pattern[str]) -> Instruction | None:
    """The first RUN with such a command; none where a wrapper takes care of the target."""
    runs = [run for run in stage.named("RUN") if pattern.search(run.text)]
    return runs[0] if runs and not any(WRAPPERS.search(run.text) for run in runs) else None


def _command(run: Instruction) -> str:
    found = COMPILES.search(run.text)
    start = found.start() if found else 0
    return f"RUN … {run.text[start : start + 60].splitlines()[0]}"


def _target(snapshot: Snapshot) -> Iterable[Finding]:
    for file in snapshot.dockerfiles:
        for stage in file.stages:
            yield from _undeclared(file, stage)
            yield from _unnamed(file, stage)


def _undeclared(file: Dockerfile, stage: Stage) -> Iterator[Finding]:
    declares = [line for one in file.chain(stage) for line in one.instructions if line.word in ("ARG", "ENV")]
    declared = {name for line in declares for name in _names(line)}
    for instruction in stage.instructions:
        used = set(TARGET_VARIABLE.findall(instruction.text)) if instruction.word == "RUN" else set()
        if missing := sorted(used - declared - _shell_names(instruction)):
            yield Finding(
                id="cgo/dockerfile-target/undeclared",
                severity="warning",
                summary=tr(
                    "{file} uses {variables} in a stage that does not declare it",
                    file=file.path.name,
                    variables=", ".join(missing),
                ),
                evidence=(
                    tr(
                        "{path}:{line}: {instruction} uses {variable}",
                        path=file.path,
                        line=instruction.line,
                        instruction=instruction.word,
                        variable=f"${missing[0]}",
                    ),
                ),
                why=tr(
                    "it is empty there, so go builds for the machine of the builder: 'exec format error' when it runs"
                ),
                fix=tr("ARG {variables} after the FROM in line {line}", variables=" ".join(missing), line=stage.line),
            )
            return


def _names(arg: Instruction) -> Iterator[str]:
    yield from (word.partition("=")[0] for word in arg.text.split())


def _shell_names(instruction: Instruction) -> set[str]:
    """What the shell itself sets before it uses it."""
    return set(re.findall(r"(?:^|[\s;&])(TARGET\w+)=", instruction.text))


def _unnamed(file: Dockerfile, stage: Stage) -> Iterator[Finding]:
    """A program that a stage on the builder's platform makes, and that another one takes over."""
    platform, run = file.platform(stage), _first(stage, BUILDS)
    copies = [copy for copy in file.copies_from(stage) if not _is_on_builder(file, copy)]
    if run is None or not copies or not platform or not BUILD_PLATFORM.search(platform):
        return
    texts = [instruction.text for one in file.chain(stage) for instruction in one.instructions]
    if any("GOARCH" in text for text in texts) or not any(COMPILES.search(text) for text in texts):
        return
    yield Finding(
        id="cgo/dockerfile-target/unset",
        severity="warning",
        summary=tr("{file} builds for the machine of the builder, whatever the image is for", file=file.path.name),
        evidence=(
            f"{file.path}:{stage.line}: FROM --platform={platform} {stage.image}",
            tr("{path}:{line}: {command}, without GOARCH", path=file.path, line=run.line, command=_command(run)),
            tr(
                "{path}:{line}: COPY takes it into an image of the target's platform",
                path=file.path,
                line=copies[0].line,
            ),
        ),
        why=tr("an image for another processor gets a program for this one: 'exec format error' when it runs"),
        fix=tr("ARG TARGETOS TARGETARCH in that stage, and GOOS=$TARGETOS GOARCH=$TARGETARCH for go build"),
    )


def _is_on_builder(file: Dockerfile, copy: Instruction) -> bool:
    stage = next(stage for stage in file.stages if copy in stage.instructions)
    return bool(BUILD_PLATFORM.search(file.platform(stage) or ""))


CHECKS = (
    Check(
        "cgo/dockerfile-emulated",
        tr("a Dockerfile of this module compiles Go under emulation"),
        tr("FROM --platform=$BUILDPLATFORM and GOARCH=$TARGETARCH"),
        _emulated,
    ),
    Check(
        "cgo/dockerfile-target",
        tr("a Dockerfile of this module builds for the wrong processor, as TARGETARCH is not declared or not used"),
        tr("ARG TARGETOS TARGETARCH, and GOOS and GOARCH for go build"),
        _target,
    ),
)
