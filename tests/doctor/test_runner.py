"""Running checks side by side, choosing among them, and what their findings ask for."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Iterable
from importlib import import_module
from pathlib import Path

import pytest

from idecare.core.errors import UsageError
from idecare.doctor.base import (
    GROUPS,
    Check,
    CleanTarget,
    EditSettings,
    Finding,
    Remedy,
    RepairModules,
    RunByUser,
    Severity,
)
from idecare.doctor.runner import MODULES, Fixes, all_checks, plan_fixes, run_checks, select_checks, worst_first
from idecare.doctor.snapshot import Snapshot, part
from tests.conftest import make_host

FILE = Path("/home/gopher/settings.json")


def finding(id_: str = "go/a", severity: Severity = "warning", *remedies: Remedy) -> Finding:
    return Finding(id_, severity, "summary", ("evidence",), "why", "fix", remedies)


def check(id_: str, run: Callable[[Snapshot], Iterable[Finding]]) -> Check:
    return Check(id_, "meaning", "fix", run)


def hangs(snapshot: Snapshot) -> Iterable[Finding]:
    time.sleep(60)
    return ()


def crashes(snapshot: Snapshot) -> Iterable[Finding]:
    yield finding()
    raise ValueError("unexpected")


def snapshot() -> Snapshot:
    return Snapshot(make_host())


def test_findings_are_reported_worst_first_and_then_in_the_order_of_the_checks() -> None:
    checks = [
        check("go/a", lambda snapshot: [finding("go/a", "info"), finding("go/a/x", "error")]),
        check("go/b", lambda snapshot: [finding("go/b", "error")]),
        check("go/c", lambda snapshot: []),
    ]
    examined = run_checks(checks, snapshot())
    assert [found.id for found in worst_first(examined)] == ["go/a/x", "go/b", "go/a"]
    assert [one.state for one in examined] == ["found", "found", "passed"]


def test_a_check_that_crashes_is_a_finding_and_the_others_are_heard() -> None:
    examined = run_checks([check("go/a", crashes), check("go/b", lambda snapshot: [finding("go/b")])], snapshot())
    assert [found.id for found in worst_first(examined)] == ["go/a/crashed", "go/b"]
    assert examined[0].findings[0].evidence[0] == "ValueError: unexpected"
    assert re.search(r"test_runner\.py line \d+", examined[0].findings[0].evidence[1])


# Python waits for a lock with sem_clockwait, which libfaketime 0.9.10 does not shift: it waits until the faked time.
@pytest.mark.real_clock
def test_a_check_that_hangs_is_a_finding_and_the_others_are_heard() -> None:
    examined = run_checks([check("go/a", hangs), check("go/b", lambda snapshot: [])], snapshot(), limit_seconds=0.2)
    assert [(one.check.id, one.state) for one in examined] == [("go/a", "late"), ("go/b", "passed")]
    assert examined[0].findings[0].id == "go/a/late"


def test_without_threads_checks_run_one_after_the_other(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuses(thread: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", refuses)
    examined = run_checks([check("go/a", crashes), check("go/b", lambda snapshot: ())], snapshot())
    assert [one.state for one in examined] == ["crashed", "passed"]


def test_checks_run_side_by_side() -> None:
    """Each waits for the other: one after the other they would never end."""
    meeting = threading.Barrier(2, timeout=30)

    def meets(snapshot: Snapshot) -> Iterable[Finding]:
        meeting.wait()
        return ()

    examined = run_checks([check("go/a", meets), check("go/b", meets)], snapshot())
    assert [one.state for one in examined] == ["passed", "passed"]


def test_a_part_of_the_snapshot_is_read_once_for_all_threads() -> None:
    reads = []

    class Counted(Snapshot):
        @part
        def slow(self) -> int:
            reads.append(threading.get_ident())
            time.sleep(0.05)
            return 1

    counted = Counted(make_host())
    threads = [threading.Thread(target=lambda: counted.slow) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(reads) == 1


def test_every_check_is_named_after_its_group_and_once() -> None:
    ids = [found.id for found in all_checks()]
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch(rf"({'|'.join(GROUPS)})/[a-z0-9]+(-[a-z0-9]+)*", id_) for id_ in ids)
    groups = [found.group for found in all_checks()]
    assert groups == sorted(groups, key=GROUPS.index)


def test_every_module_of_a_group_is_registered() -> None:
    folder = Path(__file__).parents[2] / "idecare" / "doctor" / "checks"
    modules = {path.stem for path in folder.glob("*.py") if "\nCHECKS = " in path.read_text()}
    assert modules == {name for names in MODULES.values() for name in names}


@pytest.mark.parametrize("group", GROUPS)
def test_a_group_has_the_checks_whose_ids_begin_with_it(group: str) -> None:
    assert {
        found.group for name in MODULES[group] for found in import_module(f"idecare.doctor.checks.{name}").CHECKS
    } == {group}


def test_a_snapshot_refuses_the_name_of_no_part() -> None:
    with pytest.raises(TypeError, match="a snapshot has no part go_instals"):
        Snapshot(make_host(), go_instals=())
    with pytest.raises(TypeError, match="no part is_folder"):
        Snapshot(make_host(), is_folder=True)


def test_checks_are_chosen_by_id_and_by_group() -> None:
    assert [found.id for found in select_checks(["go/work", "arm64"])] == ["arm64/chain", "go/work"]
    assert select_checks([]) == all_checks()


def test_a_word_that_is_no_check_names_the_nearest() -> None:
    with pytest.raises(UsageError, match=r"there is no check 'go/wrok'.*'go/work'"):
        select_checks(["go/wrok"])


def test_remedies_of_all_findings_are_put_together() -> None:
    edit = EditSettings(FILE, "vscode", (("a", 1),))
    fixes = plan_fixes(
        [
            finding("go/a", "error", edit, RunByUser("one")),
            finding("go/b", "error", CleanTarget("gopls", ("x",)), RepairModules(("m@v1",)), RunByUser("one")),
            finding("go/c", "error", CleanTarget("gopls", ("y", "x")), RepairModules(("n@v1",))),
        ]
    )
    assert [remedy for _, remedy in fixes.edits] == [edit]
    assert fixes.cleans == (CleanTarget("gopls", ("x", "y")),)
    assert fixes.modules == ("m@v1", "n@v1")
    assert fixes.commands == ("one",)


def test_a_remedy_for_all_swallows_those_for_some() -> None:
    some, all_ = (CleanTarget("gopls", ("x",)), RepairModules(("m@v1",))), (CleanTarget("gopls"), RepairModules())
    fixes = plan_fixes([finding("go/a", "error", *some), finding("go/b", "error", *all_)])
    assert (fixes.cleans, fixes.modules) == ((CleanTarget("gopls"),), ())


def test_commands_for_the_user_alone_change_nothing() -> None:
    assert plan_fixes([finding("go/a", "error", RunByUser("sudo x"))]) == Fixes(commands=("sudo x",))
