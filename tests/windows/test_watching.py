"""The daemon behind its named pipe, and `watch`, with a go.exe that comes and goes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest

from idecare.system.filesystem import nt
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


@pytest.mark.skipif(not nt.IS_WINE, reason="it would register a task")
def test_a_scheduler_that_keeps_no_task_is_said_and_undone(plain_home: Home) -> None:
    """Wine's schtasks answers 0 to anything."""
    file = plain_home.path / "AppData" / "Roaming" / "idecare" / "daemon-task.xml"
    text = plain_home.idecare("daemon", "install", "-n").stdout
    assert "+    <LogonTrigger>" in text
    assert not file.exists()
    done = plain_home.idecare("daemon", "install", "-y", check=False)
    assert (done.returncode, "does not have it" in done.stderr, file.exists()) == (1, True, True)
    assert json.loads(plain_home.idecare("daemon", "status", "--json", check=False).stdout)["registered"] is False
    plain_home.idecare("undo", "-y")
    assert not file.exists()


def test_without_a_notification_area_a_notice_is_not_said_to_be_shown() -> None:
    from idecare.watcher.notifications.balloon import show_balloon

    is_shown = show_balloon("title 😀" * 20, "body 😀" * 100, is_critical=True)
    assert is_shown in ((False, True) if os.environ.get("DISPLAY") or not nt.IS_WINE else (False,))
