"""What a running VS Code or fork has open: its window state, workspaceStorage, window locks and command line.

Sources: windowsStateHandler.ts, storageMain.ts of microsoft/vscode (2022 to 2026); vscode.lock as code-server 4.139
keeps it. Window state is written when a window loses the focus: a hint for what is open, never for what is not.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from idecare.core.frozen import frozen
from idecare.core.language import tr
from idecare.system.files import child_folders, read_json, read_text, text_value
from idecare.system.processes import Process, ProcessTree, working_folder
from idecare.system.procfs import has_client, holders
from idecare.vscode.locations import STATE_FILE, UserData
from idecare.vscode.paths import local_path
from idecare.workspaces.base import Evidence, RemoteWindow, Strength
from idecare.workspaces.instances import Instance, Sighting, changed

STORAGE = Path("User", "workspaceStorage")
REMOTE = re.compile(r"vscode-remote://([^/]+)(/[^?#]*)?")
WINDOW_LOCK, STATE_DATABASE, STORAGE_FILE = "vscode.lock", "state.vscdb", "workspace.json"


def sightings(instance: Instance, tree: ProcessTree) -> Iterator[Sighting]:
    """Each folder that a window of the instance is said to have open."""
    if instance.data is None:
        return
    yield from _windows(instance, instance.data)
    yield from _storage(instance, instance.data, tree)
    yield from _from_command_line(instance)


def _windows(instance: Instance, data: UserData) -> Iterator[Sighting]:
    """storage.json. ``openedWindows`` is empty while there is one window alone, which ``lastActiveWindow`` names."""
    file = data.path / STATE_FILE
    written, state = changed(file), read_json(file).get("windowsState")
    if not isinstance(state, dict):
        return
    windows = [*_listed(state), state.get("lastActiveWindow")]
    strength: Strength = "likely" if _is_newer(written, instance.main) else "hint"
    for opened in dict.fromkeys(opened for window in windows for opened in _of_window(window)):
        yield opened.seen(instance, Evidence("window", strength, tr("a window in {file}", file=file), written))


def _is_newer(written: datetime | None, main: Process) -> bool:
    """Whether the file is from this run: what an earlier run had open is only a hint."""
    return written is not None and main.started is not None and written >= main.started


def remote_windows(instance: Instance) -> Iterator[RemoteWindow]:
    """Of this run, each once."""
    file = instance.data.path / STATE_FILE if instance.data else None
    state = read_json(file).get("windowsState") if file and _is_newer(changed(file), instance.main) else None
    if not isinstance(state, dict):
        return
    from urllib.parse import unquote

    for uri in dict.fromkeys(_remote_uri(window) for window in (*_listed(state), state.get("lastActiveWindow"))):
        if found := REMOTE.fullmatch(uri):
            yield RemoteWindow(instance.product, instance.name, unquote(found[1]), unquote(found[2] or "/"))


def _remote_uri(window: object) -> str:
    if not isinstance(window, dict):
        return ""
    identifier = window.get("workspaceIdentifier")
    workspace = text_value(identifier, "configURIPath") if isinstance(identifier, dict) else None
    return text_value(window, "folder") or workspace or ""


@frozen
class Opened:
    """A folder that a window has open, by itself or as one of a .code-workspace."""

    folder: Path
    workspace_file: Path | None = None

    def seen(self, instance: Instance, evidence: Evidence, process: Process | None = None) -> Sighting:
        return Sighting(instance, self.folder, evidence, process, self.workspace_file)


def _of_window(window: object) -> Iterator[Opened]:
    """The folders of a window; none of a remote or an empty one."""
    if not isinstance(window, dict) or window.get("remoteAuthority"):
        return
    yield from _of_folder(text_value(window, "folder"))
    identifier = window.get("workspaceIdentifier")
    if isinstance(identifier, dict):
        yield from _of_workspace(text_value(identifier, "configURIPath"))


def _of_folder(uri: str | None) -> Iterator[Opened]:
    path = local_path(uri) if uri else None
    if path is not None:
        yield Opened(path)


def _of_workspace(uri: str | None) -> Iterator[Opened]:
    """The folders in a .code-workspace: relative to it, or URIs."""
    file = local_path(uri) if uri else None
    if file is None:
        return
    from idecare.formats.jsonc import JsoncError, value_at

    try:
        listed = value_at(read_text(file) or "", ("folders",))
    except JsoncError:
        return
    for entry in listed if isinstance(listed, list) else ():
        if isinstance(entry, dict) and isinstance(path := entry.get("path"), str):
            yield Opened(file.parent / path, file)
        elif isinstance(entry, dict) and isinstance(named := entry.get("uri"), str):
            yield from (Opened(found.folder, file) for found in _of_folder(named))


def _storage(instance: Instance, data: UserData, tree: ProcessTree) -> Iterator[Sighting]:
    """Folders of workspaceStorage that this run has used: a window's lock, or a state that was written since."""
    for place in child_folders(data.path / STORAGE):
        holder = _lock_holder(place, instance, tree)
        used = changed(place / STATE_DATABASE)
        if holder is None and not _is_newer(used, instance.main):
            continue
        for opened in _stored(place):
            if holder is not None:
                detail = tr("{file} names pid {pid}, which runs", file=place / WINDOW_LOCK, pid=holder.pid)
                evidence = Evidence("window-lock", "likely", detail, changed(place / WINDOW_LOCK))
            else:
                evidence = Evidence(
                    "storage", "hint", tr("{file} was written in this run", file=place / STATE_DATABASE), used
                )
            yield opened.seen(instance, evidence, holder)


