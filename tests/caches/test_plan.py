"""Every decision of a clean, over plain values."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from idecare.caches.base import Cache, Candidate, CleanRequest, Users, target_named
from idecare.caches.plan import plan_clean, without_empty_trims
from idecare.changes.plan import Action, HoldEntries, Plan, StampFile, Step, TrimEntries
from idecare.core.results import Identity, Skip
from idecare.core.targets import TARGETS
from idecare.golang.setup import GoSetup
from idecare.modules.need import Need
from idecare.system.processes import Process
from tests.builders import GO, GOPLS, NOW, ROOT, cache, go_name, location, stamp, write

ME = Identity(1, 2)
MODULE_COST = target_named("modcache").cost
NOT_KNOWN = f"{MODULE_COST}; how many is not known: no go.sum is here"
IDLE = Users()
BUSY = Users((GO,))
READ = Users(readers=(Process(4713, "controller-gen", environment={}),))
SERVED = Users((GOPLS,), entries=frozenset({"00"}))
WAIT = "wait for it: --wait 5m, or queue it: --when-idle"
TWO_HOURS_AGO = NOW - timedelta(hours=2)
OFFLINE = GoSetup(offline="nothing could be downloaded again: GOPROXY in the environment is off")
VENDORED = GoSetup(vendored="builds of shop use its vendor folder")


def request(named: Iterable[str] = (), **changes: Any) -> CleanRequest:
    return CleanRequest(NOW, frozenset(named), **changes)


def step(
    of: Cache, users: Users = IDLE, go: GoSetup | None = None, wanted: CleanRequest | None = None, **candidate: Any
) -> Step:
    (only,) = plan_clean([Candidate(of, users, **candidate)], go or GoSetup(), wanted or request()).steps
    return only


# How each comes back; the others are merged file by file, and only while nobody uses them.
RETURNS: dict[str, dict[str, Any]] = {
    "gocache": {"returns_in_use": True, "uniform_suffix": "-a"},
    "modcache": {"restore": "module-trees"},
    "fuzzcache": {"shares_root": True},
    "goland": {"restore": "whole", "shares_root": True},
    "vscode": {"restore": "whole", "shares_root": True},
}


def hold(target: str, *entries: str, keep_folders: bool = False) -> HoldEntries:
    return HoldEntries(target, ROOT, ME, entries, keep_folders, **RETURNS.get(target, {}))


def trim(before: datetime, all_actions: bool = False, only_idle: bool = False) -> TrimEntries:
    how = {**RETURNS["gocache"], "only_idle": only_idle}
    return TrimEntries("gocache", ROOT, ME, ("00", "ff"), before, all_actions, **how)


def busy() -> Skip:
    return Skip("busy", "busy", "is in use", WAIT)


def unstamped(target: str) -> Skip:
    reason = "its owner keeps no stamp of last use, so it cannot be trimmed by age or size"
    return Skip("kept", "no-stamps", reason, f"idecare clean {target}")


TESTS_EXPIRE = StampFile("testcache", ROOT, ME, "testexpire.txt", b"1795348800000000000\n", locked=True)
REBUILD = StampFile(
    "goland", ROOT, ME, "00/corruption.marker", b"Explicit index invalidation", state="scheduled", effect="rebuilt"
)
KEPT_OFFLINE = Skip("kept", "offline", OFFLINE.offline or "", "name it to clear it: idecare clean modcache")
KEPT_VENDORED = Skip("kept", "vendored", VENDORED.vendored or "", "name it to clear it: idecare clean modcache")


@pytest.mark.parametrize(
    ("target", "users", "decision"),
    [
        pytest.param("gocache", IDLE, hold("gocache", "00", "ff", keep_folders=True), id="gocache idle"),
        pytest.param("gocache", BUSY, trim(TWO_HOURS_AGO, all_actions=True), id="gocache busy"),
        pytest.param("gocache", READ, trim(TWO_HOURS_AGO, all_actions=True), id="gocache, perhaps read late"),
        pytest.param("testcache", IDLE, TESTS_EXPIRE, id="testcache idle"),
        pytest.param("testcache", BUSY, TESTS_EXPIRE, id="testcache busy"),
        pytest.param("fuzzcache", IDLE, hold("fuzzcache", "00", "ff"), id="fuzzcache idle"),
        pytest.param("fuzzcache", BUSY, busy(), id="fuzzcache busy"),
        pytest.param("modcache", IDLE, hold("modcache", "00", "ff"), id="modcache idle"),
        pytest.param("modcache", BUSY, busy(), id="modcache busy"),
        pytest.param("modcache", Users(noticing=(GOPLS,)), hold("modcache", "00", "ff"), id="modcache noticed"),
        pytest.param("gopls", IDLE, hold("gopls", "00", "ff"), id="gopls idle"),
        pytest.param("gopls", SERVED, hold("gopls", "ff"), id="gopls, one of two in use"),
        pytest.param("gopls", Users((GOPLS,), entries=frozenset({"00", "ff"})), busy(), id="gopls, all in use"),
        pytest.param("gopls", Users((GOPLS,), entries=None), busy(), id="gopls, cannot tell which"),
        pytest.param("goimports", IDLE, hold("goimports", "00", "ff"), id="goimports idle"),
        pytest.param("goimports", SERVED, hold("goimports", "ff"), id="goimports, one of two in use"),
        pytest.param("goland", IDLE, hold("goland", "00", "ff"), id="goland closed"),
        pytest.param("goland", BUSY, REBUILD, id="goland open"),
        pytest.param("vscode", IDLE, hold("vscode", "00", "ff"), id="vscode closed"),
        pytest.param("vscode", BUSY, busy(), id="vscode open"),
    ],
)
def test_what_is_done_with_each_target_idle_and_in_use(target: str, users: Users, decision: Action | Skip) -> None:
    assert step(cache(target), users).decision == decision
    # That it was named on the command line breaks no build either.
    assert step(cache(target), users, wanted=request([target])).decision == decision


def test_an_index_that_goland_was_asked_to_rebuild_is_not_scheduled_again() -> None:
    marked = replace(cache("goland"), is_marked=True)
    decision = step(marked, BUSY).decision
    assert isinstance(decision, Skip)
    assert (decision.kind, decision.code) == ("absent", "scheduled")
    assert step(marked, IDLE).decision == hold("goland", "00", "ff")


@pytest.mark.parametrize("wanted", [request(older_than=timedelta(days=1)), request(max_bytes=1)], ids=["age", "size"])
@pytest.mark.parametrize("users", [IDLE, BUSY], ids=["idle", "busy"])
@pytest.mark.parametrize("target", sorted(set(TARGETS) - {"gocache"}))
def test_only_the_build_cache_can_be_trimmed(target: str, users: Users, wanted: CleanRequest) -> None:
    made = step(cache(target), users, wanted=wanted)
    assert (made.decision, made.cost, made.notes, made.busy) == (unstamped(target), "", (), ())


@pytest.mark.parametrize("users", [IDLE, BUSY], ids=["idle", "busy"])
@pytest.mark.parametrize(
    ("wanted", "fits_after", "decision"),
    [
        pytest.param(request(older_than=timedelta(days=5)), None, trim(NOW - timedelta(days=5)), id="by age"),
        pytest.param(
            request(older_than=timedelta(minutes=1)), None, trim(TWO_HOURS_AGO), id="by an age under two hours"
        ),
        pytest.param(request(older_than=timedelta(0)), None, trim(TWO_HOURS_AGO), id="by no age at all"),
        pytest.param(
            request(max_bytes=9), NOW - timedelta(days=3), trim(NOW - timedelta(days=3)), id="by size, old entries"
        ),
        pytest.param(
            request(max_bytes=9), None, Skip("absent", "fits", "is smaller than that already"), id="small enough"
        ),
        pytest.param(
            request(max_bytes=9, older_than=timedelta(days=5)),
            NOW - timedelta(days=3),
            trim(NOW - timedelta(days=3)),
            id="size asks for more than age",
        ),
        pytest.param(
            request(max_bytes=9, older_than=timedelta(days=1)),
            NOW - timedelta(days=3),
            trim(NOW - timedelta(days=1)),
            id="age asks for more than size",
        ),
        pytest.param(
            request(max_bytes=9, older_than=timedelta(days=1)), None, trim(NOW - timedelta(days=1)), id="age alone asks"
        ),
    ],
)
def test_a_trim_takes_what_both_limits_ask_for_but_nothing_a_build_may_be_using(
    wanted: CleanRequest, fits_after: datetime | None, decision: Action | Skip, users: Users
) -> None:
    assert step(cache(), users, wanted=wanted, fits_after=fits_after).decision == decision


@pytest.mark.parametrize("older_than", [None, timedelta(minutes=1), timedelta(days=1)])
@pytest.mark.parametrize(
    ("users", "in_ci", "decision"),
    [
        pytest.param(IDLE, False, trim(NOW, only_idle=True), id="idle"),
        pytest.param(Users(noticing=(GOPLS,)), False, trim(NOW, only_idle=True), id="only noticed"),
        pytest.param(BUSY, False, trim(TWO_HOURS_AGO), id="a go command"),
        pytest.param(READ, False, trim(TWO_HOURS_AGO), id="perhaps read late"),
        pytest.param(IDLE, True, trim(NOW, only_idle=True), id="idle in CI"),
        pytest.param(READ, True, trim(NOW, only_idle=True), id="perhaps read late, but steps of a job are one by one"),
        pytest.param(BUSY, True, trim(TWO_HOURS_AGO), id="a go command in CI"),
    ],
)
def test_a_size_takes_young_entries_only_where_nothing_of_go_is_at_work(
    users: Users, in_ci: bool, decision: Action, older_than: timedelta | None
) -> None:
    wanted = request(max_bytes=9, in_ci=in_ci, older_than=older_than)
    assert step(cache(), users, wanted=wanted, fits_after=NOW).decision == decision


def test_an_age_before_all_time_takes_nothing() -> None:
    first = datetime.min.replace(tzinfo=UTC)
    assert step(cache(), wanted=request(older_than=timedelta(weeks=110_000))).decision == trim(first)


@pytest.mark.parametrize(
    ("go", "named", "users", "decision"),
    [
        pytest.param(OFFLINE, False, IDLE, KEPT_OFFLINE, id="offline"),
        pytest.param(OFFLINE, False, BUSY, KEPT_OFFLINE, id="offline and busy"),
        pytest.param(OFFLINE, True, IDLE, hold("modcache", "00", "ff"), id="offline, but named"),
        pytest.param(OFFLINE, True, BUSY, busy(), id="offline, named and busy"),
        pytest.param(VENDORED, False, IDLE, KEPT_VENDORED, id="vendored"),
        pytest.param(VENDORED, True, IDLE, hold("modcache", "00", "ff"), id="vendored, but named"),
        pytest.param(VENDORED, True, BUSY, busy(), id="vendored, named and busy"),
        pytest.param(GoSetup(OFFLINE.offline, VENDORED.vendored), False, IDLE, KEPT_OFFLINE, id="offline and vendored"),
    ],
)
def test_modules_that_could_not_come_back_or_are_not_used_go_only_when_named(
    go: GoSetup, named: bool, users: Users, decision: Action | Skip
) -> None:
    made = step(cache("modcache"), users, go, request(["modcache"] if named else ["gocache"]))
    assert made.decision == decision
    assert made.busy == (users.blocking if decision == busy() else ())


@pytest.mark.parametrize("go", [OFFLINE, VENDORED], ids=["offline", "vendored"])
@pytest.mark.parametrize("target", sorted(set(TARGETS) - {"modcache"}))
def test_the_other_targets_need_no_network(target: str, go: GoSetup) -> None:
    assert step(cache(target), go=go).decision == step(cache(target)).decision


@pytest.mark.parametrize("kind", ["busy", "refused", "kept", "absent"])
@pytest.mark.parametrize("target", TARGETS)
def test_what_inspection_has_skipped_stays_skipped_whatever_is_asked(target: str, kind: Any) -> None:
    skip = Skip(kind, "code", "reason", "next")
    for wanted in (request(), request([target]), request(older_than=timedelta(days=9)), request(max_bytes=0)):
        made = step(cache(target, skip=skip, toolchains=("go1.27",), left=("x",)), BUSY, wanted=wanted)
        assert (made.decision, made.cost, made.notes) == (skip, "", ())
        assert made.busy == (BUSY.blocking if kind == "busy" else ())


@pytest.mark.parametrize(
    ("target", "cost"),
    [
        ("gocache", "the next build compiles everything once; how many packages is not known"),
        ("testcache", "the next go test runs every test"),
        ("fuzzcache", "fuzzing starts again from the seed corpus"),
        ("modcache", NOT_KNOWN),
        ("gopls", "the next gopls start analyses everything once"),
        ("goimports", "the next gopls start scans the module cache once"),
        ("goland", "GoLand indexes at its next start"),
        ("vscode", "the next start is slower once"),
    ],
)
def test_the_cost_of_each_target_is_said(target: str, cost: str) -> None:
    assert step(cache(target)).cost == cost


AGAIN = "the next go command downloads again what it needs of this go.sum, at most"
REPAIR = "if a module is damaged, `idecare repair` is cheaper: it checks the {} of this go.sum in about {} s"


@pytest.mark.parametrize(
    ("need", "cost", "notes"),
    [
        (None, f"{MODULE_COST}; how many is not known: no go.sum is here", []),
        (Need(0, 0, 0, 0), "nothing in it is named in this go.sum", []),
        (Need(0, 0, 0, 1), "nothing in it is named in this go.sum", ["1 module that this go.sum does not name"]),
        (
            Need(3, 12_000_000, 7, 27),
            f"{AGAIN} 3 modules (12.0 MB) and 7 go.mod files",
            ["27 modules that this go.sum does not name will be gone too", REPAIR.format("10 modules", 1)],
        ),
        (Need(1, 400_000_000, 0, 0), f"{AGAIN} 1 module (400 MB)", [REPAIR.format("1 module", 16)]),
        (Need(0, 0, 1, 0), f"{AGAIN} 1 go.mod file", [REPAIR.format("1 module", 1)]),
    ],
)
def test_the_cost_of_the_module_cache_is_what_its_go_sum_names(need: Need | None, cost: str, notes: list[str]) -> None:
    made = step(cache("modcache", need=need))
    assert made.cost == cost
    assert [said.startswith(wanted) for said, wanted in zip(made.notes, notes, strict=True)] == [True] * len(notes)


@pytest.mark.parametrize(
    ("of", "users"),
    [
        pytest.param(cache("modcache"), BUSY, id="in use"),
        pytest.param(cache("goland"), BUSY, id="an index that its owner rebuilds says so in its note"),
    ],
)
def test_what_does_not_go_costs_nothing(of: Cache, users: Users) -> None:
    assert step(of, users).cost == ""


def test_a_trim_of_old_entries_does_not_cost_a_whole_build() -> None:
    cost = "what goes is compiled again where a build needs it"
    assert step(cache(), wanted=request(older_than=timedelta(days=30))).cost == cost
    assert step(cache(), BUSY).cost == target_named("gocache").cost


YOUNG_OUTPUTS = "outputs used in the last 2 h stay on disk for the running build; clean again later"
READ_LATE = (
    "outputs used in the last 2 h stay on disk for controller-gen (pid 4713), "
    "which may be reading what a go command named to it; clean again later"
)
YOUNG_TOO = "nothing of Go is at work, so also what was used in the last 2 h goes, oldest use first"
LARGER = "it stays larger than that: what was used in the last 2 h stays for the running build"
STAMPS = "go refreshes a stamp once an hour at most, so nothing used in the last 2 h goes"
TWO_TOOLCHAINS = "downloaded toolchains stay: go1.26.6, go1.27.3 (--toolchains takes them too)"


@pytest.mark.parametrize(
    ("of", "users", "go", "wanted", "notes"),
    [
        pytest.param(cache(), IDLE, GoSetup(), request(), (), id="nothing to note"),
        pytest.param(
            cache(),
            IDLE,
            GoSetup(cache_program="/bin/prog -x"),
            request(),
            ("builds use GOCACHEPROG (/bin/prog -x), whose own cache stays",),
            id="a cache program",
        ),
        pytest.param(cache("modcache"), IDLE, GoSetup(cache_program="x"), request(), (), id="not of a build cache"),
        pytest.param(cache(), BUSY, GoSetup(), request(), (YOUNG_OUTPUTS,), id="a running build"),
        pytest.param(cache(), READ, GoSetup(), request(), (READ_LATE,), id="perhaps read late"),
        pytest.param(cache(), BUSY, GoSetup(), request(older_than=timedelta(days=1)), (), id="a running build, by age"),
        pytest.param(
            cache(), IDLE, GoSetup(), request(older_than=timedelta(minutes=119)), (STAMPS,), id="an age under two hours"
        ),
        pytest.param(cache(), IDLE, GoSetup(), request(older_than=timedelta(hours=2)), (), id="an age of two hours"),
        pytest.param(cache(), IDLE, GoSetup(), request(max_bytes=9), (YOUNG_TOO,), id="a size, idle"),
        pytest.param(cache(), BUSY, GoSetup(), request(max_bytes=9), (LARGER,), id="a size, a running build"),
        pytest.param(
            cache("modcache", toolchains=("go1.26.6", "go1.27.3")),
            IDLE,
            GoSetup(),
            request(),
            (TWO_TOOLCHAINS,),
            id="toolchains that stay",
        ),
        pytest.param(
            cache("modcache", left=("a", "b", "c", "d")),
            IDLE,
            GoSetup(),
            request(),
            ("left alone, because it is not part of this cache: a, b, c",),
            id="what is not of the cache",
        ),
        pytest.param(
            cache("modcache"),
            Users(noticing=(GOPLS,)),
            GoSetup(),
            request(),
            ("gopls (pid 4712) will report missing packages until the modules are there again",),
            id="a language server that will notice",
        ),
        pytest.param(cache("gopls"), SERVED, GoSetup(), request(), ("what the running gopls uses stays",), id="gopls"),
        pytest.param(
            cache("goimports"), SERVED, GoSetup(), request(), ("what the running gopls uses stays",), id="goimports"
        ),
        pytest.param(cache("gopls"), IDLE, GoSetup(), request(), (), id="gopls that does not run"),
        pytest.param(
            cache("goland"),
            BUSY,
            GoSetup(),
            request(),
            ("the index stays until GoLand is restarted, and is rebuilt then",),
            id="an open GoLand",
        ),
        pytest.param(
            cache("modcache", toolchains=("go1.27.3",), left=("x",)),
            BUSY,
            GoSetup(),
            request(),
            (),
            id="nothing when nothing goes",
        ),
    ],
)
def test_what_stays_and_why_is_noted(
    of: Cache, users: Users, go: GoSetup, wanted: CleanRequest, notes: tuple[str, ...]
) -> None:
    fits_after = NOW if wanted.max_bytes else None
    assert step(of, users, go, wanted, fits_after=fits_after).notes == notes


@pytest.mark.parametrize(
    ("of", "users", "named"),
    [
        pytest.param(cache(), BUSY, (GO,), id="trimmed meanwhile"),
        pytest.param(cache("modcache"), BUSY, (GO,), id="skipped for it"),
        pytest.param(cache("modcache"), Users(noticing=(GOPLS,)), (), id="who only notices is not in the way"),
        pytest.param(cache("gopls"), SERVED, (GOPLS,), id="in part"),
    ],
)
def test_a_step_names_who_is_in_the_way(of: Cache, users: Users, named: tuple[Process, ...]) -> None:
    assert step(of, users).busy == named


def test_a_plan_has_one_step_for_each_candidate_in_their_order() -> None:
    targets = ("vscode", "gocache", "modcache")
    plan = plan_clean([Candidate(cache(target), BUSY) for target in targets], GoSetup(), request())
    assert [made.target for made in plan.steps] == list(targets)
    assert [made.target for made in plan.changes] == ["gocache"]


def test_a_step_tells_where_its_place_comes_from() -> None:
    made = step(cache(location=location(source="GOCACHE in the environment")))
    assert (made.root, made.source) == (ROOT, "GOCACHE in the environment")


def test_a_cache_without_anything_in_it_is_never_asked_for_its_identity() -> None:
    of = cache(identity=None, skip=Skip("absent", "not-there", "there is no such folder"))
    assert step(of).decision == of.skip


def test_the_stamp_of_expired_tests_is_the_moment_of_the_clean_in_nanoseconds() -> None:
    decision = step(cache("testcache")).decision
    assert isinstance(decision, StampFile)
    assert datetime.fromtimestamp(int(decision.content) / 1e9, UTC) == NOW


@pytest.mark.parametrize(
    ("all_actions", "name", "hours", "takes"),
    [
        (False, go_name("00/x-d"), 3, True),
        (False, go_name("00/x-d"), 1, False),
        (False, go_name("00/x-a"), 1, False),
        (True, go_name("00/x-a"), 0, True),
        (True, go_name("00/x-d"), 1, False),
        (True, "ff/other", 9, False),
        (True, "ff/my-a", 9, False),
        (False, "ff/my-d", 9, False),
    ],
)
def test_a_trim_that_would_take_nothing_is_none(
    tmp_path: Path, all_actions: bool, name: str, hours: float, takes: bool
) -> None:
    write(tmp_path, name)
    stamp(tmp_path / name, hours * 3600)
    action = replace(trim(TWO_HOURS_AGO, all_actions), root=tmp_path)
    (found,) = without_empty_trims(Plan((Step("gocache", tmp_path, action, notes=("x",)),))).steps
    assert (found.decision == action) is takes
    assert takes or (isinstance(found.decision, Skip) and found.decision.kind == "absent")
