"""Ordinary work under GoLand and VS Code: the daemon says nothing of it. A real conflict: one warning, one resolved.

A minute of it, or as long as --soak says.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from tests.e2e.test_scenarios import SHELL, Desk, serve_slowly
from tests.support.goproxy import MainModule
from tests.support.ides import Stage, await_gopls
from tests.support.processes import end_group, wait_for
from tests.support.real_go import IDECARE, find_go

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the look-alikes are known by /proc")
NOTICES = ("opened", "worse", "resolved")


@pytest.fixture
def desk(stage: Stage) -> Iterator[Desk]:
    """GoLand and VS Code on one module under git, which agree, and a daemon that watches them."""
    with tempfile.TemporaryDirectory(dir="/tmp") as runtime:
        environment = {**stage.world.env, "XDG_RUNTIME_DIR": runtime, **SHELL}
        made = Desk(Stage(replace(stage.world, env=environment), stage.actor))
        made.world.warm()
        git(made, "init", "-q")
        git(made, "add", "-A")
        git(made, "commit", "-qm", "one")
        daemon = made.world.start(*IDECARE, "daemon", "run", cwd=made.world.home)
        made.goland()
        made.code()
        assert wait_for(lambda: made.status()["daemon"]["state"] == "running", timeout=60)
        yield made
        end_group(daemon)


def git(desk: Desk, *words: str) -> None:
    done = desk.world.run("git", "-c", "user.name=x", "-c", "user.email=x@example.test", *words)
    assert done.returncode == 0, done.stderr


def notices(desk: Desk) -> list[str]:
    log = (desk.world.home / ".local" / "state" / "idecare" / "daemon.log").read_text()
    words = [line.split(" ", 2)[2] for line in log.splitlines() if line.count(" ") > 2]
    return [line for line in words if line.startswith(NOTICES)]


def build(desk: Desk) -> None:
    MainModule(desk.project, ("p00",)).edit("p00", time.time_ns() % 1000)
    assert desk.world.go("build", "./...").returncode == 0


def run_tests(desk: Desk) -> None:
    assert desk.world.go("test", "./...").returncode == 0


def tidy(desk: Desk) -> None:
    assert desk.world.go("mod", "tidy").returncode == 0


def checkouts(desk: Desk) -> None:
    """Another branch with another go.mod, and back, twice; then the same by stash."""
    git(desk, "checkout", "-q", "-B", "other")
    MainModule(desk.project, ()).import_extra("p00")
    tidy(desk)
    git(desk, "add", "-A")
    git(desk, "commit", "-q", "--allow-empty", "-m", "two")
    for _ in range(2):
        git(desk, "checkout", "-q", "master")
        time.sleep(0.7)
        git(desk, "checkout", "-q", "other")
        time.sleep(0.7)
    git(desk, "checkout", "-q", "master")
    (desk.project / "go.mod").write_text((desk.project / "go.mod").read_text() + "\n// stashed\n")
    git(desk, "stash", "-q")
    git(desk, "stash", "pop", "-q")
    git(desk, "checkout", "-q", "go.mod")


def undo(desk: Desk) -> None:
    """An editor's undo and redo, of a requirement too."""
    before = (desk.project / "go.mod").read_text()
    for _ in range(3):
        (desk.project / "go.mod").write_text(before + "\nrequire example.test/extra v1.0.0 // indirect\n")
        time.sleep(0.7)
        (desk.project / "go.mod").write_text(before)
        time.sleep(0.7)


def vim(desk: Desk) -> None:
    """vim is opened on it and closed."""
    servers = len(await_gopls(desk.world, 1))
    editor = desk.world.start(
        "vim", "-Nu", "NONE", "-es", "-c", f"let j = job_start(['{desk.gopls()}'])", "-c", "sleep 9"
    )
    await_gopls(desk.world, servers + 1)
    time.sleep(1)
    end_group(editor)
    editor.communicate()


def slow_proxy(desk: Desk) -> None:
    """Two commands want one module from a proxy that is slow: one waits for the other."""
    address = serve_slowly(desk.world.proxy)
    words = (str(find_go()), "mod", "download", "example.test/many@v1.0.0")
    own = {"GOPROXY": address, "GOMODCACHE": str(desk.world.tmp / f"mod{time.time_ns()}")}
    commands = [desk.world.start(*words, env=own) for _ in range(2)]
    time.sleep(12)
    for command in commands:
        end_group(command)
        command.communicate()


WORK: tuple[Callable[[Desk], None], ...] = (build, checkouts, run_tests, undo, vim, tidy, slow_proxy)


def test_nothing_is_said_of_ordinary_work(desk: Desk, request: pytest.FixtureRequest) -> None:
    end, rounds = time.monotonic() + (request.config.getoption("--soak") or 30), 0
    while rounds == 0 or time.monotonic() < end:
        for work in WORK:
            work(desk)
        rounds += 1
    print(f"{rounds} rounds of {len(WORK)} kinds of work")
    assert notices(desk) == []


def test_a_real_conflict_is_one_warning_and_one_resolved(desk: Desk) -> None:
    vim(desk)
    file = desk.project / ".vscode" / "settings.json"
    file.parent.mkdir()
    file.write_text('{"go.toolsEnvVars": {"GOFLAGS": "-mod=mod"}}')
    assert wait_for(lambda: notices(desk), timeout=40, pause=0.3)
    build(desk)
    vim(desk)
    file.unlink()
    assert wait_for(lambda: len(notices(desk)) > 1, timeout=40, pause=0.3)
    build(desk)
    assert [line.split(": ")[:2] for line in notices(desk)] == [["opened", "warning"], ["resolved", "warning"]]
