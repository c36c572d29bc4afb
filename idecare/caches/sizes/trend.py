"""How the sizes of caches went in the last weeks: a few samples of each, taken when something measures it anyway."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path

from idecare.core.reading import read_file

SPACING_SECONDS = 6 * 3600
KEPT_SECONDS = 28 * 86400
Sample = tuple[int, int]  # seconds since the epoch, allocated bytes
Trends = Mapping[str, tuple[Sample, ...]]  # by the root of a cache


def trend_file(cache_folder: Path) -> Path:
    return cache_folder / "trend.json"


def read_trends(cache_folder: Path) -> Trends:
    """Nothing where nothing was measured yet, or the file is broken."""
    try:
        values = json.loads(read_file(trend_file(cache_folder)))
        return {root: tuple((int(when), int(size)) for when, size in samples) for root, samples in values.items()}
    except (OSError, ValueError, TypeError, AttributeError):
        return {}


def with_samples(trends: Trends, now: float, sizes: Iterable[tuple[Path, int]]) -> Trends:
    """The trends with these sizes; one that follows its predecessor closely takes its place."""
    return {**trends, **{str(root): _with_sample(trends.get(str(root), ()), int(now), size) for root, size in sizes}}


def _with_sample(samples: tuple[Sample, ...], now: int, size: int) -> tuple[Sample, ...]:
    kept = [sample for sample in samples if 0 <= now - sample[0] <= KEPT_SECONDS]
    if len(kept) > 1 and kept[-1][0] - kept[-2][0] < SPACING_SECONDS:
        kept.pop()
    return (*kept, (now, size))


def trends_text(trends: Trends) -> bytes:
    return json.dumps(trends).encode()
