"""Which service manager this system has, and the change of a file that registers the daemon with it."""

from __future__ import annotations

import os
from pathlib import Path

from idecare.changes.plan import Change, RemoveFile, WriteFile
from idecare.core.host import Host
from idecare.core.language import tr
from idecare.core.platforms import PlatformName
from idecare.core.reading import read_file
from idecare.system.files import find_program
from idecare.system.filesystem.whole_files import read_whole
from idecare.watcher.service.base import Manager, service_order
from idecare.watcher.service.launchd import Launchd
from idecare.watcher.service.scheduler import TaskScheduler
from idecare.watcher.service.systemd import Systemd

OWNER = "idecare"  # in the place of an IDE, in the journal
KINDS: dict[PlatformName, type[Systemd] | type[Launchd] | type[TaskScheduler]] = {
    "linux": Systemd, "macos": Launchd, "windows": TaskScheduler
}  # fmt: skip
WHY_THIS_FILE = {
    "systemd": tr("where systemd looks for a user's own units"),
    "launchd": tr("where launchd looks at login"),
    "Task Scheduler": tr("what Task Scheduler is given"),
}


def manager_of(host: Host) -> Manager | None:
    """``None`` where none is known, as on a Linux without systemd."""
    kind = KINDS.get(host.platform.name)
    return kind(host) if kind and find_program(host, kind.program) else None


def installing(host: Host, manager: Manager) -> WriteFile:
    """Write the service's file as it would be written today."""
    path, real = _paths(manager)
    before = read_whole(path)
    change = _change(manager, before is not None, True)
    return WriteFile(OWNER, path, real, before, manager.content(service_order(host)), (change,), _why(manager))


def uninstalling(manager: Manager) -> RemoveFile | None:
    """``None`` when there is no file."""
    path, real = _paths(manager)
    before = read_whole(path)
    if before is None:
        return None
    return RemoveFile(OWNER, path, real, before, (_change(manager, True, False),), _why(manager))


def starts_this_idecare(host: Host, manager: Manager) -> bool:
    """Whether the file, if there is one, names the program that is running now: another one may have gone."""
    try:
        program = service_order(host).program[0]
        names = (program.encode(), program.encode("ascii", "xmlcharrefreplace"))
        return any(name in read_file(manager.file()) for name in names)
    except FileNotFoundError:
        return True


def follow_file(host: Host) -> None:
    """Make the manager take up what an undo has put back or taken away."""
    if (manager := manager_of(host)) is None:
        return
    if manager.file().is_file():
        manager.register()
    else:
        manager.unregister()


def _paths(manager: Manager) -> tuple[Path, Path]:
    path = manager.file()
    return path, Path(os.path.realpath(path))


def _change(manager: Manager, was: bool, will: bool) -> Change:
    before, after = (f"by {manager.name}" if there else None for there in (was, will))
    return Change("start at login", before, after, tr("a service of your session"), "idecare daemon")


def _why(manager: Manager) -> str:
    return WHY_THIS_FILE[manager.name]
