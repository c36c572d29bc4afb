"""How an undo reads, as text and as JSON."""

from __future__ import annotations

from pathlib import Path

import pytest

from idecare.changes.undo import Undone
from idecare.cli.render.undo import undone_json, undone_text
from tests.builders import record

HOME = Path("/home/gopher")
BUILD = record(HOME / ".cache/go-build")
MODULES = record(Path("/srv/mod"), "modcache")


@pytest.mark.parametrize(
    ("result", "line"),
    [
        pytest.param(Undone(BUILD, "restored", 256), "gocache    put back  ~/.cache/go-build", id="put back"),
        pytest.param(
            Undone(MODULES, "partly", 4, 1, "1 newer entry kept"),
            "modcache   put back in part  /srv/mod: 1 newer entry kept",
            id="in part",
        ),
        pytest.param(
            Undone(MODULES, "partly", 0, 1200, "1,200 newer entries kept"),
            "modcache   put back in part  /srv/mod: 1,200 newer entries kept",
            id="hardly",
        ),
        pytest.param(
            Undone(MODULES, "busy", reason="in use by go (pid 1)"),
            "modcache   skipped  /srv/mod: in use by go (pid 1)",
            id="in use",
        ),
        pytest.param(
            Undone(BUILD, "impossible", reason="it has been deleted"),
            "gocache    not put back  ~/.cache/go-build: it has been deleted",
            id="impossible",
        ),
        pytest.param(Undone(BUILD, "impossible"), "gocache    not put back  ~/.cache/go-build", id="without a reason"),
    ],
)
def test_a_line_says_what_came_back_and_what_did_not(result: Undone, line: str) -> None:
    assert undone_text([result], HOME) == line


def test_each_target_has_a_line() -> None:
    text = undone_text([Undone(BUILD, "restored", 1), Undone(MODULES, "restored", 1)], None)
    assert text == "gocache    put back  /home/gopher/.cache/go-build\nmodcache   put back  /srv/mod"
    assert undone_text([], None) == ""


def test_json_has_every_field() -> None:
    results = [Undone(BUILD, "restored", 256), Undone(MODULES, "partly", 4, 1, "1 newer entry kept")]
    assert undone_json(results) == [
        {
            "target": "gocache",
            "root": "/home/gopher/.cache/go-build",
            "path": None,
            "state": "restored",
            "restored": 256,
            "kept": 0,
            "reason": None,
            "details": [],
            "next_step": None,
        },
        {
            "target": "modcache",
            "root": "/srv/mod",
            "path": None,
            "state": "partly",
            "restored": 4,
            "kept": 1,
            "reason": "1 newer entry kept",
            "details": [],
            "next_step": None,
        },
    ]
