"""How large the caches were when `idecare usage` last measured them: a check has no time to do so itself."""

from __future__ import annotations

from collections.abc import Iterable

from idecare.core.humanize import size_text
from idecare.doctor.base import Check, Finding
from idecare.doctor.snapshot import Snapshot

# What a year of daily work seldom reaches. go itself knows no limit: it removes what was not used for five days.
LARGE_BYTES = {"gocache": 30_000_000_000, "modcache": 30_000_000_000}


def _size(snapshot: Snapshot) -> Iterable[Finding]:
    for target, found in snapshot.remembered_sizes.items():
        if found.allocated_bytes > LARGE_BYTES[target]:
            yield Finding(
                id="caches/size",
                severity="info",
                summary=f"{found.path} takes {size_text(found.allocated_bytes)}",
                evidence=("measured by `idecare usage`, which also tells what of it is new",),
                why="it costs disk, and backups and scanners their time",
                fix=f"idecare clean {target} --older-than 2d"
                if target == "gocache"
                else "idecare clean modcache: what is needed is downloaded again",
            )


CHECKS = (Check("caches/size", "a cache that has grown very large", "idecare clean", _size),)
