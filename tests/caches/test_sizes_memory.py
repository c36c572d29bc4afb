"""What is looked into again: only folders which changed, or which prove nothing about what is inside."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from idecare.caches.modcache import TARGET as MODULE_CACHE
from idecare.caches.sizes import Usage, measure, measure_entries
from idecare.caches.sizes import workers as size_workers
from idecare.caches.sizes.folders import Scan, Task, scan
from idecare.caches.sizes.memory import SizeMemory
from idecare.core.locations import CacheLocation
from tests.caches.test_sizes import build_cache, fill, module_cache

LONG_AGO = 1_700_000_000


class Runs:
    """Runs of ``usage`` over one cache, each with what the one before left on the disk."""

    def __init__(self, root: Path, target: str, folder: Path) -> None:
        self.root, self.target, self.folder = root, target, folder
        self.scanned: list[str] = []

    def again(self, now: float = LONG_AGO + 1e6) -> Usage:
        self.scanned.clear()
        memory = SizeMemory(self.folder)
        found = measure(CacheLocation("tool", "cache", self.root, "test", self.target), memory, now)
        self.write(memory)
        return found

    def write(self, memory: SizeMemory) -> None:
        self.folder.mkdir(exist_ok=True)
        for path, data in memory.files():
            path.write_bytes(data)

    def scan(self, task: Task) -> Scan:
        self.scanned.append(os.path.relpath(os.fsdecode(task[0]), self.root))
        return scan(task)


def settle(root: Path) -> None:
    """Date all folders back: nothing came or went for a long time."""
    for folder, _, _ in os.walk(root):
        os.utime(folder, (LONG_AGO, LONG_AGO))


@pytest.fixture
def runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Runs]:
    runs = Runs(tmp_path / "cache", "gocache", tmp_path / "sizes")
    monkeypatch.setattr(size_workers, "scan", runs.scan)
    return runs


def test_an_unchanged_build_cache_is_not_looked_into_again(runs: Runs) -> None:
    settle(build_cache(runs.root))
    first = runs.again()
    assert runs.again() == replace(first, from_memory=True)
    assert runs.scanned == ["."]  # the root, whose own few files are written in place


def test_only_the_folder_that_changed_is_looked_into(runs: Runs) -> None:
    settle(build_cache(runs.root))
    first = runs.again()
    fill(runs.root, "7f/new-d", size=10)
    found = runs.again()
    assert runs.scanned == [".", "7f"]
    assert (found.entries, found.from_memory) == (first.entries + 1, False)


def test_a_file_that_went_is_no_longer_counted(runs: Runs) -> None:
    settle(build_cache(runs.root))
    first = runs.again()
    (runs.root / "00" / f"{0:064x}-d").unlink()
    assert runs.again().logical_bytes == first.logical_bytes - 5000


def test_a_change_under_a_restored_folder_time_is_seen(runs: Runs) -> None:
    settle(build_cache(runs.root))
    first = runs.again()
    fill(runs.root, "00/new-d")
    settle(runs.root)
    assert runs.again().entries == first.entries + 1


def test_a_folder_that_just_changed_is_not_remembered(runs: Runs) -> None:
    settle(build_cache(runs.root))
    runs.again(now=LONG_AGO + 59)
    runs.again(now=LONG_AGO + 61)
    assert len(runs.scanned) > 1
    runs.again(now=LONG_AGO + 62)
    assert runs.scanned == ["."]


def test_a_module_tree_is_one_record(runs: Runs) -> None:
    runs.target = "modcache"
    settle(module_cache(runs.root))
    first = runs.again()
    (runs.root / "example.com/a@v1.0.0/deep/er/sentinel").write_bytes(b"only a look inside would show this")
    assert runs.again() == replace(first, from_memory=True)
    assert all(name.startswith("cache/vcs") for name in runs.scanned)  # git writes in place


def test_a_module_tree_that_go_is_extracting_is_not_remembered(runs: Runs) -> None:
    runs.target = "modcache"
    marker = "cache/download/example.com/a/@v/v1.0.0.partial"
    settle(fill(module_cache(runs.root), marker))
    runs.again()
    fill(runs.root, "example.com/a@v1.0.0/deep/er/extracted-later.go")
    settle(runs.root)
    found = runs.again()
    (runs.root / marker).unlink()
    assert found.entries == runs.again().entries + 1


@pytest.mark.parametrize(
    ("tree", "marker"),
    [
        pytest.param(b"a.b/c@v1.0.0", b"cache/download/a.b/c/@v/v1.0.0.partial", id="plain"),
        pytest.param(
            b"a.b/!c/v2@v2.0.0+incompatible", b"cache/download/a.b/!c/v2/@v/v2.0.0+incompatible.partial", id="escaped"
        ),
        pytest.param(b"a.b/c", None, id="no-tree"),
    ],
)
def test_the_marker_of_an_extraction(tree: bytes, marker: bytes | None) -> None:
    assert MODULE_CACHE.unfinished_marker(tree) == marker


@pytest.mark.parametrize("target", ["goland", "vscode", "goimports"])
def test_files_written_in_place_are_looked_at_every_time(runs: Runs, target: str) -> None:
    runs.target = target
    settle(fill(runs.root, "index/stub.dat"))
    first = runs.again()
    with open(runs.root / "index/stub.dat", "ab") as file:
        file.write(b"grown")
    settle(runs.root)
    assert runs.again().logical_bytes == first.logical_bytes + 5
    assert list(runs.folder.iterdir()) == []


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(lambda data: b"", id="empty"),
        pytest.param(lambda data: data[: len(data) // 2], id="half-written"),
        pytest.param(lambda data: data.replace(b"15875", b"15876"), id="flipped"),
        pytest.param(lambda data: b'{"some": "other format"}', id="foreign"),
        pytest.param(lambda data: data.replace(b" 1 ", b" 0 ", 1), id="older-format"),
        pytest.param(lambda data: b"\xff\x00" * 99, id="binary"),
    ],
)
def test_a_broken_memory_is_ignored_and_written_anew(runs: Runs, damage: Callable[[bytes], bytes]) -> None:
    settle(build_cache(runs.root))
    first = runs.again()
    (file,) = runs.folder.iterdir()
    whole = file.read_bytes()
    file.write_bytes(damage(whole))
    assert runs.again() == first
    assert file.read_bytes() == whole


def test_of_two_runs_at_once_the_last_one_wins_and_both_measure_right(runs: Runs) -> None:
    settle(build_cache(runs.root))
    cache = CacheLocation("tool", "cache", runs.root, "test", "gocache")
    memories = SizeMemory(runs.folder), SizeMemory(runs.folder)
    first, second = (measure(cache, memory, LONG_AGO + 1e6) for memory in memories)
    for memory in memories:
        runs.write(memory)
    assert first == second
    assert runs.again() == replace(first, from_memory=True)


def test_nothing_is_written_when_nothing_changed(runs: Runs) -> None:
    settle(build_cache(runs.root))
    runs.again()
    memory = SizeMemory(runs.folder)
    measure(CacheLocation("tool", "cache", runs.root, "test", "gocache"), memory, LONG_AGO + 1e6)
    assert list(memory.files()) == []


def test_measuring_some_entries_keeps_what_is_known_of_the_others(runs: Runs) -> None:
    settle(build_cache(runs.root))
    runs.again()
    fill(runs.root, "00/new-d")
    memory = SizeMemory(runs.folder)
    measure_entries(runs.root, "gocache", ("00",), memory, LONG_AGO + 1e6)
    runs.write(memory)
    runs.again()
    assert runs.scanned == [".", "00"]


def test_a_remembered_file_with_two_names_still_counts_once(runs: Runs) -> None:
    fill(runs.root, "00/one-d")
    os.link(runs.root / "00/one-d", fill(runs.root, "01/x") / "01/two-d")
    settle(runs.root)
    assert (runs.again().logical_bytes, runs.again().logical_bytes) == (10_000, 10_000)
