"""How each IDE's go commands behave in a module: which go and gopls, and every variable that makes a difference."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from idecare.core.host import Host
from idecare.core.language import tr
from idecare.golang.environment import GoEnvironment, go_environment
from idecare.golang.toolchain import effective_version, go_root
from idecare.system.processes import Process
from idecare.workspaces.base import COMPARED, FLAGS, SHELL, GoSetting, GoSide, Unseen
from idecare.workspaces.instances import Instance

if TYPE_CHECKING:
    from idecare.workspaces.go_settings import Written

REFERENCE = re.compile(r"\$\{env:(\w+)\}")
# The last ones do not touch what two IDEs share; `doctor` shows which of them compiles for whom.
READ = (*COMPARED, "GOTOOLCHAIN", "GOCACHE", "GOEXPERIMENT", "CGO_ENABLED", "GOAMD64", "GOARM64")


def go_side(
    host: Host,
    instance: Instance,
    folder: Path,
    server: Process | None,
    module: Path,
    command: Process | None = None,
    workspace_file: Path | None = None,
) -> GoSide:
    """The side of one IDE with ``folder`` open; ``server`` is its gopls and ``command`` a go of its, if it has one.
    ``workspace_file`` is the .code-workspace through which it has the folder open."""
    process = server or instance.main
    if process.environment is None:
        return _with_gopls(GoSide(), server)
    own = _host_of(host, process.environment)
    written = _written(host, own, instance, folder, workspace_file)
    values, flags = _merged(go_environment(own), written.settings if written else (), folder)
    knows_path = server is not None or instance.product == SHELL or _is_of_shell(process)
    go = _go(own, written, server, command, knows_path)
    root = go_root(go) if go else None
    chosen = values["GOTOOLCHAIN"].value if "GOTOOLCHAIN" in values else ""
    version = effective_version(root, chosen, module) if root else None
    unseen: Unseen | None = "client" if instance.data and instance.data.is_server else None
    side = GoSide(go, version, settings=(*values.values(), *flags), unseen=unseen if knows_path else "login shell")
    return _with_gopls(side, server)


def command_side(host: Host, command: Process, folder: Path) -> GoSide:
    """The side of one go command that runs in ``folder``, with the flags that it was given."""
    side = go_side(host, Instance(SHELL, command.label, None, command), folder, None, folder, command)
    flags = " ".join(word for word in command.command[1:] if word.startswith("-"))
    given = GoSetting(FLAGS, flags, "environment", tr("its command line"))
    return replace(side, settings=(*(side.settings or ()), given))


def _go(
    own: Host, written: Written | None, server: Process | None, command: Process | None, knows_path: bool
) -> Path | None:
    """The one that its files name, else one that it runs now, else the one in its PATH. Where its files name one that
    is not there, its PATH says nothing, but for a gopls, whose PATH the Go extension writes."""
    if written and written.go is not None and os.path.isfile(written.go):
        return written.go
    if command is not None and command.executable is not None:
        return command.executable
    if server is not None or (knows_path and not (written and written.names_go)):
        programs = (folder / f"go{own.platform.program_suffix}" for folder in own.search_path)
        return next((program for program in programs if os.access(program, os.X_OK)), None)
    return None


def _is_of_shell(process: Process) -> bool:
    """Whether it was started from a shell, whose variables it has then."""
    return "SHLVL" in (process.environment or {})


def _written(host: Host, own: Host, instance: Instance, folder: Path, workspace_file: Path | None) -> Written | None:
    """What the IDE's own files say; ``own`` is the host as its process sees it."""
    if instance.version is None and instance.data is None:
        return None
    from idecare.workspaces.go_settings import project_written, vscode_scopes, vscode_written

    if instance.version is not None:
        return project_written(folder, host.home)
    if instance.data is None:
        return None
    scopes = vscode_scopes(host, instance.data, folder, workspace_file, own.environment)
    return vscode_written(scopes, own, folder)


def _host_of(host: Host, environment: Mapping[str, str]) -> Host:
    return replace(host, environment=environment, home=host.platform.home_in(environment))


def _merged(
    environment: GoEnvironment, written: Iterable[GoSetting], folder: Path
) -> tuple[dict[str, GoSetting], tuple[GoSetting, ...]]:
    """Each variable with who decides about it: settings, then the process environment, then the GOENV file. An empty
    value counts as none, as for go. The two caches are always included, whoever sets them. Build flags of settings
    come apart: there may be several lists of them."""
    every = [replace(setting, value=_expanded(setting, environment, folder)) for setting in written]
    settings = {setting.name: setting for setting in every if setting.name != FLAGS}
    found = {name: setting for name, setting in settings.items() if setting.value}
    for name in READ:
        emptied = name in settings and name not in found
        if name not in found and (setting := _lookup(environment, name, emptied)):
            found[name] = setting
    return found, tuple(setting for setting in every if setting.name == FLAGS)


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
    path = environment.env_file if value.place == "goenv" else None
    return GoSetting(name, value.value, value.place, value.source, path)


def _expanded(setting: GoSetting, environment: GoEnvironment, folder: Path) -> str:
    """The value with what VS Code replaces in it (golang/vscode-go util.ts, resolvePath and substituteEnv)."""
    text = REFERENCE.sub(lambda found: environment.host.variable(found[1]) or "", setting.value)
    text = text.replace("${workspaceFolder}", str(folder)).replace("${workspaceRoot}", str(folder))
    return f"{environment.host.home}{text[1:]}" if text.startswith("~/") and environment.host.home else text


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
