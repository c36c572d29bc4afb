"""The tools idecare knows, by name; each one's modules are imported when it is asked for."""

from __future__ import annotations

import importlib
from collections.abc import Iterator, Mapping

from idecare.core.locations import Tool

PLACES = {
    "go": ("idecare.golang.installs", "GO"),
    "gopls": ("idecare.golang.gopls", "GOPLS"),
    "jetbrains": ("idecare.jetbrains.locations", "JETBRAINS"),
    "vscode": ("idecare.vscode.locations", "VSCODE"),
}


class Registry(Mapping[str, Tool]):
    def __getitem__(self, name: str) -> Tool:
        module, attribute = PLACES[name]
        tool: Tool = getattr(importlib.import_module(module), attribute)
        return tool

    def __iter__(self) -> Iterator[str]:
        return iter(PLACES)

    def __len__(self) -> int:
        return len(PLACES)


TOOLS: Mapping[str, Tool] = Registry()
