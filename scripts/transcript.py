"""Writes docs/main-path.md from a real run of the main path with a real go: ``python -m scripts.transcript``.

Names of this run (its folder, ids, times) are replaced; numbers and sizes are as they were. A test runs it again and
compares all but those.
"""

from __future__ import annotations

import re
import shlex
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from tests.support.goproxy import write_main_module
from tests.support.real_go import GoWorld, go_world

PAGE = Path(__file__).parent.parent / "docs" / "main-path.md"
WIDTH = "80"
# Nothing else of the machine is seen; --pid needs root.
APART = ("unshare", "--pid", "--fork", "--mount-proc", "--kill-child")
HEAD = """# The main path

What a user sees from the first clean to the purge, with a real go: this page is the output of a real run
(`python -m scripts.transcript`), and a test runs it again.
"""
STEPS = (
    ("A module whose caches are full. The plan says what goes and what that costs.", ("idecare clean -n",)),
    (
        "The clean takes a moment, whatever the size; go fills the caches again.",
        ("idecare clean -y", "go mod tidy", "go build ./..."),
    ),
    (
        "The clean can be undone. What go has made since stays, and then that is over.",
        ("idecare undo -y", "idecare undo -y"),
    ),
    ("What was done, and who has the module open.", ("idecare history", "idecare status")),
    (
        "What is still held is deleted after its time, or now.",
        ("idecare clean -y", "idecare purge -y", "idecare history"),
    ),
)


def transcript(world: GoWorld) -> str:
    """The page, from a run in this world."""
    write_main_module(world.project, packages=4)
    world.warm()
    program = world.base / "bin" / "idecare"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m idecare "$@"\n')
    program.chmod(0o755)
    env = {**world.env, "COLUMNS": WIDTH, "PATH": f"{program.parent}:{world.env['PATH']}", "TZ": "UTC"}
    made = replace(world, env=env, prefix=APART)
    return _without_names("\n".join([HEAD, *(_step(made, *step) for step in STEPS)]), world)


def _step(world: GoWorld, text: str, commands: tuple[str, ...]) -> str:
    return "\n".join([text, "", "```console", *(line for each in commands for line in _ran(world, each)), "```", ""])


def _ran(world: GoWorld, command: str) -> Iterator[str]:
    yield f"$ {command}"
    done = world.run("sh", "-c", f"{command} 2>&1")
    yield from filter(None, [done.stdout.rstrip("\n")])


def _without_names(text: str, world: GoWorld) -> str:
    for path, name in ((world.project, "~/app"), (world.home, "~"), (world.base, "~/..")):
        text = text.replace(str(path), name)
    text = re.sub(r"\b20\d{6}-\d{6}(-\d+)?\b", "20261122-120000", text)
    text = re.sub(r"\b20\d\d-\d\d-\d\d\b", "2026-11-22", text)
    return re.sub(r"\b\d\d:\d\d\b(:\d\d)?", "12:00", text)


def without_numbers(text: str) -> str:
    """What must be the same each time: not sizes and counts, which another go changes, nor the columns they make, nor
    the order in which go downloads."""
    text = re.sub(r"(?m)(?:^go: downloading .*\n)+", lambda found: "".join(sorted(found[0].splitlines(True))), text)
    text = re.sub(r"\d[\d,.]*( [kMG]?B\b)?", "N", text)
    return re.sub(r"[ \n]+", " ", text)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder, go_world(Path(folder) / "world") as world:
        PAGE.write_text(transcript(world))


if __name__ == "__main__":
    main()
