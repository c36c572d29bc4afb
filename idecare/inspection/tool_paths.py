"""Paths in VS Code's settings as the Go extension reads them.

Source: golang/vscode-go 28e27ffd of 2026-08-21, extension/src/utils/pathUtils.ts (resolveHomeDir) and util.ts
(substituteEnv, resolvePath).
"""

from __future__ import annotations

import os
import re
from pathlib import Path

from idecare.host import Host

VARIABLE = re.compile(r"\$\{(env:)?(\w+)\}")


def expanded(host: Host, text: str) -> Path | None:
    """The absolute path that a setting names; ``None`` for a bare name and for what cannot be told from here."""

    def value(match: re.Match[str]) -> str:
        if match[1]:
            return host.environment.get(match[2], "")
        return str(host.cwd) if match[2] in ("workspaceFolder", "workspaceRoot") else match[0]

    path = VARIABLE.sub(value, text)
    if path == "~" or path.startswith(("~/", "~\\")):
        if host.home is None:
            return None
        path = f"{host.home}{path[1:]}"
    return Path(path) if os.path.isabs(path) and "${" not in path else None
