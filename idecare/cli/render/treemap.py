"""Rectangles whose areas are as sizes: a squarified treemap (Bruls, Huizing, van Wijk: Squarified Treemaps, 2000)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple


class Tile(NamedTuple):
    """A rectangle, in the units of the area that it is a part of."""

    left: float
    top: float
    width: float
    height: float


def squarify(sizes: Sequence[float], width: float, height: float) -> Iterator[Tile]:
    """A tile for each size, of which the largest come first and none is 0; together they fill the area."""
    left = top = 0.0
    scale = width * height / sum(sizes) if sizes else 0.0
    areas = [size * scale for size in sizes]
    while areas:
        side = min(width, height)
        count = _row_length(areas, side)
        row, areas = areas[:count], areas[count:]
        depth = min(sum(row) / side, max(width, height))  # of a tiny rest, rounding is a large part
        at = 0.0
        for area in row:
            length = side * area / sum(row)
            yield Tile(left, top + at, depth, length) if width >= height else Tile(left + at, top, length, depth)
            at += length
        if width >= height:
            left, width = left + depth, max(width - depth, 1e-9)
        else:
            top, height = top + depth, max(height - depth, 1e-9)


def _row_length(areas: Sequence[float], side: float) -> int:
    """How many tiles side by side along the shorter side are nearest to squares."""
    best = _worst_ratio(areas[:1], side)
    for count in range(2, len(areas) + 1):
        ratio = _worst_ratio(areas[:count], side)
        if ratio > best:
            return count - 1
        best = ratio
    return len(areas)


def _worst_ratio(row: Sequence[float], side: float) -> float:
    total = sum(row)
    return max(side * side * max(row) / total**2, total**2 / (side * side * min(row)))
