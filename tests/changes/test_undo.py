"""Undoing a command: what comes back, what does not and why, and what the journal says of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from idecare.changes import undo as undoing
from idecare.changes.journal import Entry, HeldRecord, Journal, Record
from idecare.changes.purge import held_records, next_due
from idecare.changes.undo import Undone, latest_undoable, undo_entry
from idecare.system.processes import Process
from tests.builders import GO, HOLD, NOW, names, record, tree, write

ID = "20261122-120000"
ALL: frozenset[str] = frozenset()


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A cache of which a build cache's and a gopls' entry are held."""
    return write(tmp_path / "cache", f"{HOLD}/gocache/00/x-a", f"{HOLD}/gopls/01234567/y")


def nobody(found: Record) -> tuple[Process, ...]:
    return ()


def write_entry(journal: Journal, *records: Record, entry_id: str = ID) -> Entry:
    entry = Entry(entry_id, ("idecare", "clean"), "/home/gopher/app", NOW.isoformat(), records)
    journal.write(entry)
    return entry


def undo(journal: Journal, targets: frozenset[str] = ALL, users_of: object = nobody) -> tuple[Undone, ...]:
    return undo_entry(journal, ID, targets, users_of)  # type: ignore[arg-type]


def states(journal: Journal) -> list[tuple[str, str | None]]:
    return [(found.state, found.reason) for entry in journal.entries() for found in entry.records]


def test_all_of_a_command_comes_back(journal: Journal, root: Path) -> None:
    held = record(root), record(root, "gopls")
    write_entry(journal, *held)
    assert undo(journal) == (Undone(held[0], "restored", 1), Undone(held[1], "restored", 1))
    assert names(root) == {"00/x-a", "01234567/y"}
    assert states(journal) == [("restored", None)] * 2
    assert journal.open_entries() == ()


def test_a_second_undo_changes_nothing_and_says_so(journal: Journal, root: Path) -> None:
    write_entry(journal, record(root))
    undo(journal)
    before = tree(root)
    (again,) = undo(journal)
    assert (again.state, again.reason) == ("impossible", "it was put back before")
    assert tree(root) == before


def test_only_the_targets_asked_for_come_back(journal: Journal, root: Path) -> None:
    write_entry(journal, record(root), record(root, "gopls"))
    (only,) = undo(journal, frozenset({"gopls", "vscode"}))
    assert (only.record.target, only.state) == ("gopls", "restored")
    assert [state for state, _ in states(journal)] == ["held", "restored"]


def test_an_unknown_id_undoes_nothing(journal: Journal) -> None:
    assert undo_entry(journal, "20200101-000000", ALL, nobody) == ()


def test_what_is_newer_stays_and_the_rest_is_held_until_its_time(journal: Journal, root: Path) -> None:
    write(root, f"{HOLD}/gocache/00/z-d")
    write(root, "00/x-a", content="new")
    held = record(root, held_until=NOW.isoformat())
    write_entry(journal, held)
    assert undo(journal) == (Undone(held, "partly", 1, 1, "1 newer entry kept"),)
    assert (root / "00/x-a").read_text() == "new"
    assert states(journal) == [("superseded", "1 newer entry kept")]
    assert (root / HOLD / "gocache/00/x-a").exists()
    assert held_records(journal, NOW) == held_records(journal) == ((ID, 0),)
    assert next_due(journal) == NOW


def test_an_undo_is_over_when_newer_entries_took_the_place_of_the_rest(journal: Journal, root: Path) -> None:
    write(root, "00/x-a", content="new")
    write_entry(journal, record(root, "gopls"), entry_id="20261122-110000")
    write_entry(journal, record(root))
    undo(journal)
    latest = latest_undoable(journal.entries())
    assert latest is not None
    assert latest.id == "20261122-110000"
    (again,) = undo(journal)
    assert (again.state, again.reason[:22]) == ("impossible", "it was put back before")
    assert (root / HOLD / "gocache/00/x-a").read_text() != "new"


def test_an_undo_is_over_when_something_else_has_deleted_what_was_held(journal: Journal, tmp_path: Path) -> None:
    write_entry(journal, record(write(tmp_path / "cache", "00/")))
    (gone,) = undo(journal)
    assert (gone.state, gone.reason[:25]) == ("impossible", "nothing is held any more:")
    assert latest_undoable(journal.entries()) is None
    assert journal.open_entries() == ()


