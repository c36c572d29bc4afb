"""A treemap fills its area, with areas as sizes and without overlap."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from idecare.cli.render.treemap import Tile, squarify

SIZES = st.lists(st.integers(1, 10**12), max_size=30).map(lambda sizes: sorted(sizes, reverse=True))


def overlap(one: Tile, other: Tile) -> float:
    across = min(one.left + one.width, other.left + other.width) - max(one.left, other.left)
    down = min(one.top + one.height, other.top + other.height) - max(one.top, other.top)
    return max(0, across) * max(0, down)


@example([14176361747, 1], (500, 1000))
@given(SIZES, st.sampled_from([(1000, 500), (500, 1000), (10, 1000), (1, 1)]))
def test_tiles_fill_the_area_and_do_not_overlap(sizes: list[int], area: tuple[int, int]) -> None:
    width, height = area
    tiles = list(squarify(sizes, width, height))
    assert len(tiles) == len(sizes)
    for size, tile in zip(sizes, tiles, strict=True):
        assert tile.width * tile.height == pytest.approx(size / sum(sizes) * width * height, rel=1e-6, abs=1e-6)
        assert tile.left >= 0
        assert tile.top >= 0
        assert tile.left + tile.width <= width * (1 + 1e-6)
        assert tile.top + tile.height <= height * (1 + 1e-6)
    assert all(overlap(*pair) <= width * height * 1e-6 for pair in combinations(tiles, 2))


def test_tiles_are_near_to_squares() -> None:
    """The example of the paper: 6 by 4, with a largest ratio of 3 at most for all but the last."""
    tiles = list(squarify([6, 6, 4, 3, 2, 2, 1], 6, 4))
    assert [max(tile.width / tile.height, tile.height / tile.width) < 3.1 for tile in tiles] == [True] * 7
    assert tiles[0] == pytest.approx(Tile(0, 0, 3, 2))
