"""A CI job that keeps its build cache: restored, used, trimmed to a size and saved, twenty times (or three, without
--soak). The next build compiles nothing but what changed and what the trim took."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from tests.e2e.steps import go_works
from tests.support.goproxy import MainModule
from tests.support.large_package import grow, taken
from tests.support.real_go import GoWorld

GAPS_HOURS = (0, 3)  # between two jobs, in turn: go refreshes a stamp only where it is an hour old
EXPORTS = ("list", "-deps", "-export", "-f", "{{.ImportPath}} {{.Export}}", "./...")


@dataclass(frozen=True)
class Job:
    """What one job compiled, restored from ``store`` and saved there again within ``limit`` bytes."""

    world: GoWorld
    store: Path
    limit: int

    def restore(self, hours: float) -> None:
        """As a service unpacks its archive: with the times of the files, which were saved some hours ago."""
        shutil.rmtree(self.world.gocache)
        shutil.copytree(self.store, self.world.gocache)
        for entry in self.world.entries():
            stamp = entry.stat().st_mtime - hours * 3600
            os.utime(entry, (stamp, stamp))

    def build(self) -> set[str]:
        """The packages that had to be compiled."""
        done = self.world.go("build", "-v", "./...")
        assert done.returncode == 0, done.stderr
        return {line for line in done.stderr.splitlines() if line}

    def trim(self) -> set[str]:
        """The packages whose outputs the trim took."""
        exports = dict(
            line.split() for line in go_works(self.world, *EXPORTS).stdout.splitlines() if len(line.split()) == 2
        )
        done = self.world.idecare("clean", "gocache", "--max-size", f"{self.limit}B", "-y")
        assert done.returncode == 0, (done.stdout, done.stderr)
        return {package for package, file in exports.items() if not os.path.exists(file)}

    def save(self) -> int:
        """Bytes that were saved, the folders too."""
        shutil.rmtree(self.store, ignore_errors=True)
        shutil.copytree(self.world.gocache, self.store)
        return taken(self.world.gocache)


@pytest.mark.usefixtures("quiet_machine")
def test_a_saved_cache_keeps_its_size_and_its_use(
    world: GoWorld, app: MainModule, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    is_long = request.config.getoption("--soak")
    jobs, mebibytes = (20, 60) if is_long else (3, 8)
    limit = 300_000_000 if is_long else taken(world.gocache) + 12_000_000
    job = Job(replace(world, env={**world.env, "CI": "true"}), tmp_path / "store", limit)
    job.save()
    gone: set[str] = set()
    sizes = []
    for number, hours in zip(range(jobs), turns(), strict=False):
        job.restore(hours)
        again = job.build()
        assert again <= gone, f"job {number}: compiled again, though nothing took it: {sorted(again - gone)[:5]}"
        app.edit("p03", number + 1)
        grow(world.project, str(number), mebibytes)
        assert job.build() >= {"example.test/app/p03", "example.test/app/large"}
        gone = job.trim()
        sizes.append(job.save())
        print(f"job {number}: {len(again)} compiled again, trimmed {len(gone)} packages, saved {sizes[-1]:,} bytes")
    assert max(sizes) <= limit
    assert not list(job.store.rglob(".idecare-held/*/*"))


def turns() -> Iterator[int]:
    while True:
        yield from GAPS_HOURS
