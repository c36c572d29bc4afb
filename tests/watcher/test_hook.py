"""The command of on_conflict: its arguments and variables, no shell, and never for long."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pytest

from idecare.system.processes import process
from idecare.watcher import notifications as notifier
from idecare.watcher.notifications import run_hook
from tests.conftest import make_host
from tests.support.processes import wait_for

SAYS = """
import json, os, sys
names = [name for name in os.environ if name.startswith("IDECARE")]
with open(sys.argv[1] + ".new", "w") as file:
    json.dump({"arguments": sys.argv[2:], "in": sys.stdin.read(), **{name: os.environ[name] for name in names}}, file)
os.rename(sys.argv[1] + ".new", sys.argv[1])
"""


def test_the_hook_gets_its_arguments_and_variables_and_no_shell(tmp_path: Path) -> None:
    said = tmp_path / "said"
    variables = {"IDECARE_MODULE": "/src/a b; $(touch x)", "IDECARE_MESSAGE": "two\nlines\0"}
    command = (sys.executable, "-c", SAYS, str(said), "$HOME;", "a b")
    run_hook(make_host(), command, variables, lambda text: None)
    assert wait_for(said.exists, timeout=30)
    assert json.loads(said.read_text()) == {
        "arguments": ["$HOME;", "a b"],
        "in": "",
        "IDECARE_MODULE": "/src/a b; $(touch x)",
        "IDECARE_MESSAGE": "two\nlines",
    }


@pytest.mark.parametrize(
    ("command", "complaint"),
    [
        pytest.param(("/dev/null/no/such/program",), "/dev/null/no/such/program could not be started", id="none such"),
        pytest.param(("/bin/sh", "-c", "exit 3"), "/bin/sh ended with 3", id="one that fails"),
    ],
)
def test_a_hook_that_fails_is_reported_to_the_log(command: tuple[str, ...], complaint: str) -> None:
    log: list[str] = []
    run_hook(make_host(environment=dict(os.environ)), command, {}, log.append)
    assert wait_for(lambda: log, timeout=30)
    assert log[0].startswith(f"on_conflict: {complaint}")


def test_a_hook_that_hangs_is_ended_with_all_that_it_started(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(notifier, "LIMIT_SECONDS", 0.5)
    log: list[str] = []
    script = f'sleep 300 & echo $! > "{tmp_path}/child"; wait'
    run_hook(make_host(environment=dict(os.environ)), ("/bin/sh", "-c", script), {}, log.append)
    assert wait_for(lambda: log, timeout=60)
    assert log[0].startswith("on_conflict: /bin/sh took longer than")
    child = int((tmp_path / "child").read_text())
    assert wait_for(lambda: process(child) is None, timeout=30)
