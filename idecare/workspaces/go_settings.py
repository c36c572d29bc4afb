"""What settings files say about Go: VS Code's environment and build flags, and a GoLand project's.

Sources: golang/vscode-go extension/package.json (0.58), gopls/doc/settings.md; workspace.xml as GoLand 2024 writes it.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from idecare.core.host import Host
from idecare.formats.jsonc import JsoncError, JsonValue, value_at
from idecare.system.files import read_text
from idecare.vscode.config_files import ScopeFile, inspect_vscode
from idecare.vscode.known_keys import BUILD_FLAGS, GOPLS, GOROOT, TOOLS, TOOLS_ENVIRONMENT
from idecare.vscode.locations import UserData
from idecare.vscode.paths import local_path
from idecare.workspaces.base import FLAGS, GoSetting

PROJECT_FILE = Path(".idea", "workspace.xml")


def vscode_files(host: Host, data: UserData, folder: Path) -> tuple[ScopeFile, ...]:
    """The settings files that decide in ``folder``, weakest first: of the default profile."""
    return inspect_vscode(replace(host, cwd=folder), data)[0].files


def vscode_settings(files: tuple[ScopeFile, ...]) -> tuple[GoSetting, ...]:
    """Variables and build flags; objects of several files are merged, the strongest file wins each member."""
    found: dict[str, GoSetting] = {}
    for file in files:
        for setting in _settings_in(file):
            found[setting.name] = setting
    return tuple(found.values())


def _settings_in(file: ScopeFile) -> Iterator[GoSetting]:
    yield from _variables(file, TOOLS_ENVIRONMENT, _value(file, TOOLS_ENVIRONMENT))
    flags = _value(file, BUILD_FLAGS)
    if isinstance(flags, list) and flags:
        yield _setting(file, FLAGS, " ".join(map(str, flags)), BUILD_FLAGS)
    gopls = _value(file, GOPLS)
    for key, value in gopls.items() if isinstance(gopls, dict) else ():
        name = key.rpartition(".")[2]  # only the last part means something to gopls
        if name == "env":
            yield from _variables(file, f"{GOPLS}/{key}", value)
        elif name == "buildFlags" and isinstance(value, list) and value:
            yield _setting(file, FLAGS, " ".join(map(str, value)), f"{GOPLS}/{key}")


def _variables(file: ScopeFile, key: str, value: JsonValue) -> Iterator[GoSetting]:
    for name, text in value.items() if isinstance(value, dict) else ():
        if isinstance(text, str):
            yield _setting(file, name, text, f"{key}/{name}")


def _setting(file: ScopeFile, name: str, value: str, key: str) -> GoSetting:
    return GoSetting(name, value, "setting", f"{key} in {file.file.path}", file.file.path, key)


def named_go(files: tuple[ScopeFile, ...]) -> Path | None:
    """The go command that the settings name: go.alternateTools, else go.goroot (golang/vscode-go util.ts)."""
    command = root = None
    for file in files:
        tools, named_root = _value(file, TOOLS), _value(file, GOROOT)
        named = tools.get("go") if isinstance(tools, dict) else None
        command = named if isinstance(named, str) and os.path.isabs(named) else command
        root = named_root if isinstance(named_root, str) and os.path.isabs(named_root) else root
    return Path(command) if command else Path(root, "bin", "go") if root else None


def _value(file: ScopeFile, key: str) -> JsonValue:
    try:
        return value_at((file.file.data or b"").decode(errors="replace"), (*file.prefix, key))
    except JsoncError:
        return None


def project_settings(folder: Path, home: Path | None) -> tuple[Path | None, tuple[GoSetting, ...]]:
    """The go command and the variables that a JetBrains project sets."""
    file = folder / PROJECT_FILE
    text = read_text(file) or ""
    if "GOROOT" not in text and "VgoProject" not in text:
        return None, ()
    from xml.etree import ElementTree

    try:
        tree = ElementTree.fromstring(text.encode("utf-8", "surrogateescape"))
    except (ElementTree.ParseError, ValueError):
        return None, ()
    root = tree.find("component[@name='GOROOT']")
    entries = tree.findall("component[@name='VgoProject']/environment/map/entry")
    named = [(entry.get("key"), entry.get("value")) for entry in entries]
    settings = [
        GoSetting(name, value, "project", f"{name} in {file}", file, name) for name, value in named if name and value
    ]
    place = (root.get("url") or root.get("path") or "") if root is not None else ""
    return _project_go(place, home), tuple(settings)


def _project_go(place: str, home: Path | None) -> Path | None:
    path = local_path(place.replace("$USER_HOME$", str(home)) if home else place)
    return path / "bin" / "go" if path else None
