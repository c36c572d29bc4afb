"""`idecare pick` where it cannot be shown."""

from __future__ import annotations

import sys

import pytest

from idecare.cli import run


def test_a_python_without_curses_is_no_bug(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.delitem(sys.modules, "idecare.cli.pick_screen", raising=False)
    monkeypatch.setitem(sys.modules, "curses", None)
    assert run(["pick"]) == 2
    assert "has no curses" in capsys.readouterr().err


def test_no_terminal_is_no_place_for_a_list(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["pick"]) == 2
    assert "`idecare usage` shows sizes" in capsys.readouterr().err
