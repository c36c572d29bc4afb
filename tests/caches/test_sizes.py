"""What is counted: compared with du, with links, foreign file systems, unreadable and vanishing folders."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from idecare.caches.sizes import CacheUsage, Usage, measure, measure_caches, measure_entries
from idecare.caches.sizes import folders as size_folders
from idecare.caches.sizes import workers as size_workers
from idecare.caches.sizes.folders import scan_folder
from idecare.caches.sizes.memory import SizeMemory
from idecare.core.locations import CacheLocation

NOW = 2_000_000_000.0
linux_only = pytest.mark.skipif(sys.platform != "linux", reason="compares with GNU du")


def location(path: Path, target: str | None = None, name: str = "cache") -> CacheLocation:
    return CacheLocation("tool", name, path, "test", target)


@pytest.fixture
def memory(tmp_path: Path) -> SizeMemory:
    return SizeMemory(tmp_path / "sizes")


def fill(root: Path, *names: str, size: int = 5000) -> Path:
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x" * size)
    return root


def du(root: Path) -> int:
    return int(subprocess.run(["du", "-s", "-x", "--block-size=1", root], capture_output=True).stdout.split()[0])


def build_cache(root: Path) -> Path:
    """A Go build cache with action entries, outputs, an executable's folder, and the files beside the folders."""
    fill(root, *(f"{folder}/{number:064x}-a" for folder in ("00", "7f", "ff") for number in range(5)), size=175)
    fill(root, *(f"{folder}/{number:064x}-d" for folder in ("00", "7f", "ff") for number in range(3)))
    return fill(root, "README", "trim.txt", f"7f/{9:064x}-d/tool", size=20)


def module_cache(root: Path) -> Path:
    fill(root, "example.com/a@v1.0.0/go.mod", "example.com/a@v1.0.0/deep/er/a.go", "example.com/!b@v1.0.0/b.go")
    fill(root, "cache/download/example.com/a/@v/v1.0.0.zip", "cache/vcs/0a/objects/pack/1.pack")
    return fill(root, "cache/lock", "cache/download/example.com/a/@v/v1.0.0.lock", size=0)


def any_tree(root: Path) -> Path:
    return fill(root, "one", "a/two", "a/b/three", "a/b/c/d/four")


@linux_only
@pytest.mark.parametrize(
    ("make", "target"),
    [
        pytest.param(build_cache, "gocache", id="build-cache"),
        pytest.param(module_cache, "modcache", id="module-cache"),
        pytest.param(any_tree, "gopls", id="gopls"),
        pytest.param(any_tree, "vscode", id="walked-every-time"),
        pytest.param(any_tree, None, id="kept"),
    ],
)
def test_the_allocated_size_is_what_du_says(
    make: Callable[[Path], Path], target: str | None, tmp_path: Path, memory: SizeMemory
) -> None:
    root = make(tmp_path / "cache")
    found = measure(location(root, target), memory, NOW)
    everything = [Path(folder) / name for folder, folders, files in os.walk(root) for name in folders + files]
    assert found.allocated_bytes == du(root)
    assert found.entries == len(everything)
    assert found.logical_bytes == sum(path.stat().st_size for path in everything if path.is_file())
    assert int(found.last_used.timestamp()) == max(int(p.stat().st_mtime) for p in everything if p.is_file())


def test_an_action_entry_of_another_size_ends_the_shortcut(tmp_path: Path, memory: SizeMemory) -> None:
    root = fill(tmp_path / "cache", "00/1-a", "00/2-a", "00/3-a", size=9000)
    assert measure(location(root, "gocache"), memory, NOW).logical_bytes == 27000


def test_a_file_with_two_names_counts_once_in_a_cache_and_across_caches(tmp_path: Path, memory: SizeMemory) -> None:
    first, second = fill(tmp_path / "first", "a/file"), fill(tmp_path / "second", "other")
    os.link(first / "a/file", first / "again")
    os.link(first / "a/file", second / "elsewhere")
    assert measure(location(first), memory, NOW).logical_bytes == 5000
    assert measure(location(second), memory, NOW).logical_bytes == 5000


def test_a_link_is_counted_and_not_followed(tmp_path: Path, memory: SizeMemory) -> None:
    victim = fill(tmp_path / "victim", "big", size=90_000)
    root = fill(tmp_path / "cache", "file")
    (root / "link").symlink_to(victim)
    found = measure(location(root), memory, NOW)
    assert (found.entries, found.logical_bytes) == (2, 5000 + len(os.fsencode(victim)))


def test_a_root_reached_through_a_link_is_measured(tmp_path: Path, memory: SizeMemory) -> None:
    (tmp_path / "link").symlink_to(fill(tmp_path / "cache", "file"))
    assert measure(location(tmp_path / "link"), memory, NOW).logical_bytes == 5000


