"""How the daemon is, in words."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from idecare import __version__
from idecare.cli.render.daemon import DaemonState, state_json, state_text
from idecare.system.machine import Cost
from idecare.system.processes import Process

NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)
HOME = Path("/home/gopher")
PROCESS = Process(4711, "python", started=NOW - timedelta(hours=2))
HEALTHY = DaemonState(
    manager="systemd",
    file=HOME / ".config" / "systemd" / "user" / "idecare.service",
    is_registered=True,
    is_loaded=True,
    is_manager_there=True,
    is_of_this=True,
    is_restarting=False,
    manager_error=None,
    process=PROCESS,
    cost=Cost(cpu_seconds=3.6, memory_bytes=20_500_000, wakeups=840, threads=1),
    answer={"version": __version__},
    problem=None,
    log=HOME / "daemon.log",
)


def row(state: DaemonState, name: str) -> str:
    lines = state_text(state, HOME, NOW).splitlines()
    return next((line.removeprefix(name).strip() for line in lines if line.startswith(name)), "")


@pytest.mark.parametrize(
    ("state", "name", "text"),
    [
        pytest.param(HEALTHY, "registered", "by systemd: ~/.config/systemd/user/idecare.service", id="registered"),
        pytest.param(
            replace(HEALTHY, is_registered=False),
            "registered",
            "no; idecare daemon install has it started at login",
            id="not registered",
        ),
        pytest.param(replace(HEALTHY, manager=None, file=None), "registered", "", id="no manager"),
        pytest.param(
            replace(HEALTHY, is_loaded=False, is_manager_there=False),
            "loaded",
            "no, systemd is not running here",
            id="no manager running",
        ),
        pytest.param(replace(HEALTHY, process=None), "running", "no; idecare daemon start starts it", id="not running"),
        pytest.param(
            replace(HEALTHY, process=None, is_restarting=True),
            "running",
            "no; systemd is about to start it again",
            id="about to run",
        ),
        pytest.param(HEALTHY, "healthy", "yes", id="healthy"),
        pytest.param(
            replace(HEALTHY, answer=None, problem="it speaks protocol 9"),
            "healthy",
            "no: it speaks protocol 9",
            id="another protocol",
        ),
        pytest.param(
            HEALTHY,
            "costs",
            "3.6 s of processor time, 0.05 % of one core, 20.5 MB of memory, 7 wake-ups a minute over 2 h",
            id="what it costs",
        ),
        pytest.param(
            replace(HEALTHY, answer={"last_error": "Traceback\n  line 1\nOSError: no space\n"}),
            "last error",
            "OSError: no space",
            id="the last line of an error",
        ),
    ],
)
def test_each_row_says_how_it_is_or_what_to_do(state: DaemonState, name: str, text: str) -> None:
    assert row(state, name) == text


def test_one_of_another_version_or_another_idecare_is_named() -> None:
    assert f"it is idecare 9.9, this is {__version__}" in row(replace(HEALTHY, answer={"version": "9.9"}), "running")
    assert "it starts another idecare than this one" in row(replace(HEALTHY, is_of_this=False), "registered")


def test_what_is_not_there_costs_nothing_and_is_not_healthy() -> None:
    values = state_json(replace(HEALTHY, process=None, cost=None, answer=None), NOW)
    known = [name for name in ("pid", "since", "version", "cpu_percent", "memory_bytes", "threads") if values[name]]
    assert (known, values["running"], values["healthy"]) == ([], False, False)


def test_wake_ups_and_processor_time_are_told_as_rates() -> None:
    values = state_json(HEALTHY, NOW)
    assert (values["cpu_percent"], values["wakeups_per_minute"]) == (0.05, 7.0)
