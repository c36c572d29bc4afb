"""`idecare configure` ended with kill -9 at every call that changes the disk: the old file or the new one, always."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from tests.support.goland import World

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed"),
]

OLD = '{\n  // mine\n  "editor.tabSize": 8\n}\n'
NEW = OLD.replace("8", "4")
CALLS = ("write", "fsync", "rename", "link", "linkat", "unlink", "mkdir", "fchown", "chmod", "ftruncate", "pwrite64")
WORDS = ("configure", "--ide", "vscode", "--set", "editor.tabSize=4", "-y", "-q")


@pytest.fixture
def world(tmp_path: Path) -> World:
    environment = {"PYTHONPATH": str(Path(__file__).parents[2]), "PYTHONDONTWRITEBYTECODE": "1"}
    return World(tmp_path, environment)


def prepare(world: World, text: str | None) -> Path:
    for child in world.home.iterdir():
        shutil.rmtree(child)
    folder = world.home / ".config" / "Code" / "User"
    (folder / "globalStorage").mkdir(parents=True)
    if text is not None:
        (folder / "settings.json").write_text(text)
    return folder / "settings.json"


def traced(world: World, *options: str, words: tuple[str, ...] = WORDS) -> int:
    command = ["strace", "-f", *options, sys.executable, "-m", "idecare", *words]
    environment = {"HOME": str(world.home), "PATH": "/usr/bin:/bin", **world.environment}
    return subprocess.run(command, env=environment, cwd=world.home, capture_output=True, check=False).returncode


def moments(world: World, words: tuple[str, ...] = WORDS) -> list[tuple[str, int]]:
    """Each call of a whole run, by name and number."""
    log = world.home.with_name(f"{world.home.name}.calls")
    trace = ["-e", f"trace={','.join(CALLS)}", "-o", str(log)]
    assert traced(world, *trace, words=words) == 0
    names = Counter(line.split(None, 1)[1].partition("(")[0] for line in log.read_text().splitlines() if "(" in line)
    return [(name, number) for name, count in names.items() for number in range(1, count + 1)]


def kill_at(world: World, call: str, number: int, words: tuple[str, ...] = WORDS) -> None:
    inject = f"inject={call}:signal=KILL:when={number}"
    traced(world, "-e", f"trace={call}", "-e", inject, "-o", "/dev/null", words=words)


@pytest.fixture
def step(request: pytest.FixtureRequest) -> int:
    """Which calls are tried: every third, with --soak every one."""
    return 1 if request.config.getoption("--soak") else 3


def content(file: Path) -> str | None:
    return file.read_text() if file.exists() else None


@pytest.mark.parametrize("old", [pytest.param(OLD, id="a file"), pytest.param(None, id="no file yet")])
def test_a_kill_leaves_the_old_file_or_the_new(world: World, old: str | None, step: int) -> None:
    file = prepare(world, old)
    calls = moments(world)[::step]
    new = content(file)
    assert new is not None
    assert len(calls) > 10
    seen = set()
    for call, number in calls:
        file = prepare(world, old)
        kill_at(world, call, number)
        seen.add(left := content(file))
        assert left in (old, new), (call, number)
        done = world.run(*WORDS)
        assert (done.returncode, content(file)) == (0, new), (call, number, done.stderr)
        assert [path.name for path in file.parent.iterdir() if path.is_file()] == ["settings.json"], (call, number)
        done = world.run("undo", "-y")
        assert (done.returncode, content(file)) == (0, old), (call, number, done.stdout)
    assert seen == {old, new}


def test_a_kill_in_an_undo_leaves_one_of_both_and_is_finished(world: World, step: int) -> None:
    file = prepare(world, OLD)
    assert world.run(*WORDS).returncode == 0
    words = ("undo", "-y")
    calls = moments(world, words)[::step]
    for call, number in calls:
        file = prepare(world, OLD)
        assert world.run(*WORDS).returncode == 0
        kill_at(world, call, number, words)
        assert content(file) in (OLD, NEW), (call, number)
        world.run(*words)
        assert content(file) == OLD, (call, number)
        assert [path.name for path in file.parent.iterdir() if path.is_file()] == ["settings.json"], (call, number)
