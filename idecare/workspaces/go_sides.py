"""How each IDE's go commands behave in a module: which go and gopls, and every variable that makes a difference."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from idecare.core.host import Host
from idecare.golang.environment import GoEnvironment, go_environment
from idecare.golang.toolchain import effective_version, go_root
from idecare.system.processes import Process
from idecare.workspaces.base import COMPARED, SHELL, GoSetting, GoSide
from idecare.workspaces.instances import Instance

REFERENCE = re.compile(r"\$\{env:(\w+)\}")
READ = (*COMPARED, "GOTOOLCHAIN", "GOCACHE")


def go_side(
    host: Host,
    instance: Instance,
    folder: Path,
    server: Process | None,
    module: Path,
    command: Process | None = None,
) -> GoSide:
    """The side of one IDE with ``folder`` open; ``server`` is its gopls and ``command`` a go of its, if it has one."""
    go, written = _written(host, instance, folder)
    process = server or instance.main
    if process.environment is None:
        return _with_gopls(GoSide(), server)
    values = _merged(go_environment(_host_of(host, process.environment)), written, folder)
    chosen = values["GOTOOLCHAIN"].value if "GOTOOLCHAIN" in values else ""
    is_shell = instance.product == SHELL
    if go is None or not os.path.isfile(go):
        if command is not None and command.executable is not None:
            go = command.executable
        elif server is not None or is_shell or _is_of_shell(process):
            go = _go_of_environment(host, process.environment)
    root = go_root(go) if go else None
    version = effective_version(root, chosen, module) if root else None
    knows_all = server is not None or is_shell or _is_of_shell(process)
    side = GoSide(go, version, settings=tuple(values.values()), knows_all=knows_all)
    return _with_gopls(side, server)


def _is_of_shell(process: Process) -> bool:
    """Whether it was started from a shell, whose variables it has then."""
    return "SHLVL" in (process.environment or {})


def _written(host: Host, instance: Instance, folder: Path) -> tuple[Path | None, tuple[GoSetting, ...]]:
    """The go command and the variables that the IDE's own settings name."""
    if instance.version is None and instance.data is None:
        return None, ()
    from idecare.workspaces.go_settings import named_go, project_settings, vscode_files, vscode_settings

    if instance.version is not None:
        return project_settings(folder, host.home)
    if instance.data is not None:
        files = vscode_files(host, instance.data, folder)
        return named_go(files), vscode_settings(files)
    return None, ()


def _host_of(host: Host, environment: Mapping[str, str]) -> Host:
    home = environment.get("HOME")
    return replace(host, environment=environment, home=Path(home) if home else None)


def _merged(environment: GoEnvironment, written: Iterable[GoSetting], folder: Path) -> dict[str, GoSetting]:
    """Each variable with who decides about it: settings, then the process environment, then the GOENV file. An empty
    value counts as none, as for go. The two caches are always included, whoever sets them."""
    settings = {setting.name: replace(setting, value=_expanded(setting, environment, folder)) for setting in written}
    found = {name: setting for name, setting in settings.items() if setting.value}
    for name in READ:
        emptied = name in settings and name not in found
        if name not in found and (setting := _lookup(environment, name, emptied)):
            found[name] = setting
    return found


def _lookup(environment: GoEnvironment, name: str, emptied: bool) -> GoSetting | None:
    """``emptied``: a setting makes the process variable empty."""
    if emptied:
        others = {key: value for key, value in environment.host.environment.items() if key != name}
        environment = replace(environment, host=replace(environment.host, environment=others))
    if name == "GOMODCACHE":
        value = environment.modcache
    else:
        value = environment.gocache if name == "GOCACHE" else environment.lookup(name)
    if not value.value:
        return None
    if environment.host.variable(name):
        return GoSetting(name, value.value, "environment", value.source)
    if name in environment.file_values:
        return GoSetting(name, value.value, "goenv", value.source, environment.env_file)
    return GoSetting(name, value.value, "default", value.source)


def _expanded(setting: GoSetting, environment: GoEnvironment, folder: Path) -> str:
    """The value with what VS Code replaces in it (golang/vscode-go util.ts, resolvePath and substituteEnv)."""
    text = REFERENCE.sub(lambda found: environment.host.variable(found[1]) or "", setting.value)
    text = text.replace("${workspaceFolder}", str(folder)).replace("${workspaceRoot}", str(folder))
    return f"{environment.host.home}{text[1:]}" if text.startswith("~/") and environment.host.home else text


def _go_of_environment(host: Host, environment: Mapping[str, str]) -> Path | None:
    folders = _host_of(host, environment).search_path
    return next((folder / "go" for folder in folders if os.access(folder / "go", os.X_OK)), None)


def _with_gopls(side: GoSide, server: Process | None) -> GoSide:
    if server is None or server.executable is None:
        return side
    return replace(side, gopls=server.executable, gopls_version=_program_version(server.executable))


def _program_version(path: Path) -> str | None:
    try:
        return _version_of(path, os.stat(path).st_mtime_ns)
    except OSError:
        return None


@lru_cache(maxsize=32)
def _version_of(path: Path, changed: int) -> str | None:
    """The module version in a program, read once for each state of the file."""
    from idecare.system.executables import read_binary

    binary = read_binary(path)
    return binary.module_version if binary else None
