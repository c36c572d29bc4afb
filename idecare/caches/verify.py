"""Find and look for a repair: from names on the command line to verdicts and a plan."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from idecare.caches.base import Cache, Target
from idecare.caches.find import FoundCaches, find_caches
from idecare.caches.gocache import TARGET as BUILD_CACHE
from idecare.caches.modcache import TARGET as MODULE_CACHE
from idecare.caches.users import find_users
from idecare.changes.plan import Plan
from idecare.core.commands import user_path
from idecare.core.errors import IdecareError
from idecare.core.frozen import frozen
from idecare.core.host import Host
from idecare.core.humanize import path_text
from idecare.core.language import tr
from idecare.core.settings import read_settings
from idecare.golang.environment import go_environment
from idecare.golang.installs import installs
from idecare.golang.setup import inspect_go_setup
from idecare.golang.toolchain import answered_version
from idecare.modules.index import index_entries, stale_entries
from idecare.modules.inspect import SumMemory, inspect_modules
from idecare.modules.layout import ModuleVersion, listed_modules
from idecare.modules.repair import Repair, RepairRequest, Verdict, plan_repair
from idecare.modules.repair.actions import Place, index_step, repair_steps
from idecare.modules.sums import KnownSums, read_sums, sum_files
from idecare.modules.suspicions import tree_differences
from idecare.modules.vcs_repositories import inspect_repositories
from idecare.modules.workers import Progress
from idecare.system.filesystem import write_atomic
from idecare.system.processes import inspect_processes


@frozen
class ModuleCache:
    """The module cache of this shell, what it holds, and the sums that the projects around the working folder name."""

    host: Host
    found: FoundCaches
    cache: Cache
    modules: tuple[ModuleVersion, ...]
    known: KnownSums
    sum_files: tuple[Path, ...]

    @property
    def root(self) -> Path:
        return self.cache.root


@frozen
class RepairPlan:
    """Verdicts, and entries of the build cache that are an index of a tree as it was."""

    modcache: ModuleCache
    verdicts: tuple[Verdict, ...]
    index: tuple[str, ...] = ()
    gocache: Cache | None = None

    @property
    def has_changes(self) -> bool:
        return bool(self.index) or any(isinstance(verdict.decision, Repair) for verdict in self.verdicts)


def find_modcache(host: Host) -> ModuleCache:
    """IdecareError when this shell's module cache may not be touched at all."""
    found = find_caches(host, read_settings(host.own.config), (MODULE_CACHE.name, BUILD_CACHE.name), toolchains=True)
    cache = _cache_of(found, MODULE_CACHE)
    if cache is None:
        message = tr("nothing says where the module cache is: HOME, GOPATH and GOMODCACHE are not set")
        raise IdecareError("no-place", message, tr("set HOME, or GOMODCACHE"))
    if os.path.islink(cache.location.path) and not os.path.exists(cache.location.path):
        place = path_text(cache.location.path, host.home)
        goal = os.readlink(cache.location.path)
        message = tr("the module cache {path} is a link to {goal}, which is gone", path=place, goal=goal)
        remove = f"rm {user_path(cache.location.path, host.home)}"
        raise IdecareError("dangling-link", message, tr("make that folder, or: {command}", command=remove))
    if cache.skip and cache.skip.kind != "absent":
        raise IdecareError(
            cache.skip.code, f"{path_text(cache.root, host.home)} {cache.skip.reason}", cache.skip.next_step
        )
    files = sum_files(host, host.cwd)
    modules = listed_modules(cache.root) if cache.identity else ()
    return ModuleCache(found.host, found, cache, modules, read_sums(files), files)


