"""The parts of a snapshot that caches consist of: what is in them as far as names and sizes show."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from idecare.core.frozen import frozen
from idecare.core.language import mark
from idecare.doctor.snapshot.base import SnapshotReader, part
from idecare.golang.environment import BUILD_CACHE, MODULE_CACHE
from idecare.system.files import children

if TYPE_CHECKING:
    from idecare.caches.compiled import CompiledScan
    from idecare.caches.goimports import OrphanPayloads
    from idecare.caches.gopls import VersionFolder
    from idecare.caches.sizes.memory import RememberedSize
    from idecare.core.host import Host
    from idecare.core.locations import CacheLocation
    from idecare.modules.index import WrongIndex
    from idecare.modules.layout import ModuleVersion
    from idecare.modules.repair import Verdict
    from idecare.modules.signs import Sign
    from idecare.modules.sums import KnownSums
    from idecare.modules.suspicions import Suspicion
    from idecare.modules.vcs_repositories import Repository
    from idecare.system.mounts import Space
    from idecare.workspaces.base import GoSide

LARGE_CACHES = (BUILD_CACHE, MODULE_CACHE)
LARGEST_ZIP_BYTES = 8_000_000
MOST_MODULES = 200


@frozen
class WorkFolder:
    """A work folder that a killed go command left in the temp folder; ``used`` is when something directly in it was
    last made (epoch seconds).

    cmd/go of go1.27.3 names them go-build and a number, and removes them at its end; SIGINT, SIGTERM and SIGKILL leave
    them. What `go run` started runs from there, for as long as it likes.
    """

    path: Path
    used: float


def work_folders(folders: Iterable[Path]) -> Iterator[WorkFolder]:
    for folder in folders:
        try:
            yield WorkFolder(folder, max(os.stat(path).st_mtime for path in (folder, *children(folder))))
        except OSError:  # gone meanwhile
            continue


@frozen
class GoParty:
    """An IDE that has a module open, at its real ``root``, or the terminal that asks, which may work anywhere.
    ``is_command``: a go command, whose flags may be meant for this once."""

    name: str
    root: str
    side: GoSide
    is_command: bool = False


def _running_commands(host: Host) -> Iterator[GoParty]:
    from idecare.golang.module import find_root
    from idecare.system.processes import inspect_processes, working_folder
    from idecare.workspaces.go_sides import command_side

    for found in inspect_processes().go:
        folder = working_folder(found.pid) if found.stem == "go" else None
        if folder is not None and (root := find_root(folder)):
            yield GoParty(found.label, str(root.root), command_side(host, found, folder), is_command=True)


class CacheParts(SnapshotReader):
    @part
    def cache_places(self) -> dict[str, CacheLocation]:
        """The caches of this shell by what is kept there, those whose place is usable."""
        from idecare.golang import environment as go
        from idecare.golang import gopls

        found = (*go.caches(self.host), *gopls.caches(self.host))
        return {place.role: place for place in found if place.role and not place.problem}

    @part
    def modcache(self) -> Path | None:
        """The module cache, where there is one."""
        place = self.cache_places.get(MODULE_CACHE)
        return place.path if place and self.is_folder(place.path / "cache" / "download") else None

    @part
    def space(self) -> tuple[Space, ...]:
        from idecare.system.mounts import inspect_space

        places = [(role, self.cache_places[role].path) for role in LARGE_CACHES if role in self.cache_places]
        return inspect_space([*places, (mark("temp folder"), self.temp)])

    @property
    def temp(self) -> Path:
        """Where go commands keep their work."""
        named = self.go_environment.lookup("GOTMPDIR").value
        return Path(named) if named else self.host.folders.temp

    @part
    def gopls_folders(self) -> tuple[VersionFolder, ...]:
        from idecare.caches.gopls import version_folders
        from idecare.golang.gopls import FILE_CACHE

        place = self.cache_places.get(FILE_CACHE)
        return tuple(version_folders(place.path)) if place else ()

    @part
    def gopls_owners(self) -> frozenset[str] | None:
        """The names that the folders of all known gopls have; ``None`` where one of them cannot be read."""
        from idecare.caches.gopls import folders_of, running_folders
        from idecare.golang.gopls import installs
        from idecare.system.processes import inspect_processes

        own = folders_of(found.binary or found.path for found in installs(self.host) if found.product == "gopls")
        running = running_folders(inspect_processes().go)
        return None if own is None or running is None else own | running

    @part
    def index_orphans(self) -> OrphanPayloads | None:
        from idecare.caches.goimports import find_orphans
        from idecare.golang.gopls import MODULE_INDEX

        place = self.cache_places.get(MODULE_INDEX)
        return find_orphans(place.path) if place and self.is_folder(place.path) else None

    @part
    def work_folders(self) -> tuple[WorkFolder, ...]:
        from idecare.golang.installs import BUILD_FOLDERS, caches

        return tuple(work_folders(place.path for place in caches(self.host) if place.name == BUILD_FOLDERS))

    @part
    def running_programs(self) -> frozenset[Path]:
        from idecare.system.processes import running_programs

        return running_programs()

    @part
    def go_is_at_work(self) -> bool:
        """Whether a go command holds a lock of the module cache: what it has half done is no damage."""
        from idecare.system.locks import lock_holders

        return self.modcache is not None and bool(lock_holders(self.modcache))

    @part
    def module_signs(self) -> tuple[Sign, ...]:
        from idecare.modules.signs import find_signs

        return find_signs(self.modcache) if self.modcache else ()

    @part
    def repositories(self) -> tuple[Repository, ...]:
        from idecare.modules.vcs_repositories import inspect_repositories

        return inspect_repositories(self.modcache) if self.modcache else ()

    @part
    def known_sums(self) -> KnownSums:
        """The go.sum files around the working folder."""
        from idecare.modules.sums import read_sums, sum_files

        return read_sums(sum_files(self.host, self.host.cwd))

    @part
    def used_modules(self) -> tuple[ModuleVersion, ...]:
        """Those of which a go.sum has the sum of the content."""
        return tuple(sorted(self.known_sums.content))

    @part
    def suspicions(self) -> tuple[Suspicion, ...]:
        """What names and sizes show of the modules that are used here, but for very large ones: of all it would take
        too long."""
        from idecare.modules.suspicions import find_suspicions

        if self.modcache is None:
            return ()
        zips = {module: self.modcache / module.file("zip") for module in self.used_modules}
        small = [module for module, path in zips.items() if self.size(path) < LARGEST_ZIP_BYTES]
        return find_suspicions(self.modcache, small[:MOST_MODULES], self.known_sums)

    @part
    def wrong_indexes(self) -> tuple[WrongIndex, ...]:
        """Of the modules that are used here, for every Go that is installed."""
        from idecare.modules.index import wrong_indexes

        place, root = self.cache_places.get(BUILD_CACHE), self.modcache
        if place is None or root is None:
            return ()
        versions = dict.fromkeys(install.version for install in self.go_installs if install.version)
        trees = (tree for module in self.used_modules if self.is_folder(tree := root / module.tree))
        return tuple(wrong_indexes(place.path, versions, trees, self.deep))

    @part
    def remembered_sizes(self) -> dict[str, RememberedSize]:
        """By what is kept there, as far as they were ever measured."""
        from idecare.caches.sizes.memory import remembered_size

        places = [self.cache_places[role] for role in LARGE_CACHES if role in self.cache_places]
        found = ((place.role, remembered_size(self.host.own.cache / "sizes", place.path)) for place in places)
        return {role: size for role, size in found if size}

    @property
    def compiled_root(self) -> Path | None:
        place = self.cache_places.get(BUILD_CACHE)
        return place.path if place and self.is_folder(place.path) else None

    @part
    def compiled(self) -> CompiledScan | None:
        """Every compiled package in the build cache; that takes seconds where it is large."""
        from idecare.caches.compiled import scan_compiled

        return scan_compiled(self.compiled_root) if self.compiled_root else None

    @property
    def project_packages(self) -> frozenset[str]:
        """Those of projects that were seen in the build cache; none where it was not read."""
        scan: CompiledScan | None = vars(self).get("compiled")
        outputs = scan.outputs if scan else ()
        return frozenset(one.compiled.package for one in outputs if not one.compiled.is_fixed)

    @part
    def go_parties(self) -> tuple[GoParty, ...]:
        """Who compiles now or may do so, each with its settings: IDEs, go commands, this shell."""
        from idecare.workspaces.base import Workspace
        from idecare.workspaces.conflicts.base import present
        from idecare.workspaces.observe import scan_workspaces, with_terminal

        scan = scan_workspaces(self.host, self.now)
        here = with_terminal(self.host, Workspace(self.host.cwd, None, ()), self.now).terminal
        found = [GoParty(one.name, str(space.root), one.side) for space in scan.workspaces for one in present(space)]
        shell = (GoParty(here.name, "", here.side),) if here else ()
        return (*found, *_running_commands(self.host), *shell)

    @part
    def module_verdicts(self) -> tuple[Verdict, ...]:
        """Every version in the module cache, hashed; what did not change since an earlier run is taken from memory."""
        from idecare.modules.inspect import SumMemory, inspect_modules
        from idecare.modules.layout import listed_modules
        from idecare.modules.repair import RepairRequest, plan_repair

        if self.modcache is None:
            return ()
        memory = SumMemory(self.host.own.cache / "modules", self.modcache)
        modules = listed_modules(self.modcache)
        states = inspect_modules(self.modcache, modules, self.known_sums, memory, self.on_progress)
        return plan_repair(states, RepairRequest())
