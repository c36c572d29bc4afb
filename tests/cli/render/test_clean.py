"""How a clean reads, before and after, as text and as JSON."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from idecare.changes.plan import (
    Action,
    Done,
    Failed,
    HoldEntries,
    Outcome,
    Plan,
    Refused,
    StampFile,
    Step,
    TrimEntries,
    exit_code,
)
from idecare.cli.render.clean import held_text, hold_text, outcomes_json, outcomes_text, plan_json, plan_text
from idecare.core.errors import ExitCode
from idecare.core.results import Identity, Skip
from idecare.modules.need import Need
from idecare.system.processes import Process
from tests.builders import NOW

HOME = Path("/home/gopher")
BUILD = HOME / ".cache/go-build"
MODULES = Path("/srv/mod")
SYSTEM = HOME / ".cache/JetBrains/GoLand2026.2"
ME = Identity(1, 2)
GO = Process(4711, "go", environment={}, started=NOW)
UNKNOWN = Process(7, "compile", environment={})
BUSY = Skip("busy", "busy", "is in use", "wait for it: --wait 5m")
REFUSED = Skip("refused", "no-mark", "does not look like this cache", "check GOCACHE")
KEPT = Skip("kept", "offline", "GOPROXY is off", "name it to clear it")
EMPTY = Skip("absent", "empty", "is empty already", "no step")


@pytest.fixture(autouse=True)
def one_hour_east(monkeypatch: pytest.MonkeyPatch) -> None:
    """Local times are told, so the tests stand in a zone of their own: an hour before UTC's."""
    monkeypatch.setenv("TZ", "Test-1")
    time.tzset()


def hold(target: str = "gocache", root: Path = BUILD, entries: tuple[str, ...] = ("00", "ff")) -> HoldEntries:
    return HoldEntries(target, root, ME, entries, shares_root=entries != ("00", "ff"))


def trim() -> TrimEntries:
    return TrimEntries("gocache", BUILD, ME, ("00",), NOW)


def stamp(target: str = "testcache", name: str = "testexpire.txt", root: Path = BUILD, **changes: Any) -> StampFile:
    return StampFile(target, root, ME, name, b"1", **changes)


def step(decision: Action | Skip, target: str = "gocache", root: Path = BUILD, **changes: Any) -> Step:
    if isinstance(decision, Skip):
        return Step(target, root, decision, **changes)
    return Step(decision.target, decision.root, decision, **changes)


MARKER = stamp("goland", "index/corruption.marker", SYSTEM, state="scheduled", effect="rebuilt")


@pytest.mark.parametrize(
    ("planned", "line"),
    [
        pytest.param(step(hold()), "gocache  to be set aside  ~/.cache/go-build", id="held"),
        pytest.param(step(trim()), "gocache  to be trimmed  ~/.cache/go-build", id="trimmed"),
        pytest.param(step(stamp()), "testcache  to be expired  ~/.cache/go-build", id="expired"),
        pytest.param(
            step(MARKER), "goland  to be rebuilt  ~/.cache/JetBrains/GoLand2026.2/index", id="rebuilt by its owner"
        ),
        pytest.param(
            step(hold("goland", SYSTEM, ("index",))),
            "goland  to be set aside  ~/.cache/JetBrains/GoLand2026.2/index",
            id="one named child",
        ),
        pytest.param(
            step(hold("fuzzcache", BUILD, ("fuzz",))),
            "fuzzcache  to be set aside  ~/.cache/go-build/fuzz",
            id="the corpus",
        ),
        pytest.param(
            step(hold("vscode", HOME / "Code", ("Cache", "CachedData"))),
            "vscode  to be set aside  ~/Code: Cache, CachedData",
            id="some named children",
        ),
        pytest.param(step(EMPTY), "gocache  nothing to do  ~/.cache/go-build: is empty already", id="nothing there"),
        pytest.param(
            step(REFUSED, "modcache", MODULES),
            "modcache  skipped  /srv/mod\n    does not look like this cache\n    check GOCACHE",
            id="refused",
        ),
        pytest.param(
            step(BUSY, "modcache", MODULES, busy=(GO,)),
            "modcache  skipped  /srv/mod\n    is in use\n    in use by go (pid 4711, since 13:00:00)\n"
            "    wait for it: --wait 5m",
            id="in use",
        ),
    ],
)
def test_a_plan_says_what_would_be_done(planned: Step, line: str) -> None:
    assert plan_text(Plan((planned,)), {}, HOME) == line


