"""Folders as VS Code writes them down: ``file://`` URIs, and those of other machines."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import unquote, urlsplit

DRIVE = re.compile(r"/[A-Za-z]:")


def local_path(uri: str) -> Path | None:
    """The local folder that a URI or a path names; ``None`` for one on another machine, in a container or in memory.

    ``file://server/share`` is a share of another machine.
    """
    if uri.startswith("/"):
        return Path(uri)
    try:
        parts = urlsplit(uri)
    except ValueError:
        return None
    if parts.scheme != "file" or parts.netloc not in ("", "localhost"):
        return None
    path = unquote(parts.path)
    if "\0" in path or not path.startswith("/"):
        return None
    return Path(path[1:] if DRIVE.match(path) else path)
