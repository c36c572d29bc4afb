"""What cleans hold aside: put back beside newer entries, purged, found again, and put back after a crash."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from zipfile import ZipFile

import pytest

from idecare.caches.base import Cache
from idecare.changes import hold_entries, undo
from idecare.changes import purge as purging
from idecare.changes.hold_entries import is_unit
from idecare.changes.journal import Entry, Journal, PartsRecord, Record
from idecare.changes.purge import held_records, next_due, purge, workers_for
from idecare.changes.recover import adopt, recover, release, restore_whole
from idecare.core import language
from idecare.core.errors import RefusedError
from idecare.core.results import Skip
from idecare.system.filesystem.removing import Removal
from idecare.system.mounts import Mount
from tests.builders import HOLD, NOW, build_cache, cache, identity_of, names, record, tree, write

ID = HOLD.partition("/")[2]
LATER = NOW + timedelta(minutes=10)
GO = "0" * 64  # the start of a name that go gives in the folder 00
Result = tuple[int, int]  # how many came back, and how many did not


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "cache").mkdir()
    return tmp_path / "cache"


@pytest.fixture(autouse=True)
def one_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    """How many there are depends on the machine's load; what two do is a test of the removal itself."""
    monkeypatch.setattr(purging, "workers_for", lambda path: 1)


@pytest.fixture
def victim(tmp_path: Path) -> Path:
    return write(tmp_path / "victim", "keep", "folder/keep")


def held(root: Path, *entries: str, target: str = "gocache") -> Path:
    """Entries that lie in the hold folder, each with ``old`` in it."""
    return write(root / HOLD / target, *entries, content="old")


def restore(found: Record, in_use: bool = False) -> Result:
    return undo.restore(found, found.detail, in_use)


def restored_whole(found: Record) -> Result:
    return restore_whole(found, found.detail)


def contents(root: Path) -> dict[str, str]:
    return {name: (root / name).read_text() for name in names(root)}


def write_entry(journal: Journal, *records: Record, entry_id: str = ID) -> Entry:
    entry = Entry(entry_id, ("idecare", "clean"), "/home/gopher/app", NOW.isoformat(), records)
    journal.write(entry)
    return entry


def test_what_is_held_comes_back_and_no_folder_is_left(root: Path) -> None:
    held(root, "00/x-a", "00/x-d", "ff/y-d")
    assert restore(record(root)) == (2, 0)
    assert tree(root) == {
        "00": "folder 755",
        "ff": "folder 755",
        **dict.fromkeys(("00/x-a", "00/x-d", "ff/y-d"), "old"),
    }
    assert restore(record(root)) == (0, 0)


@pytest.mark.parametrize(
    ("put_back", "target", "is_last"),
    [
        pytest.param(restored_whole, "gocache", True, id="interrupted"),
        pytest.param(lambda record: restore(record, in_use=True), "gocache", True, id="in use"),
        pytest.param(restore, "gocache", False, id="idle"),
        pytest.param(restored_whole, "modcache", False, id="another cache"),
    ],
)
def test_build_cache_actions_come_back_last_while_somebody_may_read_them(
    root: Path,
    put_back: Callable[[Record], Result],
    target: str,
    is_last: bool,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    held(root, "00/x-a", "ff/x-d", target=target)
    asked: list[Callable[[str], bool]] = []
    monkeypatch.setattr(hold_entries, "put_back_in_use", lambda root, hold, last: asked.append(last) or (2, 0))
    put_back(record(root, target))
    assert [(last("x-a"), last("x-d")) for last in asked] == [(True, False)] * is_last


def test_newer_entries_stay_and_the_others_come_back_beside_them(root: Path) -> None:
    held(root, "00/x-a", "00/x-d", "ff/y-d")
    write(root, "00/x-d", "00/new-d", "ff/", content="new")
    assert restore(record(root)) == (2, 1)
    assert contents(root) == {
        "00/x-a": "old",
        "00/x-d": "new",
        "00/new-d": "new",
        "ff/y-d": "old",
        f"{HOLD}/gocache/00/x-d": "old",
    }


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param("x/in", "x", id="a file where a folder was"),
        pytest.param("x", "x/in", id="a folder where a file was"),
    ],
)
def test_what_has_another_kind_by_now_stays(root: Path, old: str, new: str) -> None:
    held(root, old)
    write(root, new, content="new")
    assert restore(record(root)) == (0, 1)
    assert contents(root) == {new: "new", f"{HOLD}/gocache/{old}": "old"}


def test_nothing_goes_through_a_link_that_stands_where_a_folder_was(root: Path, victim: Path) -> None:
    held(root, "folder/x")
    (root / "folder").symlink_to(victim / "folder")
    before = tree(victim)
    assert restore(record(root)) == (0, 1)
    assert tree(victim) == before


