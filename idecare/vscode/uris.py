"""Folders as VS Code writes them down: ``file://`` URIs, and those of other machines."""

from __future__ import annotations

import os
import re
from pathlib import Path

FILE = re.compile(r"file://(?:localhost)?(/[^?#]*)")
ESCAPE = re.compile(rb"%([0-9A-Fa-f]{2})")
DRIVE = re.compile(r"/[A-Za-z]:")


def local_path(uri: str) -> Path | None:
    """The local folder that a URI or a path names; ``None`` for one on another machine, in a container or in memory.

    ``file://server/share`` is a share of another machine.
    """
    found = FILE.fullmatch(uri)
    if found is None:
        return Path(uri) if os.path.isabs(uri) else None
    try:
        path = os.fsdecode(ESCAPE.sub(lambda escape: bytes([int(escape[1], 16)]), os.fsencode(found[1])))
    except UnicodeError:
        return None
    return Path(path[1:] if DRIVE.match(path) else path)


def is_possible(path: Path) -> bool:
    """Whether a file could have this path: what JSON can say, a file system cannot always hold."""
    try:
        return path.is_absolute() and b"\0" not in os.fsencode(path)
    except UnicodeError:
        return False
