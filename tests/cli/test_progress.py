"""Progress: nothing in the first half second, one line that goes away after it."""

from __future__ import annotations

import sys

import pytest

from idecare.cli import progress
from idecare.cli.common import Session
from idecare.cli.progress import LiveLine, counting_progress, live_line, scanning_progress
from idecare.cli.render.terminal import Terminal, use_terminal
from tests.conftest import make_host

SESSION = Session(make_host(), "usage", as_json=False, quiet=False, verbose=False)


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each job counts as one that takes long, on a terminal."""
    monkeypatch.setattr(progress, "SILENT_SECONDS", -1)
    monkeypatch.setattr(progress, "REFRESH_SECONDS", 0)
    monkeypatch.setattr(progress, "live_line", lambda session: LiveLine(enabled=True))
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "100")


def test_a_short_job_shows_nothing_and_imports_nothing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "rich.progress", None)
    with LiveLine(enabled=True) as line:
        line.show(lambda: "soon over")
    assert capsys.readouterr().err == ""


def test_entries_add_up_over_the_locations(slow: None, capsys: pytest.CaptureFixture[str]) -> None:
    with scanning_progress(SESSION) as count:
        count(1000)
        count(20)
    assert "Measuring: 1,020 entries" in capsys.readouterr().err


def test_what_is_counted_has_its_share(slow: None, capsys: pytest.CaptureFixture[str]) -> None:
    with counting_progress(SESSION, "Verifying") as count:
        count(1, 4)
    err = capsys.readouterr().err
    assert "Verifying" in err
    assert " 25 %" in err


@pytest.mark.parametrize("terminal", [None, Terminal(80, has_colour=False, has_cursor=False)])
def test_without_a_terminal_that_moves_nothing_is_shown(terminal: Terminal | None, slow: None) -> None:
    use_terminal(terminal)
    try:
        assert not live_line(SESSION)._enabled
    finally:
        use_terminal(None)