def test_another_file_system_is_not_entered(
    tmp_path: Path, memory: SizeMemory, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = fill(tmp_path / "cache", "file", "mounted/file")
    monkeypatch.setattr(size_folders, "stamp_of", lambda status: (status.st_dev + 1, 0, 0, 0))
    assert measure(location(root), memory, NOW).entries == 1


def test_a_name_that_is_not_utf8_is_measured_and_remembered(tmp_path: Path, memory: SizeMemory) -> None:
    folder = os.fsencode(tmp_path / "cache") + b"/caf\xe9"
    os.makedirs(folder)
    with open(folder + b"/\xff", "wb") as file:
        file.write(b"x" * 100)
    root = location(tmp_path / "cache", "gopls")
    first = measure(root, memory, NOW)
    assert first.logical_bytes == 100
    assert measure(root, memory, NOW) == replace(first, from_memory=True)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no users of this kind")
def test_an_unreadable_folder_is_named_and_the_rest_is_counted(public_folder: Path) -> None:
    root = fill(public_folder / "cache", "open/file", "closed/file", "listable/file")
    (root / "closed").chmod(0o000)
    (root / "listable").chmod(0o444)
    counts, failed = as_ordinary_user(lambda: counted(measure(location(root), SizeMemory(root / "none"), NOW)))
    assert counts == [4, 5000]
    assert failed == [[f"{root}/closed", "permission denied"], [f"{root}/listable", "permission denied"]]


def counted(found: Usage) -> list[list[Any]]:
    failed = sorted([str(one.path), one.reason] for one in found.unreadable)
    return [[found.entries, found.logical_bytes], failed]


def as_ordinary_user(look: Callable[[], Any]) -> Any:
    """What ``look`` sees in a child process which is not root; root may read everything."""
    reader, writer = os.pipe()
    if os.fork() == 0:
        try:
            if os.geteuid() == 0:
                os.setuid(65534)
            os.write(writer, json.dumps(look()).encode())
        finally:
            os._exit(0)
    os.close(writer)
    os.wait()
    with open(reader) as answer:
        return json.load(answer)


@pytest.mark.parametrize("there", ["nothing", "a file", "a link"])
def test_a_folder_that_vanished_meanwhile_is_no_failure(tmp_path: Path, there: str) -> None:
    path = tmp_path / "folder"
    if there == "a file":
        path.write_bytes(b"now a file")
    if there == "a link":
        path.symlink_to(fill(tmp_path / "victim", "file"))
    assert scan_folder(os.fsencode(path)) == (0, 0, 0, 0, [], [], [])


def test_nothing_is_nothing(tmp_path: Path, memory: SizeMemory) -> None:
    assert measure(location(tmp_path / "absent"), memory, NOW) == Usage()


def test_entries_count_themselves_and_nothing_beside_them(tmp_path: Path, memory: SizeMemory) -> None:
    root = fill(tmp_path / "cache", "00/one", "01/two", "README")
    found = measure_entries(root, "gocache", ("00", "README", "absent"), memory, NOW)
    assert (found.entries, found.logical_bytes) == (3, 10_000)


def test_helpers_count_the_same(tmp_path: Path, memory: SizeMemory, monkeypatch: pytest.MonkeyPatch) -> None:
    root = build_cache(any_tree(tmp_path / "cache"))
    alone = measure(location(root, "gocache"), memory, NOW)
    monkeypatch.setattr(size_workers, "ALONE_SECONDS", 0.0)
    assert measure(location(root, "gocache"), SizeMemory(tmp_path / "none"), NOW) == alone


@pytest.mark.skipif(not hasattr(os, "posix_spawn"), reason="there are no helpers")
def test_the_work_of_a_helper_that_dies_is_done(
    tmp_path: Path, memory: SizeMemory, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = build_cache(any_tree(tmp_path / "cache"))
    alone = measure(location(root, "gocache"), memory, NOW)
    monkeypatch.setattr(size_workers, "ALONE_SECONDS", 0.0)
    monkeypatch.setattr("idecare.caches.sizes.workers.size_folders.__file__", str(tmp_path / "no such program"))
    assert measure(location(root, "gocache"), SizeMemory(tmp_path / "none"), NOW) == alone


def test_progress_ends_with_the_number_of_entries(tmp_path: Path, memory: SizeMemory) -> None:
    counts: list[int] = []
    found = measure(location(any_tree(tmp_path / "cache")), memory, NOW, counts.append)
    assert counts == sorted(counts)
    assert counts[-1] == found.entries


def test_a_cache_inside_another_and_what_is_held_are_counted_apart(tmp_path: Path, memory: SizeMemory) -> None:
    root = fill(tmp_path / "cache", "00/file", "fuzz/input", ".idecare-held/1/00/file", ".idecare-held/1/01/file")
    outer, inner = location(root, "gocache"), location(root / "fuzz", "fuzzcache")
    assert [found_bytes(found) for found in measure_caches([outer, inner], [outer, inner], memory, NOW)] == [
        (5000, 10_000),
        (5000, 0),
    ]
    assert [found_bytes(found) for found in measure_caches([outer], [outer, inner], memory, NOW)] == [(5000, 10_000)]


def test_one_place_that_serves_two_purposes_counts_once(tmp_path: Path, memory: SizeMemory) -> None:
    root = fill(tmp_path / "cache", "file")
    both = [location(root, "gocache"), location(root, "modcache")]
    assert len(list(measure_caches(both, both, memory, NOW))) == 1


def found_bytes(found: CacheUsage) -> tuple[int, int]:
    return found.usage.logical_bytes, found.held.logical_bytes
