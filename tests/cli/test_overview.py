"""`idecare` alone: five lines of state and the commands that make sense next."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from idecare.changes.journal import Entry
from idecare.cli import run
from idecare.cli.overview import read_sizes
from idecare.cli.render.overview import Overview, RememberedSizes, overview_text, overview_values
from idecare.cli.render.status import DaemonState, Status
from idecare.workspaces.base import Presence, Workspace
from idecare.workspaces.conflicts import Conflict
from tests.builders import NOW, record, write

STATUS = Status(NOW, (), (), None, (), (), (), DaemonState("absent"))
SIZES = RememberedSizes(NOW - timedelta(days=2), (("gocache", 8_100_000_000), ("modcache", 10**9), ("telemetry", 0)))
WARNING = Conflict("mod-mod", "warning", Path("/app"), "…", ("GoLand",))
CLEANED = Entry("20261122-110000", ("idecare", "clean"), "/app", (NOW - timedelta(hours=1)).isoformat(), ())


def lines(status: Status = STATUS, sizes: RememberedSizes | None = SIZES, last: Entry | None = None) -> list[str]:
    return overview_text(Overview(status, sizes, last), NOW).splitlines()


def presence(name: str) -> Presence:
    return Presence("goland", name, None, 1, (1,), None, (), ())


def test_a_machine_where_nothing_happens_has_five_calm_lines() -> None:
    shown = lines()
    assert shown[1:6] == [
        "  caches     9.10 GB in 3 caches (2 days ago): gocache 8.10 GB, modcache 1.00 GB",
        "  held       nothing",
        "  IDEs       none has a Go module open",
        "  conflicts  none",
        "  daemon     not running",
    ]
    assert [line.split("  ")[1] for line in shown[7:]] == ["idecare clean", "idecare doctor", "idecare help"]


def test_what_is_held_can_be_undone() -> None:
    held = record(held_until=NOW.isoformat())
    shown = lines(replace(STATUS, held=(held,)))
    assert shown[2].startswith("  held       gocache until ")
    assert shown[2].endswith("; `idecare undo` brings it back")
    assert any(line.startswith("  idecare undo ") for line in shown)


def test_ides_and_their_conflicts_lead_to_the_status() -> None:
    workspace = Workspace(Path("/app"), "app", (presence("GoLand2026.1"), presence("Code")))
    shown = lines(replace(STATUS, workspaces=(workspace,), conflicts=(WARNING, replace(WARNING, grade="error"))))
    assert shown[3] == "  IDEs       GoLand2026.1, Code on 1 Go module"
    assert shown[4] == "  conflicts  1 error, 1 warning"
    assert shown[7].startswith("  idecare status ")


def test_what_two_ides_share_is_no_conflict() -> None:
    assert lines(replace(STATUS, conflicts=(replace(WARNING, grade="info"),)))[4] == "  conflicts  none"


def test_sizes_from_before_a_clean_are_marked() -> None:
    assert "(2 days ago, before the last change)" in lines(last=CLEANED)[1]


def test_without_sizes_measuring_is_proposed() -> None:
    shown = lines(sizes=None)
    assert shown[1] == "  caches     not measured yet"
    assert any(line.startswith("  idecare usage ") for line in shown)


def test_a_daemon_is_named_or_says_why_it_is_of_no_use() -> None:
    assert lines(replace(STATUS, daemon=DaemonState("running", 7)))[5] == "  daemon     running (pid 7)"
    assert lines(replace(STATUS, daemon=DaemonState("useless", None, "too old")))[5] == "  daemon     too old"


def test_json_has_the_status_and_the_sizes() -> None:
    values = overview_values(Overview(STATUS, SIZES, CLEANED))
    assert values["caches"][0] == {"name": "gocache", "allocated_bytes": 8_100_000_000}
    assert (values["measured"], values["last_change"]) == (SIZES.measured.isoformat(), CLEANED.id)
    assert values["workspaces"] == []


def test_usage_leaves_its_sizes_for_the_first_screen(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    write(tmp_path / ".cache" / "go-build", "README", "00/")
    (tmp_path / ".cache" / "go-build" / "00" / "x-d").write_bytes(b"x" * 5000)
    assert run(["usage", "modcache"]) == 0
    assert read_sizes(tmp_path / ".cache" / "idecare") is None
    assert run(["usage"]) == 0
    capsys.readouterr()
    assert run(["--json"]) == 0
    values = json.loads(capsys.readouterr().out)
    assert "gocache" in {cache["name"] for cache in values["caches"]}
    assert run([]) == 0
    assert "s ago): gocache" in capsys.readouterr().out


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"caches": [{}], "measured": "x"}', '{"caches": 1, "measured": 1}'])
def test_sizes_that_cannot_be_read_are_none(tmp_path: Path, text: str) -> None:
    (tmp_path / "usage.json").write_text(text)
    assert read_sizes(tmp_path) is None
