"""What the last look into the build cache found to be compiled twice, for `idecare status`: one small file."""

from __future__ import annotations

import json
from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from idecare.core.frozen import frozen
from idecare.core.reading import read_file

if TYPE_CHECKING:
    from idecare.doctor.runner import Examined

CHECK = "caches/divergence"
GOOD_FOR = timedelta(days=1)  # as long as the check itself looks back


@frozen
class CompiledTwice:
    """``measured``: when the build cache was looked at; ``summaries`` are those of the check's findings."""

    measured: datetime
    summaries: tuple[str, ...]


def remember(cache_folder: Path, examined: Iterable[Examined], now: datetime) -> None:
    """Keep what the check found, also that it found nothing, if it was among those that ran."""
    ran = next((one for one in examined if one.check.id == CHECK and one.state in ("passed", "found")), None)
    if ran is None:
        return
    from idecare.system.filesystem import write_atomic

    found = [finding.summary for finding in ran.findings if not finding.id.endswith("/not-known")]
    with suppress(OSError):  # the findings are on the screen
        write_atomic(_file(cache_folder), json.dumps({"measured": now.isoformat(), "summaries": found}).encode())


def recall(cache_folder: Path, now: datetime) -> CompiledTwice | None:
    """``None`` where nothing was found within the last day."""
    try:
        values = json.loads(read_file(_file(cache_folder)))
        found = CompiledTwice(datetime.fromisoformat(values["measured"]), tuple(map(str, values["summaries"])))
        is_good = abs(now - found.measured) <= GOOD_FOR  # a daemon may have looked before
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return found if is_good and found.summaries else None


def _file(cache_folder: Path) -> Path:
    return cache_folder / "compiled-twice.json"
