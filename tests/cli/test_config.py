"""``idecare config`` as a user runs it."""

from __future__ import annotations

import json
import os
import shlex
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idecare.cli import run
from idecare.core.settings import KEYS, age_value, parse_age, read_settings

DEFAULTS = {
    "hold": "10m",
    "targets": ["gocache", "modcache", "gopls", "goland"],
    "never_touch": [],
    "projects": [],
    "gocache_max": None,
    "modcache_max": None,
    "held_max": None,
    "notify": True,
    "quiet_hours": None,
    "notices_per_hour": 6,
    "on_conflict": [],
    "language": "auto",
    "watch_starts": True,
}


@pytest.fixture
def file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Where the settings are; nothing is there yet."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    return tmp_path / "config" / "idecare" / "config.toml"


def config(*words: str) -> int:
    return run(["config", *words])


def written(file: Path, text: str | bytes) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(text.encode() if isinstance(text, str) else text)
    return file


def values(capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    answer: dict[str, Any] = json.loads(capsys.readouterr().out)
    return answer


def test_the_path_is_told_before_the_file_exists(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert config("path") == 0
    assert capsys.readouterr().out == f"{file}\n"
    assert config("path", "--json") == 0
    assert values(capsys) == {"schema": 1, "command": "config path", "path": str(file), "exit": 0}
    assert not file.parent.exists()


def test_all_settings_are_shown(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    written(file, 'never_touch = ["/kept"]')
    assert config("get") == 0
    assert capsys.readouterr().out.splitlines()[0] == "hold              10m"
    assert config("get", "--json") == 0
    settings = {**DEFAULTS, "never_touch": ["/kept"]}
    assert values(capsys) == {"schema": 1, "command": "config get", "settings": settings, "exit": 0}


def test_each_setting_has_one_row(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert config("get") == 0
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == list(DEFAULTS)


@pytest.mark.parametrize(
    ("key", "text"),
    [
        ("hold", "10m\n"),
        ("targets", "gocache\nmodcache\ngopls\ngoland\n"),
        ("never_touch", ""),
        ("gocache_max", ""),
        ("notify", "true\n"),
        ("quiet_hours", ""),
        ("notices_per_hour", "6\n"),
    ],
)
def test_one_setting_is_shown_for_scripts(file: Path, capsys: pytest.CaptureFixture[str], key: str, text: str) -> None:
    assert config("get", key) == 0
    assert capsys.readouterr().out == text
    assert config("get", key, "--json") == 0
    assert values(capsys)["settings"] == {key: DEFAULTS[key]}


@pytest.mark.parametrize(
    ("words", "text"),
    [
        (["hold", "1h"], 'hold = "1h"\n'),
        (["targets", "gopls", "goindex"], 'targets = ["gopls", "goindex"]\n'),
        (["never_touch", "/a", "/b"], 'never_touch = ["/a", "/b"]\n'),
        (["on_conflict", "/bin/sh", "-c", "x y", "--loud"], 'on_conflict = ["/bin/sh", "-c", "x y", "--loud"]\n'),
    ],
)
def test_a_setting_is_set_and_a_second_time_nothing_changes(
    file: Path, capsys: pytest.CaptureFixture[str], words: list[str], text: str
) -> None:
    assert config("set", *words) == 0
    assert (file.read_text(), capsys.readouterr().out) == (text, "")
    inode = file.stat().st_ino
    assert config("set", *words) == 0
    assert (file.read_text(), file.stat().st_ino) == (text, inode)


def test_what_was_set_is_told_as_it_will_be_used(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert config("set", "targets", "goindex", "--json") == 0
    assert values(capsys) == {
        "schema": 1,
        "command": "config set",
        "settings": {"targets": ["goland"]},
        "exit": 0,
    }


def test_unset_brings_the_default_back_and_keeps_comments(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    written(file, '# mine\nhold = "1h"\n# the end\n')
    assert config("unset", "hold", "--json") == 0
    assert values(capsys) == {"schema": 1, "command": "config unset", "settings": {"hold": "10m"}, "exit": 0}
    assert file.read_text() == "# mine\n# the end\n"
    assert config("unset", "hold") == 0
    assert file.read_text() == "# mine\n# the end\n"


def test_unset_of_what_is_not_there_makes_no_file(file: Path) -> None:
    assert config("unset", "hold") == 0
    assert not file.exists()


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["get", "holt"], "there is no setting 'holt'. Did you mean 'hold'?"),
        (["set", "holt", "1h"], "there is no setting 'holt'. Did you mean 'hold'?"),
        (["unset", "holt"], "there is no setting 'holt'. Did you mean 'hold'?"),
        (["set", "hold", "soon"], "'soon' is not an age"),
        (["set", "hold", "1h", "2h"], "hold takes one age"),
        (["set", "targets", "gopl"], "Did you mean 'gopls'?"),
        (["set", "gocache_max", "20"], "'20' has no unit; write 20GB, or 20B for bytes"),
        (["set", "held_max", "much"], "'much' is not a size; write 500MB or 20GiB"),
        (["set", "held_max", "1GB", "2GB"], "held_max takes one size, such as 10GB"),
        (["set", "never_touch", "here"], "never_touch takes absolute paths"),
        (["set", "hold"], "Missing argument"),
        (["gett"], "gett"),
    ],
)
def test_what_cannot_be_done_is_a_usage_error_and_changes_nothing(
    file: Path, capsys: pytest.CaptureFixture[str], words: list[str], message: str
) -> None:
    written(file, 'hold = "5m"  # mine\n')
    assert config(*words) == 2
    out, err = capsys.readouterr()
    assert (out, message in err) == ("", True)
    assert file.read_text() == 'hold = "5m"  # mine\n'


def test_a_broken_file_is_named_and_not_overwritten(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    written(file, "hold = \n")
    for words in (["get"], ["set", "hold", "1h"], ["unset", "hold"]):
        assert config(*words) == 2
        assert f"{file} is not valid TOML" in capsys.readouterr().err
    assert file.read_text() == "hold = \n"


def test_a_link_stays_a_link(file: Path, tmp_path: Path) -> None:
    dotfiles = written(tmp_path / "dotfiles" / "idecare.toml", "# mine\n")
    file.parent.mkdir(parents=True)
    file.symlink_to(dotfiles)
    assert config("set", "hold", "1h") == 0
    assert file.is_symlink()
    assert dotfiles.read_text() == '# mine\nhold = "1h"\n'


def test_a_file_that_cannot_be_written_is_told(
    file: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    written(file, "# mine\n")

    def denied(*arguments: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "replace", denied)
    assert config("set", "hold", "1h") == 1
    assert f"cannot write {file}: Permission denied" in capsys.readouterr().err
    assert file.read_text() == "# mine\n"


def test_line_ends_stay(file: Path) -> None:
    written(file, b'# mine\r\nhold = "5m"\r\n')
    assert config("set", "hold", "1h") == 0
    assert file.read_bytes() == b'# mine\r\nhold = "1h"\r\n'


def test_the_mode_stays(file: Path) -> None:
    written(file, "# mine\n").chmod(0o600)
    assert config("set", "hold", "1h") == 0
    assert file.stat().st_mode & 0o777 == 0o600


def test_a_file_that_is_not_text_is_told(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    written(file, b"\xff\xfe")
    assert config("get") == 1
    assert config("set", "hold", "1h") == 1
    assert f"cannot read {file}" in capsys.readouterr().err


ROUND_TRIPS = {
    "hold": [["10m"], ["90s"], ["0.5s"], ["0.00001s"], ["36h"], ["0s"], ["52w"]],
    "targets": [["gocache", "goindex"], ["vscode"], [""]],
    "never_touch": [["/srv/my caches", "/b"], ["/a"], [""]],
    "projects": [["/srv/my code", "/b"], ["/a"], [""]],
    "gocache_max": [["20GB"], ["1.5 GiB"], ["512MiB"], ["1234567B"], ["0B"], [""]],
    "modcache_max": [["20GB"], [""]],
    "held_max": [["10GB"], [""]],
    "notify": [["no"], ["true"]],
    "quiet_hours": [["22:00-7:00"], [""]],
    "notices_per_hour": [["0"], ["60"]],
    "language": [["zh_CN"], ["auto"]],
    "watch_starts": [["off"], ["true"]],
    "on_conflict": [["/bin/sh", "-c", "x  y; z", "--loud"], ["/bin/true"], [""]],
}


@pytest.mark.parametrize("key", KEYS)
def test_what_get_prints_is_what_set_takes(file: Path, capsys: pytest.CaptureFixture[str], key: str) -> None:
    for words in ROUND_TRIPS[key]:
        assert config("set", key, *words) == 0
        capsys.readouterr()
        assert config("get", key) == 0
        one = capsys.readouterr().out.removesuffix("\n")
        before = read_settings(file.parent)
        assert config("get") == 0
        row = next(line for line in capsys.readouterr().out.splitlines() if line.split()[0] == key)
        for printed in ([one], shlex.split(row)[1:]):
            assert config("unset", key) == 0
            assert config("set", key, *printed) == 0
            assert read_settings(file.parent) == before


@given(st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=36_500)))
def test_every_age_is_read_as_it_was_written(age: timedelta) -> None:
    assert parse_age(age_value(age)) == age
