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
    """``measured``: when the build cache was looked at; ``summaries`` are those of the check's findings, in the
    language of today."""

    measured: datetime
    summaries: tuple[str, ...]


def remember(cache_folder: Path, examined: Iterable[Examined], now: datetime) -> None:
    """Keep what the check found, also that it found nothing, if it was among those that ran."""
    ran = next((one for one in examined if one.check.id == CHECK and one.state in ("passed", "found")), None)
    if ran is None:
        return
    from idecare.doctor.checks.caches_divergence import DivergenceFinding
    from idecare.system.filesystem import write_atomic

    found = [(one.packages, one.causes) for one in ran.findings if isinstance(one, DivergenceFinding)]
    with suppress(OSError):  # the findings are on the screen
        write_atomic(_file(cache_folder), json.dumps({"measured": now.isoformat(), "found": found}).encode())


def recall(cache_folder: Path, now: datetime) -> CompiledTwice | None:
    """``None`` where nothing was found within the last day."""
    try:
        values = json.loads(read_file(_file(cache_folder)))
        measured = datetime.fromisoformat(values["measured"])
        if not values["found"] or abs(now - measured) > GOOD_FOR:  # a daemon may have looked before
            return None
        from idecare.doctor.checks.caches_divergence import summary

        return CompiledTwice(measured, tuple(summary(packages, causes) for packages, causes in values["found"]))
    except (OSError, ValueError, LookupError, TypeError):
        return None


def _file(cache_folder: Path) -> Path:
    return cache_folder / "compiled-twice.json"
