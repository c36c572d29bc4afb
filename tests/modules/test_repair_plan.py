"""Which part is the odd one, and what is done: over plain values, for each way the parts can agree or not."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from idecare.core.results import Skip
from idecare.modules.repair import Repair, RepairRequest, Verdict, believed, plan_repair
from idecare.modules.state import ABSENT, Barrier, ModuleState, Reading
from idecare.modules.sums import KnownSum
from idecare.modules.vcs_repositories import Repository
from tests.support.modules import module

M = module()
A, B, C = (f"h1:{letter * 43}=" for letter in "ABC")
GO_MOD, OTHER_MOD = "h1:mod=", "h1:other="
BROKEN = Reading("broken", problem="is not a valid zip file")
SHUT = Reading("unreadable", problem="permission denied")
ZIP, ZIPHASH, MOD, TREE = M.file("zip"), M.file("ziphash"), M.file("mod"), M.tree


def ok(h1: str) -> Reading:
    return Reading("ok", h1)


NO_WISHES = RepairRequest()
SOUND = ModuleState(
    M,
    zip=ok(A),
    tree=ok(A),
    ziphash=ok(A),
    mod=ok(GO_MOD),
    go_mod_h1=GO_MOD,
    sums=(KnownSum(A, Path("/p/go.sum")),),
    go_mod_sums=(KnownSum(GO_MOD, Path("/p/go.sum")),),
)


def judged(wishes: RepairRequest = NO_WISHES, **parts: object) -> Verdict:
    (verdict,) = plan_repair([replace(SOUND, **parts)], wishes)  # type: ignore[arg-type]
    return verdict


def mend(verdict: Verdict) -> Repair:
    assert isinstance(verdict.decision, Repair), verdict
    return verdict.decision


def skip(verdict: Verdict) -> Skip:
    assert isinstance(verdict.decision, Skip), verdict
    return verdict.decision


@pytest.mark.parametrize(
    "parts",
    [
        pytest.param({}, id="all"),
        pytest.param({"zip": ABSENT}, id="no-zip"),
        pytest.param({"tree": ABSENT}, id="not-extracted"),
        pytest.param({"zip": ABSENT, "tree": ABSENT, "ziphash": ABSENT}, id="only-its-go.mod"),
        pytest.param({"zip": ABSENT, "tree": ABSENT, "ziphash": ABSENT, "mod": ABSENT}, id="nothing"),
        pytest.param({"sums": (), "go_mod_sums": ()}, id="no-go.sum"),
        pytest.param({"sums": (), "ziphash": ABSENT}, id="no-go.sum-and-no-ziphash"),
    ],
)
def test_a_sound_version_needs_nothing(parts: dict[str, object]) -> None:
    verdict = judged(**parts)
    assert (verdict.damages, verdict.decision) == ((), None)


@pytest.mark.parametrize(
    ("parts", "hold", "made"),
    [
        pytest.param({"tree": ok(B)}, (TREE,), "tree", id="tree"),
        pytest.param({"tree": ok(B), "sums": ()}, (TREE,), "tree", id="tree-by-ziphash"),
        pytest.param({"tree": SHUT}, (TREE,), "tree", id="tree-shut"),
        pytest.param({"zip": BROKEN}, (ZIP,), "", id="zip"),
        pytest.param({"zip": BROKEN, "sums": ()}, (ZIP,), "", id="zip-by-ziphash"),
        pytest.param({"ziphash": ok(B)}, (ZIPHASH,), "ziphash", id="ziphash"),
        pytest.param({"ziphash": BROKEN}, (ZIPHASH,), "ziphash", id="ziphash-broken"),
        pytest.param({"ziphash": BROKEN, "sums": ()}, (ZIPHASH,), "", id="go-makes-a-ziphash-nobody-vouches-for"),
        pytest.param({"ziphash": ABSENT}, (), "ziphash", id="ziphash-missing"),
        pytest.param({"tree": ok(B), "ziphash": ok(C)}, (TREE, ZIPHASH), "tree ziphash", id="tree-and-ziphash"),
        pytest.param({"mod": ok(OTHER_MOD)}, (MOD,), "mod", id="mod"),
        pytest.param({"mod": ABSENT}, (), "mod", id="mod-missing"),
        pytest.param({"mod": ABSENT, "go_mod_sums": ()}, (), "mod", id="mod-missing-no-go.sum"),
        pytest.param({"mod_is_text": False, "go_mod_sums": ()}, (MOD,), "mod", id="mod-no-text-no-go.sum"),
        pytest.param({"is_partial": True, "tree": ok(B)}, (TREE,), "tree", id="partial"),
        pytest.param({"is_partial": True, "tree": ABSENT}, (), "tree", id="partial-and-no-tree"),
        pytest.param(
            {"tree": ok(B), "clean_h1": A, "litter": (".DS_Store",)}, (f"{TREE}/.DS_Store",), "", id="litter-only"
        ),
        pytest.param({"tree": ok(B), "clean_h1": C, "litter": (".DS_Store",)}, (TREE,), "tree", id="litter-and-more"),
        pytest.param({"spoiled": (("x/list", "is garbage"),)}, ("x/list",), "", id="spoiled"),
    ],
)
def test_just_the_odd_part_is_replaced_and_nothing_downloaded(
    parts: dict[str, object], hold: tuple[str, ...], made: str
) -> None:
    found = mend(judged(**parts))
    names = {"tree": found.extract, "ziphash": found.ziphash == A, "mod": found.go_mod}
    assert (found.hold, " ".join(name for name, is_made in names.items() if is_made)) == (hold, made)
    assert found.download == ()
    assert found.h1 == A


@pytest.mark.parametrize(
    ("parts", "hold", "download"),
    [
        pytest.param({"zip": BROKEN, "tree": ABSENT}, (ZIPHASH, ZIP), ("zip",), id="zip-and-no-tree"),
        pytest.param({"zip": BROKEN, "tree": ok(B)}, (TREE, ZIPHASH, ZIP), ("zip",), id="zip-and-tree"),
        pytest.param({"zip": ABSENT, "tree": ok(B)}, (TREE,), ("zip",), id="tree-and-no-zip"),
        pytest.param({"zip": BROKEN, "tree": ABSENT, "ziphash": ABSENT}, (ZIP,), ("zip",), id="only-a-bad-zip"),
        pytest.param({"zip": ABSENT, "mod": Reading("ok", "h1:x"), "mod_is_text": False}, (MOD,), ("mod",), id="mod"),
    ],
)
def test_what_has_no_good_copy_goes_and_is_downloaded(
    parts: dict[str, object], hold: tuple[str, ...], download: tuple[str, ...]
) -> None:
    found = judged(**parts)
    assert (mend(found).hold, mend(found).download) == (hold, download)
    assert found.notes
    offline = skip(judged(RepairRequest(offline="GOPROXY is off"), **parts))
    assert (offline.kind, offline.code) == ("kept", "offline")


def test_a_tree_that_nothing_can_replace_stays_while_go_is_at_work() -> None:
    found = skip(judged(RepairRequest(busy="go (pid 7)"), zip=ABSENT, tree=ok(B)))
    assert (found.kind, "go (pid 7)" in found.reason) == ("busy", True)
    assert mend(judged(RepairRequest(busy="go (pid 7)"), tree=ok(B))).extract


@pytest.mark.parametrize(
    "parts",
    [
        pytest.param({"zip": ok(B), "tree": ABSENT}, id="zip"),
        pytest.param({"zip": ok(B), "tree": ABSENT, "ziphash": ABSENT}, id="zip-and-no-ziphash"),
        pytest.param({"zip": ok(B), "tree": ok(B), "ziphash": ok(B)}, id="go.sum-alone-says-otherwise"),
        pytest.param({"zip": ok(B)}, id="zip-beside-a-good-tree"),
        pytest.param({"zip": ABSENT, "tree": ABSENT, "ziphash": ok(B)}, id="ziphash-alone"),
        pytest.param({"zip": ABSENT, "mod": ok(OTHER_MOD)}, id="mod"),
        pytest.param({"sums": (), "ziphash": ok(C)}, id="ziphash-against-both-others"),
        pytest.param({"sums": (), "zip": ok(A), "tree": ok(B), "ziphash": ok(C)}, id="no-two-agree"),
        pytest.param({"sums": (KnownSum(A, Path("/p/go.sum")), KnownSum(B, Path("/q/go.sum")))}, id="two-go.sum"),
    ],
)
def test_valid_content_that_contradicts_is_left_until_it_is_named(parts: dict[str, object]) -> None:
    found = judged(**parts)
    assert (skip(found).code, skip(found).next_step.rpartition(": ")[2]) == ("mismatch", f"idecare repair {M}")
    assert found.damages


@pytest.mark.parametrize(
    "parts",
    [
        pytest.param({"zip": ok(B), "tree": ABSENT}, id="go.sum"),
        pytest.param({"sums": (), "zip": ok(A), "tree": ok(B), "ziphash": ok(C)}, id="no-go.sum"),
    ],
)
def test_named_its_local_copy_goes_and_go_sum_never_does(parts: dict[str, object]) -> None:
    found = mend(judged(RepairRequest(named=frozenset({M})), **parts))
    assert ZIP in found.hold
    assert found.download == ("zip",)
    assert not any("go.sum" in path for path in found.hold)


def test_a_foreign_owner_is_named_and_nothing_is_tried() -> None:
    found = skip(judged(tree=ok(B), barriers=(Barrier("cache/download/x/@v", 0),)))
    assert (found.code, "root" in found.reason) == ("foreign-owner", True)
    assert skip(judged(zip=ok(A), tree=ABSENT, barriers=(Barrier("x", 0),))).code == "foreign-owner"
    assert judged(barriers=(Barrier("x", 0),)).decision is None  # nothing is to be written there


def test_own_permissions_are_given_back() -> None:
    assert mend(judged(tree=ABSENT, barriers=(Barrier("x", None),))).open_up == ("x",)


def test_a_zip_that_may_not_be_read_is_no_reason_to_throw_it_away() -> None:
    found = mend(judged(zip=SHUT, tree=ABSENT, barriers=(Barrier(ZIP, None),)))
    assert (found.hold, found.open_up, found.download) == ((), (ZIP,), ())


@pytest.mark.parametrize(
    ("zip_h1", "tree", "ziphash", "want"),
    [
        pytest.param(A, A, A, A, id="all"),
        pytest.param(A, B, A, A, id="tree-odd"),
        pytest.param(B, A, A, A, id="zip-odd"),
        pytest.param(A, A, B, None, id="ziphash-odd"),
        pytest.param(A, B, C, None, id="none-agree"),
        pytest.param("", "", A, A, id="ziphash-only"),
        pytest.param("", B, A, A, id="tree-against-ziphash"),
        pytest.param(A, B, "", A, id="zip-against-tree"),
        pytest.param("", B, "", None, id="tree-only"),
        pytest.param("", "", "", None, id="nothing"),
    ],
)
def test_whom_to_believe_without_a_go_sum(zip_h1: str, tree: str, ziphash: str, want: str | None) -> None:
    parts = {name: ok(h1) if h1 else ABSENT for name, h1 in (("zip", zip_h1), ("tree", tree), ("ziphash", ziphash))}
    assert believed(ModuleState(M, **parts)) == want  # type: ignore[arg-type]


def test_the_three_values_are_told() -> None:
    assert judged(tree=ok(B), ziphash=ABSENT).values == {"go.sum": (A,), "zip": (A,), "tree": (B,), "ziphash": ()}


@pytest.mark.parametrize(
    ("found", "hold"),
    [
        pytest.param(Repository("https://x", "cache/vcs/aa"), None, id="sound"),
        pytest.param(
            Repository("https://x", "cache/vcs/aa", ("cache/vcs/aa/shallow.lock",)),
            ("cache/vcs/aa/shallow.lock",),
            id="stale-lock",
        ),
        pytest.param(Repository("https://x", "cache/vcs/aa", (), "no HEAD"), ("cache/vcs/aa",), id="damaged"),
    ],
)
def test_a_repository_is_mended(found: Repository, hold: tuple[str, ...] | None) -> None:
    (verdict,) = plan_repair([], RepairRequest(), [found])
    assert (verdict.decision.hold if isinstance(verdict.decision, Repair) else None) == hold
    (busy,) = plan_repair([], RepairRequest(), [replace(found, is_locked=True)])
    assert (skip(busy).kind if hold else busy.decision) == ("busy" if hold else None)
