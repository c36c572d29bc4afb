"""Which IDE has which Go module open: all evidence brought to one root for each module, and to one presence an IDE."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from itertools import chain
from pathlib import Path

from idecare.core.host import Host
from idecare.core.language import tr
from idecare.golang.environment import go_environment
from idecare.golang.module import ModuleRoot, find_root, find_roots
from idecare.modules.layout import half_extracted
from idecare.system.files import real
from idecare.system.processes import Process, scan_process_tree
from idecare.vscode.paths import is_possible
from idecare.workspaces import gopls as workspaces_gopls
from idecare.workspaces import jetbrains as workspaces_jetbrains
from idecare.workspaces import vscode as workspaces_vscode
from idecare.workspaces.base import SHELL, Evidence, GoSetting, GoSide, LockWait, Presence, Scan, Strength, Workspace
from idecare.workspaces.go_sides import go_side
from idecare.workspaces.instances import (
    Instance,
    KnownInstalls,
    Sighting,
    find_known_installs,
    running_instances,
    stale_locks,
)
from idecare.workspaces.lock_waits import lock_waits
from idecare.workspaces.vscode import lingering

STRENGTHS: tuple[Strength, ...] = ("certain", "likely", "hint")


def scan_workspaces(host: Host, now: datetime, known: KnownInstalls | None = None) -> Scan:
    """Scan everything that is open. ``known`` saves the search for installed IDEs, which takes most of the time."""
    known = known or find_known_installs(host)
    tree = scan_process_tree(known.names)
    instances = running_instances(known, tree)
    found = tuple(
        chain(
            workspaces_gopls.sightings(known, instances, tree),
            *(workspaces_jetbrains.sightings(host, instance) for instance in instances),
            *(workspaces_vscode.sightings(instance, tree) for instance in instances),
        )
    )
    found = tuple(sighting for sighting in found if is_possible(sighting.folder))
    unattended = lingering(instances, tree)
    locks = tuple(
        replace(lock, starter=workspaces_gopls.starter(lock.pid, known, instances, tree))
        for lock in lock_waits(tree.processes.go, now)
    )
    workspaces = tuple(_with_locks(workspace, locks) for workspace in _workspaces(host, found, unattended))
    remotes = tuple(window for instance in instances for window in workspaces_vscode.remote_windows(instance))
    return Scan(now, workspaces, locks, stale_locks(known, instances), remotes=remotes)


def inspect_module(host: Host, scan: Scan, folder: Path) -> Workspace | None:
    """The module of ``folder`` as it was scanned, open or not; ``None`` when there is no module."""
    root = find_root(folder)
    if root is None:
        return None
    identity = root.identity
    found = (one for one in scan.workspaces if ModuleRoot(one.root, None, ()).identity == identity)
    modcache = Path(go_environment(host).modcache.value)
    closed = Workspace(root.root, root.module, (), members=root.members)
    return next(found, None) or _with_locks(closed, scan.locks, modcache)


def with_terminal(host: Host, workspace: Workspace, now: datetime) -> Workspace:
    """The module with the shell that asks as one more party: its Go, its variables."""
    main = Process(os.getppid(), "shell", environment=host.environment)
    instance = Instance(SHELL, tr("your terminal"), None, main)
    side = go_side(host, instance, workspace.root, None, workspace.root)
    sign = Evidence("terminal", "certain", tr("this command was started from it"), now)
    terminal = Presence(SHELL, instance.name, None, main.pid, (main.pid,), None, (host.cwd,), (sign,), side)
    return replace(workspace, terminal=terminal)


def _with_locks(workspace: Workspace, locks: tuple[LockWait, ...], *modcaches: Path) -> Workspace:
    """Locks of the module's own files, and of the module caches that its IDEs use."""
    folders = tuple(dict.fromkeys((workspace.root, *workspace.members)))
    used = {*modcaches, *(Path(found.value) for found in _modcaches(workspace))}
    own = tuple(lock for lock in locks if any(lock.path.is_relative_to(place) for place in (*folders, *used)))
    held = [lock.path for lock in locks]
    partial = tuple(marker for modcache in sorted(used) for marker in half_extracted(modcache, folders, held))
    return replace(workspace, locks=own, half_extracted=partial)


