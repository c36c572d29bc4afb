"""The daemon as a service: its file through the journal, its link, and under a real user manager of systemd."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from tests.support.caches import Machine
from tests.support.processes import told
from tests.support.services import needs
from tests.support.session import under_systemd

pytestmark = pytest.mark.e2e
UNIT = "idecare.service"


@pytest.fixture
def machine(short_folder: Path, machine: Machine) -> Machine:
    return machine.with_env(XDG_RUNTIME_DIR=str(short_folder))


def unit_of(machine: Machine) -> Path:
    return machine.home / ".config" / "systemd" / "user" / UNIT


def link_of(machine: Machine) -> Path:
    return unit_of(machine).parent / "default.target.wants" / UNIT


@needs("systemd-analyze")
def test_systemd_takes_what_a_dry_run_shows_without_a_word(machine: Machine, tmp_path: Path) -> None:
    shown = machine.run("daemon", "install", "--dry-run")
    assert shown.returncode == 0, told(shown)
    assert not unit_of(machine).exists()
    lines = [line.strip() for line in shown.stdout.splitlines()]
    text = "".join(f"{line[1:]}\n" for line in lines if line.startswith("+") and not line.startswith("+++"))
    unit = tmp_path / UNIT
    unit.write_text(text)
    checked = subprocess.run(
        ["systemd-analyze", "--user", "verify", unit], env=dict(machine.env), capture_output=True, text=True
    )
    assert (checked.returncode, checked.stdout, checked.stderr) == (0, "", "")
    assert "daemon run" in text


@needs("systemctl")
def test_it_is_installed_once_its_link_is_repaired_and_both_are_undone(machine: Machine) -> None:
    first = machine.report("daemon", "install", "-y", code=0)
    assert ([change["state"] for change in first["changes"]], first["running"]) == (["written"], False)
    assert link_of(machine).resolve() == unit_of(machine)
    assert machine.report("daemon", "status", code=4)["registered"] is True
    link_of(machine).unlink()
    again = machine.report("daemon", "install", "-y", code=0)
    assert link_of(machine).resolve() == unit_of(machine)
    assert ([change["state"] for change in again["changes"]], again["id"]) == (["unchanged"], None)
    assert machine.report("undo", "-y", code=0)["changes"][0]["state"] == "restored"
    assert not unit_of(machine).exists()
    assert not link_of(machine).is_symlink()


@needs("systemctl")
def test_an_uninstall_takes_file_and_link_away_and_its_undo_brings_both_back(machine: Machine) -> None:
    machine.report("daemon", "install", "-y", code=0)
    before = unit_of(machine).read_bytes()
    machine.report("daemon", "uninstall", "-y", code=0)
    assert not unit_of(machine).exists()
    assert not link_of(machine).is_symlink()
    machine.report("undo", "-y", code=0)
    assert unit_of(machine).read_bytes() == before
    assert link_of(machine).resolve() == unit_of(machine)


@needs("systemctl")
def test_a_unit_that_the_user_has_changed_is_not_undone(machine: Machine) -> None:
    machine.report("daemon", "install", "-y", code=0)
    unit_of(machine).write_text("[Service]\nExecStart=/bin/true\n")
    machine.report("undo", "-y", code=1)
    assert unit_of(machine).read_text() == "[Service]\nExecStart=/bin/true\n"
    assert link_of(machine).is_symlink()


@needs("systemctl")
def test_without_a_terminal_and_without_yes_nothing_is_written(machine: Machine) -> None:
    assert machine.report("daemon", "install", code=2)["changes"][0]["state"] == "pending"
    assert not unit_of(machine).exists()


@needs("systemctl")
def test_one_that_is_installed_starts_by_itself_where_no_manager_runs(machine: Machine) -> None:
    machine.report("daemon", "install", "-y", code=0)
    started = machine.run("daemon", "start")
    assert "as a process of its own, since no service manager is running here" in started.stdout, told(started)
    machine.report("daemon", "uninstall", "-y", code=0)
    assert machine.report("daemon", "status", code=4)["running"] is False


STEPS = """
idecare daemon install -y --json
idecare daemon status --json
main=$(systemctl --user show idecare.service -p MainPID --value); [ "$main" -gt 1 ] && kill -9 "$main"; sleep 0.5
idecare daemon status --json
idecare daemon start --json
idecare daemon restart --json
systemctl --user show idecare.service -p MainPID --value
idecare daemon stop --json
systemctl --user is-active idecare.service | sed 's/.*/"&"/'
idecare daemon start --json
idecare undo -y --json
idecare daemon status --json
"""


@needs("systemctl")
def test_a_real_user_manager_starts_it_ends_it_and_forgets_it(machine: Machine) -> None:
    done = under_systemd(machine, STEPS)
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    installed, running, killed, started, restarted, main, stopped, active, again, undone, gone = lines
    assert installed["running"] is True, told(done)
    flags = ("registered", "loaded", "running", "healthy")
    assert [running[flag] for flag in flags] == [True, True, True, True]
    assert running["pid"] == installed["pid"]
    assert [killed[flag] for flag in flags] == [True, True, False, False]
    assert (killed["last_error"], killed["current"]) == ("signal, exit status 9", True)
    assert started["pid"] not in (None, running["pid"])
    assert restarted["pid"] == main != started["pid"]
    assert (stopped["running"], active) == (False, "inactive")
    assert (again["running"], undone["changes"][0]["state"]) == (True, "restored")
    assert [gone[flag] for flag in flags] == [False, False, False, False]
    assert not os.path.lexists(link_of(machine))