@pytest.mark.parametrize("name", [".idecare-held", HOLD, f"{HOLD}/gocache"])
@pytest.mark.parametrize("put_back", [restore, restored_whole])
def test_nothing_is_taken_through_a_link_in_place_of_a_hold_folder(
    root: Path, victim: Path, name: str, put_back: Callable[[Record], Result]
) -> None:
    (root / name).parent.mkdir(parents=True, exist_ok=True)
    (root / name).symlink_to(victim)
    write(victim, f"{ID}/gocache/inner", "gocache/inner")
    before = tree(victim)
    with pytest.raises(RefusedError, match="is a link"):
        put_back(record(root))
    assert tree(victim) == before


HOLD_FOLDERS = pytest.mark.parametrize("name", [".idecare-held", HOLD, f"{HOLD}/gocache"])
OTHERS = pytest.mark.parametrize(
    ("other", "said"),
    [("file", "is a file"), ("link", "is a link"), ("pipe", "is a pipe"), ("closed", "may not be read")],
)


def put_in_place(path: Path, other: str, victim: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Something else where a hold folder was, which is moved away; or the folder, closed (root can read it all the
    same)."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if other == "closed":
        access = os.access
        monkeypatch.setattr(os, "access", lambda place, mode: Path(place) != path and access(place, mode))
    elif path.exists():
        path.rename(victim / "moved")
    {"file": path.touch, "link": lambda: path.symlink_to(victim), "pipe": lambda: os.mkfifo(path), "closed": int}[
        other
    ]()


@HOLD_FOLDERS
@OTHERS
def test_what_is_no_hold_folder_any_more_is_said_and_all_else_comes_back(
    journal: Journal, root: Path, victim: Path, monkeypatch: pytest.MonkeyPatch, name: str, other: str, said: str
) -> None:
    held(root, "00/x")
    second = write(root.parent / "second", f"{HOLD}/gopls/01234567/y")
    write_entry(journal, record(root), record(second, "gopls"))
    put_in_place(root / name, other, victim, monkeypatch)
    before = names(root), tree(victim)
    (failed, done) = undo.undo_entry(journal, ID, frozenset(), lambda found: ())
    assert (failed.state, done.state, names(second)) == ("impossible", "restored", {"01234567/y"})
    assert failed.reason.startswith(f"{root / name}, where idecare holds")
    assert said in failed.reason
    assert str(root / name) in failed.next_step
    assert "idecare history" in failed.next_step
    gone = purge(journal, ID, 0, Removal())
    assert gone is not None
    assert (gone.state, said in str(gone.reason), str(root / name) in str(gone.reason)) == ("failed", True, True)
    assert (names(root), tree(victim)) == before


@HOLD_FOLDERS
@OTHERS
def test_what_is_a_hold_folder_again_comes_back(
    journal: Journal, root: Path, victim: Path, monkeypatch: pytest.MonkeyPatch, name: str, other: str, said: str
) -> None:
    held(root, "00/x")
    write_entry(journal, record(root))
    with monkeypatch.context() as patched:
        put_in_place(root / name, other, victim, patched)
        purge(journal, ID, 0, Removal())
    if other != "closed":
        (root / name).unlink()
        (victim / "moved").rename(root / name)
    (done,) = undo.undo_entry(journal, ID, frozenset(), lambda found: ())
    assert (done.state, names(root)) == ("restored", {"00/x"})


@HOLD_FOLDERS
@OTHERS
def test_nothing_is_found_in_what_is_no_hold_folder(
    journal: Journal, root: Path, victim: Path, monkeypatch: pytest.MonkeyPatch, name: str, other: str, said: str
) -> None:
    held(root, "00/x")
    put_in_place(root / name, other, victim, monkeypatch)
    adopt(journal, [cache("gocache", root, identity=identity_of(root))], LATER, NOW)
    assert journal.entries() == ()


@OTHERS
def test_after_a_crash_what_is_no_hold_folder_is_said(
    journal: Journal, root: Path, victim: Path, monkeypatch: pytest.MonkeyPatch, other: str, said: str
) -> None:
    held(root, "00/x")
    write_entry(journal, record(root, state="started"))
    put_in_place(root / ".idecare-held", other, victim, monkeypatch)
    (entry,) = recover(journal)
    assert (entry.records[0].state, said in str(entry.records[0].reason)) == ("failed", True)


@pytest.mark.parametrize("put_back", [restore, restored_whole])
def test_another_folder_by_now_gets_nothing_back(
    root: Path, tmp_path: Path, put_back: Callable[[Record], Result]
) -> None:
    held(root, "00/x")
    before = record(root)
    root.rename(tmp_path / "moved")
    root.mkdir()
    with pytest.raises(RefusedError):
        put_back(before)
    assert tree(root) == {}
    assert (tmp_path / "moved" / HOLD / "gocache/00/x").exists()


@pytest.mark.parametrize(
    ("target", "path", "is_whole"),
    [
        ("modcache", "example.com/shop@v1.0.0", True),
        ("modcache", "example.com", False),
        ("modcache", "example.com/shop@v1.0.0/inner", False),
        ("modcache", "cache", False),
        ("modcache", "cache/download/example.com/shop/@v", False),
        ("modcache", "cache/vcs/x@y", False),
        ("gocache", "00", False),
        ("gocache", "00/x@y", False),
        ("gopls", "01234567", False),
        ("goland", "index", True),
        ("vscode", "CachedData", True),
    ],
)
def test_what_is_whole_or_nothing(target: str, path: str, is_whole: bool) -> None:
    assert is_unit(cache(target).restore)(path) is is_whole


def test_a_module_tree_that_was_downloaded_anew_stays_whole_while_its_neighbours_come_back(root: Path) -> None:
    held(root, "a.b/c@v1/one", "a.b/c@v1/two", "a.b/d@v1/one", "cache/download/a.b/c/@v/v1.zip", target="modcache")
    write(root, "a.b/c@v1/one", "cache/download/a.b/c/@v/v1.lock", content="new")
    assert restore(record(root, "modcache")) == (2, 1)
    here = {name: text for name, text in contents(root).items() if not name.startswith(".")}
    assert here == {
        "a.b/c@v1/one": "new",
        "a.b/d@v1/one": "old",
        "cache/download/a.b/c/@v/v1.zip": "old",
        "cache/download/a.b/c/@v/v1.lock": "new",
    }


def test_an_interrupted_step_is_merged_even_where_an_undo_would_not(root: Path) -> None:
    held(root, "a.b/c@v1/two", target="modcache")
    write(root, "a.b/c@v1/one", content="new")
    assert restored_whole(record(root, "modcache")) == (1, 0)
    assert contents(root) == {"a.b/c@v1/one": "new", "a.b/c@v1/two": "old"}


@pytest.mark.parametrize(
    ("now", "previous", "after", "result"),
    [
        pytest.param("new", "old", "old", (1, 0), id="what was there comes back"),
        pytest.param("new", None, None, (1, 0), id="what was made goes"),
        pytest.param("theirs", "old", "theirs", (0, 1), id="what its owner wrote since stays"),
        pytest.param(None, "old", None, (0, 1), id="what its owner removed since stays removed"),
        pytest.param("new", "longer than it was", "longer than it was", (1, 0), id="longer"),
    ],
)
@pytest.mark.parametrize("put_back", [restore, restored_whole])
def test_a_rewritten_file(
    root: Path,
    put_back: Callable[[Record], Result],
    now: str | None,
    previous: str | None,
    after: str | None,
    result: Result,
) -> None:
    write(root, "index/")
    path = root / "index" / "marker"
    if now is not None:
        path.write_text(now)
    made = record(root, "goland", "written", name="index/marker", previous=previous, content="new")
    assert put_back(made) == result
    assert (path.read_text() if path.exists() else None) == after


@pytest.mark.parametrize(
    ("state", "after"),
    [("started", "restored"), *((state, state) for state in ("held", "purging", "purged", "failed", "written"))],
)
def test_after_a_crash_only_what_was_being_moved_is_put_back(
    journal: Journal, root: Path, state: str, after: str
) -> None:
    held(root, "00/x-a")
    before = tree(root)
    write_entry(journal, record(root, state=state))
    recovered = recover(journal)
    assert [found.state for entry in journal.entries() for found in entry.records] == [after]
    assert bool(recovered) is (state == "started")
    assert (tree(root) == {"00": "folder 755", "00/x-a": "old"}) if state == "started" else (tree(root) == before)
    assert recover(journal) == ()


def test_the_journal_keeps_a_reason_in_the_language_of_the_run(
    journal: Journal, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts = {"the command was cut short": "命令中途被中断"}
    monkeypatch.setattr(language, "look_up", lambda text: texts.get(text, text))
    held(root, "00/x-a")
    write_entry(journal, record(root, state="started"))
    recover(journal)
    monkeypatch.setattr(language, "look_up", str)
    assert [found.reason for entry in journal.entries() for found in entry.records] == ["命令中途被中断"]


def test_after_a_crash_what_the_same_command_had_finished_stays_held(
    journal: Journal, root: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other"
    held(root, "00/x-a")
    held(other, "00/x-a")
    write_entry(journal, record(root), record(other, state="started"))
    (entry,) = recover(journal)
    assert [found.state for found in entry.records] == ["held", "restored"]
    assert names(root) == {f"{HOLD}/gocache/00/x-a"}
    assert names(other) == {"00/x-a"}


def test_after_a_crash_one_place_that_cannot_be_repaired_does_not_stop_the_others(
    journal: Journal, root: Path, tmp_path: Path
) -> None:
    held(root, "00/x-a")
    write_entry(journal, record(tmp_path / "gone", state="started"), record(root, state="started"))
    (entry,) = recover(journal)
    assert [found.state for found in entry.records] == ["failed", "restored"]
    assert "cannot be opened any more" in (entry.records[0].reason or "")
    assert entry.records[1].reason == "the command was cut short"
    assert (root / "00/x-a").exists()


def test_a_purge_removes_what_is_held_counts_it_and_ends_the_entry(journal: Journal, root: Path, victim: Path) -> None:
    held(root, f"00/{GO}-a", f"00/{GO}-d", "ff/")
    (root / HOLD / f"gocache/00/00{1:062x}-d").symlink_to(victim)
    write(root, "00/new")
    before, allocated = tree(victim), allocated_bytes(root / HOLD / "gocache/00")
    write_entry(journal, record(root, held_until=LATER.isoformat()))
    gone = purge(journal, ID, 0, Removal())
    assert gone is not None
    assert (gone.state, gone.entries, gone.bytes) == ("purged", 5, allocated)
    assert (names(root), tree(victim)) == ({"00/new"}, before)
    assert not (root / ".idecare-held").exists()
    assert (journal.open_entries(), journal.entries()[0].records[0]) == ((), gone)


def allocated_bytes(folder: Path) -> int:
    return sum(path.lstat().st_blocks * 512 for path in folder.iterdir())


@pytest.mark.parametrize("state", ["started", "restored", "purged", "nothing", "written"])
def test_what_is_not_held_any_more_is_not_purged(journal: Journal, root: Path, state: str) -> None:
    held(root, f"00/{GO}-a")
    before = tree(root)
    write_entry(journal, record(root, state=state))
    assert purge(journal, ID, 0, Removal()) is None
    assert purge(journal, "20200101-000000", 0, Removal()) is None
    assert tree(root) == before


def test_an_interrupted_purge_is_gone_on_with(journal: Journal, root: Path) -> None:
    held(root, *(f"00/00{number:062x}-d" for number in range(300)))
    write_entry(journal, record(root))

    def stop(removal: Removal) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        purge(journal, ID, 0, Removal(stop))
    (record_left,) = journal.open_entries()[0].records
    assert record_left.state == "purging"
    assert record_left.is_due(NOW)
    assert 0 < len(names(root)) < 300
    gone = purge(journal, ID, 0, Removal())
    assert gone is not None
    assert gone.state == "purged"
    assert names(root) == set()


def test_a_hold_folder_that_cannot_be_removed_is_removed_by_the_next_purge(
    journal: Journal, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    held(root, f"00/{GO}-a")
    write_entry(journal, record(root))
    real = os.rmdir

    def full(name: str, *, dir_fd: int | None = None) -> None:
        if name == HOLD:
            raise OSError(errno.ENOSPC, "No space left on device")
        real(name, dir_fd=dir_fd)

    with monkeypatch.context() as patch:
        patch.setattr(os, "rmdir", full)
        gone = purge(journal, ID, 0, Removal())
    assert gone is not None
    assert (gone.state, gone.reason) == ("failed", f"{HOLD} is empty and could not be removed")
    gone = purge(journal, ID, 0, Removal())
    assert gone is not None
    assert (gone.state, (root / ".idecare-held").exists()) == ("purged", False)


def test_what_is_gone_already_counts_as_purged_with_nothing_freed(journal: Journal, root: Path) -> None:
    write_entry(journal, record(root))
    gone = purge(journal, ID, 0, Removal())
    assert gone is not None
    assert (gone.state, gone.reason, gone.bytes, gone.entries) == ("purged", "it was gone already", 0, 0)


def test_what_is_not_mounted_now_is_not_called_purged(journal: Journal, root: Path) -> None:
    root.rmdir()
    write_entry(journal, replace(record(root), device=root.parent.stat().st_dev + 1))
    gone = purge(journal, ID, 0, Removal())
    assert gone is not None
    assert gone.state == "failed"
    assert held_records(journal) == ((ID, 0),)


def test_a_link_in_place_of_the_root_is_a_failure_that_stays_open(
    journal: Journal, root: Path, tmp_path: Path, victim: Path
) -> None:
    held(victim, f"00/{GO}-a")
    write_entry(journal, record(root))
    root.rmdir()
    root.symlink_to(victim)
    before = tree(victim)
    gone = purge(journal, ID, 0, Removal())
    assert gone is not None
    assert gone.state == "failed"
    assert "cannot be opened any more" in (gone.reason or "")
    assert tree(victim) == before
    assert held_records(journal) == ((ID, 0),)
    assert held_records(journal, NOW) == ()


def test_a_file_system_mounted_in_what_is_held_is_a_failure(
    journal: Journal, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    held(root, f"00/{GO}-a")
    before = tree(root)
    mount = Mount(root / HOLD / "gocache/00", "tmpfs")
    monkeypatch.setattr("idecare.changes.purge.read_mounts", lambda: (mount,))
    write_entry(journal, record(root))
    gone = purge(journal, ID, 0, Removal())
    assert gone is not None
    assert (gone.state, gone.reason) == ("failed", f"another file system is mounted at {mount.point}")
    assert tree(root) == before


@pytest.mark.parametrize(
    ("target", "own", "foreign"),
    [
        ("gocache", [f"00/{GO}-a", f"00/{GO}-d", f"00/00{1:062x}-d/tool"], ["00/notes.txt", f"00/ff{1:062x}-a"]),
        ("gocache", [f"00/{GO}-a"], [f"00/{GO}-a.bak", "00/src/main.c", f"00/00{1:062x}-a/x", "0g/x", "mine"]),
        (
            "modcache",
            [
                "a.b/c@v1.0.0/go.mod",
                "a.b/c@v1.0.0/any/thing",
                "cache/lock",
                f"cache/vcs/{GO}/HEAD",
                f"cache/vcs/{GO}.info",
                "cache/download/a.b/c/@v/list",
                "cache/download/a.b/c/@v/v1.0.0.zip",
                "cache/download/a.b/c/@v/v1.0.0.zip12.tmp",
                "cache/download/sumdb/sum.golang.org/tile/8/0/x001/002",
                "cache/download/sumdb/sum.golang.org/lookup/a.b/c@v1.0.0",
            ],
            [
                "a.b/notes.txt",
                "a.b/d@v1.0.0/x/.git/HEAD",
                "cache/mine/x",
                "cache/download/a.b/c/main.go",
                "a.b/e@mine/x",
            ],
        ),
        ("modcache", ["cache/download/a.b/@v/v1.mod"], ["cache/download/a.b/@v/notes.txt", "cache/download/.git/HEAD"]),
        ("gopls", ["0a1b2c3d/exe.sha256", f"0a1b2c3d/00/{GO}-cas", f"0a1b2c3d/xrefs/00/{GO}-cas"], ["0a1b2c3d/mine"]),
        ("goimports", ["index-0-123", "index-name-0-abc"], ["mine", "index-0-124/x"]),
        ("fuzzcache", ["fuzz/a.b/c/FuzzX/0123456789abcdef"], ["fuzz/a.b/FuzzX/seed", "fuzz/go.mod"]),
        ("vscode", ["Cache/data_0", "GPUCache/x"], ["CachedData/x/go.mod", "notes.txt"]),
        ("goland", [], ["index/a/.git/HEAD", "index/stubs/x"]),
    ],
)
def test_a_purge_puts_back_what_the_caches_owner_did_not_make(
    journal: Journal, root: Path, target: str, own: list[str], foreign: list[str]
) -> None:
    held(root, *own, *foreign, target=target)
    write_entry(journal, record(root, target))
    gone = purge(journal, ID, 0, Removal())
    assert gone is not None
    assert (gone.state, gone.set_apart) == ("purged", ())
    assert names(root) == set(foreign)
    assert all(any(name == path or name.startswith(f"{path}/") for path in gone.put_back) for name in foreign)
    assert journal.entries()[0].records[0] == gone


def test_what_cannot_go_back_is_kept_apart_and_named(journal: Journal, root: Path) -> None:
    held(root, f"00/{GO}-a", "00/notes.txt", "00/other.txt")
    write(root, "00/notes.txt", content="newer")
    write_entry(journal, record(root))
    gone = purge(journal, ID, 0, Removal())
    assert gone is not None
    assert (gone.state, gone.put_back, gone.set_apart) == ("purged", ("00/other.txt",), ("00/notes.txt",))
    assert contents(root) == {
        "00/notes.txt": "newer",
        "00/other.txt": "old",
        f"{HOLD}/not-of-gocache/00/notes.txt": "old",
    }
    adopt(journal, [cache("gocache", root, identity=identity_of(root))], LATER, NOW)
    assert journal.open_entries() == ()


def zipped(path: Path, module: str, *files: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with ZipFile(path, "w") as archive:
        for name in files:
            archive.writestr(f"{module}/{name}", "")


TREE = "a.b/!c@v1.0.0"
ZIP = "cache/download/a.b/!c/@v/v1.0.0.zip"


@pytest.mark.parametrize(
    "place",
    [
        pytest.param(f"{HOLD}/modcache/{ZIP}", id="held with it"),
        pytest.param(ZIP, id="in the cache by now"),
        pytest.param(f".idecare-held/20261122-130000/modcache.1/{ZIP}", id="held by another command"),
    ],
)
@pytest.mark.parametrize("is_there_again", [False, True])
def test_of_a_module_tree_what_is_not_in_its_zip_is_kept_apart_and_named(
    journal: Journal, root: Path, place: str, is_there_again: bool
) -> None:
    """Not put back: a tree with one file in it would pass for all of it."""
    foreign = {f"{TREE}/notes.txt", f"{TREE}/sub/deep/my.go", f"{TREE}/link"}
    files = (f"{TREE}/go.mod", f"{TREE}/sub/\N{LATIN SMALL LETTER E WITH ACUTE}.go", f"{TREE}/sub/.DS_Store")
    held(root, *files, *foreign - {f"{TREE}/link"}, target="modcache")
    (root / HOLD / "modcache" / TREE / "link").symlink_to("go.mod")
    (root / HOLD / "modcache" / TREE / "sub" / "empty").mkdir()
    zipped(root / place, "a.b/C@v1.0.0", "go.mod", "sub/\N{LATIN SMALL LETTER E WITH ACUTE}.go", "gone.go")
    if is_there_again:
        write(root, f"{TREE}/go.mod", content="new")
    before = {name for name in names(root) if not name.startswith(HOLD)}
    write_entry(journal, record(root, "modcache"))
    gone = purge(journal, ID, 0, Removal())
    assert gone is not None
    assert (gone.state, gone.put_back) == ("purged", ())
    assert set(gone.set_apart) == {f"{TREE}/notes.txt", f"{TREE}/sub/deep", f"{TREE}/link"}
    assert names(root) == before | {f"{HOLD}/not-of-modcache/{name}" for name in foreign}


def test_what_go_copies_in_a_toolchain_is_gos(journal: Journal, root: Path) -> None:
    toolchain = "golang.org/toolchain@v0.0.1-go1.27.3.linux-amd64"
    files = ("_go.mod", "go.mod", "src/_go.mod", "src/go.mod", "bin/go", "bin/go.mod")
    held(root, *(f"{toolchain}/{name}" for name in files), target="modcache")
    download = "cache/download/golang.org/toolchain/@v/v0.0.1-go1.27.3.linux-amd64.zip"
    zipped(root / HOLD / "modcache" / download, toolchain, "_go.mod", "src/_go.mod", "bin/go")
    write_entry(journal, record(root, "modcache"))
    gone = purge(journal, ID, 0, Removal())
    assert gone is not None
    assert gone.set_apart == (f"{toolchain}/bin/go.mod",)


@pytest.mark.parametrize("content", [None, b"", b"PK\3\4 no zip", b"PK\5\6" + bytes(18)])
def test_a_module_tree_of_which_nobody_knows_the_files_goes_whole(
    journal: Journal, root: Path, content: bytes | None
) -> None:
    held(root, f"{TREE}/go.mod", f"{TREE}/notes.txt", target="modcache")
    if content is not None:
        write(root / HOLD / "modcache", ZIP)
        (root / HOLD / "modcache" / ZIP).write_bytes(content)
    write_entry(journal, record(root, "modcache"))
    gone = purge(journal, ID, 0, Removal())
    assert gone is not None
    assert (gone.state, gone.set_apart, names(root)) == ("purged", (), set())


def test_a_damaged_tree_that_a_repair_set_aside_leaves_what_is_not_of_the_module(journal: Journal, root: Path) -> None:
    parts = PartsRecord(f"{HOLD}/modcache", "a.b/C@v1.0.0", "lock", TREE, (TREE, f"{TREE}.odd"))
    held(root, f"{TREE}/go.mod", f"{TREE}/notes.txt", target="modcache")
    zipped(root / ZIP, "a.b/C@v1.0.0", "go.mod")
    write_entry(journal, record(root, "modcache", detail=parts))
    gone = purge(journal, ID, 0, Removal())
    assert gone is not None
    assert names(root) == {ZIP, f"{HOLD}/not-of-modcache/{TREE}/notes.txt"}


def test_of_what_a_repair_set_aside_all_goes_but_a_working_copy(journal: Journal, root: Path) -> None:
    parts = PartsRecord(f"{HOLD}/modcache", "a.b/c@v1", "lock", "a.b/c@v1", ("a.b/c@v1/odd", "a.b/d@v1"))
    held(root, "a.b/c@v1/odd", "a.b/d@v1/.git/HEAD", "a.b/mine", target="modcache")
    write_entry(journal, record(root, "modcache", detail=parts))
    gone = purge(journal, ID, 0, Removal())
    assert gone is not None
    assert names(root) == {"a.b/d@v1/.git/HEAD", "a.b/mine"}


def test_what_a_target_of_another_version_holds_is_not_deleted(journal: Journal, root: Path) -> None:
    held(root, "x", target="new")
    write_entry(journal, record(root, "new"))
    gone = purge(journal, ID, 0, Removal())
    assert gone is not None
    assert (gone.state, names(root)) == ("failed", {f"{HOLD}/new.purged/x"})


def test_what_could_be_foreign_is_not_deleted_while_it_cannot_be_put_back(
    journal: Journal, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    held(root, f"00/{GO}-a", "00/notes.txt")
    write_entry(journal, record(root))
    monkeypatch.setattr(purging, "put_back_paths", failing)
    gone = purge(journal, ID, 0, Removal())
    assert gone is not None
    assert (gone.state, len(names(root))) == ("failed", 2)


def failing(*args: object) -> list[str]:
    raise OSError(28, "No space left on device")


def test_what_somebody_wrote_to_the_entry_during_a_purge_stays(journal: Journal, root: Path) -> None:
    held(root, f"00/{GO}-a")
    entry = write_entry(journal, record(root), record(root, "gopls"))

    def undone_meanwhile(removal: Removal) -> None:
        latest = journal.entry(ID) or entry
        journal.write(latest.with_record(1, state="restored"))

    purge(journal, ID, 0, Removal(undone_meanwhile))
    assert [found.state for found in journal.entries()[0].records] == ["purged", "restored"]


def test_what_lies_in_a_hold_folder_without_a_journal_is_found_again(journal: Journal, root: Path) -> None:
    held(root, "00/x-a")
    held(root, "ff/y", target="testcache")
    adopt(journal, [cache(word, root, identity=identity_of(root)) for word in ("gocache", "testcache")], LATER, NOW)
    (entry,) = journal.open_entries()
    assert (entry.id, entry.command, entry.started) == (
        *(ID, ("found", "without", "journal")),
        "2026-11-22T12:00:00+00:00",
    )
    assert entry.records == (
        record(root, "gocache", held_until=LATER.isoformat()),
        record(root, "testcache", held_until=LATER.isoformat()),
    )
    restore(entry.records[0])
    assert (root / "00/x-a").exists()


def test_holds_of_one_command_in_two_places_become_one_entry(journal: Journal, tmp_path: Path) -> None:
    roots = [tmp_path / name for name in ("one", "two")]
    for root in roots:
        held(root, "00/x-a")
    adopt(journal, [cache("gocache", root, identity=identity_of(root)) for root in roots], LATER, NOW)
    assert [found.root for found in journal.open_entries()[0].records] == [str(root) for root in roots]


def test_a_hold_that_is_found_later_than_another_of_the_same_command_is_found_too(
    journal: Journal, tmp_path: Path
) -> None:
    for name in ("one", "two"):
        root = tmp_path / name
        held(root, "00/x-a")
        adopt(journal, [cache("gocache", root, identity=identity_of(root))], LATER, NOW)
    assert {found.root for found in journal.open_entries()[0].records} == {str(tmp_path / "one"), str(tmp_path / "two")}


@pytest.mark.parametrize("name", ["20260700-120000", "20261301-120000", "20260714-250000", "99999999-999999", "x"])
def test_a_folder_whose_name_is_no_moment_is_not_of_idecare(journal: Journal, root: Path, name: str) -> None:
    write(root, f".idecare-held/{name}/gocache/00/x-a")
    adopt(journal, [cache("gocache", root, identity=identity_of(root))], LATER, NOW)
    assert journal.entries() == ()


@pytest.mark.parametrize("state", ["started", "held", "purging", "failed"])
def test_what_the_journal_knows_is_not_found_anew(journal: Journal, root: Path, state: str) -> None:
    held(root, "00/x-a")
    entry = write_entry(journal, record(root, state=state, held_until=NOW.isoformat()))
    adopt(journal, [cache("gocache", root, identity=identity_of(root))], LATER, NOW)
    assert journal.entries() == (entry,)


def test_what_lies_in_a_hold_that_the_journal_calls_ended_is_found_again(journal: Journal, root: Path) -> None:
    held(root, "00/x-a")
    write_entry(journal, record(root, state="purged", reason="it was gone already"))
    adopt(journal, [cache("gocache", root, identity=identity_of(root))], LATER, NOW)
    (entry,) = journal.open_entries()
    assert [found.state for found in entry.records] == ["purged", "held"]
    assert restore(entry.records[1]) == (1, 0)


def link_in_place_of_an_id(root: Path, victim: Path) -> None:
    (root / ".idecare-held").mkdir()
    (root / HOLD).symlink_to(victim / ID)


def of_skipped(root: Path) -> Cache:
    return cache("gocache", root, identity=None, skip=Skip("absent", "not-there", "there is no such folder"))


@pytest.mark.parametrize(
    ("make", "of"),
    [
        pytest.param(lambda root, victim: None, None, id="nothing held"),
        pytest.param(lambda root, victim: write(root, ".idecare-held/mine/gocache/x"), None, id="not an id"),
        pytest.param(lambda root, victim: write(root, f"{HOLD}/mine/x"), None, id="not a target"),
        pytest.param(lambda root, victim: (root / ".idecare-held").symlink_to(victim), None, id="a link"),
        pytest.param(lambda root, victim: (root / ".idecare-held").touch(), None, id="a file"),
        pytest.param(lambda root, victim: held(root, "00/x"), of_skipped, id="a cache that was not reached"),
        pytest.param(lambda root, victim: write(root, HOLD), None, id="a file with the name of an id"),
        pytest.param(link_in_place_of_an_id, None, id="a link with the name of an id"),
    ],
)
def test_only_what_a_clean_made_is_found(
    journal: Journal,
    root: Path,
    victim: Path,
    make: Callable[[Path, Path], object],
    of: Callable[[Path], Cache] | None,
) -> None:
    write(victim, f"{ID}/gocache/x")
    make(root, victim)
    adopt(journal, [of(root) if of else cache("gocache", root, identity=identity_of(root))], LATER, NOW)
    assert journal.entries() == ()


def test_a_release_sets_the_time_of_what_is_held_alone(journal: Journal, root: Path) -> None:
    write_entry(journal, record(root, held_until=LATER.isoformat()), record(root, "testcache", "written"))
    release(journal, ID, NOW)
    release(journal, "20200101-000000", NOW)
    assert [found.held_until for found in journal.entries()[0].records] == [NOW.isoformat(), None]


def test_the_next_purge_is_due_when_the_first_of_all_is(journal: Journal, root: Path) -> None:
    assert next_due(journal) is None
    write_entry(journal, record(root, held_until=LATER.isoformat()), record(root, "gopls", "restored"), entry_id="1")
    write_entry(journal, record(root, held_until=NOW.isoformat()), entry_id="2")
    write_entry(journal, record(root, state="failed", held_until="2020-01-01T00:00:00+00:00"), entry_id="3")
    assert next_due(journal) == NOW


def test_what_is_held_and_what_of_it_is_due(journal: Journal, root: Path) -> None:
    later, now = LATER.isoformat(), NOW.isoformat()
    write_entry(journal, record(root, held_until=later), record(root, "gopls", "restored"), entry_id="1")
    write_entry(journal, record(root, held_until=now), record(root, state="failed"), entry_id="2")
    write_entry(journal, record(root, state="purging", held_until=later), entry_id="3")
    assert held_records(journal) == (("1", 0), ("2", 0), ("2", 1), ("3", 0))
    assert held_records(journal, NOW) == (("2", 0), ("3", 0))


@pytest.mark.parametrize(
    ("is_idle", "kind", "workers"),
    [
        pytest.param(True, "ext4", 2, id="idle"),
        pytest.param(False, "ext4", 1, id="all cores at work"),
        pytest.param(True, "btrfs", 1, id="a file system that loses"),
        pytest.param(True, "", 1, id="a file system that is not known"),
    ],
)
def test_two_workers_only_where_they_gain(
    monkeypatch: pytest.MonkeyPatch, is_idle: bool, kind: str, workers: int
) -> None:
    monkeypatch.setattr(purging, "has_idle_core", lambda: is_idle)
    monkeypatch.setattr(purging, "read_mounts", lambda: (Mount(Path("/"), kind),))
    assert workers_for(Path("/caches")) == workers


@pytest.mark.parametrize(("gently", "workers"), [(True, 1), (False, 2)])
def test_a_gentle_purge_has_one_worker_whatever_is_idle(
    journal: Journal, root: Path, monkeypatch: pytest.MonkeyPatch, gently: bool, workers: int
) -> None:
    held(root, "00/x-a")
    write_entry(journal, record(root))
    asked: list[int] = []

    def removed(root: int, name: str, removal: Removal, workers: int) -> bool:
        asked.append(workers)
        return True

    monkeypatch.setattr(purging, "workers_for", lambda path: 2)
    monkeypatch.setattr(purging, "remove_tree", removed)
    purge(journal, ID, 0, Removal(), gently)
    assert asked == [workers]


def test_a_whole_build_cache_is_the_same_after_a_hold_and_its_undo(tmp_path: Path) -> None:
    root = build_cache(tmp_path / "go-build")
    before = tree(root)
    (root / HOLD / "gocache").mkdir(parents=True)
    for name in ("00", "ff"):
        (root / name).rename(root / HOLD / "gocache" / name)
        (root / name).mkdir()
    restore(record(root))
    assert tree(root) == before