def remembered_folders(data: UserData) -> Iterator[Path]:
    """Each folder that was ever opened in it, as far as its state and its storage remember."""
    state = read_json(data.path / STATE_FILE).get("windowsState")
    windows = [*_listed(state), state.get("lastActiveWindow")] if isinstance(state, dict) else []
    yield from (opened.folder for window in windows for opened in _of_window(window))
    for place in child_folders(data.path / STORAGE):
        yield from (opened.folder for opened in _stored(place))


def _listed(state: dict[str, Any]) -> list[object]:
    listed = state.get("openedWindows")
    return listed if isinstance(listed, list) else []


def _lock_holder(place: Path, instance: Instance, tree: ProcessTree) -> Process | None:
    """The extension host that a window's lock names, if it is one of this instance."""
    pid = read_json(place / WINDOW_LOCK).get("pid") if os.path.exists(place / WINDOW_LOCK) else None
    holder = tree.get(pid) if isinstance(pid, int) else None
    if holder is None or instance.main.pid not in (holder.pid, *(above.pid for above in tree.ancestors(holder))):
        return None
    return holder


def _stored(place: Path) -> Iterator[Opened]:
    name = place.name.rpartition("-")  # further windows on one folder have its name and a number
    folders = (place, place.with_name(name[0])) if name[0] and name[2].isdigit() else (place,)
    values: dict[str, Any] = next((found for folder in folders if (found := read_json(folder / STORAGE_FILE))), {})
    yield from _of_folder(text_value(values, "folder"))
    yield from _of_workspace(text_value(values, "workspace"))


def _from_command_line(instance: Instance) -> Iterator[Sighting]:
    """The folders that it was started with: they may have been closed since."""
    main, strength = instance.main, _argument_strength(instance)
    for opened in _arguments(main.command[1:], main.pid):
        detail = tr("{name} was started with {path}", name=instance.name, path=opened.workspace_file or opened.folder)
        yield opened.seen(instance, Evidence("argument", strength, detail, main.started))


def _argument_strength(instance: Instance) -> Strength:
    file = instance.data.path / STATE_FILE if instance.data else None
    return "hint" if file and _is_newer(changed(file), instance.main) else "likely"


def _arguments(words: Iterable[str], pid: int) -> Iterator[Opened]:
    for word in words:
        option, equals, value = word.partition("=")
        if option == "--folder-uri" and equals:
            yield from _of_folder(value)
        elif option == "--file-uri" and equals:
            yield from _of_workspace(value)
        elif not word.startswith("-"):
            path = (working_folder(pid) or Path("/")) / word
            if path.suffix == ".code-workspace":
                yield from _of_workspace(str(path))
            elif os.path.isdir(path):
                yield Opened(path)


EXTENSION_HOST = "--type=extensionHost"


def lingering(instances: Iterable[Instance], tree: ProcessTree) -> frozenset[int]:
    """The main processes of servers to which nobody is connected, and what runs for closed windows of the others."""
    servers = (instance for instance in instances if instance.is_server)
    return frozenset(pid for instance in servers for pid in _lingering(instance, tree))


def _lingering(instance: Instance, tree: ProcessTree) -> Iterator[int]:
    family = tree.family(instance.main)
    is_used = has_client(family)
    if is_used is False:
        yield instance.main.pid
    if not is_used:
        return
    hosts = frozenset(pid for pid in family if _is_extension_host(pid, tree))
    held = holders(hosts, family)
    if held:
        closed = hosts - held
        yield from closed
        yield from (go.pid for go in tree.processes.go if any(above.pid in closed for above in tree.ancestors(go)))


def _is_extension_host(pid: int, tree: ProcessTree) -> bool:
    found = tree.get(pid)
    return found is not None and EXTENSION_HOST in found.command
