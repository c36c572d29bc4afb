"""Which versions in the module cache no project and no installed tool needs, and which of these may go."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from idecare.core.frozen import frozen
from idecare.golang.installed_tools import InstalledTool
from idecare.modules.build_list import Read
from idecare.modules.cached import CachedVersion
from idecare.modules.layout import ModuleVersion
from idecare.system.files import read_text
from idecare.workspaces.projects import Projects

GO_VERSION = re.compile(r"(?:go)?(\d+\.\d+(?:\.\d+)?(?:rc\d+|beta\d+)?)")


@frozen
class Sorted:
    """Versions in the module cache: ``unneeded`` ones may go, the least recently used first; ``recent`` ones nobody is
    known to need, but they were used or downloaded lately; ``needed`` is a count."""

    unneeded: tuple[CachedVersion, ...]
    recent: tuple[CachedVersion, ...]
    needed: int


def sort_out(
    cached: Iterable[CachedVersion],
    projects: Projects,
    tools: Iterable[InstalledTool],
    toolchains: frozenset[str],
    kept: frozenset[str],
    used_before: float,
    read: Read,
) -> Sorted:
    """``toolchains``: what settings ask for (GOTOOLCHAIN); ``kept``: paths below the root that must stay."""
    wanted = {module for project in projects.found for module in project.modules}
    tools = tuple(tools)
    wanted |= {ModuleVersion(*module) for tool in tools for module in tool.modules}
    asked = _toolchains({version for project in projects.found for version in project.go_versions})
    asked |= _toolchains(toolchains) | _asked_by(wanted, read)
    needed, unneeded, recent = 0, [], []
    for one in cached:
        if one.module in wanted or one.toolchain in asked or kept & set(one.parts):
            needed += 1
        elif one.used >= used_before:
            recent.append(one)
        else:
            unneeded.append(one)
    return Sorted(tuple(sorted(unneeded, key=lambda one: (one.used, one.module))), tuple(recent), needed)


def _asked_by(wanted: Iterable[ModuleVersion], read: Read) -> frozenset[str]:
    """The go and toolchain lines of all modules that are needed: `go get` of one of them may switch to that Go."""
    files = (read(module) for module in wanted)
    return _toolchains({version for file in files if file for version in file.go_versions})


def _toolchains(versions: Iterable[str]) -> frozenset[str]:
    """As toolchains are named: ``1.21`` asks for go1.21.0 (go.dev/doc/toolchain)."""
    found = (match[1] for version in versions if (match := GO_VERSION.match(version)))
    return frozenset(name for number in found for name in (f"go{number}", f"go{number}.0"))


def named_toolchains(trees: Iterable[str], files: Iterable[Path], texts: Iterable[str]) -> Iterator[str]:
    """The trees of toolchains that a setting or variable names: an IDE may use one as its GOROOT."""
    found = "\n".join((*(read_text(file) or "" for file in files), *texts))
    yield from (tree for tree in trees if os.path.basename(tree) in found)
