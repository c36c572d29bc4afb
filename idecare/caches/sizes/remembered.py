"""How large a cache was when `idecare usage` last measured it: from its memory alone, without a look at the cache."""

from __future__ import annotations

import json
import os
from pathlib import Path

from idecare.caches.sizes.memory import SizeMemory
from idecare.core.frozen import frozen

MOST_RECORDS = 40_000  # each is parsed: more would take longer than all the other checks together
ALLOCATED, NEWEST = 6, 7  # fields of a record (size_memory, record_of)


@frozen
class RememberedSize:
    """``allocated_bytes`` of what is remembered, which is most of it; ``newest``: epoch seconds of the last change."""

    path: Path
    allocated_bytes: int
    newest: float


def remembered_size(folder: Path, cache: Path) -> RememberedSize | None:
    """``None`` where it was never measured."""
    records = SizeMemory(folder).records(os.path.realpath(os.fsencode(cache)))
    if not records or len(records) > MOST_RECORDS:
        return None
    fields = [json.loads(record) for record in records.values()]
    return RememberedSize(cache, sum(one[ALLOCATED] for one in fields), max(one[NEWEST] for one in fields))
