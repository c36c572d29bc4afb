"""What there is to watch: few folders, none of them recursively, and the programs whose start matters."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import field
from pathlib import Path

from idecare.caches.discovery import TOOLS
from idecare.core.frozen import frozen
from idecare.core.host import Host, settings_path
from idecare.core.locations import Ide
from idecare.golang.environment import go_environment
from idecare.system import procfs
from idecare.system.processes import HOSTS
from idecare.watcher.file_events import Watch, Watches
from idecare.watcher.snoozes import snooze_path
from idecare.workspaces.base import Scan
from idecare.workspaces.go_settings import PROJECT_FILE
from idecare.workspaces.instances import KnownInstalls, find_known_installs

MODULE_FILES = frozenset({"go.mod", "go.sum", "go.work"})
MOST_MODULES = 64


@frozen
class Installed:
    """What changes only when something is installed: IDEs, and the executables of them, of gopls and of go."""

    known: KnownInstalls = field(default_factory=KnownInstalls)
    programs: frozenset[Path] = frozenset()
    go: frozenset[Path] = frozenset()


def find_installed(host: Host) -> Installed:
    programs = {
        install.binary.resolve()
        for tool in ("gopls", "jetbrains", "vscode")
        for install in TOOLS[tool].installs(host)
        if install.binary and install.product != "dlv"
    }
    go = {install.binary.resolve() for install in TOOLS["go"].installs(host) if install.binary}
    return Installed(find_known_installs(host), frozenset(programs), frozenset(go))


def watches(host: Host, installed: Installed, scan: Scan) -> Watches:
    return Watches(
        urgent=_urgent(installed, scan),
        ordinary=_ordinary(host, installed, scan),
        occasional=frozenset(Watch(path, is_program=True) for path in installed.go),
    )


def _urgent(installed: Installed, scan: Scan) -> frozenset[Watch]:
    """What shows that an IDE or a language server comes or goes."""
    ides = installed.known.ides
    programs = installed.programs | {path for pid in pids_of(scan) if (path := _own_executable(pid))}
    locks = {Watch(ide.lock.parent, frozenset({ide.lock.name})) for ide in ides}
    vendors = {Watch(ide.lock.parent.parent) for ide in ides if ide.lock.name == ".lock"}
    return frozenset(locks | vendors | {Watch(path, is_program=True) for path in programs})


def _ordinary(host: Host, installed: Installed, scan: Scan) -> frozenset[Watch]:
    """State files, the files of open modules, and idecare's own."""
    own = {
        Watch(host.own.state, frozenset({"queue.json", snooze_path(host.own.state).name})),
        Watch(host.own.config, frozenset({settings_path(host.own.config).name})),
    }
    modules = {Watch(folder, MODULE_FILES) for folder in module_folders(scan)}
    return frozenset(own | modules | {*_state_files(installed.known.ides), *_settings_files(host, scan)})


def _state_files(ides: Iterable[Ide]) -> Iterator[Watch]:
    """JetBrains' list of projects; VS Code's windows, and a new folder for each workspace opened for the first time."""
    for ide in ides:
        folder = ide.lock.parent
        if ide.lock.name == ".lock":
            yield Watch(folder / "options", frozenset({"recentProjects.xml"}))
        else:
            yield Watch(folder / "User" / "globalStorage", frozenset({"storage.json"}))
            yield Watch(folder / "User" / "workspaceStorage")
            yield Watch(folder / "User", frozenset({"settings.json"}))


def _settings_files(host: Host, scan: Scan) -> Iterator[Watch]:
    """What decides how the go commands of each side behave."""
    folders = {folder for found in scan.workspaces for here in found.presences for folder in here.folders}
    for folder in sorted(folders)[:MOST_MODULES]:
        yield Watch(folder / ".vscode", frozenset({"settings.json"}))
        yield Watch((folder / PROJECT_FILE).parent, frozenset({PROJECT_FILE.name}))
    if (file := go_environment(host).env_file) is not None:
        yield Watch(file.parent, frozenset({file.name}))


def module_folders(scan: Scan) -> tuple[Path, ...]:
    """The folders of the open modules, those with the most IDEs first."""
    ordered = sorted(scan.workspaces, key=lambda found: -len(found.presences))
    folders = (folder for workspace in ordered for folder in (workspace.root, *workspace.members))
    return tuple(dict.fromkeys(folders))[:MOST_MODULES]


def pids_of(scan: Scan) -> frozenset[int]:
    """The processes of all IDEs that have something open."""
    return frozenset(
        pid for found in scan.workspaces for here in found.presences if here.is_running for pid in here.pids
    )


def _own_executable(pid: int) -> Path | None:
    """The executable, unless it is one that many programs share."""
    if not procfs.IS_THERE:
        return None
    try:
        path = procfs.executable(pid)
    except OSError:
        return None
    return None if path.name.lower() in HOSTS else path
