"""The journal: open and ended entries, broken files, ids, pruning, and a crash between two writes."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from idecare.changes import journal as journal_module
from idecare.changes.journal import Detail, Entry, FileRecord, HeldRecord, Journal, PartsRecord, Record, StampRecord
from idecare.core.errors import IdecareError
from idecare.system.filesystem import write_atomic
from tests.builders import HOLD, NOW, record, write

DATA = Path(__file__).parents[1] / "data" / "journal-0.1.0"
OPEN = ["started", "held", "purging", "failed"]
ENDED = ["purged", "restored", "written", "nothing"]


def entry(entry_id: str = "20261122-120000", *states: str) -> Entry:
    records = tuple(record(state=state) for state in states or ("held",))
    return Entry(entry_id, ("idecare", "clean", "gocache"), "/home/gopher/shop", NOW.isoformat(), records)


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    return Journal(tmp_path)


def test_an_empty_journal_has_no_entries_and_makes_no_folder(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "state")
    assert (journal.open_entries(), journal.entries(), journal.unreadable(), journal.entry("x")) == ((), (), (), None)
    assert not (tmp_path / "state").exists()


@pytest.mark.parametrize(
    "detail",
    [
        pytest.param(HeldRecord(".idecare-held/x/gocache", trimmed=True), id="held"),
        pytest.param(StampRecord("testexpire.txt", "\x00\xff", "new"), id="stamp"),
        pytest.param(FileRecord("/a", "/b\udcff", True, False, {"-Xmx": (None, "-Xmx1g")}), id="file"),
        pytest.param(
            PartsRecord(".idecare-held/x/modcache", "m@v1", "l", "m@v1", ("m@v1",), (("m@v1", 1, 2, 3),), "p"),
            id="parts",
        ),
    ],
)
def test_an_entry_is_read_as_it_was_written(journal: Journal, detail: Detail) -> None:
    full = Record("gocache", "/caches/ä\udcff", 1, 2, "held", detail, NOW.isoformat(), 3, 4, "why")
    written = replace(entry(), records=(full, record(state="written")))
    journal.write(written, durable=True)
    assert journal.entry(written.id) == written
    assert journal.entries() == journal.open_entries() == (written,)


@pytest.mark.parametrize("state", OPEN)
def test_an_entry_is_open_while_one_of_its_records_is(journal: Journal, state: str) -> None:
    journal.write(entry("1", "purged", state))
    assert [found.id for found in journal.open_entries()] == ["1"]
    assert names(journal.folder) == ["1.json"]
    assert names(journal.history) == []


@pytest.mark.parametrize("state", ENDED)
def test_an_ended_entry_moves_to_the_history(journal: Journal, state: str) -> None:
    journal.write(entry("1", "held"))
    journal.write(entry("1", state))
    assert journal.open_entries() == ()
    assert journal.entries() == (entry("1", state),)
    assert (names(journal.folder), names(journal.history)) == ([], ["1.json"])


def test_a_crash_between_writing_the_history_and_removing_the_open_file_leaves_one_entry(
    journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal.write(entry("1", "purging"))
    monkeypatch.setattr(journal_module, "remove_file", crash)
    with pytest.raises(KeyboardInterrupt):
        journal.write(entry("1", "purged"))
    monkeypatch.undo()
    # The open one counts: what it says is done once more, and finds nothing left to do.
    assert journal.entries() == journal.open_entries() == (entry("1", "purging"),)
    assert journal.entry("1") == entry("1", "purging")
    journal.write(entry("1", "purged"))
    assert (journal.open_entries(), journal.entries()) == ((), (entry("1", "purged"),))


def test_a_crash_while_writing_leaves_the_entry_as_it_was(journal: Journal, monkeypatch: pytest.MonkeyPatch) -> None:
    journal.write(entry("1", "held"))
    monkeypatch.setattr("os.replace", crash)
    with pytest.raises(KeyboardInterrupt):
        journal.write(entry("1", "purging"))
    assert journal.entries() == (entry("1", "held"),)
    assert names(journal.folder) == ["1.json"]


BROKEN = [
    pytest.param(b"", id="empty"),
    pytest.param(b'{"id": "1", "comm', id="cut short"),
    pytest.param(b"\xff\xfe", id="not text"),
    pytest.param(b"[]", id="a list"),
    pytest.param(b"null", id="nothing"),
    pytest.param(b'{"id": "1", "command": [], "cwd": "", "started": ""}', id="no records"),
    pytest.param(b'{"id": "1", "command": [], "cwd": "", "started": "", "records": [1]}', id="no record"),
    pytest.param(
        b'{"id": "1", "command": [], "cwd": "", "started": "", "records": [{"new": 1}]}', id="another version's"
    ),
]


@pytest.mark.parametrize("data", BROKEN)
def test_a_broken_file_is_named_and_hides_no_other(journal: Journal, data: bytes) -> None:
    journal.write(entry("2"))
    write_atomic(journal.folder / "1.json", data)
    write_atomic(journal.history / "3.json", data)
    assert journal.entries() == journal.open_entries() == (entry("2"),)
    assert [found.path for found in journal.unreadable()] == [journal.folder / "1.json"]
    both = journal.unreadable(with_history=True)
    assert [(found.path, found.is_open) for found in both] == [
        (journal.folder / "1.json", False),
        (journal.history / "3.json", False),
    ]
    assert journal.entry("1") is journal.entry("3") is None


def changed(**changes: object) -> Callable[[Path], object]:
    """An entry of which a record's value, or that of its detail, has another type or leads elsewhere."""

    def make(path: Path) -> None:
        values = json.loads(path.read_text())
        (record,) = values["records"]
        for name, value in changes.items():
            place = next((part for part in (record, record[record["kind"]]) if name in part), values)
            place[name] = value
        path.write_text(json.dumps(values))

    return make


