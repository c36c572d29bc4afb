"""Which files and programs a watcher must keep an eye on, so that it need not look while nothing happens."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from idecare.host import Host
from idecare.inspection.go_settings import PROJECT_FILE
from idecare.inspection.instances import Known, find_known
from idecare.inspection.workspace import Look
from idecare.inspection.workspaces_jetbrains import RECENT
from idecare.inspection.workspaces_vscode import STORAGE
from idecare.tools.go import go_environment
from idecare.tools.vscode import STATE_FILE

MODULE_FILES = ("go.mod", "go.sum", "go.work")
FOLDER_FILES = (Path(".vscode", "settings.json"), PROJECT_FILE)
PROGRAMS = ("go", "gopls", "dlv")


def watched_files(look: Look, host: Host, known: Known | None = None) -> tuple[Path, ...]:
    """Lock and state files of every IDE that may run, and the files of each open module that decide how go behaves.

    Whether or not they exist; ``workspaceStorage`` is a folder.
    """
    known = known or find_known(host)
    return tuple(dict.fromkeys((*_state_files(known), *_module_files(look), *_go_files(host))))


def _state_files(known: Known) -> Iterator[Path]:
    for version in known.jetbrains:
        yield version.ide.lock
        yield version.folders.config.path / RECENT
    for data in known.vscode:
        yield data.path / "code.lock"
        yield from (data.path / place for place in (STATE_FILE, STORAGE, Path("User", "settings.json")))


def _module_files(look: Look) -> Iterator[Path]:
    for workspace in look.workspaces:
        for folder in dict.fromkeys((workspace.root, *workspace.members)):
            yield from (folder / name for name in MODULE_FILES)
        for presence in workspace.presences:
            yield from (folder / place for folder in presence.folders for place in FOLDER_FILES)


def _go_files(host: Host) -> Iterator[Path]:
    file = go_environment(host).env_file
    if file is not None:
        yield file


def watched_programs(look: Look, host: Host, known: Known | None = None) -> tuple[Path, ...]:
    """The executables whose start or end changes a look: IDEs', and each go and gopls in use or on PATH."""
    known = known or find_known(host)
    found = [home / "bin" / name for ide in known.ides for home in ide.homes for name in ide.executables]
    found += [home / name for ide in known.ides for home in ide.homes for name in ide.executables]
    found += [folder / name for folder in host.search_path for name in PROGRAMS]
    sides = [presence.side for workspace in look.workspaces for presence in workspace.presences]
    found += [path for side in sides for path in (side.go, side.gopls) if path]
    return tuple(dict.fromkeys(Path(os.path.realpath(path)) for path in found if os.path.isfile(path)))
