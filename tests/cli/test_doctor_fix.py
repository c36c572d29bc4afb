"""What becomes of a fix that does not take, and of files that may not be written."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from idecare.cli.common import Session
from idecare.cli.doctor_fix import fix
from idecare.cli.flow import Request
from idecare.doctor.base import Check, EditSettings, Finding
from idecare.doctor.runner import Examined
from tests.conftest import make_host

CHECK = Check("vscode/unknown-keys", "meaning", "fix", lambda snapshot: ())


def examined(file: Path, *keys: tuple[str, object]) -> tuple[Examined, ...]:
    remedy = EditSettings(file, "vscode", keys)
    found = Finding("vscode/unknown-keys", "warning", "one key too many", (str(file),), "why", "fix", (remedy,))
    return (Examined(CHECK, (found,), "found", 0.0),)


def session(home: Path) -> Session:
    return Session(make_host(home=home), "doctor", as_json=True, quiet=True, verbose=False)


def test_a_fix_that_did_not_take_is_reported_and_fails(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "settings.json"
    file.write_text('{"a": 1}')
    found = examined(file, ("a", None))
    code = fix(session(tmp_path), found, lambda: found, Request(yes=True))
    values = json.loads(capsys.readouterr().out)
    assert (code, values["not_taken"]) == (1, ["vscode/unknown-keys"])
    assert [change["state"] for change in values["changes"]] == ["written"]


def test_a_fix_that_took_is_not(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "settings.json"
    file.write_text('{"a": 1}')
    found = examined(file, ("a", None))
    gone = (replace(found[0], findings=(), state="passed"),)
    assert fix(session(tmp_path), found, lambda: gone, Request(yes=True)) == 0
    assert json.loads(capsys.readouterr().out)["not_taken"] == []


def test_a_file_that_is_damaged_stays_and_the_fix_fails(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "settings.json"
    file.write_text('{"a": ')
    found = examined(file, ("a", None))
    assert fix(session(tmp_path), found, lambda: found, Request(yes=True)) == 1
    (change,) = json.loads(capsys.readouterr().out)["changes"]
    assert (change["state"], change["code"], file.read_text()) == ("refused", "invalid-json", '{"a": ')
