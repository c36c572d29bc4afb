"""Whose a hold folder is and until when, written in the folder itself: several journals may share a cache.

Another XDG_STATE_HOME, a container in which the caches are mounted, or another user has a journal of its own, which
knows nothing of what this one holds. So ``.idecare-held/<id>/owner.json`` names the user, the journal and the time
before which nobody else may take it. idecare 0.1.0 wrote none: such a folder is whoever's finds it.
"""

from __future__ import annotations

import errno
import json
import os
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from idecare.changes.hold_folder import opened_for
from idecare.changes.journal import HOLD_FOLDER, Journal
from idecare.core.errors import IdecareError
from idecare.core.frozen import frozen
from idecare.core.results import Identity
from idecare.system.accounts import user_number
from idecare.system.filesystem.folders import subfolder
from idecare.system.filesystem.moving import OWNER_FILE
from idecare.system.filesystem.small_files import read_small_file, rewrite_small_file

SCHEMA = 1
Claim = Literal["free", "own", "lost", "over", "theirs"]


@frozen
class Owner:
    """``above``: device and inode of each folder above the state folder, nearest first. A container may have a folder
    of the same name."""

    user: int
    journal: str
    state: str
    above: tuple[tuple[int, int], ...]
    until: datetime


def owner(journal: Journal, until: datetime) -> Owner:
    state = journal.folder.parent
    return Owner(user_number(), journal.make_identity(), str(state), _above(state), until)


def _above(state: Path) -> tuple[tuple[int, int], ...]:
    found = [os.stat(folder) for folder in state.parents]
    return tuple((status.st_dev, status.st_ino) for status in found)


def write_owner(root: Path, identity: Identity, entry_id: str, found: Owner) -> None:
    """Before the first thing is moved there, and when the time changes. Where the disk is too full even for that, which
    is when a clean is needed most, the folder is whoever's finds it."""
    values = {
        "schema": SCHEMA,
        "user": found.user,
        "journal": found.journal,
        "state": found.state,
        "above": found.above,
        "until": found.until.isoformat(),
    }
    hold = f"{HOLD_FOLDER}/{entry_id}"
    with opened_for(root, identity, hold) as folder, subfolder(folder, hold, create=True) as place:
        try:
            rewrite_small_file(place, OWNER_FILE, json.dumps(values).encode(), locked=False)
        except OSError as error:
            if error.errno not in (errno.ENOSPC, errno.EDQUOT):
                raise


def claim_to(
    journal: Journal, root: Path, identity: Identity, entry_id: str, now: datetime
) -> tuple[Claim, Owner | None]:
    """What this journal may do with a hold folder. free: it says nothing; own: it is this journal's; lost: its journal
    is gone from where it was, so it is this user's to restore; over: its time is over; theirs: hands off."""
    try:
        found = _read(root, identity, entry_id)
    except (IdecareError, OSError, ValueError, KeyError, TypeError, RecursionError):
        return "theirs", None
    if found is None:
        return "free", None
    if found.user != user_number():
        return "theirs", found
    if found.journal == journal.identity:
        return "own", found
    if _is_lost(found):
        return "lost", found
    return ("over" if found.until <= now else "theirs"), found


def _is_lost(found: Owner) -> bool:
    """Whether its state folder would be here, and its journal is not in it any more."""
    state = Path(found.state)
    if Journal(state).identity == found.journal:
        return False
    for folder, identity in zip(state.parents, found.above, strict=False):
        try:
            status = os.stat(folder)
        except OSError:
            continue
        return (status.st_dev, status.st_ino) == identity
    return False


def _read(root: Path, identity: Identity, entry_id: str) -> Owner | None:
    with opened_for(root, identity) as folder:
        try:
            with subfolder(folder, f"{HOLD_FOLDER}/{entry_id}") as place:
                data = read_small_file(place, OWNER_FILE)
        except FileNotFoundError:
            return None
    return None if data is None else _owner(json.loads(data))


def _owner(values: dict[str, Any]) -> Owner:
    above = tuple((int(device), int(inode)) for device, inode in values["above"])
    user, journal, state = int(values["user"]), str(values["journal"]), str(values["state"])
    return Owner(user, journal, state, above, datetime.fromisoformat(values["until"]))
