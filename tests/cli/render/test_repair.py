"""What a repair says: worst things with their sums, what was done in the past, what will be in the future."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from idecare.changes.plan import Done, Failed, Outcome, Refused, Step
from idecare.cli.render.repair import exit_code, outcomes_json, outcomes_text, plan_json, plan_text
from idecare.core.errors import ExitCode
from idecare.core.results import Skip
from idecare.modules.repair import RepairRequest, Verdict, plan_repair
from idecare.modules.state import Reading
from tests.modules.test_repair_plan import BROKEN, SOUND, A, B, M

HOME = Path("/home/u")
ROOT = HOME / "go/pkg/mod"
UNTIL = datetime(2026, 5, 4, 13, tzinfo=UTC)


def verdict(**parts: object) -> Verdict:
    (found,) = plan_repair([replace(SOUND, **parts)], RepairRequest())  # type: ignore[arg-type]
    return found


TREE = verdict(tree=Reading("ok", B))
STEP = Step("modcache", ROOT, Skip("kept", "", ""), TREE.name)
DONE = Done(STEP, "replaced", 1, held_until=UNTIL)
ODD = verdict(zip=Reading("ok", B), tree=Reading())


def test_a_plan_speaks_of_what_will_be() -> None:
    assert plan_text([TREE, verdict()], [], ROOT, HOME, verbose=False) == (
        f"{M}  to be repaired\n"
        "    tree: its sum is not that of go.sum\n"
        "    sets aside: the tree\n"
        "    makes again, without the network: the tree\n"
        "2 modules verified in ~/go/pkg/mod: 1 to be repaired, 1 sound"
    )


def test_an_outcome_speaks_of_what_was_done() -> None:
    text = outcomes_text([TREE], [DONE], ["ab/x-a"], ROOT, HOME, verbose=False)
    assert "    set aside: the tree\n    made again, without the network: the tree\n" in text
    assert "1 index entry of go's build cache dropped" in text
    assert text.endswith("1 module verified in ~/go/pkg/mod: 1 repaired")


def test_a_mismatch_shows_every_sum() -> None:
    text = plan_text([ODD], [], ROOT, HOME, verbose=False)
    assert f"    go.sum   {A}\n    zip      {B}\n    tree     none\n    ziphash  {A}\n" in text
    assert "not repaired" in text


def test_a_mismatch_that_the_user_named_shows_them_too() -> None:
    (named,) = plan_repair([ODD.state], RepairRequest(named=frozenset({M}))) if ODD.state else ()
    assert f"    go.sum   {A}\n    zip      {B}\n" in plan_text([named], [], ROOT, HOME, verbose=False)
    assert "go.sum   " not in plan_text([TREE], [], ROOT, HOME, verbose=False)


def test_all_sound_is_one_calm_line_and_all_sums_with_v() -> None:
    assert plan_text([verdict()], [], ROOT, HOME, verbose=False) == "1 module verified in ~/go/pkg/mod: all sound"
    assert plan_text([verdict()], [], ROOT, HOME, verbose=True).count(A) == 4


def test_json_of_a_plan_and_of_an_outcome() -> None:
    (planned,) = plan_json([TREE, verdict()], [], ROOT)["modules"]
    assert (planned["state"], planned["set_aside"], planned["held_until"]) == ("planned", [M.tree], None)
    values = outcomes_json([TREE], [DONE], ["x"], ROOT, "7")
    assert (values["id"], values["index_entries"], values["dry_run"]) == ("7", 1, False)
    assert values["modules"][0]["held_until"] == UNTIL.isoformat()


BUSY = Refused(STEP, Skip("busy", "locked", "go holds it"))
FAILED = Failed(STEP, "no space")


@pytest.mark.parametrize(
    ("verdicts", "outcomes", "code"),
    [
        pytest.param([verdict()], [], ExitCode.OK, id="sound"),
        pytest.param([TREE], [DONE], ExitCode.OK, id="repaired"),
        pytest.param([TREE], [BUSY], ExitCode.BUSY, id="busy"),
        pytest.param([TREE], [FAILED], ExitCode.FAILED, id="failed"),
        pytest.param([ODD], [], ExitCode.FAILED, id="mismatch"),
    ],
)
def test_the_exit_code(verdicts: list[Verdict], outcomes: list[Outcome], code: ExitCode) -> None:
    assert exit_code(verdicts, outcomes) == code


def test_what_is_not_repaired_says_why_and_what_next() -> None:
    text = outcomes_text([TREE], [FAILED], [], ROOT, HOME, verbose=False)
    assert f"{M}  not repaired\n    tree: its sum is not that of go.sum\n    no space\n" in text


def test_a_bad_zip_beside_a_good_tree_is_explained() -> None:
    assert "its tree is good and stays" in plan_text([verdict(zip=BROKEN)], [], ROOT, HOME, verbose=False)
