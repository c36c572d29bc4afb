"""What a running JetBrains IDE has open: recentProjects.xml and its command line, read against its lock.

Source: RecentProjectsManagerBase.kt of intellij-community (2022). ``opened`` stays true when the whole IDE exits, so it
says something only while its process lives; it is written when a window loses the focus, so it may be minutes old.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from idecare.core.frozen import frozen
from idecare.core.host import Host
from idecare.core.language import tr
from idecare.jetbrains.folders import Version
from idecare.system.files import read_text, real
from idecare.system.ide_owner import lock_pid
from idecare.system.processes import working_folder
from idecare.workspaces.base import Evidence
from idecare.workspaces.instances import Instance, Sighting, changed

RECENT = Path("options", "recentProjects.xml")
MAIN_CLASS = "com.intellij.idea.Main"
COMMANDS = frozenset({"diff", "merge", "format", "inspect", "installPlugins", "serverMode"})


@frozen
class RecentProject:
    path: Path
    is_opened: bool
    opened: datetime | None


def recent_file(version: Version) -> Path:
    return version.folders.config.path / RECENT


def sightings(host: Host, instance: Instance) -> Iterator[Sighting]:
    """Each folder that the IDE says it has open, then that of its command line."""
    if instance.version is None:
        return
    file = recent_file(instance.version)
    projects = recent_projects(file, host.home)
    owner = _owner_text(instance)
    for project in projects:
        if project.is_opened:
            detail = tr("opened in {file}; {owner}", file=file, owner=owner)
            yield Sighting(instance, project.path, Evidence("recent", "likely", detail, project.opened))
    yield from _from_command_line(instance, projects, changed(file))


def _owner_text(instance: Instance) -> str:
    """What shows that the IDE is running."""
    lock = instance.version.ide.lock if instance.version else None
    if lock is not None and lock_pid(lock) == instance.main.pid:
        return tr("{file} names pid {pid}, which runs", file=lock, pid=instance.main.pid)
    return tr("{name} (pid {pid}) runs", name=instance.name, pid=instance.main.pid)


def _from_command_line(
    instance: Instance, projects: tuple[RecentProject, ...], written: datetime | None
) -> Iterator[Sighting]:
    """The folder that it was started with, unless it has been closed since."""
    folder = _argument(instance)
    if folder is None:
        return
    closed = {real(project.path) for project in projects if not project.is_opened}
    is_newer = written is not None and instance.main.started is not None and written > instance.main.started
    if not (is_newer and real(folder) in closed):
        detail = tr("{name} was started with {path}", name=instance.name, path=folder)
        yield Sighting(instance, folder, Evidence("argument", "likely", detail, instance.main.started))


def _argument(instance: Instance) -> Path | None:
    """The first folder among the arguments. A Java has its own arguments before the main class."""
    words = instance.main.command[1:]
    if MAIN_CLASS in words:
        words = words[words.index(MAIN_CLASS) + 1 :]
    if words and words[0] in COMMANDS:
        return None
    place = working_folder(instance.main.pid) or Path("/")
    named = (place / word for word in words if word == "." or (os.sep in word and not word.startswith("-")))
    return next((path for path in named if os.path.isdir(path)), None)


def recent_projects(file: Path, home: Path | None) -> tuple[RecentProject, ...]:
    """The projects in the file; none when it is missing, or cut short by a crash."""
    text = read_text(file)
    if not text:
        return ()
    from xml.etree import ElementTree

    try:
        tree = ElementTree.fromstring(text.encode("utf-8", "surrogateescape"))
    except (ElementTree.ParseError, ValueError):
        return ()
    found = []
    for entry in tree.iter("entry"):
        path, info = _project_path(entry.get("key"), home), entry.find("value/RecentProjectMetaInfo")
        if path is not None and info is not None:
            options = {option.get("name"): option.get("value") for option in info.iter("option")}
            found.append(RecentProject(path, info.get("opened") == "true", _moment(options)))
    return tuple(found)


def _project_path(key: str | None, home: Path | None) -> Path | None:
    if not key or "\0" in key:
        return None
    path = Path(key.replace("$USER_HOME$", str(home)) if home else key)
    return path if path.is_absolute() else None


def _moment(options: dict[str | None, str | None]) -> datetime | None:
    """When the project was opened, in milliseconds of the epoch."""
    text = options.get("projectOpenTimestamp") or options.get("activationTimestamp") or ""
    try:
        return datetime.fromtimestamp(int(text) / 1000, UTC)
    except (ValueError, OverflowError, OSError):
        return None
