"""vscode: what VS Code and its forks keep in their user data folder and make again."""

from __future__ import annotations

from idecare.caches.ide_folder import IdeFolder
from idecare.core.language import tr
from idecare.vscode.products import DERIVED_DATA


class CodeCaches(IdeFolder):
    name = "vscode"
    cost = tr("the next start is slower once")
    tool, role = "vscode", DERIVED_DATA


TARGET = CodeCaches()
