"""The daemon behind its named pipe, and `watch`, with a go.exe that comes and goes."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest

from tests.windows.conftest import Home


@pytest.fixture
def home_with_daemon(plain_home: Home) -> Iterator[Home]:
    plain_home.idecare("daemon", "start")
    yield plain_home
    plain_home.idecare("daemon", "stop")


def test_the_daemon_answers_until_it_is_ended(home_with_daemon: Home) -> None:
    home = home_with_daemon
    found = json.loads(home.idecare("daemon", "status", "--json").stdout)
    assert (found["running"], found["healthy"]) == (True, True), found
    assert json.loads(home.idecare("status", "--json").stdout)["daemon"]["state"] == "running"
    assert home.idecare("daemon", "run", check=False).returncode == 5  # one runs already
    key = next((home.path / "AppData" / "Local" / "idecare").glob("**/*.sock"))
    key.write_bytes(b"another key of the same length...")
    assert "key" in home.idecare("daemon", "status", check=False).stdout
    home.idecare("daemon", "restart")
    home.idecare("daemon", "stop")
    assert json.loads(home.idecare("daemon", "status", "--json", check=False).stdout)["running"] is False


def test_watch_greets_and_ends(plain_home: Home) -> None:
    command = [sys.executable, "-m", "idecare", "watch"]
    process = subprocess.Popen(command, cwd=plain_home.project, env=plain_home.env, stderr=subprocess.PIPE, text=True)
    try:
        assert process.stderr is not None
        line = process.stderr.readline()
        assert line.startswith("watching: 0 modules open now"), line
        time.sleep(3)
        assert process.poll() is None
    finally:
        process.kill()
        process.wait()
