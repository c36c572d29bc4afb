"""Carrying out a repair: what is put in place, what is held, and what an interruption anywhere leaves behind."""

from __future__ import annotations

import fcntl
import os
import stat
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from idecare.caches.base import Cache
from idecare.changes.apply import Order, apply
from idecare.changes.journal import HOLD_FOLDER, Entry, Journal
from idecare.changes.plan import Done, Failed, Outcome, Plan, Refused
from idecare.changes.recover import adopt, recover
from idecare.changes.undo import undo_entry
from idecare.core.locations import CacheLocation
from idecare.modules.inspect import inspect_modules
from idecare.modules.repair import RepairRequest, Verdict, plan_repair
from idecare.modules.repair.actions import Place, index_step, repair_steps
from idecare.modules.sums import read_sums
from idecare.system.filesystem import exclusive
from tests.builders import identity_of
from tests.support.dirhash import h1_of_tree
from tests.support.modules import NAME, SOURCES, add_module, go_sum, h1_of, module, write_tree
from tests.support.real_go import remove_tree

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
M = module()
OTHER = "single.test@v1.0.0"
EDITED = b"package aa // my own line\n"
DAMAGED = {**SOURCES, "aa.go": EDITED}


@pytest.fixture
def root(tmp_path: Path) -> Iterator[Path]:
    """A module cache in which a tree was edited by hand."""
    place = tmp_path / "mod"
    for name in (NAME, OTHER):
        add_module(place, name)
    (place / M.tree / "aa.go").chmod(0o644)
    (place / M.tree / "aa.go").write_bytes(EDITED)
    yield place
    remove_tree(place)


def verdicts(root: Path) -> tuple[Verdict, ...]:
    sums = root.with_name("go.sum")
    sums.write_text(go_sum() + go_sum(OTHER))
    return plan_repair(inspect_modules(root, [M, module(OTHER)], read_sums([sums])), RepairRequest())


def place(root: Path, writable: bool = False, target: str = "modcache") -> Place:
    return Place(target, root, identity_of(root), writable)


def repair(
    root: Path,
    journal: Journal,
    planned: tuple[Verdict, ...] | None = None,
    writable: bool = False,
    index: Plan = Plan(),  # noqa: B008
) -> tuple[Entry | None, tuple[Outcome, ...]]:
    steps = repair_steps(verdicts(root) if planned is None else planned, place(root, writable))
    with exclusive(journal.lock):
        return apply(steps + index, journal, Order(("idecare", "repair"), root, NOW, HOUR))


def tree_h1(root: Path) -> str:
    return h1_of_tree(root / M.tree, NAME)


def snapshot(folder: Path) -> dict[str, tuple[int, int]]:
    return {str(path): (path.stat().st_ino, path.stat().st_mtime_ns) for path in folder.rglob("*")}


def test_the_tree_is_made_again_read_only_and_no_other_module_is_touched(root: Path, journal: Journal) -> None:
    others = snapshot(root / OTHER)
    _, (outcome,) = repair(root, journal)
    assert isinstance(outcome, Done)
    assert outcome.held_until == NOW + HOUR
    assert tree_h1(root) == h1_of(SOURCES)
    modes = {stat.S_IMODE(path.stat().st_mode) for path in (root / M.tree).rglob("*") if path.is_dir()}
    assert (modes, stat.S_IMODE((root / M.tree / "aa.go").stat().st_mode)) == ({0o555}, 0o444)
    assert snapshot(root / OTHER) == others
    assert [path.read_bytes() for path in (root / HOLD_FOLDER).rglob("aa.go")] == [EDITED]
    assert not (root / M.file("partial")).exists()


def test_with_modcacherw_the_folders_stay_writable(root: Path, journal: Journal) -> None:
    repair(root, journal, writable=True)
    assert stat.S_IMODE((root / M.tree / "sub").stat().st_mode) & 0o200


def test_nothing_damaged_nothing_written(root: Path, journal: Journal) -> None:
    sound = tuple(verdict for verdict in verdicts(root) if not verdict.damages)
    assert repair(root, journal, sound) == (None, ())
    assert journal.entries() == ()


@pytest.mark.parametrize("part", ["tree", "zip", "ziphash", "mod"])
def test_what_changed_since_it_was_verified_is_left(root: Path, journal: Journal, part: str) -> None:
    planned = verdicts(root)
    path = root / (M.tree if part == "tree" else M.file(part))
    os.utime(path, ns=(1, 1))
    _, (outcome,) = repair(root, journal, planned)
    assert isinstance(outcome, Refused)
    assert outcome.skip.code == "changed"
    assert tree_h1(root) == h1_of(DAMAGED)
    assert not (root / HOLD_FOLDER).exists()


def test_an_index_entry_is_held_too(root: Path, journal: Journal, tmp_path: Path) -> None:
    gocache = tmp_path / "gocache"
    (gocache / "ab").mkdir(parents=True)
    (gocache / "ab" / "entry-a").write_text("v1")
    entry, _ = repair(root, journal, index=index_step(place(gocache, target="gocache"), ("ab/entry-a",)))
    assert entry is not None
    assert not (gocache / "ab" / "entry-a").exists()
    assert [record.state for record in entry.records] == ["held", "held"]
    undo_entry(journal, entry.id, frozenset(), lambda record: ())
    assert (gocache / "ab" / "entry-a").exists()