def test_costs_and_notes_follow_below_and_columns_line_up() -> None:
    steps = (
        step(trim(), cost="compiles once", notes=("outputs stay",), busy=(GO, UNKNOWN)),
        step(KEPT, "modcache", MODULES),
        step(stamp()),
    )
    sizes = {("gocache", BUILD): 1_240_000_000}
    assert plan_text(Plan(steps), sizes, HOME).splitlines() == [
        "gocache    to be trimmed  1.24 GB  ~/.cache/go-build",
        "    in use by go (pid 4711, since 13:00:00)",
        "    in use by compile (pid 7)",
        "    compiles once",
        "    outputs stay",
        "modcache   skipped                 /srv/mod",
        "    GOPROXY is off",
        "    name it to clear it",
        "testcache  to be expired           ~/.cache/go-build",
    ]


def test_of_many_processes_three_are_named() -> None:
    many = tuple(Process(number, "go", environment={}) for number in range(1, 6))
    assert plan_text(Plan((step(trim(), busy=many),)), {}, HOME).splitlines()[1:] == [
        *("    in use by go (pid 1)", "    in use by go (pid 2)", "    in use by go (pid 3)"),
        "    and 2 more processes",
    ]


def test_a_plan_for_nothing_is_empty() -> None:
    assert plan_text(Plan(), {}, HOME) == outcomes_text((), {}, HOME) == ""


@pytest.mark.parametrize(
    ("outcome", "line"),
    [
        pytest.param(Done(step(hold()), "held", 2), "gocache  set aside  ~/.cache/go-build", id="held"),
        pytest.param(Done(step(hold()), "purged", 2, 10), "gocache  deleted  ~/.cache/go-build", id="purged"),
        pytest.param(
            Done(step(trim()), "trimmed", 2310), "gocache  trimmed, 2,310 entries  ~/.cache/go-build", id="trimmed"
        ),
        pytest.param(Done(step(trim()), "trimmed", 1), "gocache  trimmed, 1 entry  ~/.cache/go-build", id="by one"),
        pytest.param(Done(step(stamp()), "purged", 1), "testcache  expired  ~/.cache/go-build", id="expired"),
        pytest.param(
            Done(step(MARKER), "scheduled", 1),
            "goland  will be rebuilt  ~/.cache/JetBrains/GoLand2026.2/index",
            id="rebuilt by its owner",
        ),
        pytest.param(
            Done(step(BUSY, busy=(GO,)), "scheduled", 0),
            "gocache  queued until idle  ~/.cache/go-build\n    in use by go (pid 4711, since 13:00:00)",
            id="queued",
        ),
        pytest.param(
            Done(step(hold(), cost="compiles once", notes=("a note",)), "held", 2),
            "gocache  set aside  ~/.cache/go-build\n    compiles once\n    a note",
            id="with its cost",
        ),
        pytest.param(
            Refused(step(hold()), BUSY, (GO,)),
            "gocache  skipped  ~/.cache/go-build\n    is in use\n    in use by go (pid 4711, since 13:00:00)\n"
            "    wait for it: --wait 5m",
            id="came into use",
        ),
        pytest.param(
            Refused(step(EMPTY), EMPTY), "gocache  nothing to do  ~/.cache/go-build: is empty already", id="nothing"
        ),
        pytest.param(
            Failed(step(hold()), "No space left on device", "everything is as it was"),
            "gocache  failed  ~/.cache/go-build\n    No space left on device\n    everything is as it was",
            id="failed",
        ),
        pytest.param(
            Failed(step(hold()), "broken"), "gocache  failed  ~/.cache/go-build\n    broken", id="failed, no advice"
        ),
    ],
)
def test_an_outcome_says_what_was_done(outcome: Outcome, line: str) -> None:
    assert outcomes_text((outcome,), {}, HOME) == line


@pytest.mark.parametrize("character", ["\n", "\r", "\u2028"])
def test_a_line_end_in_a_path_is_no_failure(character: str) -> None:
    root = Path(f"/caches/a{character}b")
    assert "set aside" in outcomes_text((Done(step(hold(root=root)), "held", 2),), {}, HOME)


def done_until(until: datetime | None) -> Done:
    return Done(step(hold()), "held", 2, held_until=until)


