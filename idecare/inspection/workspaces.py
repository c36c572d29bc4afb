"""Which IDE has which Go module open: all evidence brought to one root for each module, and to one presence an IDE."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import chain
from pathlib import Path

from idecare.host import Host
from idecare.inspection import workspaces_gopls, workspaces_jetbrains, workspaces_vscode
from idecare.inspection.instances import Instance, Known, find_known, read_table, running_instances, stale_locks
from idecare.inspection.module_roots import ModuleRoot, find_roots
from idecare.inspection.sighting import Sighting
from idecare.inspection.workspace import Evidence, Look, Presence, Strength, Workspace
from idecare.tools.files import real

STRENGTHS: tuple[Strength, ...] = ("certain", "likely", "hint")


def inspect_workspaces(host: Host, now: datetime, known: Known | None = None) -> Look:
    """Look at everything that is open. ``known`` saves the search for installed IDEs, which takes most of the time."""
    known = known or find_known(host)
    table = read_table(known)
    instances = running_instances(known, table)
    found = tuple(
        chain(
            workspaces_gopls.sightings(instances, table),
            *(workspaces_jetbrains.sightings(host, instance) for instance in instances),
            *(workspaces_vscode.sightings(instance, table) for instance in instances),
        )
    )
    return Look(now, tuple(_workspaces(found)), stale_locks=stale_locks(known, instances))


def _workspaces(found: Iterable[Sighting]) -> Iterator[Workspace]:
    """One for each module, by path. An IDE that opened a folder above a module has that module open, too."""
    sightings = tuple(found)
    leads = {folder: find_roots(folder) for folder in dict.fromkeys(sighting.folder for sighting in sightings)}
    roots = {root.identity: root for roots in reversed(leads.values()) for root in roots}
    for root in sorted(roots.values(), key=lambda root: root.root):
        folders = {folder for folder, led in leads.items() if _has_open(folder, led, root)}
        mine = tuple(sighting for sighting in sightings if sighting.folder in folders)
        yield Workspace(root.root, root.module, tuple(_presences(mine)), members=root.members)


def _has_open(folder: Path, leads_to: tuple[ModuleRoot, ...], root: ModuleRoot) -> bool:
    return any(found.identity == root.identity for found in leads_to) or root.root.is_relative_to(real(folder))


def _presences(sightings: tuple[Sighting, ...]) -> Iterator[Presence]:
    """One for each IDE, however many windows and language servers it has on the module; the oldest comes first."""
    by_instance: dict[int, list[Sighting]] = {}
    for sighting in sightings:
        by_instance.setdefault(sighting.instance.main.pid, []).append(sighting)
    presences = (_presence(mine[0].instance, mine) for mine in by_instance.values())
    yield from sorted(presences, key=lambda presence: (presence.since is None, presence.since, presence.name))


def _presence(instance: Instance, sightings: list[Sighting]) -> Presence:
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
        is_lingering=all(sighting.is_lingering for sighting in sightings),
    )


def _by_strength(evidence: Evidence) -> int:
    return STRENGTHS.index(evidence.strength)
