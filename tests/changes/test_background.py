"""The detached purge: it waits for what is due, and for nothing else."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from idecare.changes import background
from idecare.changes.background import purge_in_background
from idecare.changes.journal import Entry, Journal
from tests.builders import NOW, record

ENTRY = Entry("20261122-120000", ("idecare", "clean"), "/home/gopher", NOW.isoformat())
LONGEST_SECONDS = 1.0  # between the end of what is held and the end of the process


class Clock(datetime):
    @classmethod
    def now(cls, zone: object = None) -> datetime:
        return NOW


@pytest.mark.parametrize("state", ["restored", "purged"])
def test_it_ends_when_nothing_is_held_any_more(
    journal: Journal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, state: str
) -> None:
    until = (NOW + timedelta(minutes=10)).isoformat()
    journal.write(Entry(**{**vars(ENTRY), "records": (record(tmp_path, held_until=until),)}))
    slept: list[float] = []

    def sleep(seconds: float) -> None:
        """Somebody undoes or purges it meanwhile."""
        slept.append(seconds)
        journal.write(Entry(**{**vars(ENTRY), "records": (record(tmp_path, state=state),)}))

    monkeypatch.setattr(background, "datetime", Clock)
    monkeypatch.setattr(background.time, "sleep", sleep)
    monkeypatch.setattr(background.os, "setpriority", lambda *_: None)
    purge_in_background(journal)
    assert len(slept) == 1
    assert sum(slept) <= LONGEST_SECONDS