def _modcaches(workspace: Workspace) -> Iterator[GoSetting]:
    for presence in workspace.presences:
        setting = presence.side.setting("GOMODCACHE")
        if setting is not None and Path(setting.value).is_absolute():
            yield setting


def _workspaces(host: Host, found: Iterable[Sighting], unattended: frozenset[int]) -> Iterator[Workspace]:
    """One for each module, by path. An IDE that opened a folder above a module has that module open, too."""
    by_folder: dict[Path, list[Sighting]] = {}
    for sighting in found:
        by_folder.setdefault(sighting.folder, []).append(sighting)
    roots: dict[tuple[int, int] | Path, ModuleRoot] = {}
    openers: dict[tuple[int, int] | Path, list[Path]] = {}  # of a root's identity
    above: dict[Path, list[Path]] = {}  # folders by their real path
    for folder in by_folder:
        above.setdefault(real(folder), []).append(folder)
        for root in find_roots(folder):
            identity = root.identity
            roots.setdefault(identity, root)
            openers.setdefault(identity, []).append(folder)
    for identity, root in sorted(roots.items(), key=lambda pair: pair[1].root):
        over = (folder for place in (root.root, *root.root.parents) for folder in above.get(place, ()))
        folders = dict.fromkeys((*openers[identity], *over))
        mine = tuple(sighting for folder in folders for sighting in by_folder[folder])
        yield Workspace(root.root, root.module, tuple(_presences(host, root, mine, unattended)), members=root.members)


def _presences(
    host: Host, root: ModuleRoot, sightings: tuple[Sighting, ...], unattended: frozenset[int]
) -> Iterator[Presence]:
    """One for each IDE, however many windows and language servers it has on the module; the oldest comes first."""
    by_instance: dict[int, list[Sighting]] = {}
    for sighting in sightings:
        by_instance.setdefault(sighting.instance.main.pid, []).append(sighting)
    presences = (_presence(host, root, mine, unattended) for mine in by_instance.values())
    yield from sorted(presences, key=lambda presence: (presence.since is None, presence.since, presence.name))


def _presence(host: Host, root: ModuleRoot, sightings: list[Sighting], unattended: frozenset[int]) -> Presence:
    instance = sightings[0].instance
    server = next((found.process for found in sightings if found.process and found.process.is_language_server), None)
    processes = {sighting.process.pid for sighting in sightings if sighting.process}
    evidence = sorted({sighting.evidence: None for sighting in sightings}, key=_by_strength)
    return Presence(
        product=instance.product,
        name=instance.name,
        version=instance.number,
        pid=instance.main.pid,
        pids=tuple(sorted({instance.main.pid, *processes})),
        since=instance.main.started,
        folders=tuple(dict.fromkeys(sighting.folder for sighting in sightings)),
        evidence=tuple(evidence),
        side=_side(host, root, sightings, server),
        is_lingering=instance.main.pid in unattended or (bool(processes) and processes <= unattended),
    )


def _side(host: Host, root: ModuleRoot, sightings: list[Sighting], server: Process | None) -> GoSide:
    """A workspace file counts unless it is from an earlier run."""
    first = sightings[0]
    files = (found.workspace_file for found in sightings if found.evidence.strength != "hint")
    workspace_file = next((file for file in files if file), None)
    return go_side(host, first.instance, first.folder, server, root.root, _go_command(sightings), workspace_file)


def _go_command(sightings: list[Sighting]) -> Process | None:
    """A go command that the IDE runs there now."""
    return next((found.process for found in sightings if found.process and found.evidence.kind == "go"), None)


def _by_strength(evidence: Evidence) -> int:
    return STRENGTHS.index(evidence.strength)
