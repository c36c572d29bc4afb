"""Carrying out a plan on a real file system: what was shown is done, or everything is as it was."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from idecare.changes import apply as applying
from idecare.changes.apply import Order, apply, is_nearly_full
from idecare.changes.journal import Entry, Journal, StampRecord
from idecare.changes.plan import Action, Done, Failed, HoldEntries, Outcome, Plan, Refused, StampFile, Step, TrimEntries
from idecare.changes.recover import recover
from idecare.changes.undo import restore, undo_entry
from idecare.core.errors import IdecareError
from idecare.core.results import Skip
from idecare.system.filesystem import moving
from idecare.system.mounts import Mount
from idecare.system.processes import Process
from tests.builders import GO, HOLD, NOW, build_cache, go_name, identity_of, names, stamp, tree, write

TWO_HOURS = 7200
LookAgain = Callable[[Step], tuple[Process, ...]]


def nobody(step: Step) -> tuple[Process, ...]:
    return ()


def looks(*answers: object) -> LookAgain:
    """One answer for each look: processes, an exception to raise, or something to do."""
    rest = list(answers)

    def users_of(step: Step) -> tuple[Process, ...]:
        answer = rest.pop(0) if rest else ()
        if isinstance(answer, BaseException):
            raise answer
        if callable(answer):
            return answer() or ()
        assert isinstance(answer, tuple)
        return answer

    return users_of


def hold(root: Path, *entries: str, target: str = "gocache", keep_folders: bool = False) -> HoldEntries:
    return HoldEntries(target, root, identity_of(root), entries, keep_folders)


def trim(root: Path, all_actions: bool = False, only_idle: bool = False) -> TrimEntries:
    before = NOW - timedelta(seconds=TWO_HOURS)
    return TrimEntries("gocache", root, identity_of(root), ("00", "ff"), before, all_actions, only_idle=only_idle)


def stamp_file(root: Path, name: str = "testexpire.txt", **changes: Any) -> StampFile:
    return StampFile(changes.pop("target", "testcache"), root, identity_of(root), name, b"new\n", **changes)


def step(action: Action | Skip, root: Path | None = None) -> Step:
    if isinstance(action, Skip):
        return Step("vscode", root or Path("/none"), action)
    return Step(action.target, action.root, action)


def run(
    journal: Journal, *actions: Action | Skip, users_of: LookAgain = nobody, seconds_held: int = 600
) -> tuple[Entry | None, tuple[Outcome, ...]]:
    order = Order(("idecare", "clean"), Path("/home/gopher/app"), NOW, timedelta(seconds=seconds_held), users_of)
    return apply(Plan(tuple(step(action) for action in actions)), journal, order)


def states(journal: Journal) -> list[str]:
    return [record.state for entry in journal.entries() for record in entry.records]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return build_cache(tmp_path / "cache")


@pytest.fixture
def victim(tmp_path: Path) -> Path:
    return build_cache(tmp_path / "victim")


def test_a_plan_without_changes_writes_nothing(journal: Journal, root: Path) -> None:
    absent, busy = Skip("absent", "empty", "is empty already"), Skip("busy", "busy", "is in use")
    steps = Step("gopls", root, absent), Step("modcache", root, busy, busy=(GO,))
    order = Order((), Path("/"), NOW, timedelta(0), nobody)
    assert apply(Plan(steps), journal, order) == (None, (Refused(steps[0], absent), Refused(steps[1], busy, (GO,))))
    assert not journal.folder.exists()


def test_whole_entries_are_set_aside_below_their_own_root(journal: Journal, root: Path) -> None:
    entry, outcomes = run(journal, hold(root, "00", "ff"))
    until = NOW + timedelta(minutes=10)
    assert outcomes == (Done(step_of(outcomes), "held", 2, held_until=until),)
    held = f"{HOLD}/gocache"
    assert names(root) == {"README", "trim.txt", f"{held}/00/x-a", f"{held}/00/x-d", f"{held}/ff/y-d", OWNER}
    assert entry is not None
    assert journal.open_entries() == (entry,)
    record = entry.records[0]
    assert (record.state, record.hold, record.held_until) == ("held", held, until.isoformat())
    assert (record.root, record.identity, record.detail.trimmed) == (str(root), identity_of(root), False)
    assert (entry.command, entry.cwd, entry.started) == (("idecare", "clean"), "/home/gopher/app", NOW.isoformat())


def test_empty_folders_can_be_left_in_their_place(journal: Journal, root: Path) -> None:
    (root / "00").chmod(0o700)
    run(journal, hold(root, "00", "ff", keep_folders=True))
    assert [tree(root)[name] for name in ("00", "ff")] == ["folder 700", "folder 755"]
    assert os.listdir(root / "00") == []


def test_a_second_run_finds_nothing_to_move(journal: Journal, root: Path) -> None:
    run(journal, hold(root, "00", "ff"))
    entry, (outcome,) = run(journal, hold(root, "00", "ff"))
    assert (outcome.state, outcome.entries, outcome.held_until) == ("held", 0, None)  # type: ignore[union-attr]
    assert entry is not None
    assert [record.state for record in entry.records] == ["nothing"]


def test_what_finds_nothing_to_move_leaves_no_folder(journal: Journal, root: Path) -> None:
    before = tree(root)
    run(journal, hold(root, "gone"))
    assert tree(root) == before


OLD_A, OLD_D, OLD_BIN, YOUNG_A, YOUNG_D = map(go_name, ("00/old-a", "00/old-d", "00/bin-d", "ff/young-a", "ff/young-d"))
AGES = {OLD_A: TWO_HOURS + 1, OLD_D: TWO_HOURS + 1, YOUNG_A: TWO_HOURS - 1, YOUNG_D: TWO_HOURS}
# Whatever ends so that go has not named; of folders only outputs are go's.
FOREIGN = (
    "00/other",
    "00/my-a",
    "00/my-d",
    f"{OLD_A[:-3]}-d",
    f"{go_name('00/folder-a')}/x",
    f"{OLD_D}.bak",
    "00/d-d/x",
)


@pytest.mark.parametrize(
    ("all_actions", "stays"),
    [
        pytest.param(False, {YOUNG_A, YOUNG_D}, id="what was used since stays"),
        pytest.param(True, {YOUNG_D}, id="while a build runs only outputs used since stay"),
    ],
)
def test_a_trim_moves_entries_by_their_last_use(
    journal: Journal, tmp_path: Path, all_actions: bool, stays: set[str]
) -> None:
    root = build_cache(tmp_path / "trimmed", AGES)
    write(root, f"{OLD_BIN}/tool", *FOREIGN)
    link = go_name("00/link-d")
    (root / link).symlink_to("nowhere")
    for name in (OLD_BIN, link, *FOREIGN):
        stamp(root / name, 10**6)
        stamp((root / name).parent, 10**6)
    entry, outcomes = run(journal, trim(root, all_actions))
    assert {name for name in names(root) if not name.startswith(".idecare")} == {
        *("README", "trim.txt", link, *FOREIGN),
        *stays,
    }
    assert outcomes == (Done(step_of(outcomes), "trimmed", 7 - len(stays) - 2, held_until=NOW + timedelta(minutes=10)),)
    assert entry is not None
    assert entry.records[0].detail.trimmed


@pytest.mark.parametrize(
    ("answers", "outcome", "stays"),
    [
        pytest.param([(), (), ()], ("trimmed", ()), {YOUNG_A, YOUNG_D}, id="idle all the time"),
        pytest.param([(GO,)], ("busy", (GO,)), set(AGES), id="in use before"),
        pytest.param([(), (GO,), (GO,)], ("busy", (GO,)), set(AGES), id="in use between actions and outputs"),
        pytest.param([(), (), (GO,)], ("busy", (GO,)), set(AGES), id="in use behind the outputs"),
        pytest.param([(), (GO,), ()], ("trimmed", ()), set(AGES) - {OLD_A}, id="in use for a moment"),
    ],
)
def test_a_trim_of_young_entries_is_put_back_when_somebody_comes(
    journal: Journal, tmp_path: Path, answers: list[Any], outcome: tuple[str, Any], stays: set[str]
) -> None:
    root = build_cache(tmp_path / "trimmed", AGES)
    _, (found,) = run(journal, trim(root, only_idle=True), users_of=looks(*answers))
    assert outcome == ((found.state, ()) if isinstance(found, Done) else (found.skip.kind, found.busy))  # type: ignore[union-attr]
    assert {name for name in names(root) if name.endswith(("-a", "-d")) and not name.startswith(".")} == stays


def test_a_trim_of_nothing_ends_at_once(journal: Journal, root: Path) -> None:
    before = tree(root)
    _, (outcome,) = run(journal, trim(root))
    assert (outcome.state, outcome.entries) == ("trimmed", 0)  # type: ignore[union-attr]
    assert tree(root) == before
    assert (states(journal), journal.open_entries()) == (["nothing"], ())


@pytest.mark.parametrize("previous", [None, "1\n"], ids=["made", "rewritten"])
@pytest.mark.parametrize(("target", "state"), [("testcache", "purged"), ("goland", "scheduled")])
def test_a_stamp_is_written_in_place_and_the_journal_knows_what_was_there(
    journal: Journal, root: Path, target: str, state: str, previous: str | None
) -> None:
    if previous is not None:
        write(root, "index/stamp", content=previous)
    (root / "index").mkdir(exist_ok=True)
    entry, outcomes = run(journal, stamp_file(root, "index/stamp", target=target, locked=True, state=state))
    assert (root / "index/stamp").read_bytes() == b"new\n"
    assert outcomes == (Done(step_of(outcomes), state, 1),)
    assert entry is not None
    record = entry.records[0]
    assert (record.state, record.detail) == ("written", StampRecord("index/stamp", previous, "new\n"))
    assert journal.open_entries() == ()


def step_of(outcomes: tuple[Outcome, ...]) -> Step:
    return outcomes[0].step


def test_outcomes_are_told_in_the_order_of_the_plan(journal: Journal, root: Path, victim: Path) -> None:
    skip = Skip("kept", "offline", "why")
    _, outcomes = run(journal, skip, hold(root, "00"), skip, hold(victim, "ff"))
    assert [type(outcome).__name__ for outcome in outcomes] == ["Refused", "Done", "Refused", "Done"]
    assert [outcome.step.root for outcome in (outcomes[1], outcomes[3])] == [root, victim]


def test_the_journal_knows_of_every_step_before_the_first_one_begins(
    journal: Journal, root: Path, victim: Path
) -> None:
    seen: list[list[str]] = []
    run(journal, hold(root, "00"), hold(victim, "00"), users_of=looks(lambda: seen.append(states(journal))))
    assert seen == [["started", "started"]]


def test_a_journal_that_cannot_be_written_stops_everything_before_it_begins(journal: Journal, root: Path) -> None:
    journal.folder.parent.mkdir()
    journal.folder.touch()
    before = tree(root)
    with pytest.raises(IdecareError, match=r"nothing was changed: the journal in .* cannot be written") as raised:
        run(journal, hold(root, "00"))
    assert (raised.value.code, tree(root)) == ("journal", before)
    assert "idecare purge" in raised.value.hint


def test_a_journal_that_cannot_be_written_afterwards_leaves_nothing_held(
    journal: Journal, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = tree(root)

    def full(entry: Entry, durable: bool = False) -> None:
        raise OSError(28, "No space left on device")

    with pytest.raises(IdecareError, match=r"everything was put back: .* No space left"):
        run(journal, hold(root, "00", "ff"), users_of=looks((), lambda: monkeypatch.setattr(journal, "write", full)))
    assert tree(root) == before
    monkeypatch.undo()
    assert states(journal) == ["started"]
    recover(journal)
    assert tree(root) == before


OWNER = f"{HOLD}/owner.json"
ACTIONS = [
    pytest.param(lambda root: hold(root, "00"), id="hold"),
    pytest.param(lambda root: trim(root, all_actions=True), id="trim"),
    pytest.param(lambda root: stamp_file(root), id="stamp"),
]


@pytest.mark.parametrize("action", ACTIONS)
def test_another_folder_in_place_of_the_root_is_refused_and_the_rest_is_done(
    journal: Journal, root: Path, victim: Path, tmp_path: Path, action: Callable[[Path], Action]
) -> None:
    planned, other = action(root), hold(victim, "00")
    root.rename(tmp_path / "moved")
    build_cache(root)
    before = tree(root), tree(tmp_path / "moved")
    _, (refused, done) = run(journal, planned, other)
    assert isinstance(refused, Refused)
    assert (refused.skip.kind, refused.skip.code) == ("refused", "changed")
    assert "is not the folder it was when the plan was made" in refused.skip.reason
    assert isinstance(done, Done)
    assert (tree(root), tree(tmp_path / "moved")) == before


@pytest.mark.parametrize("action", ACTIONS)
@pytest.mark.parametrize("aim", ["victim", "moved", None])
def test_a_link_in_place_of_the_root_is_refused_wherever_it_leads(
    journal: Journal, root: Path, victim: Path, tmp_path: Path, action: Callable[[Path], Action], aim: str | None
) -> None:
    planned = action(root)
    root.rename(tmp_path / "moved")
    if aim:
        root.symlink_to(tmp_path / aim)
    before = tree(tmp_path / "moved"), tree(victim)
    _, (refused,) = run(journal, planned)
    assert isinstance(refused, Refused)
    assert refused.skip.code == "changed"
    assert (tree(tmp_path / "moved"), tree(victim)) == before
    assert states(journal) == ["nothing"]


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(lambda path, victim: path.symlink_to(victim / "README"), id="a link"),
        pytest.param(lambda path, victim: path.mkdir(), id="a folder"),
    ],
)
def test_a_stamp_that_is_no_file_is_refused(
    journal: Journal, root: Path, victim: Path, damage: Callable[[Path, Path], None]
) -> None:
    damage(root / "testexpire.txt", victim)
    before = tree(root), tree(victim)
    _, (outcome,) = run(journal, stamp_file(root, locked=True))
    assert isinstance(outcome, Refused | Failed)
    assert (tree(root), tree(victim)) == before


def test_links_in_place_of_entries_stay_and_nothing_behind_them_is_touched(
    journal: Journal, root: Path, victim: Path
) -> None:
    (root / "00").rename(root / "0x")
    (root / "00").symlink_to(victim / "00")
    before = tree(victim)
    run(journal, hold(root, "00", "ff"))
    run(journal, trim(root, all_actions=True))
    assert (root / "00").is_symlink()
    assert tree(victim) == before


def test_nothing_but_the_renames_lies_between_the_two_looks(
    journal: Journal, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A go command that begins meanwhile must not have come to its first use of the cache before it is seen."""
    seen: list[str] = []

    def noted(word: str, call: Callable[..., Any]) -> Callable[..., Any]:
        return lambda *given, **named: (seen.append(word), call(*given, **named))[1]

    for module, name in ((applying, "write_owner"), (moving.os, "mkdir"), (moving, "exchange")):
        monkeypatch.setattr(module, name, noted(name, getattr(module, name)))
    before, after = (lambda step: seen.append("before") or ()), (lambda step: seen.append("after") or ())
    order = Order((), Path("/"), NOW, timedelta(minutes=1), before, after)
    apply(Plan((step(hold(root, "00", "ff", keep_folders=True)),)), journal, order)
    assert seen[seen.index("before") :] == ["before", "exchange", "exchange", "after"]
    assert "write_owner" in seen[: seen.index("before")]


