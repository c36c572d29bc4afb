"""Snoozes: until when, and for which module, no notice is shown. Kept as a small file in the state folder."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from idecare.core.frozen import frozen
from idecare.core.reading import read_file
from idecare.core.settings import parse_age


@frozen
class Snooze:
    """``root``: the module's root, ``None`` for every module. ``until``: ``None`` is for ever."""

    root: Path | None = None
    until: datetime | None = None

    def covers(self, root: Path, now: datetime) -> bool:
        """Whether it silences the module with this ``root`` at this time."""
        return self.is_on(now) and self.root in (None, root)

    def is_on(self, now: datetime) -> bool:
        return self.until is None or now < self.until

    def as_json(self) -> dict[str, Any]:
        return {
            "until": self.until.astimezone(UTC).isoformat() if self.until else None,
            "root": str(self.root) if self.root else None,
        }


def snooze_until(text: str, now: datetime) -> datetime | None:
    """``today`` ends at local midnight, ``forever`` never (``None``), an age such as ``1h`` counts from now."""
    if text == "forever":
        return None
    if text == "today":
        tomorrow = now.astimezone().date() + timedelta(days=1)
        return datetime.combine(tomorrow, datetime.min.time()).astimezone()
    return now + parse_age(text)


def with_snooze(snoozes: Iterable[Snooze], new: Snooze, now: datetime) -> tuple[Snooze, ...]:
    """``new`` replaces the module's earlier snooze; what is over goes."""
    return (*(snooze for snooze in snoozes if snooze.root != new.root and snooze.is_on(now)), new)


def without_snooze(snoozes: Iterable[Snooze], root: Path | None, now: datetime) -> tuple[Snooze, ...]:
    """Without the module's snooze; without any when ``root`` is ``None``."""
    return tuple(snooze for snooze in snoozes if root is not None and snooze.root != root and snooze.is_on(now))


def snooze_path(state_folder: Path) -> Path:
    return state_folder / "snooze.json"


def read_snoozes(state_folder: Path) -> tuple[Snooze, ...]:
    """The snoozes in the file; none when it is not there or cannot be read."""
    try:
        values = json.loads(read_file(snooze_path(state_folder)))
        return tuple(_snooze(value) for value in values)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return ()


def snoozes_text(snoozes: Iterable[Snooze]) -> str:
    """What `read_snoozes` reads."""
    return json.dumps([snooze.as_json() for snooze in snoozes])


def _snooze(value: dict[str, Any]) -> Snooze:
    until = datetime.fromisoformat(value["until"]).astimezone() if value["until"] is not None else None
    return Snooze(Path(value["root"]) if value["root"] is not None else None, until)
