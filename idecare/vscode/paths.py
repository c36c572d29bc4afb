"""Paths in VS Code's settings as the Go extension reads them.

Source: golang/vscode-go 28e27ffd of 2026-08-21, extension/src/utils/pathUtils.ts (resolveHomeDir) and util.ts
(substituteEnv, resolvePath).
"""

from __future__ import annotations

import os
import re
from pathlib import Path

from idecare.core.host import Host

VARIABLE = re.compile(r"\$\{(env:)?(\w+)\}")
FILE = re.compile(r"file://(?:localhost)?(/[^?#]*)")
ESCAPE = re.compile(rb"%([0-9A-Fa-f]{2})")
DRIVE = re.compile(r"/[A-Za-z]:")


def expanded(host: Host, text: str, workspace: Path | None = None) -> Path | None:
    """The absolute path that a setting names; ``None`` for a bare name and for what is not known here.

    ``workspace``: the folder whose settings these are; in a user's settings it is another in each window.
    """

    def value(match: re.Match[str]) -> str:
        if match[1]:
            return host.environment.get(match[2], "")
        is_workspace = match[2] in ("workspaceFolder", "workspaceRoot")
        return str(workspace) if workspace and is_workspace else match[0]

    path = VARIABLE.sub(value, text)
    if path == "~" or path.startswith(("~/", "~\\")):
        if host.home is None:
            return None
        path = f"{host.home}{path[1:]}"
    return Path(path) if os.path.isabs(path) and "${" not in path else None


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
