"""How long ``idecare usage`` takes against ``du -s``, and how its memory grows: python -m tests.bench.bench_usage."""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

LONG_AGO = 1_700_000_000
SMALL_FILES = 20_000
REPEATS = 5
FILES_OF_A_MODULE = 505


@dataclass(frozen=True)
class Row:
    """One line of the table. ``ratio`` is against what ``name`` says; ``aim`` is what it may be at most."""

    name: str
    ratio: float
    aim: float
    seconds: float = 0.0


@dataclass(frozen=True)
class Run:
    """One process: how long it took and how much memory it and its helpers had at most."""

    seconds: float
    kilobytes: int


def build_cache(root: Path, files: int) -> Path:
    """65 % action entries of 175 bytes, 35 % outputs, in 256 folders nothing came to for a long time."""
    for number in range(256):
        folder = root / f"{number:02x}"
        folder.mkdir(parents=True)
        for entry in range(files // 256):
            kind, size = ("a", 175) if entry % 20 < 13 else ("d", 4000)
            _put(folder / f"{number:02x}{entry:062x}-{kind}", size)
        os.utime(folder, (LONG_AGO, LONG_AGO))
    return root


def module_cache(root: Path, files: int) -> Path:
    """Modules of 500 files in 25 folders, each with its five files in cache/download."""
    for number in range(files // FILES_OF_A_MODULE):
        name = f"example.com/org{number % 50}/mod{number}"
        for folder in range(25):
            place = root / f"{name}@v1.0.{number}" / f"pkg{folder % 5}" / f"sub{folder}"
            place.mkdir(parents=True)
            for file in range(20):
                _put(place / f"file{file}.go", 3000)
        download = root / "cache/download" / name / "@v"
        download.mkdir(parents=True)
        for kind in ("info", "mod", "zip", "ziphash", "lock"):
            _put(download / f"v1.0.{number}.{kind}", 60)
    for folder_name, _, _ in os.walk(root):
        os.utime(folder_name, (LONG_AGO, LONG_AGO))
    return root


def _put(path: Path, size: int) -> None:
    path.write_bytes(b"x" * size)


CACHES = {"gocache": build_cache, "modcache": module_cache}


def rows(files: int, cold: bool = False, folder: Path | None = None) -> Iterator[Row]:
    """Measure in alternation with du and yield medians; ``cold`` needs root."""
    with tempfile.TemporaryDirectory(prefix="idecare-bench-", dir=folder) as place:
        for target, make in CACHES.items():
            small = make(Path(place) / f"small-{target}", SMALL_FILES)
            large = make(Path(place) / target, files)
            yield from _rows(target, large, small, cold)
            shutil.rmtree(large)


def _rows(target: str, large: Path, small: Path, cold: bool) -> Iterator[Row]:
    du, first, again = _alternate(target, large, cold)
    reference = _median(du)
    heat, aim = ("cold", 0.8) if cold else ("warm", 1.0)
    yield Row(f"usage {target}, first, {heat} (du = 1)", _median(first) / reference, aim, _median(first))
    yield Row(f"usage {target}, nothing changed, {heat} (du = 1)", _median(again) / reference, 0.1, _median(again))
    if not cold:
        growth = _peak(first) / _peak(_alternate(target, small, cold)[1])
        yield Row(f"usage {target}, peak memory (of {SMALL_FILES:,} files = 1)", growth, 1.3)


def _alternate(target: str, root: Path, cold: bool) -> tuple[list[Run], list[Run], list[Run]]:
    du, first, again = [], [], []
    home = root.parent / "home"
    environment = {"HOME": str(home), "GOCACHE": str(root), "GOMODCACHE": str(root), "PATH": os.defpath}
    usage = [sys.executable, "-m", "idecare", "usage", target]
    for _ in range(REPEATS):
        shutil.rmtree(home, ignore_errors=True)
        home.mkdir()
        du.append(_timed(["/usr/bin/du", "-s", str(root)], environment, cold))
        first.append(_timed(usage, environment, cold))
        again.append(_timed(usage, environment, cold))
    return du, first, again


def _timed(command: list[str], environment: Mapping[str, str], cold: bool) -> Run:
    if cold:
        os.sync()
        Path("/proc/sys/vm/drop_caches").write_text("3")
    quiet = [(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)]
    begin = time.perf_counter()
    pid = os.posix_spawn(command[0], command, environment, file_actions=quiet)
    _, status, resources = os.wait4(pid, 0)
    assert status == 0, f"{command} failed"
    return Run(time.perf_counter() - begin, resources.ru_maxrss)


def _median(runs: list[Run]) -> float:
    return statistics.median(run.seconds for run in runs)


def _peak(runs: list[Run]) -> int:
    return max(run.kilobytes for run in runs)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=200_000)
    parser.add_argument("--cold", action="store_true", help="drop the system's caches before each run (root)")
    parser.add_argument(
        "--in",
        dest="folder",
        type=Path,
        help="where to make the trees; default: /dev/shm, with --cold the temporary folder",
    )
    arguments = parser.parse_args()
    in_memory = Path("/dev/shm") if Path("/dev/shm").is_dir() and not arguments.cold else None
    for row in rows(arguments.files, arguments.cold, arguments.folder or in_memory):
        verdict = "ok" if row.ratio <= row.aim else "OVER"
        print(f"{row.name:60} {row.ratio:6.2f}  aim {row.aim:4.2f}  {row.seconds:7.3f} s  {verdict}")


if __name__ == "__main__":
    main()
