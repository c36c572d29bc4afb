"""A package of a main module whose compiled form takes as much space as a test wants, another content each time."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path


def grow(project: Path, name: str, mebibytes: int) -> None:
    (project / "large").mkdir(exist_ok=True)
    text = os.urandom(mebibytes << 19).hex()
    (project / "large" / "large.go").write_text(f'package large\n\n// {name}\nvar Text = "{text}"\n')


def taken(folder: Path) -> int:
    """Allocated bytes, of the folders too; what vanishes meanwhile does not count."""
    total = 0
    for place, _, names in os.walk(folder):
        for path in (place, *(os.path.join(place, name) for name in names)):
            with suppress(FileNotFoundError):
                total += os.lstat(path).st_blocks * 512
    return total