def instead(make: Callable[[Path], object]) -> Callable[[Path], object]:
    return lambda path: (path.unlink(), make(path))


NO_ENTRIES = [
    pytest.param(instead(os.mkfifo), "it is not a regular file", id="a pipe"),
    pytest.param(instead(Path.mkdir), "it is a folder", id="a folder"),
    pytest.param(instead(lambda path: path.symlink_to(path)), "Too many levels of symbolic links", id="a loop"),
    pytest.param(instead(lambda path: path.symlink_to("/dev/zero")), "it is not a regular file", id="a device"),
    pytest.param(lambda path: os.truncate(path, 17_000_000), "it has more than 16 MB", id="huge"),
    pytest.param(lambda path: path.write_text("[" * 200_000), "it is nested too deeply", id="nested"),
    pytest.param(lambda path: path.write_text('{"schema": 3}'), "a newer idecare wrote it (schema 3)", id="new"),
    pytest.param(changed(schema="2"), None, id="a schema that is text"),
    *(
        pytest.param(changed(**{name: value}), None, id=f"{name} {value!r}"[:40])
        for name, value in (
            *(("target", value) for value in (1, None, [], "a\0b")),
            *(("root", value) for value in (1, "relative", "/a\0b")),
            *(("inode", value) for value in ("1", None, [])),
            *(("state", value) for value in (1, None, [], {}, "lost")),
            *(("held_until", value) for value in (1, "soon", "2026-11-22T12:00:00", [])),
            *(("hold", value) for value in (1, None, {}, "..", ".idecare-held/../x", "/etc")),
            *(("restore", value) for value in (1, [], "never")),
            *(("kind", value) for value in (1, [], "other", "stamp")),
            *(("command", value) for value in (1, [1], None)),
            *(("cwd", value) for value in (1, None)),
            *(("started", value) for value in (1, None, "then")),
            *(("records", value) for value in (1, None, "x", [1], {"a": 1})),
            *(("put_back", value) for value in (1, [1], None)),
            ("id", "other"),
            ("reason", {}),
            ("entries", "many"),
            ("trimmed", "yes"),
        )
    ),
]


@pytest.mark.parametrize(("make", "reason"), NO_ENTRIES)
def test_whatever_is_no_entry_is_named_and_nothing_of_it_is_believed(
    journal: Journal, make: Callable[[Path], object], reason: str | None
) -> None:
    journal.write(entry("20261122-120000"))
    make(journal.folder / "20261122-120000.json")
    (found,) = journal.unreadable()
    assert (found.id, found.is_open, found.reason) == ("20261122-120000", True, reason or "it is not a journal entry")
    assert journal.entries() == journal.open_entries() == ()
    assert journal.new_id(NOW) == "20261122-120000-2"
    journal.set_aside(found.id)
    assert journal.unreadable() == ()
    assert names(journal.folder) == ["20261122-120000.json.unreadable"]


PATHS = [("stamp", "name"), ("parts", "lock"), ("parts", "place"), ("parts", "marker"), ("parts", "held")]


@pytest.mark.parametrize(("kind", "name"), PATHS)
@pytest.mark.parametrize("path", ["../x", "/etc/passwd", "a/../../x", "a\0b"])
def test_no_path_of_a_record_leads_out_of_its_root(journal: Journal, kind: str, name: str, path: str) -> None:
    details = {
        "stamp": StampRecord("index/marker"),
        "parts": PartsRecord(f"{HOLD}/modcache", "a@v1", "lock", "a@v1", ("a@v1",), marker="m"),
    }
    journal.write(Entry("1", (), "", NOW.isoformat(), (record(detail=details[kind], state="started"),)))
    assert journal.unreadable() == ()
    changed(**{name: [path] if name == "held" else path})(journal.folder / "1.json")
    assert [found.id for found in journal.unreadable()] == ["1"]


def test_the_history_drops_nothing_that_it_cannot_read(journal: Journal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journal_module, "KEEP_ENTRIES", 1)
    (journal.history / "0.json").mkdir(parents=True)
    write_atomic(journal.history / "1.json", b"{")
    for name in ("2", "3"):
        journal.write(entry(name, "purged"))
    assert names(journal.history) == ["0.json", "1.json", "3.json"]


