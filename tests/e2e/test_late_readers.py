"""Programs of any name that read what `go list -export` named to them after it has ended, and a clean in between."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.e2e.steps import row
from tests.support.processes import end_group, finish, told
from tests.support.real_go import GoWorld, find_go

# Each prints a line when go has ended, waits for the file CLEANED, and then how many files it could read, and not.
ASK = "list -export -deps -f {{.Export}} ./..."
PROGRAM = """
import os, subprocess, sys, time
paths = subprocess.run([sys.argv[1], *sys.argv[2].split()], cwd=sys.argv[3], text=True, stdout=subprocess.PIPE).stdout
print("asked", flush=True)
while not os.path.exists(sys.argv[4]):
    time.sleep(0.01)
names = paths.split()
there = [name for name in names if os.path.isfile(name) and open(name, "rb").read()]
print(len(there), len(names) - len(there), flush=True)
"""
SCRIPT = """
cd "$3"; names=$("$1" $2); echo asked
while ! test -e "$4"; do sleep 0.01; done
there=0; gone=0
for name in $names; do if cat "$name" > /dev/null; then there=$((there + 1)); else gone=$((gone + 1)); fi; done
echo $there $gone
"""
PIPE = """
import os, sys, time
names = sys.stdin.read().split()
print("asked", flush=True)
while not os.path.exists(sys.argv[1]):
    time.sleep(0.01)
there = [name for name in names if os.path.isfile(name)]
print(len(there), len(names) - len(there), flush=True)
"""


def start(world: GoWorld, kind: str, cleaned: Path) -> subprocess.Popen[str]:
    go, elsewhere = str(find_go()), world.base
    arguments = (go, ASK, str(world.project), str(cleaned))
    match kind:
        case "program":
            return world.start(sys.executable, "-c", PROGRAM, *arguments, cwd=elsewhere)
        case "renamed":
            program = world.base / "controller-gen-v9"
            program.symlink_to(sys.executable)
            return world.start(str(program), "-c", PROGRAM, *arguments)
        case "script":
            return world.start("sh", "-c", SCRIPT, "sh", *arguments, cwd=elsewhere)
        case _:
            command = 'cd "$3" && "$1" $2 | exec "$5" -c "$6" "$4"'
            return world.start("sh", "-c", command, "sh", *arguments, sys.executable, PIPE, cwd=elsewhere)


@pytest.mark.usefixtures("idle_app")
@pytest.mark.parametrize("kind", ["program", "renamed", "script", "pipe"])
@pytest.mark.parametrize("now", [False, True], ids=["held", "deleted"])
def test_what_was_named_to_it_is_there_after_a_clean(world: GoWorld, kind: str, now: bool) -> None:
    cleaned = world.base / "cleaned"
    reader = start(world, kind, cleaned)
    try:
        assert reader.stdout is not None
        assert reader.stdout.readline() == "asked\n"
        done = world.idecare("clean", "gocache", "-y", "--json", *(("--now",) if now else ()))
        cleaned.touch()
        finished = finish(reader, timeout=60)
    finally:
        end_group(reader)
    assert done.returncode == 0, told(done)
    there, gone = map(int, finished.stdout.split()[-2:])
    assert there > 30, told(finished)
    assert gone == 0, told(finished)
    found = row(json.loads(done.stdout), "gocache")
    assert found["state"] == "trimmed" or now, found
    assert not list(world.gocache.glob("??/*-a"))
    assert any("may be reading what a go command named to it" in note for note in found["notes"]), found


@pytest.mark.usefixtures("idle_app")
def test_without_such_a_program_everything_goes(world: GoWorld) -> None:
    done = world.idecare("clean", "gocache", "-y", "--json")
    assert row(json.loads(done.stdout), "gocache")["state"] == "held", told(done)
    assert world.entries() == []