@pytest.mark.parametrize(
    ("outcomes", "text"),
    [
        pytest.param((), "", id="nothing done"),
        pytest.param((done_until(None), Failed(step(hold()), "x")), "", id="nothing held"),
        pytest.param(
            (done_until(NOW + timedelta(minutes=10)), done_until(NOW + timedelta(minutes=20))),
            "Held until 13:20, then deleted in the background. Put it back with: idecare undo",
            id="the last of them",
        ),
        pytest.param(
            (replace(done_until(NOW), disk_full=True),),
            "The disk is nearly full, so what was set aside is being deleted now and cannot be undone.",
            id="nearly full",
        ),
        pytest.param(
            (done_until(NOW),),
            "What was set aside is being deleted in the background now and cannot be undone.",
            id="held for no time",
        ),
    ],
)
def test_until_when_it_can_be_undone(outcomes: tuple[Outcome, ...], text: str) -> None:
    assert held_text(outcomes, NOW) == text


def test_a_hold_beyond_today_names_the_day() -> None:
    in_a_week = done_until(NOW + timedelta(days=7))
    assert held_text((in_a_week,), NOW) != held_text((done_until(NOW + timedelta(seconds=1)),), NOW)


NEEDED = [
    ("modcache", MODULES, "3 modules"),
    ("modcache", MODULES, ""),  # it stays
    ("modcache", HOME / "other", "no go.sum is here"),
    ("gocache", BUILD, "everything is compiled"),
]
EVERY_KEY = {
    "target": "gocache",
    "root": "/home/gopher/.cache/go-build",
    "source": "",
    "state": "held",
    "code": None,
    "reason": None,
    "next_step": None,
    "entries": None,
    "bytes": None,
    "held_until": None,
    "spared": [],
    "cost": None,
    "need": None,
    "notes": [],
    "busy": [],
}


@pytest.mark.parametrize(
    ("planned", "changed"),
    [
        pytest.param(step(hold()), {}, id="held"),
        pytest.param(
            step(trim(), source="GOCACHE in the environment", cost="compiles", notes=("n",), busy=(GO, UNKNOWN)),
            {
                "state": "trimmed",
                "source": "GOCACHE in the environment",
                "cost": "compiles",
                "notes": ["n"],
                "busy": [
                    {"pid": 4711, "name": "go", "since": "2026-11-22T12:00:00+00:00"},
                    {"pid": 7, "name": "compile", "since": None},
                ],
            },
            id="trimmed while in use",
        ),
        pytest.param(step(stamp()), {"target": "testcache", "state": "purged"}, id="expired"),
        pytest.param(step(MARKER), {"target": "goland", "root": str(SYSTEM), "state": "scheduled"}, id="rebuilt"),
        pytest.param(
            step(EMPTY),
            {"state": "absent", "code": "empty", "reason": "is empty already", "next_step": "no step"},
            id="absent",
        ),
        pytest.param(
            step(Skip("kept", "x", "y")), {"state": "skipped", "code": "x", "reason": "y", "next_step": None}, id="kept"
        ),
        pytest.param(
            step(REFUSED),
            {
                "state": "skipped",
                "code": "no-mark",
                "reason": "does not look like this cache",
                "next_step": "check GOCACHE",
            },
            id="refused",
        ),
    ],
)
def test_a_plan_as_json_has_every_key(planned: Step, changed: dict[str, Any]) -> None:
    assert plan_json(Plan((planned,)), {}, {}) == {
        "dry_run": True,
        "id": None,
        "targets": [{**EVERY_KEY, **changed}],
        "freed_bytes": 0,
    }


