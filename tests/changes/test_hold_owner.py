"""Held data of others: the hold folder says whose it is and until when, and nobody else takes it earlier."""

from __future__ import annotations

import errno
import json
import os
import shutil
from collections.abc import Callable
from contextlib import nullcontext
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from idecare.changes import hold_owner
from idecare.changes.hold_owner import owner, write_owner
from idecare.changes.journal import Entry, Journal
from idecare.changes.purge import purge
from idecare.changes.recover import adopt, release
from idecare.changes.undo import undo_entry
from idecare.core.results import Skip
from idecare.system.filesystem.removing import Removal
from tests.builders import HOLD, NOW, cache, identity_of, names, record, write

ID = HOLD.partition("/")[2]
UNTIL, LATER, OVER = NOW + timedelta(minutes=10), NOW + timedelta(minutes=20), NOW + timedelta(hours=1)
GO = f"00/{'0' * 64}-a"


@pytest.fixture
def other(tmp_path: Path) -> Journal:
    """The journal of another XDG_STATE_HOME."""
    return Journal(tmp_path / "other" / "idecare")


@pytest.fixture
def root(tmp_path: Path, other: Journal) -> Path:
    """A cache of which the other journal holds an entry."""
    root = write(tmp_path / "cache", f"{HOLD}/gocache/{GO}")
    other.folder.parent.mkdir(parents=True)
    write_owner(root, identity_of(root), ID, owner(other, UNTIL))
    return root


def found(root: Path, **changes: Any) -> object:
    return cache("gocache", root, identity=identity_of(root), **changes)


def adopted(journal: Journal, root: Path, now: datetime = NOW, **changes: Any) -> list[str | None]:
    """Until when it is held by the journal now."""
    adopt(journal, [found(root, **changes)], now + timedelta(minutes=10), now)  # type: ignore[list-item]
    return [record.held_until for entry in journal.open_entries() for record in entry.records]


def change_owner(root: Path, **changes: Any) -> None:
    place = root / HOLD / "owner.json"
    place.write_text(json.dumps({**json.loads(place.read_text()), **changes}))


def test_what_another_journal_holds_is_left_until_its_time_is_over(journal: Journal, root: Path) -> None:
    assert adopted(journal, root) == []
    assert adopted(journal, root, UNTIL - timedelta(seconds=1)) == []
    assert adopted(journal, root, OVER) == [(OVER + timedelta(minutes=10)).isoformat()]


def test_what_another_user_holds_is_never_taken(journal: Journal, root: Path) -> None:
    change_owner(root, user=os.geteuid() + 1)
    assert adopted(journal, root, OVER) == []


def test_what_a_lost_state_folder_held_is_found_by_its_owner_and_can_be_put_back(
    other: Journal, root: Path, tmp_path: Path
) -> None:
    shutil.rmtree(tmp_path / "other" / "idecare")
    assert adopted(Journal(tmp_path / "other" / "idecare"), root) == [UNTIL.isoformat()]
    undo_entry(other, ID, frozenset(), lambda record: ())
    assert names(root) == {GO}


def test_the_state_folder_of_a_container_is_not_lost_because_it_is_not_here(journal: Journal, root: Path) -> None:
    """It has the same path there, or none that is here, and lies in other folders."""
    above = json.loads((root / HOLD / "owner.json").read_text())["above"]
    change_owner(root, journal="0" * 32, above=[[device, inode + 1] for device, inode in above])
    assert adopted(journal, root) == []


@pytest.mark.parametrize("text", ["", "{", "[]", "[" * 100_000, '{"schema": 1}', '{"user": "me"}'])
def test_a_file_that_does_not_say_whose_it_is_leaves_it_to_the_journal_that_knows(
    journal: Journal, root: Path, text: str
) -> None:
    (root / HOLD / "owner.json").write_text(text)
    assert adopted(journal, root, OVER) == []
    journal.write(Entry(ID, (), "", NOW.isoformat(), (record(root),)))
    gone = purge(journal, ID, 0, Removal(), now=NOW)
    assert gone is not None
    assert (gone.state, names(root)) == ("purged", set())


def test_what_idecare_0_1_0_held_has_no_such_file_and_is_found(journal: Journal, root: Path) -> None:
    (root / HOLD / "owner.json").unlink()
    assert adopted(journal, root) == [UNTIL.isoformat()]


@pytest.mark.parametrize("kind", ["refused", "kept"])
def test_nothing_is_taken_from_a_cache_that_is_off_limits(journal: Journal, root: Path, kind: str) -> None:
    (root / HOLD / "owner.json").unlink()
    skip = Skip(kind, "foreign-owner", "belongs to another user")  # type: ignore[arg-type]
    assert adopted(journal, root, skip=skip) == []
    assert adopted(journal, root, skip=Skip("absent", "empty", "is empty already")) == [UNTIL.isoformat()]


@pytest.mark.parametrize(("now", "state"), [(NOW, "failed"), (OVER, "purged")])
def test_no_journal_purges_earlier_what_another_one_holds(
    journal: Journal, root: Path, now: datetime, state: str
) -> None:
    journal.write(Entry(ID, (), "", NOW.isoformat(), (record(root, held_until=NOW.isoformat()),)))
    gone = purge(journal, ID, 0, Removal(), now=now)
    assert gone is not None
    assert gone.state == state
    assert (root / HOLD / "gocache" / GO).exists() is (state == "failed")
    assert journal.entries()[0].records[0].state == state


@pytest.mark.parametrize("ending", [lambda journal: purge(journal, ID, 0, Removal(), now=NOW), None])
def test_nothing_is_left_of_a_hold_folder_when_it_has_ended(
    other: Journal, root: Path, ending: Callable[[Journal], object] | None
) -> None:
    other.write(Entry(ID, (), "", NOW.isoformat(), (record(root),)))
    (root / HOLD / ".owner.json.idecare").touch()  # what a crash leaves
    ending(other) if ending else undo_entry(other, ID, frozenset(), lambda record: ())
    assert not (root / ".idecare-held").exists()


@pytest.mark.parametrize(("number", "is_fine"), [(errno.ENOSPC, True), (errno.EDQUOT, True), (errno.EIO, False)])
def test_a_disk_that_is_too_full_for_it_is_cleaned_all_the_same(
    journal: Journal, root: Path, monkeypatch: pytest.MonkeyPatch, number: int, is_fine: bool
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(hold_owner, "rewrite_small_file", full)
    with nullcontext() if is_fine else pytest.raises(OSError, match=os.strerror(number)):
        write_owner(root, identity_of(root), ID, owner(journal, UNTIL))


def test_the_time_moves_when_a_command_has_ended(other: Journal, root: Path) -> None:
    other.write(Entry(ID, (), "", NOW.isoformat(), (record(root, held_until=OVER.isoformat()),)))
    release(other, ID, LATER)
    assert json.loads((root / HOLD / "owner.json").read_text())["until"] == LATER.isoformat()


def test_a_journal_has_one_identity(journal: Journal, other: Journal) -> None:
    assert journal.identity == ""
    made = journal.make_identity()
    assert (made, journal.identity, Journal(journal.folder.parent).make_identity()) == (made, made, made)
    assert made != other.make_identity()


def test_who_finds_what_was_lost_is_its_owner_from_then_on(other: Journal, root: Path, tmp_path: Path) -> None:
    shutil.rmtree(other.folder.parent)
    adopted(other, root)
    change = json.loads((root / HOLD / "owner.json").read_text())
    assert change["journal"] == other.identity != ""
    assert adopted(Journal(tmp_path / "third" / "idecare"), root) == []
