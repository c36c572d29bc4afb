"""``idecare daemon snooze`` as a user runs it, and what is said where no daemon is."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from idecare.cli import run
from idecare.watcher.snoozes import Snooze, read_snoozes, snooze_path


@pytest.fixture
def state(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The state folder; the working folder has a module `app` in it."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    (tmp_path / "app" / "inner").mkdir(parents=True)
    (tmp_path / "app" / "go.mod").write_text("module example.test/app\n")
    monkeypatch.chdir(tmp_path)
    return tmp_path / "state" / "idecare"


def daemon(capsys: pytest.CaptureFixture[str], *words: str, code: int = 0) -> dict[str, Any]:
    assert run(["daemon", *words, "--json"]) == code
    answer: dict[str, Any] = json.loads(capsys.readouterr().out)
    return answer


def test_a_snooze_is_kept_reported_and_taken_back(state: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (kept,) = daemon(capsys, "snooze", "1h")["snoozes"]
    assert kept["root"] is None
    assert [snooze.as_json() for snooze in read_snoozes(state)] == [kept]
    assert daemon(capsys, "snooze")["snoozes"] == [kept]
    assert daemon(capsys, "snooze", "--off")["snoozes"] == []
    assert not snooze_path(state).exists()


def test_a_module_is_snoozed_by_any_folder_in_it(
    state: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "app")
    daemon(capsys, "snooze", "forever", "--module", "link/inner")
    assert read_snoozes(state) == (Snooze(tmp_path / "app"),)
    daemon(capsys, "snooze", "today")
    daemon(capsys, "snooze", "--off", "--module", "app")
    (left,) = read_snoozes(state)
    assert left.root is None


def test_snoozes_are_reported_in_words(state: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["daemon", "snooze"]) == 0
    assert capsys.readouterr().out == "Nothing is snoozed.\n"
    assert run(["daemon", "snooze", "forever", "-m", "app"]) == 0
    assert capsys.readouterr().out == "No notices of ~/app for ever.\n"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        pytest.param(["soon"], "'soon' is not an age", id="not an age"),
        pytest.param(["1h", "--module", "."], "there is no Go module in", id="no module"),
        pytest.param(["--module", "app"], "how long?", id="a module without an age"),
        pytest.param(["1h", "--off"], "do not go together", id="on and off"),
    ],
)
def test_what_cannot_be_snoozed_is_a_usage_error(
    state: Path, capsys: pytest.CaptureFixture[str], words: list[str], message: str
) -> None:
    assert run(["daemon", "snooze", *words]) == 2
    assert message in capsys.readouterr().err
    assert not snooze_path(state).exists()


def test_without_a_daemon_the_state_says_what_to_do(state: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["daemon", "status"]) == 4
    out = capsys.readouterr().out
    assert "no; idecare daemon start starts it" in out
    assert run(["daemon", "logs"]) == 0
    assert capsys.readouterr().out == "The daemon has written nothing yet.\n"
    assert run(["daemon", "stop"]) == 0
    assert capsys.readouterr().out == "It was not running.\n"
    assert not state.exists()


def test_the_last_lines_of_a_long_log_are_shown(state: Path, capsys: pytest.CaptureFixture[str]) -> None:
    state.mkdir(parents=True)
    (state / "daemon.log").write_bytes(b"".join(b"line %d\n" % number for number in range(60_000)) + b"\xff\n")
    assert daemon(capsys, "logs", "-l", "2")["lines"] == ["line 59999", "\\xff"]
