"""What settings files say about Go: VS Code's environment and build flags, and a JetBrains project's.

Sources: golang/vscode-go extension/package.json (0.58), gopls/doc/settings.md; workspace.xml as GoLand 2024 writes it
(``url``), and older ones did (``path``). GoLand's options/go.sdk.xml (2018.2) lists Go SDKs and does not say which
project has which. A Go SDK in jdk.table.xml is of 2016: IDEA 2017.2.1 has none there (gogradle/gogradle issue 138).
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from idecare.core.frozen import frozen
from idecare.core.host import Host
from idecare.core.language import tr
from idecare.formats.jsonc import JsoncError, JsonValue, value_at
from idecare.golang.goflags import join_flags
from idecare.system.files import read_json, read_text
from idecare.vscode.config_files import ScopeFile, inspect_vscode
from idecare.vscode.known_keys import BUILD_FLAGS, GOPLS, GOROOT, TOOLS, TOOLS_ENVIRONMENT
from idecare.vscode.locations import STATE_FILE, UserData, profile_of
from idecare.vscode.paths import expanded, local_path
from idecare.workspaces.base import FLAGS, GoSetting

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

PROJECT_FILE = Path(".idea", "workspace.xml")
# Set in every process of a dev container, and of a Codespace, by Microsoft's Dev Containers (2026).
IN_CONTAINER = ("REMOTE_CONTAINERS", "CODESPACES")


@frozen
class Written:
    """What an IDE's own files say. ``names_go``: they say which Go it is, though ``go`` is ``None`` where that cannot
    be found."""

    go: Path | None = None
    names_go: bool = False
    settings: tuple[GoSetting, ...] = ()


# --- VS Code ---


@frozen
class Scopes:
    """The files that decide, weakest first. ``shared``: the keys that the chosen profile takes from the user's file,
    where it is not the default profile."""

    files: tuple[ScopeFile, ...]
    shared: frozenset[str] | None = None


def vscode_scopes(
    host: Host, data: UserData, folder: Path, workspace_file: Path | None, environment: Mapping[str, str]
) -> Scopes:
    """The settings files that decide for a window on ``folder``, or on the ``workspace_file`` that has it.

    devcontainer.json is copied into the container's machine settings when it is made (devContainer.vscode.schema.json
    of microsoft/vscode, 2026): it counts in the container, for what is not in those.
    """
    profile = None if data.is_server else profile_of(_state(data), workspace_file or folder)
    here = replace(host, cwd=folder)
    found = inspect_vscode(here, data, code_workspace=workspace_file, with_profiles=profile is not None)
    containers = [file for file in found[0].files if file.scope == "devcontainer"]
    is_inside = data.is_server and any(environment.get(name) for name in IN_CONTAINER)
    chosen = next((target for target in found[1:] if target.profile == profile), None) if profile else None
    users = () if data.is_server or chosen is None else found[0].files[:1]
    files = (*users, *(file for file in (chosen or found[0]).files if file.scope != "devcontainer"))
    return Scopes((*(containers if is_inside else ()), *files), chosen.shared if chosen else None)


def _state(data: UserData) -> dict[str, Any]:
    """storage.json, which names every window: read once for all modules."""
    file = data.path / STATE_FILE
    try:
        found = os.stat(file)
    except OSError:
        return {}
    return _state_of(file, found.st_ino, found.st_mtime_ns, found.st_size)


@lru_cache(maxsize=8)
def _state_of(file: Path, *stamp: int) -> dict[str, Any]:
    return read_json(file)


def vscode_written(scopes: Scopes, host: Host, folder: Path) -> Written:
    """``host``: with the environment of the editor's process."""
    named = _named_go(scopes, host.platform.program_suffix)
    return Written(expanded(host, named, folder) if named else None, bool(named), _settings(scopes))


