"""Which IDEs run: each instance's main process, found by its lock file and by executables; and locks left by crashes.

Sources: DirectoryLock.java of intellij-community (2026), main.ts of microsoft/vscode (claimInstance).
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import field, replace
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path

from idecare.core.frozen import frozen
from idecare.core.host import Host
from idecare.core.locations import DEFAULT, Ide
from idecare.jetbrains.folders import Version, versions
from idecare.jetbrains.installs import installs
from idecare.system import procfs
from idecare.system.files import real
from idecare.system.ide_owner import is_java, lock_pid, runs_ide
from idecare.system.processes import Process, ProcessTree
from idecare.vscode.installs import applications
from idecare.vscode.locations import UserData, user_data_folders
from idecare.vscode.products import CODE_SERVER
from idecare.workspaces.base import Evidence, StaleLock

LOCK_DELAY = timedelta(seconds=2)  # a lock is written by a process that is there; file systems round times
USER_DATA = "--user-data-dir"


@frozen
class KnownInstalls:
    """What may run: the versions of JetBrains IDEs, the instances of VS Code, and what is known of their versions.

    Finding it takes longer than a scan, and it changes only when an IDE is installed.
    """

    jetbrains: tuple[Version, ...] = ()
    vscode: tuple[UserData, ...] = ()
    numbers: dict[str, str] = field(default_factory=dict)  # selector, or product of VS Code -> version
    home: Path | None = None
    home_variable: str = "HOME"

    @cached_property
    def ides(self) -> tuple[Ide, ...]:
        return (*(version.ide for version in self.jetbrains), *(data.ide for data in self.vscode))

    @cached_property
    def names(self) -> frozenset[str]:
        return frozenset().union(*(ide.stems for ide in self.ides))


def find_known_installs(host: Host) -> KnownInstalls:
    """Find all IDEs that may run."""
    installed = tuple(install for install in installs(host) if install.managed)
    numbers = {install.selector: install.version for install in installed if install.selector and install.version}
    codes = applications(host)
    numbers |= {found.product.product: found.version for found in codes if found.version}
    return KnownInstalls(
        tuple(versions(host, installed)),
        user_data_folders(host, codes),
        numbers,
        host.home,
        host.platform.home_variable,
    )


@frozen
class Instance:
    """One IDE that runs. ``version`` or ``data`` says where its state is; an editor that idecare does not know has
    neither."""

    product: str
    name: str
    number: str | None
    main: Process
    version: Version | None = None
    data: UserData | None = None

    @property
    def is_server(self) -> bool:
        """Whether its windows are in browsers or on other machines."""
        return self.data is not None and (self.data.is_server or self.data.product is CODE_SERVER)


def running_instances(known: KnownInstalls, tree: ProcessTree) -> tuple[Instance, ...]:
    """Each IDE that runs, once."""
    own = tuple(found for found in tree.processes.ides if _is_own(found, known))
    found = [
        Instance(version.product.name, version.selector, known.numbers.get(version.selector), main, version=version)
        for version in known.jetbrains
        if (main := _jetbrains_main(version, own, tree))
    ]
    found += [
        Instance(data.product.product, data.label, known.numbers.get(data.product.product), main, data=data)
        for data in known.vscode
        if (main := _vscode_main(data, own, tree))
    ]
    found += _elsewhere(known, own, tree)
    return tuple({instance.main.pid: instance for instance in reversed(found)}.values())[::-1]


def _elsewhere(known: KnownInstalls, own: tuple[Process, ...], tree: ProcessTree) -> Iterator[Instance]:
    """Instances whose command line names a user data folder that is found in no usual place."""
    places = {real(data.path) for data in known.vscode}
    for found in own:
        named = option_value(found.command, USER_DATA)
        path = Path(named) if named else None
        if path is None or not path.is_absolute() or real(path) in places or _is_helper(found):
            continue
        data = next((data for data in known.vscode if runs_ide(found, data.ide)), None)
        if data is not None and not any(runs_ide(above, data.ide) for above in tree.ancestors(found)):
            name, number = f"{data.product.name} ({path})", known.numbers.get(data.product.product)
            here = replace(data, label=name, path=path, source=USER_DATA)
            yield Instance(data.product.product, name, number, found, data=here)


def stale_locks(known: KnownInstalls, instances: Iterable[Instance]) -> tuple[StaleLock, ...]:
    """Lock files whose IDE is gone: it crashed or was killed."""
    running = {instance.name for instance in instances}
    locks = ((ide, lock_pid(ide.lock)) for ide in known.ides if ide.name not in running)
    return tuple(StaleLock(ide.product, ide.name, ide.lock, pid, changed(ide.lock)) for ide, pid in locks if pid)


def changed(path: Path) -> datetime | None:
    """When the file was last written; ``None`` when it is not there."""
    try:
        return datetime.fromtimestamp(os.stat(path).st_mtime, UTC)
    except (OSError, ValueError, OverflowError):
        return None


def _lock_owner(ide: Ide, tree: ProcessTree) -> Process | None:
    """The process that wrote the lock file; ``None`` when it is gone, though another may have its number by now."""
    pid = lock_pid(ide.lock)
    owner = tree.get(pid) if pid else None
    written = changed(ide.lock)
    if owner is None or (owner.started and written and owner.started > written + LOCK_DELAY):
        return None
    return owner if owner.executable is None or runs_ide(owner, ide) or is_java(owner) else None


def _jetbrains_main(version: Version, own: tuple[Process, ...], tree: ProcessTree) -> Process | None:
    """By its lock; without one (2022 and older have no pid on disk) by its launcher or its selector."""
    ide = version.ide
    owner = _lock_owner(ide, tree)
    if owner is not None:
        return owner
    running = [found for found in own if runs_ide(found, ide)]
    return min(running, key=lambda found: (is_java(found), found.pid), default=None)


def _vscode_main(data: UserData, own: tuple[Process, ...], tree: ProcessTree) -> Process | None:
    """By code.lock; else the process of this product that is nobody's child and uses this user data folder."""
    owner = _lock_owner(data.ide, tree)
    if owner is not None:
        return owner
    running = [found for found in own if runs_ide(found, data.ide)]
    pids = {found.pid for found in running}
    tops = [found for found in running if found.parent not in pids and _uses(found, data)]
    return min((found for found in tops if not _is_helper(found)), key=lambda found: found.pid, default=None)


