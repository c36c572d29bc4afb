"""Values survive the socket and the file."""

from __future__ import annotations

from pathlib import Path

import pytest

from idecare.watcher.policy import Episode, Memory, SentNotice
from idecare.watcher.protocol import from_values, to_values
from idecare.workspaces.base import Evidence, GoSide, LockWait, Presence, Scan, Workspace
from idecare.workspaces.conflicts import Conflict
from tests.builders import NOW


def test_a_scan_survives_the_socket() -> None:
    side = GoSide(go=Path("/go/bin/go"))
    presence = Presence(
        "vscode", "Code", None, 7, (7, 8), NOW, (Path("/a"),), (Evidence("gopls", "certain", "x", NOW),), side
    )
    wait = LockWait(9, "go", "waits", Path("/a/lock"), None, (10,))
    scan = Scan(NOW, (Workspace(Path("/a"), None, (presence,), (wait,), (), (NOW,)),), (wait,))
    assert from_values(Scan, to_values(scan)) == scan


def test_a_memory_survives_the_daemon() -> None:
    conflict = Conflict("mod-mod", "warning", Path("/a"), "…", ("GoLand",), None, "idecare configure")
    memory = Memory(
        (Episode("a-1", Path("/a"), NOW, (conflict,), "warning", NOW),), (SentNotice(Path("/a"), NOW),), NOW
    )
    assert from_values(Memory, to_values(memory)) == memory


@pytest.mark.parametrize(
    "values",
    [
        None,
        [],
        {"episodes": 5},
        {"episodes": [{"id": 1}]},
        {"last": "yesterday"},
        {"last": 5},
        {"last": "2026-01-01T00:00:00"},
        {"sent": [{"root": 5, "at": "2026-01-01T00:00:00+00:00"}]},
        {
            "episodes": [
                {"id": "a", "root": "/a", "since": "2026-01-01T00:00:00+00:00", "conflicts": [], "notified": "no"}
            ]
        },
    ],
    ids=repr,
)
def test_what_is_no_memory_is_a_value_error(values: object) -> None:
    with pytest.raises(ValueError, match="no Memory"):
        from_values(Memory, values)
