"""``idecare`` alone: five lines of state, from what is remembered and what a status sees, and the next commands."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from idecare.cli.machine_state import current_status
from idecare.cli.render.overview import Overview, RememberedSizes, overview_text, overview_values
from idecare.cli.session import REMEMBERED_USAGE, Session, new_session
from idecare.core.errors import ExitCode, IdecareError
from idecare.core.reading import read_file

if TYPE_CHECKING:
    from idecare.changes.journal import Entry


def first_screen() -> int | None:
    """`idecare` alone, without click. ``None``: a shell completes a line, or something is wrong, which the way through
    click reports."""
    try:
        session = new_session("", as_json=False, quiet=False, verbose=False, plain=False)
        return None if session.host.variable("_IDECARE_COMPLETE") else overview(session)
    except KeyboardInterrupt:
        return ExitCode.INTERRUPTED
    except Exception:
        return None


def overview(session: Session) -> int:
    """Print the first screen. Nothing is measured: sizes are those of the last `idecare usage`."""
    status = current_status(session)
    found = Overview(status, read_sizes(session.host.own.cache), _last_change(session.host.own.state))
    return session.finish(overview_values(found), overview_text(found, session.now), ExitCode.OK)


def read_sizes(cache_folder: Path) -> RememberedSizes | None:
    """``None`` where nothing was measured yet, or what was left cannot be read."""
    try:
        values = json.loads(read_file(cache_folder / REMEMBERED_USAGE))
        caches = tuple(
            (str(cache["target"] or cache["name"]), int(cache["allocated_bytes"])) for cache in values["caches"]
        )
        return RememberedSizes(datetime.fromisoformat(values["measured"]), caches)
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _last_change(state_folder: Path) -> Entry | None:
    from idecare.changes.journal import Journal

    try:
        entries = Journal(state_folder).entries()
    except IdecareError:  # another user's
        return None
    return entries[-1] if entries else None
