"""Values that the user changed after idecare had written them: told from the journal, and not overwritten."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from idecare.core.frozen import frozen

if TYPE_CHECKING:
    from idecare.changes.edit_plan import FileChange
    from idecare.changes.journal import Journal

ASKED_FOR = ("--set", "--unset", "--jvm", "jbr")  # sources of values that the user has just named


@frozen
class Conflict:
    """A value that the user changed after idecare had written it: what idecare found, what it wrote, what is there."""

    path: Path
    key: str
    found: str | None
    wrote: str | None
    now: str | None


def conflicts(edit: FileChange, journal: Journal) -> tuple[Conflict, ...]:
    """The values of an edit which the user changed after idecare had written them, and has not named now."""
    written = last_written(journal, edit.real_path)
    return tuple(
        Conflict(edit.path, change.key, *written[change.key], change.before)
        for change in edit.changes
        if change.key in written and written[change.key][1] != change.before and not change.source.startswith(ASKED_FOR)
    )


def last_written(journal: Journal, real_path: Path) -> dict[str, tuple[str | None, str | None]]:
    """Each key's text before and after the last edit of it that stands."""
    values: dict[str, tuple[str | None, str | None]] = {}
    for entry in journal.entries():
        for record in entry.records:
            if record.edit and record.state == "written" and record.edit.file == real_path:
                values |= record.edit.values
    return values
