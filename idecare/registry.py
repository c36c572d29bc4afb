"""The tools idecare knows, by name."""

from __future__ import annotations

from idecare.tools.base import Tool
from idecare.tools.go_installs import GO
from idecare.tools.gopls import GOPLS
from idecare.tools.jetbrains import JETBRAINS
from idecare.tools.vscode import VSCODE

TOOLS: dict[str, Tool] = {"go": GO, "gopls": GOPLS, "jetbrains": JETBRAINS, "vscode": VSCODE}
