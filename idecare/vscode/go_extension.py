"""The settings of VS Code's Go extension that decide which Go runs, and how.

Source: golang/vscode-go extension/package.json, 0.58.
"""

from __future__ import annotations

TOOLS_ENVIRONMENT = "go.toolsEnvVars"
TOOLS = "go.alternateTools"
GOROOT = "go.goroot"
BUILD_FLAGS = "go.buildFlags"
GOPLS = "gopls"