def test_undo_says_what_became_of_it(root: Path, journal: Journal) -> None:
    entry, _ = repair(root, journal)
    assert entry is not None
    (undone,) = undo_entry(journal, entry.id, frozenset(), lambda record: ())
    assert (undone.state, undone.record.place) == ("restored", root / M.tree)
    assert tree_h1(root) == h1_of(DAMAGED)
    assert not (root / HOLD_FOLDER).exists()


def test_what_is_held_is_found_again_when_the_journal_was_lost(root: Path, journal: Journal) -> None:
    entry, _ = repair(root, journal)
    assert entry is not None
    for path in journal.folder.glob("*.json"):
        path.unlink()
    cache = Cache(CacheLocation("go", "module cache", root, "", "modcache"), root, place(root).identity)
    adopt(journal, [cache], NOW, NOW)
    (found,) = journal.entries()
    assert [(record.target, record.hold, record.state) for record in found.records] == [
        ("modcache", entry.records[0].hold, "held")
    ]


def test_a_go_that_holds_its_lock_is_waited_for_and_then_left(
    root: Path, journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("idecare.changes.replace_parts.GO_LOCK_SECONDS", 0.05)
    with open(root / M.file("lock"), "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        entry, (outcome,) = repair(root, journal)
    assert isinstance(outcome, Refused)
    assert (outcome.skip.kind, outcome.skip.code) == ("busy", "locked")
    assert entry is not None
    assert [record.state for record in entry.records] == ["nothing"]
    assert tree_h1(root) == h1_of(DAMAGED)
    assert not (root / HOLD_FOLDER).exists()


class Cut(BaseException):
    """Ctrl-C, at a chosen moment."""


@pytest.mark.parametrize("when", range(1, 6))
@pytest.mark.parametrize("before", [True, False], ids=["before", "after"])
def test_an_interruption_at_any_write_of_the_journal_is_tidied_up(
    root: Path, journal: Journal, monkeypatch: pytest.MonkeyPatch, when: int, before: bool
) -> None:
    write, count = Journal.write, 0

    def cut(self: Journal, entry: Entry, durable: bool = False) -> None:
        nonlocal count
        count += 1
        if count == when and before:
            raise Cut
        write(self, entry, durable)
        if count == when:
            raise Cut

    monkeypatch.setattr(Journal, "write", cut)
    try:
        repair(root, journal)
    except Cut:
        monkeypatch.setattr(Journal, "write", write)
        recover(journal)
    monkeypatch.setattr(Journal, "write", write)
    assert tree_h1(root) in (h1_of(SOURCES), h1_of(DAMAGED))
    damaged = [verdict for verdict in verdicts(root) if verdict.damages]
    if damaged:
        repair(root, journal)
    assert tree_h1(root) == h1_of(SOURCES)
    held = {record.hold for entry in journal.entries() for record in entry.records if record.state == "held"}
    assert {str(path.relative_to(root)) for path in (root / HOLD_FOLDER).glob("*/[!o]*")} == held
    assert [path.read_bytes() for path in (root / HOLD_FOLDER).rglob("aa.go")] == [EDITED]


def test_a_second_interruption_while_it_is_put_back_is_tidied_up_by_the_next_run(
    root: Path, journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cut(*words: object, **options: object) -> None:
        raise Cut

    monkeypatch.setattr("idecare.changes.replace_parts._discard_staged", cut)  # right after the exchange
    monkeypatch.setattr("idecare.changes.apply.back_out", cut)
    with pytest.raises(Cut):
        repair(root, journal)
    recover(journal)
    assert tree_h1(root) == h1_of(DAMAGED)
    assert not (root / HOLD_FOLDER).exists()


def test_undo_takes_nothing_out_that_go_has_made_since(root: Path, journal: Journal) -> None:
    entry, _ = repair(root, journal)
    assert entry is not None
    (root / M.tree).chmod(0o755)
    remove_tree(root / M.tree)
    write_tree(root / M.tree, SOURCES)
    inode = (root / M.tree).stat().st_ino
    (undone,) = undo_entry(journal, entry.id, frozenset(), lambda record: ())
    assert (undone.state, (root / M.tree).stat().st_ino) == ("partly", inode)
    assert [path.read_bytes() for path in (root / HOLD_FOLDER).rglob("aa.go")] == [EDITED]


def test_undo_takes_nothing_out_that_was_edited_since(root: Path, journal: Journal) -> None:
    entry, _ = repair(root, journal)
    assert entry is not None
    source = root / M.tree / "sub" / "sub.go"
    source.chmod(0o644)
    source.write_bytes(b"package sub // mine, too\n")
    (undone,) = undo_entry(journal, entry.id, frozenset(), lambda record: ())
    assert undone.state == "partly"
    assert source.read_bytes() == b"package sub // mine, too\n"
    assert [path.read_bytes() for path in (root / HOLD_FOLDER).rglob("aa.go")] == [EDITED]


def test_a_link_in_the_place_of_a_folder_is_not_followed(root: Path, journal: Journal, tmp_path: Path) -> None:
    planned = verdicts(root)
    victim = tmp_path / "victim"
    add_module(victim)
    downloads = root / "cache" / "download" / "example.test"
    downloads.rename(tmp_path / "moved")
    downloads.symlink_to(victim / "cache" / "download" / "example.test")
    before = snapshot(victim)
    _, (outcome,) = repair(root, journal, planned)
    assert isinstance(outcome, Failed)
    assert snapshot(victim) == before
    downloads.unlink()
    remove_tree(victim)
