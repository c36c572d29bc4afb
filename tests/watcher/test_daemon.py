"""The daemon in this process: what it does between two scans, and what a failure is to it."""

from __future__ import annotations

import json
import selectors
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from idecare.core.host import Host
from idecare.watcher.daemon import MOST_FAILURES, Daemon, Dependencies
from idecare.watcher.loop import Loop
from idecare.watcher.monitor import Monitor
from idecare.watcher.policy import Notice, NoticePolicy
from idecare.watcher.runtime_paths import runtime_paths
from idecare.workspaces.base import Scan
from idecare.workspaces.conflicts import Conflict
from idecare.workspaces.instances import KnownInstalls
from tests.conftest import make_host

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="it watches through inotify")
CLASH = Conflict("mod-mod", "warning", Path("/app"), "they clash", ("GoLand", "Code"))


def scan(now: datetime, known: KnownInstalls) -> Scan:
    return Scan(now, ())


@pytest.fixture
def host(tmp_path: Path, public_folder: Path) -> Host:
    return make_host(home=tmp_path, environment={"TMPDIR": str(public_folder)})


@pytest.fixture
def selector() -> Iterator[selectors.BaseSelector]:
    with selectors.DefaultSelector() as made:
        yield made


def made(host: Host, selector: selectors.BaseSelector, **parts: Any) -> Daemon:
    where = runtime_paths(host)
    where.runtime.mkdir(mode=0o700)
    usual = {"inspect": scan, "policy": NoticePolicy, "notify": lambda notice: "", "find": lambda scan, now: ()}
    return Daemon(host, where, Dependencies(**{**usual, **parts}), selector)


def test_what_is_reported_is_remembered_before_it_is_reported(host: Host, selector: selectors.BaseSelector) -> None:
    remembered = []

    def notify(notice: Notice) -> str:
        remembered.append(
            [episode["notified"] for episode in json.loads(runtime_paths(host).memory.read_bytes())["episodes"]]
        )
        return "on a test"

    daemon = made(host, selector, notify=notify, find=lambda scan, now: (CLASH,))
    end = time.monotonic() + 20
    while not remembered and time.monotonic() < end:
        daemon._turn()
    assert remembered == [["warning"]]
    assert "opened: warning: app: GoLand and Code (on a test)" in runtime_paths(host).log.read_text()


def test_a_desktop_that_fails_is_an_error_and_no_end(host: Host, selector: selectors.BaseSelector) -> None:
    def notify(notice: Notice) -> str:
        raise RuntimeError("no desktop")

    daemon = made(host, selector, notify=notify, find=lambda scan, now: (CLASH,))
    end = time.monotonic() + 20
    while not daemon.errors and time.monotonic() < end:
        daemon._turn()
    assert daemon.failures == 0
    assert "no desktop" in (daemon.last_error or "")


def test_a_scan_that_fails_is_logged_once_and_tried_again_later(host: Host, selector: selectors.BaseSelector) -> None:
    def inspect(now: datetime, known: KnownInstalls) -> Scan:
        raise RuntimeError("no scan")

    daemon = made(host, selector, inspect=inspect)
    for _ in range(3):
        daemon.loop.scan()
    assert daemon.errors == 3
    assert runtime_paths(host).log.read_text().count("RuntimeError: no scan") == 1
    assert daemon.loop.next_scan_at > time.monotonic() + 30


def test_a_turn_that_always_fails_ends_the_daemon(
    host: Host, selector: selectors.BaseSelector, monkeypatch: pytest.MonkeyPatch
) -> None:
    daemon = made(host, selector)

    def broken() -> None:
        raise RuntimeError("broken")

    monkeypatch.setattr(daemon.server, "expire", broken)
    for _ in range(MOST_FAILURES - 1):
        daemon.loop.next_scan_at = time.monotonic()
        daemon._turn()
    daemon.loop.next_scan_at = time.monotonic()
    with pytest.raises(RuntimeError, match="broken"):
        daemon._turn()


@pytest.mark.parametrize("memory", ["", "{", "[]", '{"episodes": [{"id": "a"}]}', '{"sent": 5}'])
def test_a_memory_that_cannot_be_read_is_none(host: Host, selector: selectors.BaseSelector, memory: str) -> None:
    runtime_paths(host).memory.parent.mkdir(parents=True)
    runtime_paths(host).memory.write_text(memory)
    daemon = made(host, selector)
    daemon.loop.scan()
    assert (daemon.errors, daemon.monitor.memory.episodes) == (0, ())


def test_it_scans_when_there_is_a_reason_and_when_it_is_asked_to(host: Host, selector: selectors.BaseSelector) -> None:
    monitor = Monitor(scan, NoticePolicy, lambda notice: None, find=lambda scan, now: ())
    loop = Loop(host, monitor, selector, 1000, pytest.fail)
    loop.turn()
    loop.turn(until=time.monotonic())
    assert monitor.scans == 1
    loop.reload()
    loop.turn(until=time.monotonic())
    assert monitor.scans == 2
    assert monitor.scan is not None
    assert monitor.scan.taken <= datetime.now(UTC)
    loop.close()
