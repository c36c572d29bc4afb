"""``idecare status`` as a user runs it, where nobody has anything open; the rest is in tests/e2e/test_status.py."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from idecare import __version__
from idecare.changes.journal import Entry, Journal
from idecare.cli import machine_state, run
from idecare.cli import status as module
from idecare.cli.render.workspaces import remote_text
from idecare.watcher import client
from idecare.watcher.client import Absent, Answer, Useless
from idecare.watcher.protocol import to_values
from idecare.workspaces.base import (
    Evidence,
    GoSetting,
    GoSide,
    LockUse,
    LockWait,
    Presence,
    RemoteWindow,
    Scan,
    StaleLock,
    Workspace,
)
from idecare.workspaces.conflicts import Conflict
from tests.builders import record, write

ROOT = Path("/src/app")


@pytest.fixture
def app(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path / "run"))
    write(tmp_path / "app", "go.mod", "x/x.go", content="module example.com/app\n")
    monkeypatch.chdir(tmp_path / "app")
    return tmp_path / "app"


def shown(capsys: pytest.CaptureFixture[str], *words: str, code: int = 0) -> dict[str, Any]:
    assert run(["status", "--json", *words]) == code
    values: dict[str, Any] = json.loads(capsys.readouterr().out)
    assert (values["command"], values["exit"]) == ("status", code)
    return values


@pytest.mark.parametrize("words", [("x",), (".",), ("x", "--locks")])
def test_the_module_of_a_folder_is_shown_though_nobody_has_it_open(
    app: Path, capsys: pytest.CaptureFixture[str], words: tuple[str, ...]
) -> None:
    values = shown(capsys, *words)
    (module,) = values["workspaces"]
    assert (module["root"], module["module"], module["ides"]) == (str(app), "example.com/app", [])
    assert values["locks"] == ([] if "--locks" in words else None)
    assert values["daemon"]["state"] == "absent"


@pytest.mark.parametrize(("word", "code"), [("..", "no-module"), ("../gone", "no-folder")])
def test_a_folder_without_a_module_is_refused(
    app: Path, capsys: pytest.CaptureFixture[str], word: str, code: str
) -> None:
    assert shown(capsys, word, code=2)["error"]["code"] == code


def test_a_half_extracted_module_is_reported_though_nobody_has_it_open(
    app: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(app, "go.sum", content="a.b/c v1.0.0 h1:x=\n")
    write(app.parent, "go/pkg/mod/cache/download/a.b/c/@v/v1.0.0.partial")
    values = shown(capsys, ".", code=4)
    assert [conflict["fix"] for conflict in values["conflicts"]] == ["go mod download a.b/c@v1.0.0"]


def test_what_waits_is_reported(app: Path, capsys: pytest.CaptureFixture[str]) -> None:
    journal = Journal(app.parent / "state/idecare")
    held = record(app.parent / "mod", "modcache", held_until="2026-11-22T12:10:00+00:00")
    journal.write(Entry("20261122-120000", ("idecare", "clean"), "/", "2026-11-22T12:00:00+00:00", (held,)))
    write(journal.queue.parent, "queue.json", content='["gocache"]')
    values = shown(capsys, ".")
    assert values["queued"] == ["gocache"]
    assert [found["target"] for found in values["held"]] == ["modcache"]


def everything() -> Scan:
    lock = LockWait(1, "go", "waits", Path("/mod/cache/lock"), None, (2,))
    setting = GoSetting("GOFLAGS", "-v", "environment", "GOFLAGS in the environment")
    here = Presence("vscode", "Code", None, 1, (1,), None, (ROOT,), (Evidence("gopls", "certain", "…"),))
    there = Presence(
        "goland",
        "GoLand",
        None,
        2,
        (2,),
        None,
        (ROOT,),
        here.evidence,
        GoSide(settings=(setting,), go_version="go1.27.3"),
    )
    stale = StaleLock("idea", "IntelliJIdea2026.1", Path("/.lock"), 3, None)
    remote = RemoteWindow("vscode", "Code", "wsl+Ubuntu", "/home/u/app")
    return Scan(datetime.now(UTC), (Workspace(ROOT, "app", (here, there)),), (lock,), (stale,), remotes=(remote,))


def test_a_scan_is_reported_as_it_is(
    app: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(machine_state, "scan_workspaces", lambda host, now: everything())
    values = shown(capsys, "--locks")
    assert [ide["name"] for ide in values["workspaces"][0]["ides"]] == ["Code", "GoLand"]
    assert values["workspaces"][0]["ides"][1]["go"]["settings"] == [
        {"name": "GOFLAGS", "value": "-v", "source": "GOFLAGS in the environment"}
    ]
    assert [(lock["pid"], lock["holders"]) for lock in values["locks"]] == [(1, [2])]
    assert [lock["name"] for lock in values["stale_locks"]] == ["IntelliJIdea2026.1"]
    assert [window["authority"] for window in values["remotes"]] == ["wsl+Ubuntu"]


def test_a_daemon_of_another_language_gives_what_it_counted_and_no_text(
    app: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    here = everything()
    (module_there,) = here.workspaces
    named = tuple(replace(found, name=f"{found.name}（中文）") for found in module_there.presences)
    changed = replace(module_there, presences=named, go_mod_changes=(here.taken,) * 2)
    there = replace(here, workspaces=(changed,), lock_uses=(LockUse(ROOT / "go.mod", 3, 2.0, 1.0, ("go build",), ()),))
    answer = {"version": __version__, "pid": 3, "scan": to_values(there), "conflicts": []}
    monkeypatch.setattr(machine_state, "scan_workspaces", lambda host, now: here)
    monkeypatch.setattr(machine_state, "_has_socket", lambda host: True)
    monkeypatch.setattr(client, "ask", lambda host, command: {**answer, "language": "zh_CN"})
    values = shown(capsys, "--locks")
    assert [ide["name"] for ide in values["workspaces"][0]["ides"]] == ["Code", "GoLand"]
    assert values["daemon"]["state"] == "running"
    assert [use["waits"] for use in values["lock_uses"]] == [3]
    assert "to-and-fro" in [conflict["code"] for conflict in values["conflicts"]]
    monkeypatch.setattr(client, "ask", lambda host, command: {**answer, "language": "en"})
    assert [ide["name"] for ide in shown(capsys)["workspaces"][0]["ides"]] == ["Code（中文）", "GoLand（中文）"]


def test_another_module_s_conflicts_are_not_this_one_s(
    app: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    other = Conflict("mod-mod", "warning", ROOT, "…", ("Code",))
    monkeypatch.setattr(machine_state, "scan_workspaces", lambda host, now: everything())
    for place in (module, machine_state):
        monkeypatch.setattr(place, "find_conflicts", lambda scan, now: (other,) if len(scan.locks) else ())
    assert shown(capsys, code=4)["conflicts"][0]["code"] == "mod-mod"
    assert shown(capsys, ".")["conflicts"] == []


@pytest.mark.parametrize(
    ("answer", "state", "message"),
    [
        pytest.param(Absent(), "absent", None, id="gone meanwhile"),
        pytest.param(Useless("it does not answer"), "useless", "it does not answer", id="silent"),
        pytest.param({"version": "0.0.1", "pid": 3}, "useless", "it is idecare 0.0.1, this is", id="old"),
        pytest.param({"version": __version__, "scan": {}}, "useless", "its answer cannot be read", id="odd"),
    ],
)
def test_without_a_daemon_that_can_be_used_the_scan_is_its_own(
    app: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    answer: Answer,
    state: str,
    message: str | None,
) -> None:
    monkeypatch.setattr(machine_state, "_has_socket", lambda host: True)
    monkeypatch.setattr(client, "ask", lambda host, command: answer)
    values = shown(capsys, ".")
    assert values["daemon"]["state"] == state
    assert (values["daemon"]["message"] is None) if message is None else (message in values["daemon"]["message"])
    assert values["workspaces"][0]["root"] == str(app)


@pytest.mark.parametrize(
    ("authority", "place"),
    [
        ("wsl+Ubuntu", "WSL: Ubuntu"),
        ("ssh-remote+box", "SSH: box"),
        ("dev-container+7b22", "a container"),
        ("x+y", "x"),
    ],
)
def test_a_remote_window_is_said_in_words(authority: str, place: str) -> None:
    text = remote_text(RemoteWindow("vscode", "Code", authority, "/home/u/app"))
    assert text == f"Code has /home/u/app open on {place}: not seen from here"
