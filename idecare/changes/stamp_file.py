"""Rewriting a small file in place, the way its owner does, and writing back what it held."""

from __future__ import annotations

import os

from idecare.changes.journal import Record, StampRecord
from idecare.changes.plan import StampFile
from idecare.system.filesystem.folders import opened, subfolder
from idecare.system.filesystem.small_files import read_small_file, remove_small_file, rewrite_small_file


def record_of(action: StampFile) -> StampRecord:
    """The journal must know what the file held before it is written."""
    folder, name = os.path.split(action.name)
    with opened(action.root, action.identity) as root, subfolder(root, folder) as parent:
        previous = read_small_file(parent, name)
    text = None if previous is None else previous.decode("latin-1")
    return StampRecord(action.name, text, action.content.decode("latin-1"))


def apply_stamp(action: StampFile) -> int:
    folder, name = os.path.split(action.name)
    with opened(action.root, action.identity) as root, subfolder(root, folder) as parent:
        rewrite_small_file(parent, name, action.content, action.locked)
    return 1


def undo(record: Record, detail: StampRecord) -> tuple[int, int]:
    """Return (1, 0), or (0, 1) when its owner, or the user, has written it since."""
    folder, name = os.path.split(detail.name)
    with opened(record.root_path, record.identity) as root, subfolder(root, folder) as parent:
        if read_small_file(parent, name) != _bytes(detail.content):
            return 0, 1
        previous = _bytes(detail.previous)
        if previous is None:
            remove_small_file(parent, name)
        else:
            rewrite_small_file(parent, name, previous, locked=False)
    return 1, 0


def _bytes(text: str | None) -> bytes | None:
    return None if text is None else text.encode("latin-1")
