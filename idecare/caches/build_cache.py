"""The entries of a build cache by last use: what a trim would free, and where to cut for a size."""

from __future__ import annotations

import math
import os
import stat
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

MINUTE = 60


@dataclass
class Stamps:
    """Entries and allocated bytes by the minute of last use (epoch seconds // 60): memory does not grow with entries.
    Action entries (``-a``) are counted apart from outputs (``-d``)."""

    action_bytes: Counter[int] = field(default_factory=Counter)
    output_bytes: Counter[int] = field(default_factory=Counter)
    action_entries: Counter[int] = field(default_factory=Counter)
    output_entries: Counter[int] = field(default_factory=Counter)

    def going(self, used_before: datetime, all_actions: bool) -> tuple[int, int]:
        """Entries and bytes that a trim with this cut would take."""
        cut = used_before.timestamp() // MINUTE
        actions = math.inf if all_actions else cut
        entries = _sum_before(self.action_entries, actions) + _sum_before(self.output_entries, cut)
        return entries, _sum_before(self.action_bytes, actions) + _sum_before(self.output_bytes, cut)

    def cut_for(self, max_bytes: int) -> datetime | None:
        """The time before which entries must go for ``max_bytes`` to remain; ``None`` when it fits already."""
        by_minute = self.action_bytes + self.output_bytes
        excess = by_minute.total() - max_bytes
        cut = None
        for minute in sorted(by_minute):
            if excess <= 0:
                break
            excess -= by_minute[minute]
            cut = datetime.fromtimestamp((minute + 1) * MINUTE, UTC)
        return cut


def _sum_before(counts: Counter[int], minute: float) -> int:
    return sum(count for stamp, count in counts.items() if stamp < minute)


def read_stamps(root: Path, folders: Iterable[str]) -> Stamps:
    """Look at every entry of the two-hex-digit folders. Entries that vanish meanwhile do not count."""
    stamps = Stamps()
    for folder in folders:
        try:
            with os.scandir(root / folder) as entries:
                for entry in entries:
                    _count(entry, stamps)
        except OSError:
            continue
    return stamps


def _count(entry: os.DirEntry[str], stamps: Stamps) -> None:
    is_action = entry.name.endswith("-a")
    if not is_action and not entry.name.endswith("-d"):
        return
    try:
        status = entry.stat(follow_symlinks=False)
        size = status.st_blocks * 512 + (_inside(entry.path) if stat.S_ISDIR(status.st_mode) else 0)
    except OSError:
        return
    minute = int(status.st_mtime) // MINUTE
    (stamps.action_bytes if is_action else stamps.output_bytes)[minute] += size
    (stamps.action_entries if is_action else stamps.output_entries)[minute] += 1


def _inside(folder: str) -> int:
    """A cached executable (go 1.24 and later) is a folder with one file."""
    with os.scandir(folder) as entries:
        return sum(entry.stat(follow_symlinks=False).st_blocks * 512 for entry in entries)
