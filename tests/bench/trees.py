"""Makes build caches and module caches of any size, of the real format and shape, quickly and as separate files."""

from __future__ import annotations

import os
import random
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

# What a go command writes: src/cmd/go/internal/cache/default.go.
README = """This directory holds cached build artifacts from the Go build system.
Run "go clean -cache" if the directory is getting too large.
Run "go clean -fuzzcache" to delete the fuzz cache.
See go.dev to learn more about Go.
"""
ACTION_BYTES = 175  # src/cmd/go/internal/cache/cache.go, entrySize
ACTION_SHARE = 0.65
OUTPUT_BYTES = (400, 1100, 2300, 3900)  # small: what is measured is a file's cost, not its content's
MINUTES_OLD, HOURS_OLD = 30 * 60, 10 * 3600

FILES_PER_MODULE = 150
DOWNLOAD_SUFFIXES = ("info", "mod", "zip", "ziphash", "lock")
MODULE_FILES = FILES_PER_MODULE + len(DOWNLOAD_SUFFIXES)
MODULE_FOLDERS = ("", "internal", "internal/wire", "internal/testutil", "cmd/tool", "docs", "pkg/api", "testdata")
# Of ten modules seven lie below github.com/<organisation>; the others on hosts with one or two levels.
HOSTS = ("github.com",) * 7 + ("golang.org/x", "k8s.io", "go.uber.org")
MODULES_PER_ORGANISATION = 10

Part = Callable[[int], None]


def build_cache(root: Path, files: int, aged: bool = False) -> None:
    """A GOCACHE of ``files`` entries; ``aged``: half of them last used 30 minutes ago and half 10 hours ago."""
    root.mkdir(parents=True)
    (root / "README").write_text(README)
    (root / "trim.txt").write_text(str(int(time.time())))
    counts = [files // 256 + (number < files % 256) for number in range(256)]
    _in_parallel(lambda number: _fill_cache_folder(root / f"{number:02x}", counts[number], number, aged), 256)


def _fill_cache_folder(folder: Path, files: int, number: int, aged: bool) -> None:
    folder.mkdir()
    names = random.Random(number)
    descriptor = os.open(folder, os.O_RDONLY)
    now = time.time()
    for index in range(files):
        is_action = names.random() < ACTION_SHARE
        size = ACTION_BYTES if is_action else OUTPUT_BYTES[index % len(OUTPUT_BYTES)]
        name = f"{number:02x}{names.randbytes(31).hex()}-{'a' if is_action else 'd'}"
        _write(descriptor, name, size)
        if aged:
            used = now - (HOURS_OLD if index % 2 else MINUTES_OLD)
            os.utime(name, (used, used), dir_fd=descriptor)
    os.close(descriptor)


@dataclass(frozen=True)
class ModuleVersion:
    """One version of one module, as the paths of both halves of a module cache spell it."""

    path: str
    version: str


def module_cache(root: Path, files: int) -> None:
    """A GOMODCACHE of about ``files`` files: cache/download, and read-only extracted trees."""
    modules = list(_module_versions(max(1, files // MODULE_FILES)))
    root.mkdir(parents=True)
    (root / "cache").mkdir()
    (root / "cache" / "lock").touch()
    _in_parallel(lambda number: _fill_module(root, modules[number]), len(modules))


def _module_versions(count: int) -> Iterator[ModuleVersion]:
    organisations = max(1, count // MODULES_PER_ORGANISATION)
    for number in range(count):
        organisation, turn = number % organisations, number // organisations
        host = HOSTS[organisation % len(HOSTS)]
        above = f"{host}/org{organisation}" if host == "github.com" else host
        major = "/v2" if turn % 5 == 4 else ""
        path = f"{above}/repo{organisation}-{turn % 4}{major}"
        yield ModuleVersion(path, f"v{2 if major else 1}.{turn}.0")


def _fill_module(root: Path, module: ModuleVersion) -> None:
    versions = root / "cache" / "download" / module.path / "@v"
    versions.mkdir(parents=True, exist_ok=True)
    _write_files(versions, [f"{module.version}.{suffix}" for suffix in DOWNLOAD_SUFFIXES])
    tree = root / f"{module.path}@{module.version}"
    names = [f"file{number}.go" for number in range(FILES_PER_MODULE)]
    for number, folder in enumerate(MODULE_FOLDERS):
        (tree / folder).mkdir(parents=True, exist_ok=True)
        _write_files(tree / folder, names[number :: len(MODULE_FOLDERS)], 0o444)
    for parent, _, _ in os.walk(tree):
        os.chmod(parent, 0o555)


def _write_files(folder: Path, names: Sequence[str], mode: int = 0o644) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    for number, name in enumerate(names):
        _write(descriptor, name, OUTPUT_BYTES[number % len(OUTPUT_BYTES)], mode)
    os.close(descriptor)


CONTENT = b"v1 " + b"0123456789abcdef" * 256


def _write(folder: int, name: str, size: int, mode: int = 0o644) -> None:
    file = os.open(name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode, dir_fd=folder)
    os.write(file, CONTENT[:size])
    os.close(file)


def _in_parallel(part: Part, count: int) -> None:
    """Call ``part`` with 0 .. count - 1, shared out among one process for each core; they inherit all they need."""
    workers = min(os.cpu_count() or 1, 8)
    context = get_context("fork")
    processes = [context.Process(target=_work, args=(part, range(first, count, workers))) for first in range(workers)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    if any(process.exitcode for process in processes):
        raise RuntimeError("a tree could not be made; is the file system full?")


def _work(part: Part, numbers: range) -> None:
    for number in numbers:
        part(number)
