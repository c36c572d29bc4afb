"""What projects and the checksum database say a module's h1 sums are."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from idecare.core.frozen import frozen
from idecare.core.host import Host
from idecare.golang.environment import go_environment
from idecare.golang.setup import module_root
from idecare.modules.layout import ModuleVersion, escaped
from idecare.system.files import child_folders, read_text

# The sum of an empty go.mod, which an old bug wrote: go skips such lines (cmd/go internal/modfetch, goSumFile).
EMPTY_GO_MOD = "h1:G7mAYYxgmS0lVkHyy2hEOLQCFB0DlQFTMLWggykrydY="


@frozen
class KnownSum:
    """A sum and who says so."""

    h1: str
    source: Path


Sums = Mapping[ModuleVersion, tuple[KnownSum, ...]]


@frozen
class KnownSums:
    """Sums of module contents, and of their go.mod files alone."""

    content: Sums
    go_mod: Sums

    @property
    def modules(self) -> frozenset[ModuleVersion]:
        return frozenset({*self.content, *self.go_mod})


def read_sums(files: Iterable[Path]) -> KnownSums:
    """All lines of go.sum files: ``path version[/go.mod] h1:...``. A file that cannot be read counts as absent."""
    content: dict[ModuleVersion, tuple[KnownSum, ...]] = {}
    go_mod: dict[ModuleVersion, tuple[KnownSum, ...]] = {}
    for file in files:
        for path, version, h1 in _lines(read_text(file) or ""):
            sums = go_mod if version.endswith("/go.mod") else content
            module = ModuleVersion(path, version.removesuffix("/go.mod"))
            known = sums.get(module, ())
            if h1 not in {found.h1 for found in known}:
                sums[module] = (*known, KnownSum(h1, file))
    return KnownSums(content, go_mod)


def _lines(text: str) -> Iterator[tuple[str, str, str]]:
    for line in text.splitlines():
        fields = line.split()
        if len(fields) == 3 and fields[2].startswith("h1:") and fields[2] != EMPTY_GO_MOD:
            yield fields[0], fields[1], fields[2]


def sum_files(host: Host, folder: Path) -> tuple[Path, ...]:
    """The go.sum of the module around ``folder``; in a workspace those of all its modules, and go.work.sum."""
    work = _workspace(host, folder)
    module = module_root(folder)
    modules = [*([module] if module else []), *(_used_modules(work) if work else ())]
    files = [root / "go.sum" for root in dict.fromkeys(modules)]
    return tuple(path for path in (*files, *([work.with_name("go.work.sum")] if work else [])) if os.path.isfile(path))


def _workspace(host: Host, folder: Path) -> Path | None:
    named = go_environment(host).lookup("GOWORK").value
    if named:
        return None if named == "off" else Path(named)
    return next((above / "go.work" for above in (folder, *folder.parents) if os.path.isfile(above / "go.work")), None)


def _used_modules(work: Path) -> Iterator[Path]:
    """The folders of ``use`` directives, one a line or in a block."""
    in_block = False
    for line in (read_text(work) or "").splitlines():
        words = line.partition("//")[0].split()
        if words == [")"]:
            in_block = False
        elif words[:2] == ["use", "("]:
            in_block = True
        elif words and (in_block or words[0] == "use"):
            yield Path(os.path.normpath(work.parent / words[-1].strip('"`')))


def lookup_files(root: Path, module: ModuleVersion) -> tuple[Path, ...]:
    """Answers of checksum databases that go kept; their lines are those of a go.sum."""
    name = f"{escaped(module.path)}@{escaped(module.version)}"
    lookups = (folder / "lookup" / name for folder in child_folders(root / "cache" / "download" / "sumdb"))
    return tuple(path for path in lookups if os.path.isfile(path))