def _settings(scopes: Scopes) -> tuple[GoSetting, ...]:
    """Variables and build flags: objects of several files are merged, the strongest file wins each member and each
    list, an empty one too. What gopls gets for itself is stronger than what all tools get."""
    found: dict[str, GoSetting] = {}
    lists: dict[str, GoSetting] = {}
    for file in scopes.files:
        found |= {one.name: one for one in _variables(file, TOOLS_ENVIRONMENT, _value(scopes, file, TOOLS_ENVIRONMENT))}
        lists |= {one.key or "": one for one in _flags(file, BUILD_FLAGS, _value(scopes, file, BUILD_FLAGS))}
    for file in scopes.files:
        gopls = _value(scopes, file, GOPLS)
        for key, value in gopls.items() if isinstance(gopls, dict) else ():
            name = key.rpartition(".")[2]  # only the last part means something to gopls
            if name == "env":
                found |= {one.name: one for one in _variables(file, f"{GOPLS}/{key}", value)}
            elif name == "buildFlags":
                lists |= {f"{GOPLS}/{name}": one for one in _flags(file, f"{GOPLS}/{key}", value)}
    return (*found.values(), *(setting for setting in lists.values() if setting.value))


def _variables(file: ScopeFile, key: str, value: JsonValue) -> Iterator[GoSetting]:
    for name, text in value.items() if isinstance(value, dict) else ():
        if isinstance(text, str):
            yield _setting(file, name, text, f"{key}/{name}")


def _flags(file: ScopeFile, key: str, value: JsonValue) -> Iterator[GoSetting]:
    if isinstance(value, list):
        yield _setting(file, FLAGS, join_flags(map(str, value)), key)


def _setting(file: ScopeFile, name: str, value: str, key: str) -> GoSetting:
    return GoSetting(name, value, "setting", tr("{key} in {path}", key=key, path=file.file.path), file.file.path, key)


def _named_go(scopes: Scopes, suffix: str) -> str:
    """The go command that the settings name: go.alternateTools, else go.goroot (golang/vscode-go util.ts)."""
    command = root = ""
    for file in scopes.files:
        tools, named_root = _value(scopes, file, TOOLS), _value(scopes, file, GOROOT)
        named = tools.get("go") if isinstance(tools, dict) else None
        command = named if isinstance(named, str) else command
        root = named_root if isinstance(named_root, str) else root
    return command or (f"{root}/bin/go{suffix}" if root else "")


def _value(scopes: Scopes, file: ScopeFile, key: str) -> JsonValue:
    is_of_user = file.scope == "user"
    if scopes.shared is not None and file.scope in ("user", "profile") and is_of_user is not (key in scopes.shared):
        return None
    try:
        return value_at((file.file.data or b"").decode(errors="replace"), (*file.prefix, key))
    except JsoncError:
        return None


# --- JetBrains IDEs ---


def project_written(folder: Path, home: Path | None) -> Written:
    """The go command and the variables of a project."""
    file = folder / PROJECT_FILE
    if read_text(file) is None:
        return Written()
    tree = _tree(file)
    if tree is None:
        return Written(names_go=True)  # cut short, or being written: what it says is not known
    entries = tree.findall("component[@name='VgoProject']/environment/map/entry")
    named = [(entry.get("key"), entry.get("value")) for entry in entries]
    settings = tuple(
        GoSetting(name, value, "project", tr("{key} in {path}", key=name, path=file), file, name)
        for name, value in named
        if name and value
    )
    root = tree.find("component[@name='GOROOT']")
    place = (root.get("url") or root.get("path") or "") if root is not None else ""
    return Written(_go_in(place, home), bool(place), settings)


def _tree(file: Path) -> Element | None:
    text = read_text(file)
    if not text:
        return None
    from xml.etree import ElementTree

    try:
        return ElementTree.fromstring(text.encode("utf-8", "surrogateescape"))
    except (ElementTree.ParseError, ValueError):
        return None


def _go_in(place: str, home: Path | None) -> Path | None:
    path = local_path(place.replace("$USER_HOME$", str(home)) if home else place)
    return path / "bin" / "go" if path else None
