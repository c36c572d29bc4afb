"""What decides about the settings of one VS Code or fork: its settings files, from the weakest to the strongest."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import ClassVar, Literal

from idecare.core.frozen import frozen
from idecare.core.host import Host
from idecare.core.language import tr
from idecare.core.platforms import WINDOWS
from idecare.formats.jsonc import JsoncError, value_at
from idecare.system.files import ConfigFile, child_folders, read_config, read_json
from idecare.vscode.locations import STATE_FILE, UserData, profiles
from idecare.vscode.products import CODE_SERVER

Scope = Literal["user", "profile", "machine", "devcontainer", "code-workspace", "workspace", "tasks"]
# containers.dev/implementors/spec, devcontainer.json
DEVCONTAINERS = (".devcontainer/devcontainer.json", ".devcontainer.json")
SHARED = "workbench.settings.applyToAllProfiles"


@frozen
class ScopeFile:
    """A file with settings; in a .code-workspace and a devcontainer.json they are below the keys ``prefix``."""

    scope: Scope
    file: ConfigFile
    prefix: tuple[str, ...] = ()


@frozen
class VscodeTarget:
    """One instance, or one profile of it, whose folder is ``profile``. ``shared`` are settings that each profile takes
    from the default one."""

    kind: ClassVar[Literal["vscode"]] = "vscode"

    ide: str
    name: str
    files: tuple[ScopeFile, ...]
    shared: frozenset[str] = frozenset()
    newline: str = "\n"
    is_running: bool = False
    profile: str | None = None

    def place_of(self, scope: Scope) -> ScopeFile | None:
        """The file of this scope, the strongest where there are several."""
        return next((place for place in reversed(self.files) if place.scope == scope), None)


def inspect_vscode(
    host: Host,
    data: UserData,
    is_running: bool = False,
    code_workspace: Path | None = None,
    with_profiles: bool = True,
) -> tuple[VscodeTarget, ...]:
    """The instance in ``data`` with its default profile, then each further profile with settings of its own."""
    newline = "\r\n" if host.platform is WINDOWS else "\n"
    upper = tuple(_upper(host, data, code_workspace))
    target = VscodeTarget(data.product.product, data.label, upper, newline=newline, is_running=is_running)
    if data.is_server:
        return (target,)
    user = ScopeFile("user", read_config(data.path / "User" / "settings.json"))
    default = replace(target, files=(user, *upper), shared=_shared(user.file))
    return (replace(default, shared=frozenset()), *(_profiles(default, data) if with_profiles else ()))


def _upper(host: Host, data: UserData, code_workspace: Path | None) -> Iterator[ScopeFile]:
    """The files that override the user's, weakest first (configurationService.ts, 2024)."""
    if data.is_server or data.product is CODE_SERVER:
        yield ScopeFile("machine", read_config(data.path / "Machine" / "settings.json"))
    for name in DEVCONTAINERS:  # settings of the container's remote machine, written only where that scope is asked for
        if os.path.isfile(host.cwd / name):
            yield ScopeFile("devcontainer", read_config(host.cwd / name), ("customizations", "vscode", "settings"))
    if code_workspace is not None:
        yield ScopeFile("code-workspace", read_config(host.cwd / code_workspace), ("settings",))
    workspace = read_config(host.cwd / ".vscode" / "settings.json")
    if workspace.data is not None:
        yield ScopeFile("workspace", workspace)


def with_workspace(host: Host, target: VscodeTarget) -> VscodeTarget:
    """With the settings of this folder, though it has none yet."""
    if any(place.scope == "workspace" for place in target.files):
        return target
    place = ScopeFile("workspace", read_config(host.cwd / ".vscode" / "settings.json"))
    return replace(target, files=(*target.files, place))


def _profiles(default: VscodeTarget, data: UserData) -> Iterator[VscodeTarget]:
    listed = profiles(read_json(data.path / STATE_FILE))
    folder = data.path / "User" / "profiles"
    for identity in dict.fromkeys((*(path.name for path in child_folders(folder)), *listed)):
        name = listed.get(identity, identity)
        if name is not None:
            own = ScopeFile("profile", read_config(folder / identity / "settings.json"))
            files = (own, *default.files[1:])
            label = tr("{ide}: profile {name}", ide=default.name, name=name)
            yield replace(default, name=label, files=files, profile=identity)


def _shared(user: ConfigFile) -> frozenset[str]:
    try:
        listed = value_at((user.data or b"").decode(errors="replace"), (SHARED,))
    except JsoncError:
        return frozenset()
    return frozenset(key for key in listed if isinstance(key, str)) if isinstance(listed, list) else frozenset()


def named_delves(targets: Iterable[VscodeTarget]) -> tuple[Path, ...]:
    """The paths of dlv in the settings files: where it is read, and where blogs wrongly put it."""
    return _named(targets, ("go.delvePath",), ("go.alternateTools", "dlv"))


def named_gopls(targets: Iterable[VscodeTarget]) -> tuple[Path, ...]:
    """The paths of gopls in the settings files."""
    return _named(targets, ("go.alternateTools", "gopls"))


def _named(targets: Iterable[VscodeTarget], *keys: tuple[str, ...]) -> tuple[Path, ...]:
    files = dict.fromkeys(place for target in targets for place in target.files)
    found = [_text_at(place, key) for place in files for key in keys]
    return tuple(dict.fromkeys(Path(text) for text in found if text and os.path.isabs(text)))


def _text_at(place: ScopeFile, path: tuple[str, ...]) -> str | None:
    try:
        value = value_at((place.file.data or b"").decode(errors="replace"), (*place.prefix, *path))
    except JsoncError:
        return None
    return value if isinstance(value, str) else None
