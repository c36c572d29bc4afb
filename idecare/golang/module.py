"""go.mod and go.work: which module a folder belongs to, however it is spelled, and the lines that matter."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from idecare.core.frozen import frozen
from idecare.core.host import Host
from idecare.core.language import tr
from idecare.golang.environment import GoEnvironment, GoValue, go_environment, parse_env_file
from idecare.golang.modfile import directives
from idecare.golang.setup import module_root
from idecare.system.files import child_folders, read_text, real

SKIPPED_FOLDERS = frozenset({"vendor", "node_modules", "testdata"})
DEEPEST, MOST_FOLDERS = 2, 200  # of a folder above modules, as a repository with several


@frozen
class ModuleFile:
    """A go.mod or go.work. ``go`` and ``toolchain`` are as written, ``use`` are folders of a go.work."""

    path: Path
    module: str | None = None
    go: str | None = None
    toolchain: str | None = None
    use: tuple[Path, ...] = ()

    @property
    def root(self) -> Path:
        return self.path.parent


@frozen
class WorkFile:
    """Which go.work decides here. ``named`` is GOWORK's value where it is set; ``file`` is ``None`` where there is none
    at that place."""

    named: str
    source: str
    file: ModuleFile | None


def read_module(folder: Path) -> ModuleFile | None:
    """The go.mod for ``folder``."""
    root = module_root(folder)
    return read_module_file(root / "go.mod") if root else None


def read_module_file(path: Path) -> ModuleFile | None:
    text = read_text(path)
    if text is None:
        return None
    lines = [words for words in directives(text) if len(words) > 1]
    first = {words[0]: words[1] for words in reversed(lines)}
    use = tuple(_folder(path.parent, word) for directive, *named in lines if directive == "use" for word in named)
    return ModuleFile(path, first.get("module"), first.get("go"), first.get("toolchain"), use)


def _folder(root: Path, word: str) -> Path:
    return Path(os.path.normpath(root / word))


def read_work(host: Host) -> WorkFile | None:
    """The go.work that GOWORK names, else the nearest one above the working folder; ``None`` where there is none."""
    named = go_environment(host).lookup("GOWORK")
    if named.value == "off":
        return None
    if named.value:
        return WorkFile(named.value, named.source, read_module_file(Path(named.value)))
    for folder in (host.cwd, *host.cwd.parents):
        if os.path.isfile(folder / "go.work"):
            return WorkFile("", tr("found above {folder}", folder=host.cwd), read_module_file(folder / "go.work"))
    return None


def toolchain_setting(environment: GoEnvironment, root: Path | None) -> GoValue:
    """GOTOOLCHAIN; where the user has not set it, the go.env of this GOROOT decides, and without one it is local."""
    found = environment.lookup("GOTOOLCHAIN")
    if found.value or root is None:
        return found
    value = parse_env_file(read_text(root / "go.env") or "").get("GOTOOLCHAIN")
    return GoValue(value, str(root / "go.env")) if value else GoValue("local", tr("not set"))


@frozen
class ModuleRoot:
    """``root`` is without links. ``module`` is the module's path, ``None`` for a go.work; ``members`` are the folders
    with a go.mod: of a module itself, of a go.work all that it uses."""

    root: Path
    module: str | None
    members: tuple[Path, ...]

    @property
    def identity(self) -> tuple[int, int] | Path:
        """The same for each spelling of one folder, also on a disk that ignores the case of names."""
        try:
            status = self.root.stat()
        except OSError:
            return self.root
        return status.st_dev, status.st_ino


def find_root(folder: Path) -> ModuleRoot | None:
    """The module that ``folder`` is in, or the go.work that uses this module; ``None`` outside any.

    A git worktree is a folder with a go.mod of its own, so it is a module of its own. A module that a go.work above it
    does not use is on its own, as for the go command.
    """
    place = real(folder)
    module, work = module_root(place), _workspace(place)
    if work is not None:
        members = workspace_members(work)
        if module is None or module in members:
            return ModuleRoot(work, None, members)
    return ModuleRoot(module, module_path(module), (module,)) if module else None


def find_roots(folder: Path) -> tuple[ModuleRoot, ...]:
    """The module of ``folder``; where it is in none, those a little below it, as an IDE finds them."""
    root = find_root(folder)
    if root is not None:
        return (root,)
    found = {below.identity: below for place in _below(real(folder)) if (below := find_root(place))}
    return tuple(found.values())


def _below(top: Path) -> Iterator[Path]:
    """Folders with a go.mod or go.work, not far below ``top`` and not below one another."""
    level, scanned = [top], 0
    for _ in range(DEEPEST):
        deeper = []
        for child in (child for folder in level for child in child_folders(folder) if _may_hold(child)):
            scanned += 1
            if scanned > MOST_FOLDERS:
                return
            if os.path.isfile(child / "go.mod") or os.path.isfile(child / "go.work"):
                yield child
            else:
                deeper.append(child)
        level = deeper


def _may_hold(folder: Path) -> bool:
    return not folder.name.startswith((".", "_")) and folder.name not in SKIPPED_FOLDERS and not os.path.islink(folder)


def _workspace(folder: Path) -> Path | None:
    """The nearest folder from ``folder`` upwards with a go.work."""
    return next((path for path in (folder, *folder.parents) if os.path.isfile(path / "go.work")), None)


def workspace_members(work: Path) -> tuple[Path, ...]:
    """The folders that the ``use`` lines of a go.work name (go.dev/ref/mod#go-work-file-use)."""
    file = read_module_file(work / "go.work")
    return tuple(dict.fromkeys(map(real, file.use))) if file else ()


def module_path(root: Path) -> str | None:
    """The path in the ``module`` line."""
    file = read_module_file(root / "go.mod")
    return file.module if file else None
