"""The parts of a snapshot that caches consist of: what is in them as far as names and sizes show."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from idecare.doctor.snapshot.base import SnapshotReader, part

if TYPE_CHECKING:
    from idecare.caches.build_leftovers import WorkFolder
    from idecare.caches.gopls_folders import CacheFolder, Payloads
    from idecare.caches.sizes.remembered import RememberedSize
    from idecare.core.locations import CacheLocation
    from idecare.modules.index_content import WrongIndex
    from idecare.modules.names import ModuleVersion
    from idecare.modules.quick import Suspicion
    from idecare.modules.repair.plan import Verdict
    from idecare.modules.signs import Sign
    from idecare.modules.sums import KnownSums
    from idecare.modules.vcs_repositories import Repository
    from idecare.system.mounts import Space


LARGEST_ZIP_BYTES = 8_000_000
MOST_MODULES = 200


class CacheParts(SnapshotReader):
    @part
    def cache_places(self) -> dict[str, CacheLocation]:
        """The caches of this shell by their targets, those whose place is usable."""
        from idecare.golang import environment as go
        from idecare.golang import gopls

        found = (*go.caches(self.host), *gopls.caches(self.host))
        return {place.target: place for place in found if place.target and not place.problem}

    @part
    def modcache(self) -> Path | None:
        """The module cache, where there is one."""
        place = self.cache_places.get("modcache")
        return place.path if place and self.is_folder(place.path / "cache" / "download") else None

    @part
    def space(self) -> tuple[Space, ...]:
        from idecare.system.mounts import inspect_space

        names = {"gocache": "build cache", "modcache": "module cache"}
        places = [(name, self.cache_places[word].path) for word, name in names.items() if word in self.cache_places]
        return inspect_space([*places, ("temp folder", self.temp)])

    @property
    def temp(self) -> Path:
        """Where go commands keep their work."""
        named = self.go_environment.lookup("GOTMPDIR").value
        return Path(named) if named else self.host.folders.temp

    @part
    def gopls_folders(self) -> tuple[CacheFolder, ...]:
        from idecare.caches.gopls_folders import version_folders

        place = self.cache_places.get("gopls")
        return tuple(version_folders(place.path)) if place else ()

    @part
    def gopls_owners(self) -> frozenset[str] | None:
        """The names that the folders of all known gopls have; ``None`` where one of them cannot be read."""
        from idecare.caches.gopls_folders import names_of
        from idecare.caches.owners import running_gopls_folders
        from idecare.golang.gopls import installs
        from idecare.system.processes import inspect_processes

        own = names_of(found.binary or found.path for found in installs(self.host) if found.product == "gopls")
        running = running_gopls_folders(inspect_processes().go)
        return None if own is None or running is None else own | running

    @part
    def index_orphans(self) -> Payloads | None:
        from idecare.caches.gopls_folders import orphans_of_index

        place = self.cache_places.get("goimports")
        return orphans_of_index(place.path) if place and self.is_folder(place.path) else None

    @part
    def work_folders(self) -> tuple[WorkFolder, ...]:
        from idecare.caches.build_leftovers import work_folders
        from idecare.golang.installs import caches

        return tuple(work_folders(place.path for place in caches(self.host) if place.name == "build folder"))

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
        from idecare.modules.quick import quick_look

        if self.modcache is None:
            return ()
        zips = {module: self.modcache / module.file("zip") for module in self.used_modules}
        small = [module for module, path in zips.items() if self.size(path) < LARGEST_ZIP_BYTES]
        return quick_look(self.modcache, small[:MOST_MODULES], self.known_sums)

    @part
    def wrong_indexes(self) -> tuple[WrongIndex, ...]:
        """Of the modules that are used here, for every Go that is installed."""
        from idecare.modules.index_content import wrong_indexes

        place, root = self.cache_places.get("gocache"), self.modcache
        if place is None or root is None:
            return ()
        versions = dict.fromkeys(install.version for install in self.go_installs if install.version)
        trees = (tree for module in self.used_modules if self.is_folder(tree := root / module.tree))
        return tuple(wrong_indexes(place.path, versions, trees, self.deep))

    @part
    def remembered_sizes(self) -> dict[str, RememberedSize]:
        """By target, as far as they were ever measured."""
        from idecare.caches.sizes.remembered import remembered_size

        places = [self.cache_places[word] for word in ("gocache", "modcache") if word in self.cache_places]
        found = ((place.target or "", remembered_size(self.host.own.cache / "sizes", place.path)) for place in places)
        return {target: size for target, size in found if size}

    @part
    def module_verdicts(self) -> tuple[Verdict, ...]:
        """Every version in the module cache, hashed; what did not change since an earlier run is taken from memory."""
        from idecare.modules.memory import SumMemory
        from idecare.modules.names import listed_modules
        from idecare.modules.parts import inspect_modules
        from idecare.modules.repair.plan import Wishes, plan_repair

        if self.modcache is None:
            return ()
        memory = SumMemory(self.host.own.cache / "modules", self.modcache)
        modules = listed_modules(self.modcache)
        states = inspect_modules(self.modcache, modules, self.known_sums, memory, self.on_progress)
        return plan_repair(states, Wishes())
