"""What each profile makes of a real gopls on a real module: memory, time to the first diagnostics, which are found.

    python -m tests.bench.gopls_profiles RELEASE MODULE_FOLDER [GOMODCACHE [OPENED]]

The module is copied and an error is put into each tenth package, so that diagnostics are there to be lost. Each run
starts with an empty gopls cache; the build cache is filled once before. What is shown is the median of three runs.
OPENED is the folder of the module that the editor has open, where that is not the whole of it.
"""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

import psutil

from idecare.configure.machine import Gopls, Machine
from idecare.configure.plan import parse_overrides, plan_configure
from idecare.configure.profile import GIB
from idecare.configure.profile_file import find_profile
from idecare.vscode.config_files import inspect_vscode
from idecare.vscode.locations import UserData
from idecare.vscode.products import VSCODE_PRODUCT
from tests.conftest import make_host
from tests.support.gopls import install, started

PROFILES = ("", "balanced", "large-module", "low-memory")
EVERY, RUNS = 10, 3
QUIET_SECONDS, LIMIT_SECONDS = 8.0, 240.0
ERROR = 'package {}\n\nfunc idecareBench() int {{ return "no number" }}\n'


def main(release: str, module: str, modcache: str = "", opened: str = "") -> int:
    with tempfile.TemporaryDirectory() as temporary:
        base = Path(temporary)
        program = install(release, base)
        if isinstance(program, str):
            print(program)
            return 1
        folder = base / "m"
        shutil.copytree(module, folder)
        expected = _with_errors(folder)
        environment = {"GOPROXY": "https://proxy.golang.org", **({"GOMODCACHE": modcache} if modcache else {})}
        print(f"{release}, {len(list(folder.rglob('*.go'))):,} Go files, {expected} with an error")
        _measure(program, release, "", folder / opened, base, environment)  # fills the build cache
        for name in PROFILES:
            runs = [_measure(program, release, name, folder / opened, base, environment) for _ in range(RUNS)]
            print(f"{name or 'no profile':14} {_row(runs)}", flush=True)
    return 0


def _with_errors(folder: Path) -> int:
    packages = sorted({file.parent for file in folder.rglob("*.go") if "testdata" not in file.parts})
    chosen = [package for package in packages if not package.name.startswith((".", "_"))][::EVERY]
    for package in chosen:
        first = min(package.glob("*.go"))
        clause = next(line for line in first.read_text().splitlines() if line.startswith("package "))
        (package / "idecare_bench.go").write_text(ERROR.format(clause.split()[1].removesuffix("_test")))
    return len(chosen)


def _settings(home: Path, profile: str, gopls: Gopls) -> dict[str, Any]:
    if not profile:
        return {}
    file = home / profile / "User" / "settings.json"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("{}")
    host = make_host(home=home, cwd=home)
    targets = inspect_vscode(host, UserData(VSCODE_PRODUCT, "Code", home / profile, "default"))
    machine = Machine("linux", "amd64", 8 * GIB, gopls=gopls)
    (planned,) = plan_configure(targets, find_profile(profile, host), parse_overrides(), machine)
    found: dict[str, Any] = json.loads((planned.edits[0].after if planned.edits else None) or "{}").get("gopls", {})
    return found


@dataclass(frozen=True)
class Run:
    """One start: what gopls held after it was quiet and at most, when it said the first word, in how many files."""

    mib: int
    peak_mib: int
    first_seconds: float
    files: int
    said: tuple[str, ...]


def _row(runs: Sequence[Run]) -> str:
    mib, peak = (median(values) for values in zip(*((run.mib, run.peak_mib) for run in runs), strict=True))
    first = median(run.first_seconds for run in runs)
    files, said = "/".join(str(run.files) for run in runs), {text for run in runs for text in run.said}
    return f"{mib:6,} MiB after, {peak:6,} at most; first diagnostics {first:5.1f} s; {files} files {said or ''}"


def _measure(
    program: Path, release: str, profile: str, folder: Path, base: Path, environment: Mapping[str, str]
) -> Run:
    settings = _settings(base / "settings", profile, Gopls(program, release))
    shutil.rmtree(base / "gopls", ignore_errors=True)
    start = time.monotonic()
    with started(program, settings, folder, base, environment) as client:
        process, peak, first, changed, known = psutil.Process(client.process.pid), 0, 0.0, start, 0
        while time.monotonic() - start < LIMIT_SECONDS:
            peak = max(peak, process.memory_info().rss)
            found = len(client.diagnosed_files())
            now = time.monotonic()
            first = first or (now - start if found else 0.0)
            known, changed = (found, now) if found != known else (known, changed)
            if known and now - changed > QUIET_SECONDS:
                break
            time.sleep(0.1)
        after = process.memory_info().rss
        said = tuple(text for text in client.shown() if "Invalid settings" in text)
    return Run(after >> 20, peak >> 20, first, known, said)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
