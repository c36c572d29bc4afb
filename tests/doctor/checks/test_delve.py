from __future__ import annotations

import json
from pathlib import Path

import pytest

from idecare.doctor.base import EditSettings, RunByUser
from idecare.golang import delve_releases
from idecare.golang.delve import GoFacts
from idecare.golang.developer_tools import Debugging
from tests.doctor.checks.snapshots import findings, make_snapshot, reported, snapshot_with_ides
from tests.golang.test_delve import APPLE, INTEL, delve_info
from tests.support.goland import add_install as add_goland
from tests.support.programs import elf, macho


@pytest.fixture(autouse=True)
def no_homebrew(monkeypatch: pytest.MonkeyPatch) -> None:
    """This machine's own, in which there may be a dlv."""
    monkeypatch.setattr(delve_releases, "HOMEBREW", {})


def add_dlv(folder: Path, data: bytes) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "dlv").write_bytes(data)
    (folder / "dlv").chmod(0o755)
    return folder / "dlv"


def settings(home: Path, values: object) -> Path:
    """VS Code's user settings, and what shows that the folder is VS Code's."""
    file = home / ".config" / "Code" / "User" / "settings.json"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(values if isinstance(values, str) else json.dumps(values, indent=4))
    return file


@pytest.mark.parametrize(
    ("data", "go", "said"),
    [
        pytest.param(elf(62, delve_info()), "go1.27.3", [], id="fits"),
        pytest.param(elf(183, delve_info()), "go1.27.3", [("architecture", "error")], id="arm64 on x86-64"),
        pytest.param(elf(62, delve_info("v1.20.2")), "go1.27.3", [("too-old", "warning")], id="knows no Go 1.27"),
        pytest.param(elf(62, delve_info("")), "go1.27.3", [], id="no version known"),
    ],
)
def test_the_first_dlv_is_judged(tmp_path: Path, data: bytes, go: str, said: list[object]) -> None:
    add_dlv(tmp_path / "go" / "bin", data)
    assert reported("delve/program", make_snapshot(tmp_path, first_go=GoFacts(go, ("amd64",)))) == said


def test_a_translated_dlv_on_apple_silicon_is_an_error_and_the_right_one_behind_it_is_named(tmp_path: Path) -> None:
    add_dlv(tmp_path / "go" / "bin", macho(INTEL, delve_info()))
    right = add_dlv(tmp_path / "bin", macho(APPLE, delve_info()))
    (found,) = findings("delve/program", make_snapshot(tmp_path, "macos", {"PATH": str(right.parent)}))
    assert (found.id, found.severity) == ("delve/program/architecture", "error")
    assert found.evidence[1] == f"{tmp_path}/go/bin/dlv: Delve v1.27.1, built for amd64"
    assert str(right) in found.evidence[-1]
    assert found.remedies == (RunByUser("go install github.com/go-delve/delve/cmd/dlv@v1.27.1"),)


def test_no_dlv_is_a_note_for_vscode_and_nothing_for_others(tmp_path: Path) -> None:
    assert reported("delve/program", make_snapshot(tmp_path)) == []
    settings(tmp_path, {})
    assert reported("delve/program", make_snapshot(tmp_path)) == [("none", "info")]


def test_delve_path_moves_to_alternate_tools(tmp_path: Path) -> None:
    dlv = add_dlv(tmp_path / "own", elf(62, delve_info()))
    file = settings(tmp_path, {"go.delvePath": str(dlv)})
    (found,) = findings("delve/delve-path", make_snapshot(tmp_path))
    assert (found.severity, found.evidence) == ("warning", (f"{file}:2: go.delvePath is {str(dlv)!r}",))
    assert found.remedies == (
        EditSettings(file, "vscode", (("go.delvePath", None), ("go.alternateTools/dlv", str(dlv)))),
    )


@pytest.mark.parametrize(
    "values",
    [
        pytest.param({"go.delvePath": "/dev/null/gone/dlv"}, id="it leads nowhere"),
        pytest.param({"go.delvePath": 7}, id="it is no text"),
        pytest.param({"go.delvePath": "/x/dlv", "go.alternateTools": {"dlv": "/y/dlv"}}, id="the right key is there"),
    ],
)
def test_a_delve_path_that_is_of_no_use_just_goes(tmp_path: Path, values: object) -> None:
    file = settings(tmp_path, values)
    (found,) = findings("delve/delve-path", make_snapshot(tmp_path))
    assert found.remedies == (EditSettings(file, "vscode", (("go.delvePath", None),)),)


def test_settings_without_delve_path_are_fine(tmp_path: Path) -> None:
    settings(tmp_path, '{ "go.alternateTools": {}, // "go.delvePath": "x"\n}')
    assert reported("delve/delve-path", make_snapshot(tmp_path)) == []
    settings(tmp_path, '{ "go.delvePath": ')
    assert reported("delve/delve-path", make_snapshot(tmp_path)) == []


def test_an_alternate_tool_that_is_not_there_is_named_with_its_line(tmp_path: Path) -> None:
    file = settings(tmp_path, {"a": 1, "go.alternateTools": {"gopls": "~/none/gopls", "go": "go1.26"}})
    (found,) = findings("delve/alternate-tools", make_snapshot(tmp_path))
    assert (found.id, found.severity) == ("delve/alternate-tools/nowhere", "warning")
    assert found.evidence == (f"{file}:3: gopls is '~/none/gopls'", f"it leads to {tmp_path}/none/gopls")
    assert found.remedies == (EditSettings(file, "vscode", (("go.alternateTools/gopls", None),)),)


