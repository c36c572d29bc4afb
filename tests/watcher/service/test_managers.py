"""Which manager a system has, and that it follows the file which edits and undos leave."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from idecare.changes.apply import Order, apply
from idecare.changes.journal import Journal
from idecare.changes.plan import Done, FileChange, plan_files
from idecare.core.host import Host
from idecare.core.platforms import PlatformName
from idecare.system import files
from idecare.watcher.service.managers import follow_file, installing, manager_of, starts_this_idecare, uninstalling
from tests.conftest import make_host
from tests.support.services import recorder, told
from tests.watcher.test_snoozes import NOW

TOOLS: dict[PlatformName, str] = {"linux": "systemctl", "macos": "launchctl"}


def host_with_tools(tmp_path: Path, platform: PlatformName) -> Host:
    folder = recorder(tmp_path / "bin", TOOLS[platform])
    return make_host(platform, {"PATH": str(folder)}, home=tmp_path / "home", user_id=501)


def applied(host: Host, edit: FileChange) -> bool:
    order = Order(("idecare",), host.cwd, NOW)
    (outcome,) = apply(plan_files([edit]), Journal(host.own.state), order)[1]
    return isinstance(outcome, Done)


@pytest.mark.parametrize("platform", ["linux", "macos"])
def test_the_file_is_written_once_and_taken_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, platform: PlatformName
) -> None:
    host = host_with_tools(tmp_path, platform)
    manager = manager_of(host)
    assert manager is not None
    assert uninstalling(manager) is None
    assert starts_this_idecare(host, manager)
    assert applied(host, installing(host, manager))
    again = installing(host, manager)
    assert again.before == again.after == manager.file().read_bytes()
    assert starts_this_idecare(host, manager)
    monkeypatch.setattr(sys, "executable", "/another/python")
    assert not starts_this_idecare(host, manager)
    removal = uninstalling(manager)
    assert removal is not None
    assert applied(host, removal)
    assert not manager.file().exists()


@pytest.mark.parametrize(
    ("platform", "with_file", "without"),
    [
        pytest.param("linux", "--user enable idecare.service", "--user disable idecare.service", id="linux"),
        pytest.param("macos", "enable gui/501/idecare.daemon", "bootout gui/501/idecare.daemon", id="macos"),
    ],
)
def test_the_manager_follows_what_an_undo_leaves(
    tmp_path: Path, platform: PlatformName, with_file: str, without: str
) -> None:
    host = host_with_tools(tmp_path, platform)
    manager = manager_of(host)
    assert manager is not None
    follow_file(host)
    assert without in told(tmp_path / "bin")
    assert with_file not in told(tmp_path / "bin")
    applied(host, installing(host, manager))
    follow_file(host)
    assert with_file in told(tmp_path / "bin")


@pytest.mark.parametrize("platform", ["linux", "macos", "windows"])
def test_where_no_manager_is_there_is_none(monkeypatch: pytest.MonkeyPatch, platform: PlatformName) -> None:
    monkeypatch.setattr(files, "USUAL_FOLDERS", ())
    assert manager_of(make_host(platform)) is None
    follow_file(make_host(platform))


def test_a_unit_file_that_is_a_link_stays_one(tmp_path: Path) -> None:
    host = host_with_tools(tmp_path, "linux")
    manager = manager_of(host)
    assert manager is not None
    manager.file().parent.mkdir(parents=True)
    (tmp_path / "dotfiles").write_text("[Unit]\n")
    manager.file().symlink_to(tmp_path / "dotfiles")
    assert applied(host, installing(host, manager))
    assert manager.file().is_symlink()
    assert b"daemon run" in (tmp_path / "dotfiles").read_bytes()
