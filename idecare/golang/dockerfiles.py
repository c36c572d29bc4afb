"""Dockerfiles of a module, as far as they decide for which architecture Go compiles and on which it runs.

Format: docs.docker.com/reference/dockerfile (2026); platform arguments: docs.docker.com/build/building/multi-platform.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import field
from pathlib import Path

from idecare.core.frozen import frozen
from idecare.core.language import tr
from idecare.system.files import children, read_text

NAMES = re.compile(r"(Dockerfile|Containerfile)(\..+)?|.+\.[Dd]ockerfile")
SKIPPED = frozenset({"vendor", "node_modules", "testdata", "third_party"})
MOST_FOLDERS = 300
DEPTH = 2
INSTRUCTION = re.compile(r"\s*([A-Za-z]+)\s+(.*)", re.DOTALL)
HEREDOC = re.compile(r"<<-?[\"']?(\w+)[\"']?")
# Files that say for which platforms an image is built.
ASKING = ("docker-bake.hcl", "Makefile", "compose.yaml", "compose.yml", "docker-compose.yaml", "docker-compose.yml")
PLATFORM = re.compile(r"\blinux/(?:amd64|arm64)\b")


@frozen
class Instruction:
    """``word`` in capitals; ``line`` is the one it begins on, from 1."""

    word: str
    text: str
    line: int


@frozen
class Stage:
    """One FROM and what follows it. ``platform`` is as written, without quotes."""

    line: int
    image: str
    name: str | None = None
    platform: str | None = None
    instructions: tuple[Instruction, ...] = ()

    def named(self, word: str) -> Iterator[Instruction]:
        return (instruction for instruction in self.instructions if instruction.word == word)


@frozen
class Dockerfile:
    """``stages`` in their order. ``asked``: where platforms are named that it is built for."""

    path: Path
    stages: tuple[Stage, ...] = ()
    asked: tuple[str, ...] = field(default=())

    def chain(self, stage: Stage) -> tuple[Stage, ...]:
        """The stage and those it is built from, nearest first: ARG and ENV of all of them hold in it."""
        chain, at = [stage], self.stages.index(stage)
        while base := next((one for one in self.stages[:at] if one.name and one.name == chain[-1].image.lower()), None):
            chain.append(base)
            at = self.stages.index(base)
        return tuple(chain)

    def platform(self, stage: Stage) -> str | None:
        """What decides where the commands of a stage run; ``None``: the platform that is built for."""
        return next((one.platform for one in self.chain(stage) if one.platform), None)

    def copies_from(self, stage: Stage) -> tuple[Instruction, ...]:
        """The COPY instructions of other stages that take files from this one."""
        words = {str(self.stages.index(stage)), *([stage.name] if stage.name else [])}
        copies = (copy for other in self.stages if other is not stage for copy in other.named("COPY"))
        return tuple(copy for copy in copies if (found := _option(copy.text, "from")) and found.lower() in words)


def find_dockerfiles(root: Path) -> tuple[Dockerfile, ...]:
    """Those in the module's folder and two levels below it."""
    asked = tuple(_asked(root))
    paths = sorted(path for folder in _folders(root) for path in children(folder) if NAMES.fullmatch(path.name))
    texts = ((path, read_text(path)) for path in paths)
    return tuple(Dockerfile(path, parse_stages(text), asked) for path, text in texts if text)


def _folders(root: Path) -> Iterator[Path]:
    level, seen = [root], 0
    for _ in range(DEPTH + 1):
        below: list[Path] = []
        for folder in level:
            seen += 1
            if seen > MOST_FOLDERS:
                return
            yield folder
            below += [path for path in children(folder) if _is_looked_into(path)]
        level = below


def _is_looked_into(path: Path) -> bool:
    return not path.name.startswith(".") and path.name not in SKIPPED and os.path.isdir(path)


def _asked(root: Path) -> Iterator[str]:
    workflows = (path for path in children(root / ".github" / "workflows") if path.suffix in (".yml", ".yaml"))
    for path in (*(root / name for name in ASKING), *workflows):
        found: dict[str, int] = {}
        for number, line in enumerate((read_text(path) or "").splitlines(), 1):
            if not line.lstrip().startswith("#"):
                found = {**dict.fromkeys(PLATFORM.findall(line), number), **found}
        places = ((f"{path}:{number}", platform) for platform, number in sorted(found.items()))
        yield from (tr("{place} asks for {platform}", place=place, platform=platform) for place, platform in places)


def parse_stages(text: str) -> tuple[Stage, ...]:
    """The stages of a Dockerfile; what comes before the first FROM belongs to none."""
    stages: list[Stage] = []
    lines: list[Instruction] = []
    for instruction in parse(text):
        if instruction.word == "FROM":
            stages = _with(stages, lines)
            stages.append(_stage(instruction))
            lines = []
        elif stages:
            lines.append(instruction)
    return tuple(_with(stages, lines))


def _with(stages: list[Stage], lines: list[Instruction]) -> list[Stage]:
    if not stages:
        return stages
    last = stages[-1]
    return [*stages[:-1], Stage(last.line, last.image, last.name, last.platform, tuple(lines))]


def _stage(instruction: Instruction) -> Stage:
    words = [word for word in instruction.text.split() if not word.startswith("--")]
    name = words[2].lower() if len(words) > 2 and words[1].lower() == "as" else None
    return Stage(instruction.line, words[0] if words else "", name, _option(instruction.text, "platform"))


def _option(text: str, name: str) -> str | None:
    """The value of ``--name=value`` before the arguments."""
    for word in text.split():
        if not word.startswith("--"):
            return None
        key, _, value = word[2:].partition("=")
        if key == name:
            return value.strip("\"'")
    return None


def parse(text: str) -> Iterator[Instruction]:
    """Instructions with their continued lines joined and here-documents attached."""
    lines, at = text.splitlines(), 0
    escape = "`" if re.match(r"#\s*escape\s*=\s*`", text) else "\\"
    while at < len(lines):
        start = at
        whole, at = _joined(lines, at, escape)
        match = INSTRUCTION.match(whole)
        if match is None:
            continue
        bodies = [whole]
        for mark in HEREDOC.findall(match[2]) if match[1].upper() in ("RUN", "COPY") else ():
            body, at = _until(lines, at, mark)
            bodies.append(body)
        match = INSTRUCTION.match("\n".join(bodies))
        if match:
            yield Instruction(match[1].upper(), match[2], start + 1)


def _joined(lines: Sequence[str], at: int, escape: str) -> tuple[str, int]:
    """The line at ``at`` with those it goes on with; comments between them do not end it."""
    if lines[at].lstrip().startswith("#"):
        return "", at + 1
    parts: list[str] = []
    while at < len(lines):
        line = lines[at].rstrip()
        at += 1
        if parts and line.lstrip().startswith("#"):
            continue
        goes_on = line.endswith(escape)
        parts.append(line.removesuffix(escape))
        if not goes_on:
            break
    return " ".join(parts), at


def _until(lines: Sequence[str], at: int, mark: str) -> tuple[str, int]:
    body = []
    while at < len(lines) and lines[at].strip() != mark:
        body.append(lines[at])
        at += 1
    return "\n".join(body), at + 1
