"""The folder in a cache's root for what idecare holds: used only while each part of its path is a folder.

Anybody can put a file, a link or a pipe there, or take the permissions away. That is said as what it is; nothing is
followed, and what is held behind it is left alone until it is a folder again.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from idecare.changes.records import HOLD_FOLDER
from idecare.core.errors import RefusedError
from idecare.core.language import tr
from idecare.core.results import Identity
from idecare.system.filesystem.folders import opened

KINDS = {
    stat.S_IFREG: tr("is a file"),
    stat.S_IFLNK: tr("is a link"),
    stat.S_IFIFO: tr("is a pipe"),
    stat.S_IFSOCK: tr("is a socket"),
}


@contextmanager
def opened_for(root: Path, identity: Identity, hold: str = HOLD_FOLDER) -> Iterator[int]:
    """A descriptor of the root, in which ``hold`` is a folder or can be made; RefusedError where it cannot."""
    with opened(root, identity) as folder:
        require_folders(root, hold)
        yield folder


def require_folders(root: Path, hold: str = HOLD_FOLDER) -> None:
    """RefusedError when a part of that path below ``root`` is there and is no folder that may be used."""
    place = root
    for name in hold.split("/"):
        place = place / name
        try:
            kind = stat.S_IFMT(os.lstat(place).st_mode)
        except FileNotFoundError:
            return
        if kind != stat.S_IFDIR:
            what = KINDS.get(kind) or tr("is no folder")
            raise _refused(place, what, tr("move it away"), "mv", place, f"{place}.other")
        if not os.access(place, os.R_OK | os.W_OK | os.X_OK):
            what = tr("may not be read and written by you")
            raise _refused(place, what, tr("if it is yours"), "chmod", "u+rwx", place)


def _refused(place: Path, what: str, when: str, *command: str | Path) -> RefusedError:
    from idecare.core.commands import command_text  # only for what failed

    message = tr("{folder}, where idecare holds what it moves aside, {problem}", folder=place, problem=what)
    return RefusedError("hold-folder", message, f"{when}: {command_text(*command)}")


def is_usable(root: Path, hold: str) -> bool:
    """Whether it is there, and such a folder."""
    try:
        require_folders(root, hold)
    except (RefusedError, OSError):
        return False
    return os.path.isdir(root / hold)
