"""Swapping two entries of a file system in one step, where the system can: no moment in which a name is missing."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import cache

SWAP = 2  # RENAME_EXCHANGE of renameat2(2) on Linux, RENAME_SWAP of renameatx_np(2) on macOS


def exchange(name: str, source: int, target: int) -> bool:
    """Swap ``name`` of two folders; False, with nothing done, where that is not possible."""
    swap = load()
    return swap is not None and swap(source, os.fsencode(name), target, os.fsencode(name), SWAP) == 0


@cache
def load() -> Callable[[int, bytes, int, bytes, int], int] | None:
    """The system's call, ``None`` when there is none. It takes a moment the first time."""
    import ctypes

    library = ctypes.CDLL(None)
    swap: Callable[[int, bytes, int, bytes, int], int] | None = getattr(library, "renameat2", None)
    return swap or getattr(library, "renameatx_np", None)
