"""Which module versions builds of a project need, by its files and the go.mod files in the module cache: no network.

Minimal version selection (go.dev/ref/mod#minimal-version-selection): of each module the newest version that anything
in the graph requires. Since go 1.17 a go.mod names all that its packages need and go reads no deeper than it must
(cmd/go of go1.27.3, src/cmd/go/internal/modload/buildlist.go, readModGraph); what it reads for ``go mod tidy`` is the
whole graph. Both are walked, and what either selects is needed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from idecare.core.frozen import frozen
from idecare.golang.requirements import NamedVersion, Replacement, Requirements, read_requirements, version_order
from idecare.modules.layout import ModuleVersion

Read = Callable[[ModuleVersion], Requirements | None]


@frozen
class Needed:
    """The versions that a project needs, and the go versions that it and they ask for. ``is_complete``: nothing was
    missing that go would read."""

    modules: frozenset[ModuleVersion]
    go_versions: frozenset[str]
    is_complete: bool


def go_mods_of(root: Path) -> Read:
    """A reader of the go.mod files in a module cache, each read once."""
    known: dict[ModuleVersion, Requirements | None] = {}

    def read(module: ModuleVersion) -> Requirements | None:
        if module not in known:
            known[module] = read_requirements(root / module.file("mod"))
        return known[module]

    return read


def find_needed(mains: Iterable[Requirements], work: Requirements | None, read: Read) -> Needed:
    """What builds of these main modules need together; ``work``: the go.work that joins them, whose replacements come
    before theirs."""
    graphs = [_Graph(tuple(mains), work, read, is_whole) for is_whole in (False, True)]
    for graph in graphs:
        graph.walk()
    versions = frozenset(version for graph in graphs for version in graph.go_versions)
    selected = frozenset(module for graph in graphs for module in graph.selected())
    return Needed(selected, versions, not graphs[0].missing)


class _Graph:
    """One walk from the main modules through all that is required."""

    def __init__(self, mains: tuple[Requirements, ...], work: Requirements | None, read: Read, is_whole: bool) -> None:
        self.mains, self.read, self.is_whole = mains, read, is_whole
        files = (*([work] if work else ()), *mains)
        self.replaces = [one for file in files for one in file.replaces]
        self.excludes = frozenset().union(*(file.excludes for file in files))
        self.own = {main.module for main in mains}
        self.found: set[NamedVersion] = set()
        self.stated: set[NamedVersion] = set()
        self.walked: set[tuple[NamedVersion, bool]] = set()
        self.missing: set[NamedVersion] = set()
        self.go_versions = {version for file in files for version in file.go_versions}

    def walk(self) -> None:
        waiting: list[tuple[NamedVersion, bool]] = []
        for main in self.mains:
            waiting += ((one, self.is_whole or not main.is_pruned) for one in self._kept(main))
            self.stated |= set(self._kept(main))
        while waiting:
            module, is_deep = waiting.pop()
            self.found.add(module)
            if (module, is_deep) in self.walked:
                continue
            self.walked.add((module, is_deep))
            requirements = self._requirements(module)
            if requirements is None:
                self.missing.add(module)
                continue
            self.go_versions |= set(requirements.go_versions)
            goes_on = is_deep or not requirements.is_pruned
            below = self._kept(requirements)
            self.found |= set(below)
            if goes_on:
                waiting += ((one, True) for one in below)

    def _kept(self, file: Requirements) -> list[NamedVersion]:
        return [one for one in file.requires if one not in self.excludes and one[0] not in self.own]

    def _requirements(self, module: NamedVersion) -> Requirements | None:
        by = self._replacement(module)
        if by is None:
            return self.read(ModuleVersion(*module))
        return self.read(ModuleVersion(*by.by)) if by.by else read_requirements((by.folder or Path()) / "go.mod")

    def _replacement(self, module: NamedVersion) -> Replacement | None:
        path, version = module
        fitting = [one for one in self.replaces if one.path == path and one.version in ("", version)]
        return next((one for one in fitting if one.version), fitting[0] if fitting else None)

    def selected(self) -> Iterator[ModuleVersion]:
        """Of each module the newest version, and whatever a main module states itself."""
        newest: dict[str, str] = {}
        for path, version in self.found:
            newest[path] = max(newest.get(path, version), version, key=version_order)
        for module in {*newest.items(), *self.stated}:
            by = self._replacement(module)
            if by is None:
                yield ModuleVersion(*module)
            elif by.by:
                yield ModuleVersion(*by.by)