def _is_own(found: Process, known: KnownInstalls) -> bool:
    """Whether it works for this user, with this home: of another's Code the name is the same. What cannot be read is
    another user's where the kernel tells all of one's own."""
    if found.environment is None:
        return not procfs.IS_THERE
    home = found.environment.get(known.home_variable)
    return home is None or Path(home) == known.home


def _is_helper(found: Process) -> bool:
    return any(word.startswith("--type=") for word in found.command)


def _uses(found: Process, data: UserData) -> bool:
    """Whether its command line names this user data folder, or none while this is the usual one."""
    named = option_value(found.command, USER_DATA)
    if named is not None:
        return real(Path(named)) == real(data.path)
    if data.is_server:
        root = f"{data.path.parent}{os.sep}"
        return any(root in word for word in (str(found.executable or ""), *found.command))
    return data.source == DEFAULT or bool(data.homes)


def option_value(command: tuple[str, ...], option: str) -> str | None:
    """The value of ``--option=value`` or ``--option value``."""
    for place, word in enumerate(command):
        if word.startswith(f"{option}="):
            return word.partition("=")[2]
        if word == option and place + 1 < len(command):
            return command[place + 1]
    return None


@frozen
class Sighting:
    """``process`` is the language server or go command that was seen, ``None`` when the sign is a file or the IDE's
    own command line. ``workspace_file`` is the .code-workspace that has the folder."""

    instance: Instance
    folder: Path
    evidence: Evidence
    process: Process | None = None
    workspace_file: Path | None = None
