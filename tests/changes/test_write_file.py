"""Edits are journaled before they are made, made one by one, and taken back byte for byte."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from idecare.changes.apply import Order
from idecare.changes.apply import apply as apply_plan
from idecare.changes.drift import Drift, read_written
from idecare.changes.journal import Entry, Journal
from idecare.changes.plan import Change, Done, FileChange, Outcome, Refused, RemoveFile, WriteFile, plan_files
from idecare.changes.recover import recover
from idecare.changes.undo import latest_undoable, undo_entry
from idecare.core.errors import IdecareError
from idecare.system.filesystem.whole_files import temporary_name

ORDER = Order(("idecare", "configure"), Path("/home/gopher/app"), datetime(2026, 11, 22, 12, tzinfo=UTC))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "ide" / "goland64.vmoptions"
    path.parent.mkdir()
    path.write_bytes(b"-Xmx1g\n")
    return path


def edit(
    file: Path, before: bytes | None = b"-Xmx1g\n", after: bytes = b"-Xmx3g\n", source: str = "profile x"
) -> WriteFile:
    change = Change("-Xmx", before.decode().strip() if before else None, after.decode().strip(), "why", source)
    return WriteFile("goland", file, Path(file).resolve(), before, after, (change,), "it is read")


def apply(journal: Journal, *edits: FileChange) -> tuple[Entry, tuple[Outcome, ...]]:
    entry, outcomes = apply_plan(plan_files(edits), journal, ORDER)
    assert entry is not None
    return entry, outcomes


def undo(journal: Journal, entry: Entry) -> tuple[str, str]:
    (result,) = undo_entry(journal, entry.id, frozenset(), lambda record: ())
    return result.state, result.reason


def test_an_edit_is_made_and_kept_in_the_journal(journal: Journal, file: Path) -> None:
    entry, outcomes = apply(journal, edit(file))
    assert isinstance(outcomes[0], Done)
    assert file.read_bytes() == b"-Xmx3g\n"
    kept = journal.entry(entry.id)
    assert kept is not None
    assert (kept.records[0].state, kept.records[0].detail.values) == ("written", {"-Xmx": ("-Xmx1g", "-Xmx3g")})
    assert journal.originals.side(file, entry.id, "before") == b"-Xmx1g\n"
    assert latest_undoable(journal.entries()) == kept


def test_the_journal_is_written_first(journal: Journal, file: Path) -> None:
    journal.folder.parent.mkdir(parents=True)
    (journal.folder.parent / "originals").write_text("in the way")
    with pytest.raises(IdecareError, match="nothing was changed"):
        apply(journal, edit(file))
    assert file.read_bytes() == b"-Xmx1g\n"


def test_the_same_text_is_not_written(journal: Journal, file: Path) -> None:
    assert apply_plan(plan_files([edit(file, b"-Xmx1g\n", b"-Xmx1g\n")]), journal, ORDER) == (None, ())
    assert journal.entries() == ()


def test_one_refusal_does_not_stop_the_others(journal: Journal, file: Path) -> None:
    other = file.with_name("idea.properties")
    entry, outcomes = apply(journal, edit(file, b"something else"), edit(other, None))
    assert isinstance(outcomes[0], Refused)
    assert (outcomes[0].skip.code, file.read_bytes(), other.exists()) == ("changed", b"-Xmx1g\n", True)
    assert [record.state for record in entry.records] == ["nothing", "written"]


def test_a_link_that_leads_elsewhere_by_now_is_refused(journal: Journal, file: Path, tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to(file)
    planned = edit(link)
    link.unlink()
    link.symlink_to(tmp_path / "other")
    _, (outcome,) = apply(journal, planned)
    assert isinstance(outcome, Refused)
    assert (outcome.skip.code, file.read_bytes()) == ("changed", b"-Xmx1g\n")


def test_of_two_edits_of_one_file_the_first_is_made(journal: Journal, file: Path) -> None:
    entry, outcomes = apply(journal, edit(file), edit(file, after=b"-Xmx4g\n"))
    assert [type(outcome) for outcome in outcomes] == [Done, Refused]
    assert file.read_bytes() == b"-Xmx3g\n"
    assert undo(journal, entry)[0] == "restored"


def test_an_edit_that_was_made_counts_whatever_failed_after_it(
    journal: Journal, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(folder: Path) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr("idecare.system.filesystem.whole_files._sync_folder", fail)
    entry, (outcome,) = apply(journal, edit(file))
    assert (isinstance(outcome, Done), entry.records[0].state) == (True, "written")


def test_an_undo_brings_every_byte_back(journal: Journal, file: Path) -> None:
    file.write_bytes(b"\xff\r\n\0")
    entry, _ = apply(journal, WriteFile("goland", file, file, b"\xff\r\n\0", b"new", (), ""))
    assert undo(journal, entry) == ("restored", "")
    assert file.read_bytes() == b"\xff\r\n\0"
    assert undo(journal, entry) == ("impossible", "it was put back before")


def test_another_hard_link_of_the_file_keeps_its_bytes(journal: Journal, file: Path, tmp_path: Path) -> None:
    backup = tmp_path / "backup"
    os.link(file, backup)
    entry, _ = apply(journal, edit(file))
    assert (file.read_bytes(), backup.read_bytes()) == (b"-Xmx3g\n", b"-Xmx1g\n")
    assert undo(journal, entry) == ("restored", "")
    assert (file.read_bytes(), backup.read_bytes()) == (b"-Xmx1g\n", b"-Xmx1g\n")


def test_an_undo_removes_a_file_that_was_made(journal: Journal, file: Path) -> None:
    new = file.with_name("new")
    entry, _ = apply(journal, edit(new, None))
    assert (undo(journal, entry)[0], new.exists()) == ("restored", False)


def test_an_undo_makes_a_removed_file_again(journal: Journal, file: Path) -> None:
    entry, _ = apply(journal, RemoveFile("goland", file, file, b"-Xmx1g\n", (), ""))
    assert not file.exists()
    assert (undo(journal, entry)[0], file.read_bytes()) == ("restored", b"-Xmx1g\n")


def test_a_file_that_was_changed_since_stays_and_the_three_texts_are_told(journal: Journal, file: Path) -> None:
    entry, _ = apply(journal, edit(file))
    file.write_bytes(b"-Xmx6g\n")
    (result,) = undo_entry(journal, entry.id, frozenset(), lambda record: ())
    assert (result.state, file.read_bytes()) == ("impossible", b"-Xmx6g\n")
    assert [line for line in result.details if line.startswith(("-X", "+-X", "--X"))] == [
        "--Xmx1g",
        "+-Xmx3g",
        "--Xmx3g",
        "+-Xmx6g",
    ]
    assert undo(journal, entry)[0] == "impossible"


def test_the_first_original_outlives_the_history(journal: Journal, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("idecare.changes.journal.KEEP_ENTRIES", 1)
    apply(journal, edit(file))
    apply(journal, edit(file, b"-Xmx3g\n", b"-Xmx4g\n"))
    (place,) = journal.originals.folder.iterdir()
    assert (place / "first").read_bytes() == b"-Xmx1g\n"
    assert (place / "path").read_text() == str(file)
    assert len(list(place.iterdir())) == 4  # path, first, and the two sides of the last edit


@pytest.mark.parametrize(
    ("state", "left", "told"),
    [
        pytest.param("started", b"-Xmx1g\n", "nothing", id="not begun"),
        pytest.param("started", b"-Xmx3g\n", "written", id="done"),
        pytest.param("reverting", b"-Xmx3g\n", "written", id="undo not begun"),
        pytest.param("reverting", b"-Xmx1g\n", "restored", id="undo done"),
    ],
)
def test_what_a_crash_left_is_told_from_the_file(
    journal: Journal, file: Path, state: str, left: bytes, told: str
) -> None:
    entry, _ = apply(journal, edit(file))
    journal.write(entry.with_record(0, state=state), durable=True)
    file.write_bytes(left)
    temporary_name(file, entry.id).write_bytes(b"half")
    assert [found.records[0].state for found in recover(journal)] == [told]
    assert [path.name for path in file.parent.iterdir()] == [file.name]
    assert (recover(journal), file.read_bytes()) == ((), left)


def drift(planned: WriteFile, journal: Journal) -> Drift | None:
    (change,) = planned.changes
    return read_written(journal).find_drift(planned.path, planned.real_path, change)


def test_a_value_changed_since_is_a_conflict(journal: Journal, file: Path) -> None:
    apply(journal, edit(file))
    again = edit(file, b"-Xmx6g\n", b"-Xmx3g\n")
    assert drift(again, journal) == Drift(file, "-Xmx", "-Xmx1g", "-Xmx3g", "-Xmx6g")


@pytest.mark.parametrize("source", ["--set", "--jvm", "jbr use", "--keep-from-sync"])
def test_a_value_that_is_named_now_is_no_conflict(journal: Journal, file: Path, source: str) -> None:
    apply(journal, edit(file))
    assert drift(edit(file, b"-Xmx6g\n", b"-Xmx3g\n", source), journal) is None


def test_a_value_that_is_as_it_was_written_is_no_conflict(journal: Journal, file: Path) -> None:
    apply(journal, edit(file))
    assert drift(edit(file, b"-Xmx3g\n", b"-Xmx4g\n"), journal) is None


def test_what_was_undone_is_no_conflict(journal: Journal, file: Path) -> None:
    entry, _ = apply(journal, edit(file))
    undo(journal, entry)
    assert drift(edit(file, b"-Xmx6g\n", b"-Xmx3g\n"), journal) is None
