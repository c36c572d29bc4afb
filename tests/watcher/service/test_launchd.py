"""The launch agent: keys that launchd has, of the kinds it wants, and the calls of launchctl."""

from __future__ import annotations

import plistlib
from pathlib import Path
from typing import Any

import pytest

from idecare.watcher.service.base import ManagerState, ServiceOrder
from idecare.watcher.service.launchd import LABEL, Launchd, agent_values
from tests.conftest import make_host
from tests.support.services import recorder, told

# launchd.plist(5), macOS 14: the keys of an agent that a program of this kind may use, with their types.
ALLOWED: dict[str, type | dict[str, type]] = {
    "Label": str,
    "ProgramArguments": list,
    "EnvironmentVariables": dict,
    "WorkingDirectory": str,
    "RunAtLoad": bool,
    "KeepAlive": {"SuccessfulExit": bool, "Crashed": bool, "PathState": dict, "OtherJobEnabled": dict},
    "ThrottleInterval": int,
    "ExitTimeOut": int,
    "ProcessType": str,
    "Nice": int,
    "LowPriorityIO": bool,
    "LowPriorityBackgroundIO": bool,
    "Umask": int,
    "LimitLoadToSessionType": str,
    "StandardOutPath": str,
    "StandardErrorPath": str,
    "AbandonProcessGroup": bool,
}
ORDER = ServiceOrder(("/opt/my python/python", "-P", "-m", "idecare", "daemon", "run"), {"PATH": "/a:/b", "X": "<&>"})


def kinds(values: dict[str, Any], allowed: dict[str, Any]) -> list[str]:
    """Keys that are unknown or hold something of another type."""
    wrong = []
    for key, value in values.items():
        kind = allowed.get(key)
        if isinstance(kind, dict):
            wrong += [f"{key}/{name}" for name in kinds(value, kind)]
        elif kind is None or type(value) is not kind:
            wrong.append(key)
    return wrong


def test_the_plist_reads_as_it_was_meant_with_keys_that_launchd_knows() -> None:
    values = plistlib.loads(Launchd(make_host("macos")).content(ORDER))
    assert values == agent_values(ORDER)
    assert kinds(values, ALLOWED) == []
    assert values["ProgramArguments"] == list(ORDER.program)
    assert values["EnvironmentVariables"] == {"PATH": "/a:/b", "X": "<&>"}


@pytest.mark.parametrize("values", [{"Labell": "x"}, {"Nice": "10"}, {"KeepAlive": {"Succesful": True}}])
def test_the_table_of_keys_sees_what_is_wrong(values: dict[str, Any]) -> None:
    assert kinds(values, ALLOWED) != []


def test_it_restarts_within_limits_at_low_priority() -> None:
    values = agent_values(ORDER)
    assert values["KeepAlive"] == {"SuccessfulExit": False}
    assert (values["ThrottleInterval"], values["ProcessType"], values["LowPriorityIO"]) == (30, "Background", True)


def test_the_agent_lies_where_launchd_scans_at_login() -> None:
    assert Launchd(make_host("macos")).file() == Path("/Users/gopher/Library/LaunchAgents/idecare.daemon.plist")


LOADED = """\
gui/501/idecare.daemon = {
	active count = 1
	path = /Users/gopher/Library/LaunchAgents/idecare.daemon.plist
	state = running
	pid = 4711
	last exit code = 3
}"""


@pytest.mark.parametrize(
    ("script", "state"),
    [
        pytest.param(f"echo '{LOADED}'", ManagerState(False, True, 4711, "exit code 3"), id="running"),
        pytest.param("echo 'last exit code = (never exited)'", ManagerState(False, True), id="loaded"),
        pytest.param("exit 113", ManagerState(False), id="not loaded"),
    ],
)
def test_what_launchd_says_of_it(tmp_path: Path, script: str, state: ManagerState) -> None:
    folder = recorder(tmp_path, "launchctl", script)
    assert Launchd(make_host("macos", {"PATH": str(folder)})).state() == state


def test_an_agent_that_is_not_loaded_is_loaded_to_start_it(tmp_path: Path) -> None:
    folder = recorder(tmp_path, "launchctl", '[ "$1" != print ]')
    manager = Launchd(make_host("macos", {"PATH": str(folder)}, user_id=501))
    manager.start()
    assert told(folder)[-1] == f"bootstrap gui/501 {manager.file()}"
    manager.unregister()
    assert not any("bootout" in words for words in told(folder))


def test_a_loaded_agent_is_kicked_to_start_it_and_unloaded_to_end_it(tmp_path: Path) -> None:
    folder = recorder(tmp_path, "launchctl")
    manager = Launchd(make_host("macos", {"PATH": str(folder)}, user_id=501))
    manager.start()
    assert told(folder)[-1] == f"kickstart gui/501/{LABEL}"
    manager.unregister()
    assert told(folder)[-1] == f"bootout gui/501/{LABEL}"
