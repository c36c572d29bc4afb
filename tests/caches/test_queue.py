"""Targets that wait until what uses them is gone."""

from __future__ import annotations

from pathlib import Path

import pytest

from idecare.caches.queue import read_queue, requeue
from idecare.changes.journal import Journal
from idecare.changes.plan import Done, Failed, Outcome, Refused, Step
from idecare.core.results import Skip
from idecare.system.filesystem import write_atomic
from tests.builders import GO, ROOT

BUSY = Skip("busy", "busy", "is in use")


def in_use(target: str, root: Path = ROOT) -> Refused:
    return Refused(Step(target, root, BUSY, busy=(GO,)), BUSY, (GO,))


def done(target: str) -> Done:
    return Done(Step(target, ROOT, BUSY), "held", 2)


def failed(target: str) -> Failed:
    return Failed(Step(target, ROOT, BUSY), "no space left")


def refused(target: str, kind: str) -> Refused:
    return Refused(Step(target, ROOT, BUSY), Skip(kind, "code", "reason"))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(None, id="none"),
        pytest.param(b"", id="empty"),
        pytest.param(b'["gopls"', id="cut short"),
        pytest.param(b"\xff", id="not text"),
        pytest.param(b'{"gopls": 1}', id="no list"),
        pytest.param(b'["unknown", 1, null, ["gopls"]]', id="no targets"),
    ],
)
def test_a_queue_that_cannot_be_read_is_empty(journal: Journal, data: bytes | None) -> None:
    if data is not None:
        write_atomic(journal.queue, data)
    assert read_queue(journal) == ()


def test_a_folder_in_place_of_the_queue_is_an_empty_one(journal: Journal) -> None:
    journal.queue.mkdir(parents=True)
    assert read_queue(journal) == ()


def clean(journal: Journal, outcomes: tuple[Outcome, ...], queue_busy: bool) -> tuple[Outcome, ...]:
    """A clean of the targets that have these outcomes."""
    return requeue(journal, tuple(outcome.step.target for outcome in outcomes), outcomes, queue_busy)


def test_what_was_asked_for_and_has_no_place_any_more_is_taken_from_it(journal: Journal) -> None:
    clean(journal, (in_use("goland"), in_use("gopls")), queue_busy=True)
    requeue(journal, ("goland",), (), queue_busy=False)
    assert read_queue(journal) == ("gopls",)


@pytest.mark.parametrize(
    ("before", "outcomes", "after"),
    [
        pytest.param((), [in_use("gopls")], ("gopls",), id="what is in use is put on it"),
        pytest.param(
            (),
            [in_use("goland", Path("/1")), in_use("goland", Path("/2"))],
            ("goland",),
            id="a target with two busy places once",
        ),
        pytest.param(("gopls",), [done("gopls")], (), id="what was done is taken from it"),
        pytest.param(("gopls",), [failed("gopls")], (), id="what failed is taken from it"),
        pytest.param(("gopls",), [refused("gopls", "refused")], (), id="what was refused is taken from it"),
        pytest.param(("gopls",), [refused("gopls", "kept")], (), id="what is kept is taken from it"),
        pytest.param(("gopls",), [refused("gopls", "absent")], (), id="what is gone is taken from it"),
        pytest.param(("gopls",), [in_use("gopls")], ("gopls",), id="what is still in use stays"),
        pytest.param(("gopls", "vscode"), [done("vscode")], ("gopls",), id="what was not tried stays"),
        pytest.param(
            ("gopls", "vscode"), [in_use("gopls")], ("vscode", "gopls"), id="what was tried goes behind the others"
        ),
        pytest.param(("goland",), [done("goland"), in_use("goland")], ("goland",), id="one place done, one in use"),
        pytest.param((), [], (), id="nothing at all"),
    ],
)
@pytest.mark.parametrize("queue_busy", [True, False])
def test_the_queue_after_a_clean(
    journal: Journal, before: tuple[str, ...], outcomes: list[Outcome], after: tuple[str, ...], queue_busy: bool
) -> None:
    clean(journal, tuple(in_use(target) for target in before), queue_busy=True)
    clean(journal, tuple(outcomes), queue_busy)
    assert read_queue(journal) == after
    assert journal.queue.exists() is bool(after)


def test_what_is_queued_counts_as_scheduled_and_the_rest_as_it_was(journal: Journal) -> None:
    outcomes = (in_use("gopls"), done("gocache"), failed("vscode"), refused("modcache", "kept"))
    assert clean(journal, outcomes, queue_busy=True) == (
        Done(outcomes[0].step, "scheduled", 0),
        *outcomes[1:],
    )


def test_what_was_queued_before_and_is_still_in_use_is_told_as_busy(journal: Journal) -> None:
    assert clean(journal, (in_use("gopls"),), queue_busy=False) == (in_use("gopls"),)