def verified(
    modcache: ModuleCache,
    modules: Sequence[ModuleVersion],
    named: frozenset[ModuleVersion] = frozenset(),
    again: bool = False,
    with_repositories: bool = False,
    on_progress: Progress = lambda done, of: None,
) -> RepairPlan:
    """Hash the modules, decide, and look for what go has indexed of trees that are no more.

    ``again``: hash also what did not change since an earlier run.
    """
    root = modcache.root
    memory = SumMemory(modcache.host.own.cache / "modules", root)
    states = inspect_modules(root, modules, modcache.known, memory, on_progress, again)
    if memory.content is not None:
        with suppress(OSError):  # the next run hashes again
            write_atomic(memory.file, memory.content)
    repositories = inspect_repositories(root) if with_repositories and modcache.cache.identity else ()
    request = RepairRequest(named, inspect_go_setup(modcache.host).offline)
    verdicts = plan_repair(states, request, repositories)
    if any(isinstance(verdict.decision, Repair) and verdict.decision.download for verdict in verdicts):
        verdicts = plan_repair(states, replace(request, busy=_user(modcache)), repositories)
    gocache, index = _index(modcache, verdicts)
    return RepairPlan(modcache, tuple(_explained(root, verdict) for verdict in verdicts), index, gocache)


def _cache_of(found: FoundCaches, target: Target) -> Cache | None:
    """``None`` where nothing says where it would be, as without HOME."""
    return next((cache for cache in found.caches if cache.target == target.name), None)


def _user(modcache: ModuleCache) -> str | None:
    users = find_users(modcache.cache, inspect_processes(modcache.found.ide_names), modcache.host, datetime.now(UTC))
    return users.blocking[0].label if users.blocking else None


def _explained(root: Path, verdict: Verdict) -> Verdict:
    """With the names of the files that are not as in the zip."""
    if verdict.state is None or not any(damage.part == "tree" for damage in verdict.damages):
        return verdict
    names = tree_differences(root, verdict.state.module)
    damages = (replace(found, reason=names) if found.part == "tree" and names else found for found in verdict.damages)
    return replace(verdict, damages=tuple(damages))


def _index(modcache: ModuleCache, verdicts: Iterable[Verdict]) -> tuple[Cache | None, tuple[str, ...]]:
    """Of trees that will be made again, every entry; of sound ones, those older than the tree."""
    builds = _cache_of(modcache.found, BUILD_CACHE)
    if builds is None or (builds.skip and builds.skip.kind != "absent") or builds.identity is None:
        return None, ()
    sound: list[Path] = []
    replaced: list[Path] = []
    for verdict in verdicts:
        if verdict.state and verdict.state.tree.is_there:
            repair = verdict.decision
            changes = isinstance(repair, Repair) and any(path.startswith(repair.place) for path in repair.hold)
            (replaced if changes else sound).append(_tree_as_go_names_it(modcache, verdict.state.module))
    versions = go_versions(modcache.host)
    entries = (*index_entries(builds.root, versions, replaced), *stale_entries(builds.root, versions, sound))
    return builds, tuple(dict.fromkeys(entries))


def _tree_as_go_names_it(modcache: ModuleCache, module: ModuleVersion) -> Path:
    """With GOMODCACHE as it is spelled, links and all: that is what go's key is made of."""
    return modcache.cache.location.path / module.tree


def go_versions(host: Host) -> tuple[str, ...]:
    """Of every Go on the machine; one that is a wrapper is asked."""
    found = [
        install.version or (answered_version(host, install.path) if install.binary else None)
        for install in installs(host)
    ]
    return tuple(dict.fromkeys(version.split()[0] for version in found if version))


def plan_of(repair: RepairPlan) -> Plan:
    """The steps of a repair, and last of all go's index of what was replaced."""
    modcache, gocache = repair.modcache, repair.gocache
    if modcache.cache.identity is None:
        return Plan()
    flags = go_environment(modcache.host).lookup("GOFLAGS").value.split()
    writable = bool({"-modcacherw", "--modcacherw", "-modcacherw=true"} & set(flags))
    steps = repair_steps(
        repair.verdicts, Place(modcache.cache.target, modcache.root, modcache.cache.identity, writable)
    )
    if gocache is None:
        return steps
    return steps + index_step(Place(gocache.target, gocache.root, gocache.identity_now), repair.index)
