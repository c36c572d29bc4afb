"""The unit file: what it says, that systemd takes it without a word, and that `systemctl` links it."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from idecare.core.errors import IdecareError
from idecare.watcher.service.base import ManagerState, ServiceOrder
from idecare.watcher.service.systemd import UNIT, Systemd, unit_text
from tests.conftest import make_host
from tests.support.services import needs, recorder, told

PROGRAM = ("/opt/python", "-P", "-m", "idecare", "daemon", "run")
ODD = {"PLAIN": "/a:/b", "SPACED": "/with space", "ODD": '%h $HOME "quoted" \\ back'}


def lines(order: ServiceOrder, key: str) -> list[str]:
    return [line.partition("=")[2] for line in unit_text(order).splitlines() if line.startswith(f"{key}=")]


@pytest.mark.parametrize(
    ("word", "written"),
    [
        pytest.param("/opt/bin/python", "/opt/bin/python", id="a plain path"),
        pytest.param("/a b/python", '"/a b/python"', id="a space"),
        pytest.param("/50%/python", '"/50%%/python"', id="what would be a specifier"),
        pytest.param("/$HOME/python", '"/$$HOME/python"', id="what would be a variable"),
        pytest.param('/"/\\', '"/\\"/\\\\"', id="quotes and backslashes"),
        pytest.param("/ü/python", '"/ü/python"', id="letters beyond ASCII"),
    ],
)
def test_a_word_of_the_command_means_itself(word: str, written: str) -> None:
    assert lines(ServiceOrder((word, "run"), {}), "ExecStart") == [f"{written} run"]


def test_each_variable_has_a_line_and_a_dollar_in_it_stays() -> None:
    order = ServiceOrder(PROGRAM, {"A": "$HOME", "B": "1 2"})
    assert lines(order, "Environment") == ['"A=$HOME"', '"B=1 2"']


@pytest.mark.parametrize(
    ("key", "value"),
    [("Restart", "on-failure"), ("StartLimitBurst", "5"), ("Nice", "10"), ("IOSchedulingClass", "idle")],
)
def test_it_restarts_within_limits_at_low_priority(key: str, value: str) -> None:
    assert lines(ServiceOrder(PROGRAM, {}), key) == [value]


@needs("systemd-analyze")
@pytest.mark.parametrize("environment", [{}, ODD], ids=["no variables", "odd variables"])
def test_systemd_takes_the_unit_without_a_word(
    tmp_path: Path, public_folder: Path, environment: dict[str, str]
) -> None:
    unit = tmp_path / UNIT
    unit.write_text(unit_text(ServiceOrder(("/bin/true", "with space"), environment)))
    done = subprocess.run(
        ["systemd-analyze", "--user", "verify", unit],
        env={**os.environ, "XDG_RUNTIME_DIR": str(public_folder)},  # systemd's own sockets are to fit into it
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@needs("systemctl")
def test_registering_makes_the_link_and_unregistering_removes_it_though_the_file_is_gone(tmp_path: Path) -> None:
    environment = {"PATH": os.environ["PATH"], "XDG_RUNTIME_DIR": str(tmp_path / "run"), "HOME": str(tmp_path)}
    manager = Systemd(make_host(home=tmp_path, environment=environment))
    manager.file().parent.mkdir(parents=True)
    manager.file().write_bytes(manager.content(ServiceOrder(("/bin/true",), {})))
    link = manager.file().parent / "default.target.wants" / UNIT
    assert (manager.is_there(), manager.state()) == (False, ManagerState(False))
    manager.register()
    assert (link.resolve(), manager.state()) == (manager.file(), ManagerState(True))
    manager.file().unlink()
    manager.unregister()
    assert not link.is_symlink()
    assert manager.state() == ManagerState(False)


SHOWN = "LoadState=loaded\nUnitFileState=enabled\nSubState=running\nMainPID=4711\nResult=success\nExecMainStatus=0"


@pytest.mark.parametrize(
    ("shown", "state"),
    [
        pytest.param(SHOWN, ManagerState(True, True, 4711), id="running"),
        pytest.param(
            SHOWN.replace("4711", "0").replace("success", "exit-code").replace("Status=0", "Status=3"),
            ManagerState(True, True, None, "exit-code, exit status 3"),
            id="failed",
        ),
        pytest.param(
            SHOWN.replace("4711", "0").replace("running", "auto-restart"),
            ManagerState(True, True, is_restarting=True),
            id="about to start again",
        ),
        pytest.param("LoadState=not-found\nUnitFileState=\nMainPID=0\nResult=success", ManagerState(), id="unknown"),
    ],
)
def test_what_systemd_says_of_it(tmp_path: Path, shown: str, state: ManagerState) -> None:
    folder = recorder(tmp_path, "systemctl", f"echo '{shown}'")
    assert Systemd(make_host(environment={"PATH": str(folder)})).state() == state


def test_a_running_manager_reads_its_units_again_and_stops_what_it_forgets(tmp_path: Path) -> None:
    folder = recorder(tmp_path, "systemctl")
    manager = Systemd(make_host(environment={"PATH": str(folder)}))
    manager.register()
    manager.unregister()
    assert [words.removeprefix("--user ") for words in told(folder) if "show" not in words] == [
        "daemon-reload",
        f"enable {UNIT}",
        f"stop {UNIT}",
        f"disable {UNIT}",
        "daemon-reload",
        f"reset-failed {UNIT}",
    ]


def test_what_systemctl_refuses_is_reported_with_its_own_words(tmp_path: Path) -> None:
    folder = recorder(tmp_path, "systemctl", "echo 'Unit is masked.' >&2; exit 1")
    with pytest.raises(IdecareError, match=r"systemd cannot start it: Unit is masked\.") as raised:
        Systemd(make_host(environment={"PATH": str(folder)})).start()
    assert raised.value.hint == f"systemctl --user status {UNIT}"
