"""Who has a module open, by a real gopls.exe that a program in the place of an editor has started."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import Queue
from threading import Thread
from typing import Any

import pytest

from tests.windows.conftest import Home
from tests.windows.test_configure import install_code

PROGRAMS = Path(os.environ.get("IDECARE_TEST_PROGRAMS") or os.devnull)
PATIENCE_SECONDS = 60.0
pytestmark = pytest.mark.skipif(not PROGRAMS.is_dir(), reason="no go has built gopls.exe: IDECARE_TEST_PROGRAMS")


@contextmanager
def editor(home: Home, program: Path, **environment: str) -> Iterator[int]:
    """It has started another of its kind, as VS Code does for its extensions, and that one gopls in the project."""
    shutil.copy(PROGRAMS / "actor.exe", program)
    below = {
        "ACTOR_CHILD": f"{program}\n--type=utility",
        "ACTOR_CHILD_DIR": str(home.path),
        "ACTOR_CHILD_ENV": f"ACTOR_CHILD={PROGRAMS / 'gopls.exe'}\x1fserve\nACTOR_CHILD_DIR={home.project}",
    }
    env = {**home.env, **below, **environment}
    started = subprocess.Popen([program], cwd=home.path, env=env, stdout=subprocess.PIPE, text=True)
    try:
        assert started.stdout is not None
        assert started.stdout.readline() == "ready\n"
        yield started.pid
    finally:
        _end_tree(started.pid)
        started.wait()


@contextmanager
def code(home: Home) -> Iterator[int]:
    program = install_code(home)
    with editor(home, program, ACTOR_PID_FILE=str(home.path / "AppData" / "Roaming" / "Code" / "code.lock")) as pid:
        yield pid


def _end_tree(pid: int) -> None:
    from idecare.system import toolhelp

    for child, parent, _ in list(toolhelp.processes()):
        if parent == pid and child != pid:
            _end_tree(child)
    os.kill(pid, 9)


def presences(home: Home) -> dict[int, tuple[str, set[str], str]]:
    """Product, signs and Go of each editor that has the one module open, by its pid."""
    values = json.loads(home.idecare("status", "--json", check=False).stdout)
    assert len(values["workspaces"]) <= 1, values
    return {
        found["pid"]: (found["ide"], {sign["kind"] for sign in found["evidence"]}, found["go"]["go_version"])
        for module in values["workspaces"]
        for found in module["ides"]
    }


def test_status_names_the_editor_that_started_gopls(plain_home: Home) -> None:
    with code(plain_home) as pid:
        assert presences(plain_home)[pid] == ("vscode", {"gopls"}, "go1.21.13")
    assert presences(plain_home) == {}


def test_watch_says_that_a_second_editor_has_come_and_gone(plain_home: Home) -> None:
    with code(plain_home), watching(plain_home) as notices:
        with editor(plain_home, plain_home.path / "Other.exe"):
            opened = notices.get(timeout=PATIENCE_SECONDS)
        resolved = notices.get(timeout=PATIENCE_SECONDS)
    parties = [(notice["kind"], set(notice["conflicts"][0]["parties"])) for notice in (opened, resolved)]
    assert parties == [("opened", {"Code", "Other.exe"}), ("resolved", {"Code", "Other.exe"})]


@contextmanager
def watching(home: Home) -> Iterator[Queue[dict[str, Any]]]:
    """The notices of a `watch` that has begun."""
    words = [sys.executable, "-m", "idecare", "watch", "--json"]
    out = subprocess.PIPE
    process = subprocess.Popen(words, cwd=home.project, env=home.env, stdout=out, stderr=out)
    assert process.stdout is not None
    assert process.stderr is not None
    notices: Queue[dict[str, Any]] = Queue()
    lines = process.stdout
    Thread(target=lambda: [notices.put(json.loads(line)["notice"]) for line in lines], daemon=True).start()
    try:
        assert process.stderr.readline().startswith(b"watching: 1 module")
        yield notices
    finally:
        process.kill()
        process.wait()
