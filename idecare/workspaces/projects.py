"""Which Go projects are on this machine, each with how it is known, and which module versions it needs.

Known are: what IDEs opened (recent lists, window state, what runs now), the module one is in, what lies below folders
that the user names, and what lies below the home folder. A folder that is only named somewhere and is not there any
more says nothing; one that is there and cannot be read makes everything stay.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from idecare.core.frozen import frozen
from idecare.core.host import Host
from idecare.core.language import tr
from idecare.golang.environment import go_environment
from idecare.golang.module import workspace_members
from idecare.golang.requirements import Requirements, read_requirements
from idecare.golang.setup import module_root
from idecare.modules.build_list import Needed, Read, find_needed
from idecare.modules.layout import ModuleVersion
from idecare.modules.sums import read_sums
from idecare.system.files import children, real
from idecare.workspaces.instances import KnownInstalls
from idecare.workspaces.jetbrains import recent_file, recent_projects
from idecare.workspaces.observe import scan_workspaces
from idecare.workspaces.vscode import remembered_folders

MOST_FOLDERS = 300_000  # of one search; a home folder with more is not known whole
NEVER_SEARCHED = frozenset({".git", "node_modules"})
HIDDEN = (".", "AppData") if os.name == "nt" else (".",)  # how hidden folders of a home begin
UNKNOWN = tr("neither its go.mod nor its go.sum can be read")
UNREADABLE = tr("its go.mod cannot be read, so all that its go.sum names stays")
FROM_SUMS = tr("go.mod files that it needs are not in the cache, so all that its go.sum names stays")
HERE, OPEN, HOME = tr("you are in it"), tr("is open now"), tr("found below the home folder")
BELOW_GOPATH = tr("below GOPATH")


@frozen
class Evidence:
    """A folder in which projects are, and how it is known. ``is_home``: hidden folders of it are not searched."""

    folder: Path
    reason: str
    is_home: bool = False


@frozen
class Project:
    """A folder with a go.mod or go.work. ``problem``: why all that its go.sum names stays, or everything."""

    root: Path
    reasons: tuple[str, ...]
    modules: frozenset[ModuleVersion] = frozenset()
    go_versions: frozenset[str] = frozenset()
    problem: str = ""


@frozen
class Projects:
    """All projects. ``gone`` are folders that are named and not there, ``closed`` those below which nothing could be
    read, ``unknown`` projects (or folders of them) of which nothing is known: while there are any, nothing may go."""

    found: tuple[Project, ...]
    gone: tuple[Path, ...] = ()
    closed: tuple[Path, ...] = ()
    unknown: tuple[Path, ...] = ()


def find_evidence(
    host: Host, named: Iterable[Path], configured: Iterable[Path], known: KnownInstalls, now: datetime
) -> Iterator[Evidence]:
    """Every folder that may hold projects."""
    yield from (Evidence(folder, tr("below a folder that you named")) for folder in named)
    yield from (Evidence(folder, tr("below a folder of the setting projects")) for folder in configured)
    if (module := module_root(host.cwd)) is not None:
        yield Evidence(module, HERE)
    for version in known.jetbrains:
        projects = recent_projects(recent_file(version), host.home)
        yield from (Evidence(found.path, tr("opened in {ide}", ide=version.selector)) for found in projects)
    for data in known.vscode:
        yield from (Evidence(folder, tr("opened in {ide}", ide=data.label)) for folder in remembered_folders(data))
    for workspace in scan_workspaces(host, now, known).workspaces:
        yield from (Evidence(folder, OPEN) for folder in (workspace.root, *workspace.members))
    for gopath in go_environment(host).gopath_folders:
        yield Evidence(gopath / "src", BELOW_GOPATH)
    if host.home is not None:
        yield Evidence(host.home, HOME, is_home=True)


def find_projects(evidence: Iterable[Evidence], without: frozenset[Path], read: Read) -> Projects:
    """What lies in and below these folders; ``without`` are folders (real paths) that hold no projects: caches."""
    reasons: dict[Path, dict[str, None]] = {}
    gone: dict[Path, None] = {}
    search = _Search(without)
    for one in evidence:
        if not os.path.isdir(one.folder):
            if not one.is_home and one.reason != BELOW_GOPATH:
                gone.setdefault(one.folder)
            continue
        for root in search.below(real(one.folder), one.is_home):
            reasons.setdefault(root, {}).setdefault(one.reason)
    found = tuple(_project(root, tuple(said), read) for root, said in sorted(reasons.items()))
    unknown = (*search.unknown, *(project.root for project in found if project.problem == UNKNOWN))
    return Projects(found, tuple(gone), tuple(search.closed), unknown)


class _Search:
    """Walks folders for go.mod and go.work files, each folder once for each way of searching it."""

    def __init__(self, without: frozenset[Path]) -> None:
        self.without = {str(folder) for folder in without}
        self.closed: dict[Path, None] = {}
        self.unknown: dict[Path, None] = {}

    def below(self, top: Path, is_home: bool) -> Iterator[Path]:
        """Folders with a go.mod or go.work in ``top``, below it, and the one above that it belongs to."""
        if not is_home and (above := module_root(top)) is not None:
            yield above
            work = next((place for place in (above, *above.parents) if os.path.isfile(place / "go.work")), None)
            if work is not None:
                yield work
        walk = os.walk(top, onerror=lambda error: self._failed(error, top, is_home))
        for seen, (folder, below, names) in enumerate(walk):
            if seen >= MOST_FOLDERS:
                self.unknown.setdefault(Path(folder))
                return
            if "go.mod" in names or "go.work" in names:
                yield Path(folder)
            below[:] = [name for name in below if self._may_hold(folder, name, is_home and folder == str(top))]

    def _may_hold(self, folder: str, name: str, is_top_of_home: bool) -> bool:
        if name in NEVER_SEARCHED or os.path.join(folder, name) in self.without:
            return False
        return not (is_top_of_home and name.startswith(HIDDEN))

    def _failed(self, error: OSError, top: Path, is_home: bool) -> None:
        """A folder that may not be read: where a project is said to be, everything stays."""
        place = Path(error.filename or top)
        (self.unknown if place == top and not is_home else self.closed).setdefault(place)


def _project(root: Path, reasons: tuple[str, ...], read: Read) -> Project:
    """What it needs: by its go.mod (and others of another name, for -modfile), or by its go.work."""
    if os.path.isfile(root / "go.work"):
        members = tuple(dict.fromkeys((*workspace_members(root), *([root] if _has_module(root) else ()))))
        work = read_requirements(root / "go.work")
        mains = tuple(main for member in members for main in _mains(member))
        needed = _needed(mains, work, read)
        return _with_sums(Project(root, reasons), needed, [root, *members], work is not None and None not in mains)
    mains = tuple(_mains(root))
    parts = [_needed((main,), None, read) for main in mains]
    whole = Needed(
        frozenset().union(*(part.modules for part in parts)),
        frozenset().union(*(part.go_versions for part in parts)),
        all(part.is_complete for part in parts),
    )
    return _with_sums(Project(root, reasons), whole, [root], None not in mains)


def _needed(mains: Iterable[Requirements | None], work: Requirements | None, read: Read) -> Needed:
    return find_needed([main for main in mains if main is not None], work, read)


def _has_module(root: Path) -> bool:
    return os.path.isfile(root / "go.mod")


def _mains(root: Path) -> Iterator[Requirements | None]:
    """``None`` for a go.mod that cannot be read as one; of other files only what can be."""
    yield read_requirements(root / "go.mod")
    for path in children(root):
        if path.suffix == ".mod" and path.name != "go.mod" and (other := read_requirements(path)) is not None:
            yield other


def _with_sums(project: Project, needed: Needed, folders: Iterable[Path], is_readable: bool) -> Project:
    """Where the list is not known for sure, all that go.sum names is needed; without one nothing is known, unless it is
    a test's, whose go.mod may be broken on purpose."""
    if is_readable and needed.is_complete:
        return replace(project, modules=needed.modules, go_versions=needed.go_versions)
    files = [folder / name for folder in folders for name in ("go.sum", "go.work.sum")]
    sums = frozenset(read_sums(files).content)
    if not is_readable and not sums:
        return project if "testdata" in project.root.parts else replace(project, problem=UNKNOWN)
    problem = FROM_SUMS if is_readable else UNREADABLE
    return replace(project, modules=needed.modules | sums, go_versions=needed.go_versions, problem=problem)
