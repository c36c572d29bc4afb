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


def expanded(host: Host, text: str, workspace: Path | None = None) -> Path | None:
    """The absolute path that a setting names; ``None`` for a bare name and for what cannot be told from here.

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