def test_an_alternate_tool_that_may_not_be_run_leads_nowhere(tmp_path: Path) -> None:
    (tmp_path / "gopls").write_text("x")
    settings(tmp_path, {"go.alternateTools": {"gopls": "${env:HOME}/gopls"}})
    (found,) = findings("delve/alternate-tools", make_snapshot(tmp_path))
    assert found.summary == "go.alternateTools names a gopls that is not a program that may be run"
    (tmp_path / "gopls").chmod(0o755)
    assert reported("delve/alternate-tools", make_snapshot(tmp_path)) == []


@pytest.mark.parametrize(
    ("data", "said"),
    [
        pytest.param(elf(62, delve_info()), [], id="right"),
        pytest.param(elf(183, delve_info()), [("architecture", "error")], id="other processor"),
        pytest.param(elf(62, delve_info("v1.20.2")), [("too-old", "warning")], id="too old"),
        pytest.param(b"#!/bin/sh\nexec arch -arm64 dlv\n", [], id="a wrapper"),
    ],
)
def test_the_dlv_that_settings_name_is_judged(tmp_path: Path, data: bytes, said: list[object]) -> None:
    settings(tmp_path, {"go.alternateTools": {"dlv": str(add_dlv(tmp_path / "own", data))}})
    assert reported("delve/alternate-tools", make_snapshot(tmp_path)) == said


def test_what_depends_on_the_window_is_left_alone(tmp_path: Path) -> None:
    tools = {"dlv": "${fileDirname}/dlv", "go": "sub/go", "gopls": 7, "staticcheck": "${workspaceFolder}/x"}
    settings(tmp_path, {"go.alternateTools": tools})
    assert reported("delve/alternate-tools", make_snapshot(tmp_path)) == []


def test_in_the_workspaces_own_settings_its_folder_is_known(tmp_path: Path) -> None:
    settings(tmp_path, {})
    own = tmp_path / "work" / ".vscode" / "settings.json"
    own.parent.mkdir(parents=True)
    own.write_text('{"go.alternateTools": {"gopls": "${workspaceFolder}/tools/gopls"}}')
    assert reported("delve/alternate-tools", make_snapshot(tmp_path, cwd=tmp_path / "work")) == [("nowhere", "warning")]


def test_golands_own_path_of_dlv_must_lead_somewhere(tmp_path: Path) -> None:
    add_goland(tmp_path / "GoLand-2026.1")
    config = tmp_path / ".config" / "JetBrains" / "GoLand2026.1"
    config.mkdir(parents=True)
    (config / "idea.properties").write_text("dlv.path=/dev/null/gone/dlv\n")
    assert reported("delve/goland-path", snapshot_with_ides(tmp_path)) == [("", "warning")]
    (found,) = findings("delve/goland-path", snapshot_with_ides(tmp_path))
    assert found.remedies == (EditSettings(config / "idea.properties", "goland", (("dlv.path", None),)),)
    (config / "idea.properties").write_text(f"dlv.path={add_dlv(tmp_path / 'own', elf(62))}\n")
    assert reported("delve/goland-path", snapshot_with_ides(tmp_path)) == []


@pytest.mark.parametrize(
    ("scope", "user", "said"),
    [
        pytest.param(None, 1000, [], id="no Yama"),
        pytest.param(0, 1000, [], id="open"),
        pytest.param(1, 1000, [("", "info")], id="children only"),
        pytest.param(1, 0, [], id="children only, but root"),
        pytest.param(2, 1000, [("", "warning")], id="administrators only"),
        pytest.param(3, 0, [("", "warning")], id="nobody"),
    ],
)
def test_ptrace_scope_is_reported_as_far_as_it_hinders(
    tmp_path: Path, scope: int | None, user: int, said: list[object]
) -> None:
    add_dlv(tmp_path / "go" / "bin", elf(62, delve_info()))
    assert (
        reported("delve/ptrace", make_snapshot(tmp_path, user_id=user, debugging=Debugging(ptrace_scope=scope))) == said
    )


def test_who_has_no_dlv_is_not_reported_of_ptrace(tmp_path: Path) -> None:
    assert reported("delve/ptrace", make_snapshot(tmp_path, debugging=Debugging(ptrace_scope=2))) == []


def test_a_mac_without_debugserver_cannot_debug(tmp_path: Path) -> None:
    add_dlv(tmp_path / "go" / "bin", macho(APPLE, delve_info()))
    places = (Path("/Library/Developer/CommandLineTools/Library/PrivateFrameworks/LLDB.framework/debugserver"),)
    (found,) = findings(
        "delve/debugserver", make_snapshot(tmp_path, "macos", debugging=Debugging(servers_tried=places))
    )
    assert (found.id, found.severity) == ("delve/debugserver/missing", "error")
    assert found.remedies == (RunByUser("xcode-select --install"),)


@pytest.mark.parametrize(
    ("mode", "said"),
    [
        pytest.param(True, [], id="on"),
        pytest.param(False, [("developer-mode", "info")], id="off"),
        pytest.param(None, [], id="not known"),
    ],
)
def test_developer_mode_is_a_note(tmp_path: Path, mode: bool | None, said: list[object]) -> None:
    add_dlv(tmp_path / "go" / "bin", macho(APPLE, delve_info()))
    found = Debugging(developer_mode=mode, debug_server=tmp_path / "x", servers_tried=(tmp_path / "x",))
    assert reported("delve/debugserver", make_snapshot(tmp_path, "macos", debugging=found)) == said
