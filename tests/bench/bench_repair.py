"""How fast `repair` hashes, against the machine's own tools on two cores over the same files."""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterator
from pathlib import Path

from tests.bench.measuring import Measured, Row, Scale, Skipped, in_turns
from tests.bench.world import World, made_world
from tests.support.modules import add_module

AIM = 1.25  # 0.8 of the peer's throughput
SIZES = (300, 900, 1500, 3000, 4500, 6000, 9000, 14_000, 25_000, 60_000)  # of Go sources; the mean is 12 kB
FILES_PER_MODULE = 100
PEERS = {"openssl": "openssl dgst -sha256", "sha256sum": "sha256sum"}
CORES = 2


def repair_rows(folder: Path, scale: Scale) -> Iterator[Measured]:
    """Trees alone, as the peer hashes them; then with their zips, which are unpacked too; then what is remembered."""
    with made_world(folder, "repair") as world:
        size = _fill(world.gomodcache, max(1, scale.module_files // FILES_PER_MODULE))
        what = f"{scale.module_files:,} files, {size / 1e6:,.0f} MB"
        yield _row(world, scale, f"`repair --all --again`, zips and trees, {what} in the trees", None, "sha256sum")
        for path in list(world.gomodcache.rglob("*.zip")):
            path.unlink()
        for peer in PEERS:
            yield _row(world, scale, f"`repair --all --again`, trees, {what}", AIM, peer)
        yield _row(world, scale, f"`repair --all`, nothing changed, {what}", None, "sha256sum", again=False)


def _row(world: World, scale: Scale, what: str, aim: float | None, peer: str, again: bool = True) -> Measured:
    if not shutil.which(peer):
        return Skipped("repair", f"{peer} is not installed")
    words = ("repair", "--all", "-n", *(("--again",) if again else ()))
    world.idecare(*words)  # both sides read from memory
    command = f"find {world.gomodcache} -type f -path '*@v1*' -print0 | xargs -0 -P{CORES} -n 500 {PEERS[peer]}"
    ratios = in_turns(lambda: world.idecare(*words), lambda: world.cost("/bin/sh", "-c", command), scale.rounds)
    return Row("repair", what, f"`{PEERS[peer]}` of the trees, {CORES} at a time", ratios.wall, aim, cpu=ratios.cpu)


def _fill(root: Path, modules: int) -> int:
    """Module trees with their zips and sums; return the bytes in the trees."""
    noise = random.Random(1).randbytes(max(SIZES)).hex().encode()
    total = 0
    for number in range(modules):
        start = number % 1000
        sources = {
            f"pkg{file % 8}/f{file:03}.go": noise[start + file : start + file + SIZES[file % len(SIZES)]]
            for file in range(FILES_PER_MODULE)
        }
        add_module(root, f"example.test/m{number}@v1.0.0", sources)
        total += sum(map(len, sources.values()))
    return total
