"""Planning a prune: what of a module cache no project on this machine needs, and whether it may go now."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path

from idecare.caches.base import Cache, Users, busy, hold
from idecare.caches.find import FoundCaches
from idecare.caches.sizes import measure_parts
from idecare.caches.sizes.memory import SizeMemory
from idecare.changes.plan import Action, Plan, Step
from idecare.core.frozen import frozen
from idecare.core.host import Host
from idecare.core.humanize import age_text, path_text
from idecare.core.language import tr
from idecare.core.results import Skip, absent, kept, refused
from idecare.core.settings import Settings
from idecare.golang.environment import go_environment
from idecare.golang.installed_tools import InstalledTool, installed_tools
from idecare.golang.installs import other_modcaches
from idecare.golang.setup import inspect_go_setup
from idecare.modules.build_list import go_mods_of
from idecare.modules.cached import CachedVersion, cached_versions
from idecare.modules.layout import ModuleVersion
from idecare.system.files import children, real
from idecare.vscode.locations import configs
from idecare.workspaces.instances import KnownInstalls, find_known_installs
from idecare.workspaces.projects import Projects, find_evidence, find_projects
from idecare.workspaces.unneeded import Sorted, named_toolchains, sort_out

USED_LATELY = timedelta(days=14)
COST = tr("a project that is not known here downloads again what it needs of them")


@frozen
class Found:
    """What a prune has found. ``sizes``: allocated bytes of each version that nobody needs."""

    projects: Projects
    tools: tuple[InstalledTool, ...]
    versions: Sorted
    sizes: Mapping[ModuleVersion, int]

    @property
    def bytes(self) -> int:
        return sum(self.sizes.values())


NOTHING = Found(Projects(()), (), Sorted((), (), 0), {})


def find_unneeded(
    host: Host,
    cache: Cache,
    settings: Settings,
    folders: Iterable[Path],
    older_than: timedelta,
    now: datetime,
    memory: SizeMemory,
) -> Found:
    """Find the projects, what they need, and what is left; ``folders``: where the user says that projects are."""
    if cache.skip:
        return NOTHING
    root = cache.root
    read, known = go_mods_of(root), find_known_installs(host)
    evidence = find_evidence(host, folders, settings.projects, known, now)
    projects = find_projects(evidence, frozenset(_caches(host, root)), read)
    tools, cached = tuple(installed_tools(host)), cached_versions(root)
    trees = [one.parts[0] for one in cached if one.toolchain]
    named = named_toolchains(trees, _settings_files(host, known, projects), _variables(host))
    wanted = frozenset({go_environment(host).lookup("GOTOOLCHAIN").value})
    used_before = now.timestamp() - older_than.total_seconds()
    versions = sort_out(cached, projects, tools, wanted, frozenset((*cache.left, *named)), used_before, read)
    usages = measure_parts(root, cache.target, (one.parts for one in versions.unneeded), memory, now.timestamp())
    sizes = {one.module: used.allocated_bytes for one, used in zip(versions.unneeded, usages, strict=True)}
    return Found(projects, tools, versions, sizes)


def _caches(host: Host, root: Path) -> Iterator[Path]:
    """Folders in which every go.mod is one of a download, or none at all."""
    yield real(root)
    yield from (real(place.path) for place in other_modcaches(host))
    build_cache = go_environment(host).gocache.value
    if os.path.isabs(build_cache):
        yield real(Path(build_cache))


def _settings_files(host: Host, known: KnownInstalls, projects: Projects) -> Iterator[Path]:
    """Where an IDE may name a toolchain as its GOROOT."""
    yield from (place.path for place in configs(host))
    for version in known.jetbrains:
        yield from children(version.folders.options.path)
    for project in projects.found:
        yield project.root / ".vscode" / "settings.json"
        yield from (path for path in children(project.root / ".idea") if path.suffix == ".xml")


def _variables(host: Host) -> Iterator[str]:
    yield from (host.environment.get(name, "") for name in ("GOROOT", "PATH"))


def plan_prune(
    scan: FoundCaches, cache: Cache, found: Found, going: Iterable[CachedVersion], older_than: timedelta, now: datetime
) -> Plan:
    """One step: ``going``, some of the versions that were found, are set aside."""
    users = next(iter(scan.candidates(now))).users if not cache.skip else Users()
    decision = cache.skip or _decision(scan.host, cache, found, tuple(going), older_than, users)
    is_busy = isinstance(decision, Skip) and decision.kind == "busy"
    cost = "" if isinstance(decision, Skip) else COST
    source = cache.location.source
    return Plan((Step(cache.target, cache.root, decision, source, cost, busy=users.blocking if is_busy else ()),))


def _decision(
    host: Host, cache: Cache, found: Found, going: tuple[CachedVersion, ...], older_than: timedelta, users: Users
) -> Action | Skip:
    if unknown := found.projects.unknown:
        names = ", ".join(path_text(path, host.home) for path in unknown[:3])
        reason = tr(
            "what is needed is not known, because this cannot be read or searched to its end: {paths}", paths=names
        )
        return refused("unknown-project", reason, tr("make it readable, or set HOME to a smaller folder"))
    if not going:
        span = age_text(older_than.total_seconds())
        return absent("all-needed", tr("holds nothing that was not used for {age} and that no project needs", age=span))
    if offline := inspect_go_setup(host).offline:
        return kept(
            "offline", offline, tr("set GOPROXY for this command: {command}", command="GOPROXY=direct idecare prune")
        )
    if users.blocking:
        return busy(users.blocking)
    return hold(cache, tuple(part for one in going for part in one.parts))
