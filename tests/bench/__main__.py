"""What idecare costs, as ratios to what it replaces, measured side by side on this machine: python -m tests.bench."""

from __future__ import annotations

import argparse
import os
import platform
import signal
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from idecare.system.mounts import filesystem_type, read_mounts
from tests.bench import bench_usage
from tests.bench.bench_clean import clean_rows, growth_rows, safe_rows
from tests.bench.bench_configure import configure_rows
from tests.bench.bench_doctor import doctor_rows
from tests.bench.bench_jsonc import jsonc_rows
from tests.bench.bench_limits import limit_rows
from tests.bench.bench_purge import build_rows, module_rows, purge_rows
from tests.bench.bench_repair import repair_rows
from tests.bench.bench_start import start_rows
from tests.bench.bench_status import status_rows
from tests.bench.measuring import FULL, QUICK, Measured, Row, Scale, Skipped
from tests.bench.world import SkippedError, find_go

Bench = Callable[[Path, Scale], Iterator[Measured]]
MEMORY_FOLDER = Path("/dev/shm")
HEAD = (
    "| row | what | against (= 1) | median | min–max | CPU | rounds | aim | | load before | |\n"
    "|---|---|---|---|---|---|---|---|---|---|---|"
)


def usage_rows(folder: Path, scale: Scale) -> Iterator[Measured]:
    for cold in (False, True):
        if cold and (os.geteuid() != 0 or _file_system(folder) == "tmpfs"):
            yield Skipped("usage", "cold: needs root, to drop the system's caches, and a folder on a disk (--folder)")
            continue
        for row in bench_usage.rows(scale.large, cold, folder):
            yield Row("usage", f"{row.name}, {scale.large:,} files", "see what", (row.ratio,), row.aim)


BENCHES: dict[str, Bench] = {
    "start": start_rows,
    "clean": clean_rows,
    "safe": safe_rows,
    "growth": growth_rows,
    "purge": purge_rows,
    "modules": module_rows,
    "build": build_rows,
    "usage": usage_rows,
    "limits": limit_rows,
    "repair": repair_rows,
    "configure": configure_rows,
    "doctor": doctor_rows,
    "jsonc": jsonc_rows,
    "status": status_rows,
}


def measure(names: list[str], folder: Path, scale: Scale) -> Iterator[str]:
    """Lines of the table, as they are measured."""
    for name in names:
        rows = BENCHES[name](folder, scale)
        while True:
            load = os.getloadavg()[0]
            try:
                yield table_line(next(rows), load)
            except StopIteration:
                break
            except SkippedError as reason:
                yield table_line(Skipped(name, str(reason)), load)
                break


def table_line(measured: Measured, load: float) -> str:
    """One line of the table."""
    if isinstance(measured, Skipped):
        return _cells(measured.name, f"not measured: {measured.reason}", *[""] * 9)
    row = measured
    aim = "" if row.aim is None else f"≤ {row.aim:g}"
    verdict = {None: "", True: "ok", False: "**over**"}[row.meets_aim]
    spread = f"{_digits(min(row.ratios))}–{_digits(max(row.ratios))}"
    median, rounds = _digits(row.median), str(len(row.ratios))
    cpu = _digits(statistics.median(row.cpu)) if row.cpu else ""
    return _cells(row.name, row.what, row.against, median, spread, cpu, rounds, aim, verdict, f"{load:.1f}", row.note)


def _cells(*texts: str) -> str:
    return f"| {' | '.join(texts)} |"


def _digits(ratio: float) -> str:
    return f"{ratio:.3f}" if ratio < 0.1 else f"{ratio:.2f}"


def machine_text(folder: Path) -> str:
    """What the ratios were measured on."""
    go = subprocess.run([find_go(), "version"], capture_output=True, text=True, check=True).stdout.strip()
    return (
        f"{os.cpu_count()} cores, {platform.platform()}, {_file_system(folder)} ({folder.parent}), "
        f"Python {platform.python_version()}, {go}"
    )


def _file_system(folder: Path) -> str:
    return filesystem_type(folder.resolve(), read_mounts()) or "unknown file system"


def _default_folder() -> Path:
    """In memory where that is possible: on some disks it is the discarding of freed blocks that a removal waits for."""
    return MEMORY_FOLDER if os.access(MEMORY_FOLDER, os.W_OK) else Path(tempfile.gettempdir())


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="smaller trees and fewer rounds: two minutes")
    parser.add_argument("--only", metavar="NAME", action="append", choices=list(BENCHES), help=", ".join(BENCHES))
    parser.add_argument("--folder", type=Path, help="where trees are made (default: in memory)")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))  # what was made is removed on the way
    with tempfile.TemporaryDirectory(prefix="idecare-bench-", dir=options.folder or _default_folder()) as place:
        print(f"Measured on {machine_text(Path(place))}.\n\n{HEAD}", flush=True)
        for line in measure(options.only or list(BENCHES), Path(place), QUICK if options.quick else FULL):
            print(line, flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
