"""JetBrains IDEs for Go: the caches and configuration files of GoLand and of IntelliJ IDEA Ultimate."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from idecare.core.frozen import frozen
from idecare.core.host import Host
from idecare.core.language import tr
from idecare.core.locations import CacheLocation, ConfigLocation, Tool
from idecare.jetbrains.folders import INDEX_ROLE, PROPERTIES_NAME, Folder, Version, versions
from idecare.jetbrains.installs import GOLAND, PRODUCTS, installs
from idecare.jetbrains.options import OPTIONS_FILE
from idecare.jetbrains.runtimes import runtime_file, runtimes
from idecare.system.files import children

# Shown and kept. Without the VFS the IDE also wipes Local History (ChangeListStorageImpl.initStorage).
KEPT = {tr("VFS caches"): "caches", tr("Local History"): "LocalHistory", tr("projects"): "projects"}
# The launcher sets ErrorFile and HeapDumpPath to these names in the home folder.
CRASH_FILES = {".hprof": tr("heap dump"), ".log": tr("crash log")}


def caches(host: Host) -> Iterator[CacheLocation]:
    """Each version's index, VFS, Local History, logs and project caches, and what crashes left in the home folder."""
    found = versions(host, installs(host))
    yield from _without_shared([location for version in found for location in _caches(version)])
    yield from crash_files(host)


def _caches(version: Version) -> Iterator[CacheLocation]:
    folders = version.folders
    if _has_index(version):
        yield _index(version)
    for name, folder_name in KEPT.items():
        if os.path.isdir(folders.system.path / folder_name):
            yield _location(version, name, folders.system.child(folder_name))
    if os.path.isdir(folders.log.path):
        yield _location(version, tr("logs"), folders.log)


def _has_index(version: Version) -> bool:
    """An index that is missing is shown where one is to be expected."""
    if os.path.isdir(version.folders.index.path):
        return True
    return version.product is GOLAND and version.recognised and os.path.isdir(version.folders.system.path)


def _index(version: Version) -> CacheLocation:
    location = _location(version, tr(INDEX_ROLE), version.folders.index)
    return replace(location, role=INDEX_ROLE, problem=_index_problem(version))


def _index_problem(version: Version) -> str | None:
    """Why it is not certain that this is the index, or that its IDE would be seen running."""
    folders = version.folders
    if not version.recognised:
        return tr(
            "no {product} config folder or install has the name {selector}",
            product=version.product.prefix,
            selector=version.selector,
        )
    if folders.config.path == folders.system.path:
        return tr("config and system folder are the same, with which the IDE refuses to start")
    if _holds(folders.index.path, (folders.options.path, folders.config.path, folders.system.path)):
        return tr("the index folder also holds settings or other caches")
    return folders.index.problem or folders.system.problem or folders.config.problem or folders.options.problem


def _holds(folder: Path, others: Iterable[Path]) -> bool:
    return any(folder == other or folder in other.parents for other in others)


def _location(version: Version, name: str, folder: Folder) -> CacheLocation:
    return CacheLocation(
        tool="jetbrains",
        name=f"{version.selector} {name}",
        path=folder.path,
        source=version.source(folder.source),
        ide=version.ide,
        problem=folder.problem,
        effective=not version.leftover,
    )


def _without_shared(locations: list[CacheLocation]) -> Iterator[CacheLocation]:
    """A property file in the home folder gives every version the same folders: they belong to the installed one.

    Where that does not decide, one version could be running in a folder while the other's lock says it is closed.
    """
    owners = Counter(location.path for location in locations)
    effective = Counter(location.path for location in locations if location.effective)
    for location in locations:
        if owners[location.path] == 1 or (location.effective and effective[location.path] == 1):
            yield location
        elif location.effective or not effective[location.path]:
            yield replace(location, problem=tr("two versions of an IDE, or two of its folders, are at this path"))


def crash_files(host: Host) -> Iterator[CacheLocation]:
    """Heap dumps and crash logs in the home folder, where the launcher has them written."""
    for file in children(host.home) if host.home else ():
        for product in PRODUCTS:
            kind = CRASH_FILES.get(file.suffix) if file.name.startswith(f"java_error_in_{product.name}") else None
            if kind and os.path.isfile(file):
                yield CacheLocation("jetbrains", f"{product.prefix} {kind}", file, tr("written in a crash of the IDE"))


def configs(host: Host) -> Iterator[ConfigLocation]:
    """The files in each version's config folder that its launcher reads, whether or not they exist."""
    for version in versions(host, installs(host)):
        options = version.folders.options
        if version.homes or os.path.isdir(options.path):
            for name in _config_names(host, version):
                source = version.source(options.source)
                yield ConfigLocation("jetbrains", f"{version.selector} {name}", options.path / name, source)


def _config_names(host: Host, version: Version) -> tuple[str, str, str]:
    product = version.product.name
    return PROPERTIES_NAME, OPTIONS_FILE[host.platform.name].format(product), runtime_file(host, version.product)


JETBRAINS = Tool("jetbrains", installs, caches, configs, runtimes)


@frozen
class CrashFile:
    """``kind`` is ``GoLand heap dump`` and the like; ``size_bytes`` are allocated."""

    kind: str
    path: Path
    size_bytes: int
    written: datetime


@frozen
class Leftover:
    """The system folder of a version that is not installed, and when something in it was last written."""

    selector: str
    path: Path
    used: datetime


def find_crash_files(host: Host) -> tuple[CrashFile, ...]:
    """Those of the home folder."""
    found = ((place, _status(place.path)) for place in crash_files(host))
    return tuple(
        CrashFile(place.name, place.path, getattr(status, "st_blocks", 0) * 512, _time(status.st_mtime))
        for place, status in found
        if status
    )


def find_leftovers(versions: Iterable[Version]) -> Iterator[Leftover]:
    """By the times of the system folder and of what lies directly in it, which a start of the IDE renews."""
    for version in versions:
        path = version.folders.system.path
        if version.leftover and version.folders.system.problem is None and os.path.isdir(path):
            times = [status.st_mtime for file in (path, *children(path)) if (status := _status(file))]
            yield Leftover(version.selector, path, _time(max(times, default=0)))


def _status(path: Path) -> os.stat_result | None:
    try:
        return os.stat(path)
    except OSError:
        return None


def _time(stamp: float) -> datetime:
    return datetime.fromtimestamp(stamp, UTC)
