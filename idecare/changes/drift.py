"""Values that the user changed after idecare had written them: found with the journal, and not overwritten."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from pathlib import Path
from typing import TYPE_CHECKING

from idecare.changes.journal import FileRecord, Journal
from idecare.core.frozen import frozen

if TYPE_CHECKING:
    from idecare.changes.plan import Change

# Sources of values that the user has just named.
ASKED_FOR = ("--set", "--unset", "--jvm", "--keep-from-sync", "--tasks", "jbr")


@frozen
class Drift:
    """A value that the user changed after idecare had written it: what idecare found, what it wrote, what is there."""

    path: Path
    key: str
    found: str | None
    wrote: str | None
    now: str | None


@frozen
class WrittenValues:
    """The texts that idecare wrote last, by the real path of the file and the key: each before and after."""

    values: Mapping[Path, Mapping[str, tuple[str | None, str | None]]] = field(default_factory=dict)

    def find_drift(self, path: Path, real_path: Path, change: Change) -> Drift | None:
        """The drift of a planned change: what the user made of the value since, and has not named now."""
        found, wrote = self.values.get(real_path, {}).get(change.key, (None, change.before))
        if wrote == change.before or change.source.startswith(ASKED_FOR):
            return None
        return Drift(path, change.key, found, wrote, change.before)


NOTHING_WRITTEN = WrittenValues()


def read_written(journal: Journal) -> WrittenValues:
    """Each value as the last edit of it that was not undone wrote it."""
    values: dict[Path, dict[str, tuple[str | None, str | None]]] = {}
    for entry in journal.entries():
        for record in entry.records:
            if isinstance(record.detail, FileRecord) and record.state == "written":
                values.setdefault(record.detail.file, {}).update(record.detail.values)
    return WrittenValues(values)