def test_a_broken_open_file_does_not_hide_the_ended_one(journal: Journal) -> None:
    journal.write(entry("1", "purged"))
    write_atomic(journal.folder / "1.json", b"{")
    assert journal.entry("1") == entry("1", "purged")
    assert journal.entries() == (entry("1", "purged"),)


def test_other_files_in_the_folders_are_nobodys_entries(journal: Journal) -> None:
    write_atomic(journal.folder / "notes.txt", b"mine")
    write_atomic(journal.folder / ".1.json.99.tmp", b"{")
    assert (journal.entries(), journal.unreadable()) == ((), ())


def test_ids_are_the_second_in_utc_whatever_the_zone(journal: Journal) -> None:
    berlin = NOW.astimezone(timezone(timedelta(hours=1)))
    assert journal.new_id(berlin) == journal.new_id(NOW) == "20261122-120000"


def test_commands_of_one_second_are_counted_whether_they_are_open_or_ended(journal: Journal) -> None:
    for state in ("held", "purged", "held"):
        journal.write(entry(journal.new_id(NOW), state))
    assert [found.id for found in journal.entries()] == ["20261122-120000", "20261122-120000-2", "20261122-120000-3"]
    assert journal.new_id(NOW) == "20261122-120000-4"
    assert journal.new_id(NOW + timedelta(seconds=1)) == "20261122-120001"


def test_open_entries_of_one_second_are_told_oldest_first(journal: Journal) -> None:
    for _ in range(3):
        journal.write(entry(journal.new_id(NOW)))
    assert [found.id for found in journal.open_entries()] == [
        *("20261122-120000", "20261122-120000-2", "20261122-120000-3")
    ]


def test_the_history_keeps_the_latest_and_never_drops_an_open_entry(
    journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journal_module, "KEEP_ENTRIES", 3)
    journal.write(entry("20200101-000000", "held"))
    for day in range(1, 7):
        journal.write(entry(f"2026010{day}-000000", "purged"))
    assert [found.id for found in journal.entries()] == [
        *("20200101-000000", "20260104-000000", "20260105-000000", "20260106-000000")
    ]


@pytest.mark.parametrize(
    ("state", "held_until", "is_due"),
    [
        pytest.param("held", NOW + timedelta(seconds=1), False, id="not yet"),
        pytest.param("held", NOW, True, id="at its time"),
        pytest.param("held", NOW - timedelta(days=1), True, id="past its time"),
        pytest.param("held", None, True, id="held without a time"),
        pytest.param("purging", NOW + timedelta(days=1), True, id="half purged by a crash"),
        pytest.param("started", NOW - timedelta(days=1), False, id="being moved"),
        pytest.param("failed", NOW - timedelta(days=1), False, id="could not be deleted before"),
        pytest.param("purged", NOW - timedelta(days=1), False, id="gone"),
        pytest.param("restored", NOW - timedelta(days=1), False, id="put back"),
    ],
)
def test_what_is_due(state: str, held_until: datetime | None, is_due: bool) -> None:
    until = held_until.isoformat() if held_until else None
    assert record(state=state, held_until=until).is_due(NOW) is is_due


def test_changing_one_record_leaves_the_others(journal: Journal) -> None:
    changed = entry("1", "held", "held").with_record(1, state="purged", bytes=7)
    assert [(found.state, found.bytes) for found in changed.records] == [("held", None), ("purged", 7)]


def test_files_are_for_this_user_alone_and_carry_the_schema(journal: Journal) -> None:
    journal.write(entry("1"))
    path = journal.folder / "1.json"
    assert (path.stat().st_mode & 0o777, path.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    assert json.loads(path.read_bytes())["schema"] == 2


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


def crash(*arguments: object) -> None:
    raise KeyboardInterrupt


@pytest.mark.parametrize(
    ("target", "fields"),
    [
        ("gocache", ("merge", True, "-a")),
        ("fuzzcache", ("merge", False, "")),
        ("modcache", ("module-trees", False, "")),
        ("goland", ("whole", False, "")),
        ("vscode", ("whole", False, "")),
    ],
)
def test_a_record_of_the_first_release_comes_back_as_its_target_did(
    journal: Journal, target: str, fields: tuple[str, bool, str]
) -> None:
    """idecare 0.1.0 wrote no word about that: it went by the target."""
    values = json.loads((DATA / "clean.json").read_text().replace("@HOME@", "/home/gopher"))
    values["records"][0]["target"] = target
    write(journal.folder, f"{values['id']}.json", content=json.dumps(values))
    detail = journal.open_entries()[0].records[0].detail
    assert (detail.restore, detail.returns_in_use, detail.uniform_suffix) == fields


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="takes root to make another user's folder")
def test_a_journal_of_another_user_is_an_error_with_a_next_step(public_folder: Path) -> None:
    journal = Journal(public_folder / "idecare")
    journal.write(entry())
    os.seteuid(65534)
    try:
        with pytest.raises(IdecareError) as failure:
            journal.open_entries()
        assert "sudo chown -R 65534" in failure.value.hint
        assert journal.leftovers() == ()
    finally:
        os.seteuid(0)