def test_what_a_command_looked_up_before_the_renames_is_back_in_as_many_steps_as_there_are_folders(
    journal: Journal, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many entries there are: it may be about to open one. What it has made since is never away."""
    write(root, *(f"00/{number}-d" for number in range(100)))
    before, steps, missing = tree(root), [], []

    def comes(step: Step) -> tuple[Process, ...]:
        write(root, "00/new-d")
        for name in ("link", "rename", "unlink", "exchange"):
            owner = moving if name == "exchange" else moving.os
            monkeypatch.setattr(owner, name, noted(getattr(owner, name)))
        return (GO,)

    def noted(call: Callable[..., Any]) -> Callable[..., Any]:
        def wrapper(*given: Any, **named: Any) -> Any:
            result = call(*given, **named)
            steps.append(call.__name__)
            missing.extend(["new"] * (not (root / "00/new-d").exists()))
            missing.extend(["old"] * (len(steps) > 3 and not (root / "00/99-d").exists()))
            return result

        return wrapper

    order = Order((), Path("/"), NOW, timedelta(minutes=1), looks(()), comes)
    action = replace(hold(root, "00", "ff", keep_folders=True), returns_in_use=True)
    _, (outcome,) = apply(Plan((step(action),)), journal, order)
    monkeypatch.undo()
    assert isinstance(outcome, Refused)
    assert (outcome.busy, missing) == ((GO,), [])
    assert len(steps) < 20, steps
    assert tree(root) == before | {"00/new-d": tree(root)["00/new-d"]}


def test_who_came_since_the_plan_was_made_keeps_the_cache(journal: Journal, root: Path) -> None:
    before = tree(root)
    _, (outcome,) = run(journal, hold(root, "00", "ff"), users_of=looks((GO,)))
    assert isinstance(outcome, Refused)
    assert (outcome.skip.kind, outcome.busy) == ("busy", (GO,))
    assert outcome.skip.reason == "came into use since the plan was made"
    assert (tree(root), states(journal)) == (before, ["nothing"])


@pytest.mark.parametrize("keep_folders", [True, False])
def test_who_comes_between_the_two_looks_finds_everything_put_back(
    journal: Journal, root: Path, keep_folders: bool
) -> None:
    (root / "ff").chmod(0o555)
    before = tree(root)
    looked = looks((), (GO,))
    _, (outcome,) = run(journal, hold(root, "00", "ff", keep_folders=keep_folders), users_of=looked)
    assert isinstance(outcome, Refused)
    assert (outcome.skip.reason, outcome.busy) == ("came into use meanwhile and was put back", (GO,))
    assert (tree(root), states(journal)) == (before, ["restored"])


def test_what_was_made_anew_between_the_two_looks_stays_and_the_rest_comes_back(journal: Journal, root: Path) -> None:
    def go_starts() -> tuple[Process, ...]:
        write(root, "00/x-d", "00/new-d", content="new")
        return (GO,)

    run(journal, hold(root, "00", "ff", keep_folders=True), users_of=looks((), go_starts))
    assert {name: (root / name).read_text() for name in ("00/x-a", "00/x-d", "00/new-d", "ff/y-d")} == {
        "00/x-a": "00/x-a",
        "00/x-d": "new",
        "00/new-d": "new",
        "ff/y-d": "ff/y-d",
    }


@pytest.mark.parametrize("action", [trim, stamp_file], ids=["trim", "stamp"])
def test_what_breaks_no_build_is_done_without_a_second_look(
    journal: Journal, root: Path, action: Callable[[Path], Action]
) -> None:
    _, (outcome,) = run(journal, action(root), users_of=looks(AssertionError("nobody should ask")))
    assert isinstance(outcome, Done)


@pytest.mark.parametrize(
    "interruption", [KeyboardInterrupt(), SystemExit(1), RuntimeError("a bug")], ids=["^C", "exit", "bug"]
)
@pytest.mark.parametrize(
    ("at_look", "second_state"),
    [
        pytest.param(2, "nothing", id="before the second step"),
        pytest.param(3, "restored", id="behind the second step"),
    ],
)
def test_an_interruption_puts_back_the_step_at_hand(
    journal: Journal, root: Path, victim: Path, at_look: int, second_state: str, interruption: BaseException
) -> None:
    second, before = victim, tree(victim)
    answers: list[object] = [()] * at_look + [interruption]
    with pytest.raises(type(interruption)):
        run(journal, hold(root, "00"), hold(second, "00", "ff"), hold(root, "ff"), users_of=looks(*answers))
    assert tree(second) == before
    assert states(journal) == ["held", second_state, "nothing"]
    assert names(root / HOLD) == {"gocache/00/x-a", "gocache/00/x-d", "owner.json"}
    assert (root / "ff/y-d").exists()


def test_an_interruption_among_the_renames_puts_back_what_was_moved(
    journal: Journal, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = tree(root)
    interrupt_after(2, monkeypatch)  # the first one is that of owner.json
    with pytest.raises(KeyboardInterrupt):
        run(journal, hold(root, "00", "ff"))
    assert (tree(root), states(journal)) == (before, ["restored"])


def interrupt_after(renames: int, monkeypatch: pytest.MonkeyPatch) -> None:
    rename, done = os.rename, []

    def counted(*arguments: Any, **keywords: Any) -> None:
        if len(done) == renames:
            monkeypatch.setattr(os, "rename", rename)
            raise KeyboardInterrupt
        done.append(arguments)
        rename(*arguments, **keywords)

    monkeypatch.setattr(os, "rename", counted)


def test_a_second_interruption_leaves_the_rest_to_the_next_run(
    journal: Journal, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*arguments: Any, **keywords: Any) -> None:
        raise KeyboardInterrupt

    def first() -> None:
        monkeypatch.setattr(os, "rename", interrupted)
        raise KeyboardInterrupt

    before = tree(root)
    with pytest.raises(KeyboardInterrupt):
        run(journal, hold(root, "00", "ff"), users_of=looks((), first))
    monkeypatch.undo()
    recover(journal)
    assert tree(root) == before


@pytest.mark.parametrize("error", [KeyboardInterrupt(), OSError(116, "Stale file handle")], ids=["^C", "error"])
def test_what_goes_wrong_behind_the_second_look_loses_nothing(
    journal: Journal, root: Path, monkeypatch: pytest.MonkeyPatch, error: BaseException
) -> None:
    def fails(path: object) -> None:
        raise error

    before = tree(root)
    monkeypatch.setattr(os, "statvfs", fails)
    with suppress(type(error)):
        run(journal, hold(root, "00", "ff"))
    monkeypatch.undo()
    recover(journal)
    for record in (found for entry in journal.open_entries() for found in entry.records):
        restore(record, record.detail)
    assert tree(root) == before


def test_a_failure_in_the_middle_puts_everything_back_and_the_next_step_is_done(
    journal: Journal, root: Path, victim: Path, tmp_path: Path
) -> None:
    modules = write(tmp_path / "mod", "a@v1/a.go", "b@v1/b.go")
    (modules / "org").symlink_to(victim)
    before = tree(modules), tree(victim)
    _, (failed, done) = run(journal, hold(modules, "a@v1", "b@v1", "org/00", target="modcache"), hold(root, "00"))
    assert isinstance(failed, Failed)
    assert failed.reason == "Not a directory: org"
    assert failed.next_step == "everything is as it was before"
    assert isinstance(done, Done)
    assert (tree(modules), tree(victim)) == before
    assert states(journal) == ["restored", "held"]


def test_what_cannot_be_put_back_is_said(journal: Journal, root: Path, tmp_path: Path) -> None:
    def root_is_replaced() -> tuple[Process, ...]:
        root.rename(tmp_path / "moved")
        root.mkdir()
        return (GO,)

    _, (outcome,) = run(journal, hold(root, "00"), users_of=looks((), root_is_replaced))
    assert isinstance(outcome, Failed)
    assert states(journal) == ["failed"]


def test_a_failure_of_putting_back_stays_open_and_can_be_undone(
    journal: Journal, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*arguments: object, **keywords: object) -> None:
        raise OSError(28, "No space left on device")

    def disk_fills_up() -> tuple[Process, ...]:
        monkeypatch.setattr(os, "link", full)
        write(root, "00/stays")
        return (GO,)

    before = tree(root)
    run(journal, hold(root, "00", "ff", keep_folders=True), users_of=looks((), disk_fills_up))
    monkeypatch.undo()
    (record,) = journal.open_entries()[0].records
    assert (record.state, record.reason) == (
        "failed",
        "came into use meanwhile; it could not be put back: [Errno 28] No space left on device",
    )
    restore(record, record.detail)
    assert tree(root) == {**before, "00/stays": "00/stays"}


def test_a_locked_stamp_is_busy_and_stays(journal: Journal, root: Path) -> None:
    import fcntl

    write(root, "testexpire.txt", content="1\n")
    with open(root / "testexpire.txt") as owner:
        fcntl.flock(owner, fcntl.LOCK_EX)
        _, (outcome,) = run(journal, stamp_file(root, locked=True))
    assert isinstance(outcome, Refused)
    assert (outcome.skip.kind, outcome.skip.code) == ("busy", "locked")
    assert (root / "testexpire.txt").read_text() == "1\n"
    assert states(journal) == ["nothing"]


def test_on_a_nearly_full_disk_what_was_moved_is_due_at_once(
    journal: Journal, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("idecare.changes.apply.FULL_SHARE", 2)
    monkeypatch.setattr("idecare.changes.apply.FULL_BYTES", 2**80)
    entry, (outcome,) = run(journal, hold(root, "00"))
    assert isinstance(outcome, Done)
    assert outcome.held_until == NOW
    assert entry is not None
    assert entry.records[0].is_due(NOW)


@pytest.mark.parametrize(
    ("free", "size", "is_full"),
    [
        pytest.param(4 * 10**9, 10**12, True, id="4 GB of 1 TB"),
        pytest.param(5 * 10**9, 10**12, False, id="5 GB of 1 TB"),
        pytest.param(49 * 10**7, 10**10, True, id="4.9 % of 10 GB"),
        pytest.param(50 * 10**7, 10**10, False, id="5 % of 10 GB"),
        pytest.param(0, 10**10, True, id="nothing"),
        pytest.param(0, 0, False, id="a file system that tells no size"),
    ],
)
def test_nearly_full_is_little_in_share_and_in_bytes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, free: int, size: int, is_full: bool
) -> None:
    answer = SimpleNamespace(f_bavail=free // 1000, f_blocks=size // 1000, f_frsize=1000)
    monkeypatch.setattr(os, "statvfs", lambda path: answer)
    assert is_nearly_full(tmp_path) is is_full


def test_the_hold_time_is_counted_from_the_clean(journal: Journal, root: Path) -> None:
    entry, _ = run(journal, hold(root, "00"), seconds_held=0)
    assert entry is not None
    assert entry.records[0].held_until == NOW.isoformat() == datetime.isoformat(NOW)


@pytest.mark.parametrize("make", [hold, trim])
def test_what_was_mounted_in_a_cache_since_it_was_planned_stops_the_move(
    journal: Journal, root: Path, monkeypatch: pytest.MonkeyPatch, make: Callable[..., Action]
) -> None:
    action, before = make(root, "00", "ff") if make is hold else make(root, all_actions=True), tree(root)
    monkeypatch.setattr("idecare.changes.hold_entries.read_mounts", lambda: (Mount(root / "00", "ext4"),))
    _, (outcome,) = run(journal, action)
    assert isinstance(outcome, Refused)
    assert (outcome.skip.kind, outcome.skip.code, tree(root)) == ("refused", "mount-inside", before)


@pytest.mark.parametrize("locked", [False, True])
@pytest.mark.parametrize("name", ["hard link", "link", "large"])
def test_a_stamp_that_could_not_be_written_back_exactly_is_refused(
    journal: Journal, root: Path, victim: Path, name: str, locked: bool
) -> None:
    file, other = root / "testexpire.txt", victim / "README"
    {
        "hard link": lambda: os.link(other, file),
        "link": lambda: file.symlink_to(other),
        "large": lambda: file.write_bytes(b"x" * 65_537),
    }[name]()
    before = tree(root), tree(victim)
    _, (outcome,) = run(journal, stamp_file(root, locked=locked))
    assert isinstance(outcome, Refused)
    assert (outcome.skip.kind, (tree(root), tree(victim))) == ("refused", before)
    assert name.split()[0] in outcome.skip.reason
    assert outcome.skip.next_step


def test_a_stamp_that_got_a_second_name_since_stays_at_an_undo(journal: Journal, root: Path, victim: Path) -> None:
    entry, _ = run(journal, stamp_file(root, locked=True))
    os.link(root / "testexpire.txt", victim / "mine")
    before = tree(root), tree(victim)
    assert entry is not None
    (result,) = undo_entry(journal, entry.id, frozenset(), lambda record: ())
    assert (result.state, (tree(root), tree(victim))) == ("impossible", before)
    assert "hard link" in result.reason


def test_what_cannot_be_put_back_says_where_why_and_what_comes_next(
    journal: Journal, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*given: object) -> tuple[int, int]:
        raise PermissionError(13, "Permission denied", "/closed")

    entry, _ = run(journal, hold(root, "00"))
    assert entry is not None
    monkeypatch.setattr("idecare.changes.undo.restore", refuse)
    (result,) = undo_entry(journal, entry.id, frozenset(), lambda record: ())
    assert (result.state, result.reason) == ("impossible", "Permission denied: /closed")
    assert result.next_step == f"remove that cause, then run: idecare undo {entry.id}"
    assert states(journal) == ["held"]