@pytest.mark.parametrize(
    ("outcome", "changed"),
    [
        pytest.param(
            Done(step(hold()), "held", 2, held_until=NOW),
            {"entries": 2, "held_until": "2026-11-22T12:00:00+00:00"},
            id="held",
        ),
        pytest.param(Done(step(hold()), "purged", 2310, 10), {"state": "purged", "entries": 2310}, id="purged"),
        pytest.param(Done(step(trim()), "trimmed", 0), {"state": "trimmed", "entries": 0}, id="trimmed by nothing"),
        pytest.param(
            Done(step(BUSY, busy=(UNKNOWN,)), "scheduled", 0),
            {"state": "scheduled", "entries": 0, "busy": [{"pid": 7, "name": "compile", "since": None}]},
            id="queued",
        ),
        pytest.param(
            Refused(step(hold()), BUSY, (UNKNOWN,)),
            {
                "state": "skipped",
                "code": "busy",
                "reason": "is in use",
                "next_step": "wait for it: --wait 5m",
                "busy": [{"pid": 7, "name": "compile", "since": None}],
            },
            id="came into use",
        ),
        pytest.param(
            Refused(step(EMPTY), Skip("absent", "empty", "is empty already")),
            {"state": "absent", "code": "empty", "reason": "is empty already"},
            id="absent",
        ),
        pytest.param(
            Failed(step(hold()), "No space left", "free some"),
            {"state": "skipped", "code": "failed", "reason": "No space left", "next_step": "free some"},
            id="failed",
        ),
    ],
)
def test_an_outcome_as_json_has_every_key(outcome: Outcome, changed: dict[str, Any]) -> None:
    assert outcomes_json((outcome,), {}, {}, "20261122-120000", 12) == {
        "dry_run": False,
        "id": "20261122-120000",
        "targets": [{**EVERY_KEY, **changed}],
        "freed_bytes": 12,
    }


def test_sizes_are_told_of_what_was_measured() -> None:
    sizes = {("gocache", BUILD): 4096, ("gocache", MODULES): 1}
    assert plan_json(Plan((step(hold()),)), sizes, {})["targets"][0]["bytes"] == 4096
    assert outcomes_json((Done(step(hold()), "purged", 2, 9),), sizes, {}, None, 4096)["targets"][0]["bytes"] == 4096


def test_what_is_downloaded_again_is_in_numbers_where_it_is_known() -> None:
    needs = {("modcache", MODULES): Need(3, 12_000_000, 7, 27)}
    known = {"modules": 3, "bytes": 12_000_000, "go_mods": 7, "others": 27}
    steps = [step(hold(target, root), cost=cost) for target, root, cost in NEEDED]
    planned = plan_json(Plan(tuple(steps)), {}, needs)["targets"]
    done = outcomes_json(tuple(Done(one, "held", 2) for one in steps), {}, needs, None, 0)["targets"]
    assert [target["need"] for target in planned] == [known, None, None, None]
    assert [target["need"] for target in done] == [known, None, None, None]


def test_json_can_be_written_whatever_a_path_is_made_of() -> None:
    odd = Path("/caches/\udcff")
    text = json.dumps(plan_json(Plan((step(hold(root=odd)),)), {}, {}))
    assert json.loads(text)["targets"][0]["root"] == str(odd)


def refused(kind: Any) -> Refused:
    return Refused(step(hold()), Skip(kind, "code", "reason"))


DONE = Done(step(hold()), "held", 2)
FAILED = Failed(step(hold()), "x")


@pytest.mark.parametrize(
    ("outcomes", "code"),
    [
        pytest.param([], ExitCode.OK, id="nothing"),
        pytest.param([DONE], ExitCode.OK, id="done"),
        pytest.param([refused("absent"), refused("kept")], ExitCode.OK, id="nothing to do"),
        pytest.param([refused("busy")], ExitCode.BUSY, id="all in use"),
        pytest.param([refused("busy"), refused("absent"), refused("kept")], ExitCode.BUSY, id="all there is in use"),
        pytest.param([refused("busy"), DONE], ExitCode.OK, id="some in use"),
        pytest.param([Done(step(BUSY), "scheduled", 0)], ExitCode.OK, id="queued"),
        pytest.param([refused("refused"), DONE], ExitCode.FAILED, id="one refused"),
        pytest.param([refused("refused"), refused("busy")], ExitCode.FAILED, id="one refused, one in use"),
        pytest.param([FAILED, DONE], ExitCode.FAILED, id="one failed"),
    ],
)
def test_the_exit_code(outcomes: list[Outcome], code: ExitCode) -> None:
    assert exit_code(tuple(outcomes)) is code


def test_a_plan_says_that_holding_frees_nothing_yet() -> None:
    held = Plan((Step("gocache", BUILD, HoldEntries("gocache", BUILD, ME, ("00",))),))
    text = "No space is free before what is set aside is deleted, in 10 min (--now: at once)."
    assert hold_text(held, timedelta(minutes=10)) == text
    assert hold_text(held, timedelta(0)) == ""
    assert hold_text(Plan((Step("gocache", BUILD, Skip("absent", "empty", "is empty already")),)), timedelta(1)) == ""