def test_a_file_that_was_written_since_is_left_for_good(journal: Journal, root: Path) -> None:
    write(root, "testexpire.txt", content="theirs")
    written = record(root, "testcache", "written", name="testexpire.txt", previous="1", content="2")
    write_entry(journal, written)
    assert undo(journal) == (Undone(written, "partly", 0, 1, "written again since, and kept so"),)
    assert states(journal) == [("restored", "written again since, and kept so")]


def test_what_is_in_use_stays_held_while_the_rest_comes_back(journal: Journal, root: Path) -> None:
    held = record(root), record(root, "gopls")
    write_entry(journal, *held)
    results = undo(journal, users_of=lambda found: (GO,) if found.target == "gopls" else ())
    assert results == (Undone(held[0], "restored", 1), Undone(held[1], "busy", reason=f"in use by {GO.label}"))
    assert states(journal) == [("restored", None), ("held", None)]
    assert (root / HOLD / "gopls/01234567/y").exists()


def test_a_build_cache_comes_back_while_go_is_at_work_so_that_no_reader_meets_half_an_entry(
    journal: Journal, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    restore = undoing.restore

    def watched(record: Record, detail: HeldRecord, in_use: bool) -> tuple[int, int]:
        asked.append(in_use)
        return restore(record, detail, in_use)

    monkeypatch.setattr(undoing, "restore", watched)
    held = record(root)
    write_entry(journal, held)
    assert undo(journal, users_of=lambda found: (GO,)) == (Undone(held, "restored", 1),)
    assert asked == [True]


@pytest.mark.parametrize(
    ("state", "reason"),
    [
        ("purging", "it is being deleted"),
        ("purged", "it has been deleted"),
        ("restored", "it was put back before"),
        ("nothing", "nothing had been changed"),
        ("started", "it was cut short; the next idecare clean puts it back"),
    ],
)
def test_what_cannot_come_back_is_said_exactly(journal: Journal, root: Path, state: str, reason: str) -> None:
    before = tree(root)
    found = record(root, state=state)
    write_entry(journal, found)
    assert undo(journal) == (Undone(found, "impossible", reason=reason),)
    assert (tree(root), states(journal)) == (before, [(state, None)])


def test_what_could_not_be_deleted_comes_back(journal: Journal, root: Path) -> None:
    write_entry(journal, record(root, state="failed", reason="a file system was mounted in it"))
    assert [result.state for result in undo(journal)] == ["restored"]
    assert (root / "00/x-a").exists()


def test_another_folder_in_place_of_the_root_gets_nothing_and_the_rest_comes_back(
    journal: Journal, root: Path, tmp_path: Path
) -> None:
    other = write(tmp_path / "other", f"{HOLD}/gocache/00/x-a")
    write_entry(journal, record(other), record(root))
    other.rename(tmp_path / "moved")
    other.mkdir()
    changed, restored = undo(journal)
    assert (changed.state, restored.state) == ("impossible", "restored")
    assert changed.reason == f"{other} is not the folder it was when the plan was made"
    assert [state for state, _ in states(journal)] == ["held", "restored"]


def test_what_something_else_has_deleted_is_said(journal: Journal, tmp_path: Path) -> None:
    write_entry(journal, record(write(tmp_path / "empty", "README")))
    (result,) = undo(journal)
    assert (result.state, result.reason) == (
        "impossible",
        "nothing is held any more: it was deleted by something else",
    )


def test_each_step_is_in_the_journal_before_the_next_begins(journal: Journal, root: Path) -> None:
    write_entry(journal, record(root), record(root, "gopls"))
    seen: list[list[str]] = []

    def users_of(found: Record) -> tuple[Process, ...]:
        seen.append([state for state, _ in states(journal)])
        return ()

    undo(journal, users_of=users_of)
    assert seen == [["held", "held"], ["restored", "held"]]


@pytest.mark.parametrize(
    ("entries", "latest"),
    [
        pytest.param({}, None, id="none"),
        pytest.param({"1": "held", "2": "held"}, "2", id="the later of two"),
        pytest.param({"1": "held", "2": "restored", "3": "purged", "4": "nothing"}, "1", id="of which some is held"),
        pytest.param({"1": "held", "2": "written"}, "2", id="a rewritten file counts"),
        pytest.param({"1": "failed"}, "1", id="so does what could not be deleted"),
        pytest.param({"1": "purging", "2": "started"}, None, id="not what is being deleted or moved"),
    ],
)
def test_without_an_id_the_latest_that_can_be_undone_is_meant(entries: dict[str, str], latest: str | None) -> None:
    found = latest_undoable(tuple(Entry(key, (), "", "", (record(state=state),)) for key, state in entries.items()))
    assert (found.id if found else None) == latest
