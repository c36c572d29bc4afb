"""Where no daemon runs, a run of idecare starts a check of the limits now and then."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from idecare.cli import run
from tests.builders import write


@pytest.fixture
def started(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The checks that were started, in a home of their own."""
    found: list[str] = []
    for name in ("HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME"):
        monkeypatch.setenv(name, str(tmp_path))
    monkeypatch.setattr("idecare.changes.background.start_limits_check", lambda environment: found.append("check"))
    return found


def test_without_a_limit_no_check_is_started(started: list[str], tmp_path: Path) -> None:
    assert run(["config", "set", "hold", "5m"]) == 0
    assert run(["history"]) == 0
    assert (started, (tmp_path / "idecare" / "limits.json").exists()) == ([], False)


@pytest.mark.real_clock
def test_with_a_limit_one_is_started_every_ten_minutes(started: list[str], tmp_path: Path) -> None:
    assert run(["config", "set", "gocache_max", "20GB"]) == 0
    for _ in range(3):
        assert run(["history", "--json"]) == 0
    assert started == ["check"]
    os.utime(tmp_path / "idecare" / "limits.json", (1, 1))
    assert run(["history"]) == 0
    assert started == ["check"] * 2


def test_where_nothing_can_be_written_none_is_started(started: list[str], tmp_path: Path) -> None:
    write(tmp_path, "idecare/config.toml", content='gocache_max = "1GB"')
    (tmp_path / "idecare" / "limits.json").mkdir()
    os.utime(tmp_path / "idecare" / "limits.json", (1, 1))
    assert run(["history"]) == 0
    assert started == []
