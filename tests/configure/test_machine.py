"""What is inspected of the machine before a plan: Go and dlv only where a value names them."""

from __future__ import annotations

from pathlib import Path

import pytest

from idecare.configure import machine
from idecare.configure.machine import Machine, inspect_machine
from idecare.configure.plan import parse_overrides
from idecare.configure.profile import Found, Profile, SettingValue
from idecare.core.host import Host
from idecare.system.files import read_config
from idecare.vscode.config_files import ScopeFile, VscodeTarget
from tests.conftest import make_host
from tests.support.goland import ELF_MACHINES, OTHER_MACHINE, fake_runtime, make_world
from tests.support.programs import elf

FOUND = Profile("own", "", "a test", settings=(SettingValue("go.alternateTools/dlv", Found("dlv"), "why"),))
FIXED = Profile("own", "", "a test", settings=(SettingValue("go.useLanguageServer", True, "why"),))


@pytest.fixture
def named(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Path, ...]]:
    """The dlv of each inspection of the programs."""
    calls: list[tuple[Path, ...]] = []

    def inspect(host: Host, delves: tuple[Path, ...]) -> Machine:
        calls.append(delves)
        return Machine("linux", "amd64")

    monkeypatch.setattr(machine, "_with_programs", inspect)
    return calls


def test_programs_are_not_inspected_without_need(named: list[tuple[Path, ...]]) -> None:
    inspect_machine(make_host(), [], FIXED, parse_overrides(["dlv.path=dlv", "editor.tabSize=4"]))
    inspect_machine(make_host(), [], None, parse_overrides())
    assert named == []


def test_a_profile_asks_for_the_program_that_is_right(named: list[tuple[Path, ...]]) -> None:
    inspect_machine(make_host(), [], FOUND, parse_overrides())
    assert named == [()]


@pytest.mark.parametrize("key", ["dlv.path", "go.alternateTools/dlv"])
def test_a_dlv_on_the_command_line_is_inspected_whatever_the_ide(named: list[tuple[Path, ...]], key: str) -> None:
    inspect_machine(make_host(), [], None, parse_overrides([f"{key}=/opt/dlv"]))
    assert named == [(Path("/opt/dlv"),)]


def test_a_dlv_in_the_settings_is_inspected(named: list[tuple[Path, ...]], tmp_path: Path) -> None:
    file = tmp_path / "settings.json"
    file.write_text('{"go.delvePath": "/opt/dlv"}')
    target = VscodeTarget("vscode", "Code", (ScopeFile("user", read_config(file)),))
    inspect_machine(make_host(), [target], FIXED, parse_overrides())
    assert named == [(Path("/opt/dlv"),)]


def test_goland_gets_no_dlv_of_another_architecture(tmp_path: Path) -> None:
    world = make_world(tmp_path, None)
    fake_runtime(world.install / "jbr", java=b"#!/bin/sh\nexit 0\n")
    (tmp_path / "dlv").write_bytes(elf(ELF_MACHINES[OTHER_MACHINE]))
    (tmp_path / "dlv").chmod(0o755)
    own = ("--ide", "goland", "--version-dir", str(world.install))  # and none that this machine has in /opt
    done = world.json("configure", *own, "--set", f"dlv.path={tmp_path / 'dlv'}", "-y")
    assert [(done["exit"], change["state"], change["code"]) for change in done["changes"]] == [
        (1, "refused", "wrong-delve")
    ]
