"""VS Code and its forks: the user data folders of each instance, the caches in them, and their settings files.

Source of the layout: microsoft/vscode src/vs/platform (environment/node/userDataPath.ts, userDataProfile/common,
environment/electron-main) and src/bootstrap-node.js, as of 2022 to 2026.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import Any

from idecare.core.frozen import frozen
from idecare.core.host import Host
from idecare.core.language import tr
from idecare.core.locations import DEFAULT, CacheLocation, ConfigLocation, Ide, Tool
from idecare.core.platforms import LINUX, MACOS, WINDOWS
from idecare.system.files import child_folders, read_json, real, text_value
from idecare.vscode.installs import Application, applications, installs
from idecare.vscode.paths import is_possible, local_path
from idecare.vscode.products import CODE_SERVER, DERIVED_DATA, PRODUCTS, VSCODE_PRODUCT, Product, product_named

# Derived data, all safe to lose while the instance is closed: VS Code's own, then Chromium's.
CACHES = (
    *("CachedData", "CachedExtensionVSIXs", "CachedProfilesData", "CachedConfigurations", "CachedExtensions", "clp"),
    *("Cache", "Code Cache", "GPUCache", "DawnCache", "DawnGraphiteCache", "DawnWebGPUCache", "ShaderCache"),
    *("blob_storage", "Service Worker/CacheStorage", "Service Worker/ScriptCache"),
)
# Large, and similar to a cache, but the user's: copies of saved files, and what extensions keep for a workspace.
KEPT = ((tr("Local History"), "User/History"), (tr("workspace storage"), "User/workspaceStorage"))
STATE_FILE = Path("User", "globalStorage", "storage.json")  # every desktop instance writes one
# One of these shows that a folder is an instance's, whatever its name; only servers have Machine.
MARKS = ("User/globalStorage", "User/workspaceStorage", "User/settings.json", "Machine")


@frozen
class UserData:
    """The user data folder of one instance. ``homes`` and ``executables`` say which processes may be running it."""

    product: Product
    label: str
    path: Path
    source: str
    homes: tuple[Path, ...] = ()
    executables: tuple[str, ...] = ()
    is_server: bool = False  # of remote windows: the settings proper are at the other end

    @property
    def ide(self) -> Ide:
        return Ide(self.product.product, self.label, self.path / "code.lock", self.homes, self.executables)

    @property
    def problem(self) -> str | None:
        """Why nothing in it may go: another program can have a folder of the same name."""
        if any(os.path.exists(self.path / mark) for mark in MARKS):
            return None
        return tr(
            "{name} has neither settings nor state of VS Code in it, so it may be another program's",
            name=self.path.name,
        )


def user_data_folders(host: Host, found: tuple[Application, ...] | None = None) -> tuple[UserData, ...]:
    """Each instance once: those which exist, and the usual one of each installed product. ``found``: these products,
    where the caller has them."""
    installed = applications(host) if found is None else found
    products = {found.product.product for found in installed}
    folders: dict[Path, UserData] = {}
    places = (_portable(host, installed), _named_by_environment(host), _desktop(host), _flatpak(host), _servers(host))
    for data in chain(*places):
        if os.path.isdir(data.path) or (data.source == DEFAULT and data.product.product in products):
            folders.setdefault(real(data.path), data)
    return tuple(_with_processes(data, installed) for data in folders.values())


def _with_processes(data: UserData, installed: tuple[Application, ...]) -> UserData:
    """Add the installs of the product, and the name of their main process: Electron, unless the install renames it."""
    if data.is_server:
        return replace(data, executables=("node",))
    own = [found for found in installed if found.product == data.product]
    main = {found.binary.name if found.binary else "Electron" for found in own} or {"Electron"}
    executables = dict.fromkeys((*data.product.executables, *sorted(main)))
    return replace(data, homes=data.homes or tuple(found.home for found in own), executables=tuple(executables))


def _named_by_environment(host: Host) -> Iterator[UserData]:
    """VSCODE_PORTABLE, which VS Code itself sets for what runs in a portable instance, and VSCODE_APPDATA."""
    portable, appdata = host.variable("VSCODE_PORTABLE"), host.variable("VSCODE_APPDATA")
    if portable and os.path.isabs(portable):
        label = tr("{name} (portable)", name="Code")
        yield UserData(VSCODE_PRODUCT, label, Path(portable) / "user-data", "VSCODE_PORTABLE")
    if appdata and os.path.isabs(appdata):
        for product in PRODUCTS:
            yield UserData(product, f"{product.name} (VSCODE_APPDATA)", Path(appdata) / product.name, "VSCODE_APPDATA")


def _desktop(host: Host) -> Iterator[UserData]:
    """Below the folder for settings: the products known here, then whatever else has VS Code's state file."""
    base = host.folders.config
    if base is None:
        return
    names = [product.name for product in PRODUCTS if product is not CODE_SERVER]
    yield from (UserData(product_named(name), name, base / name, DEFAULT) for name in names)
    for path in child_folders(base):
        if path.name not in names and (evidence := evidence_of(path)):
            yield UserData(product_named(path.name), path.name, path, evidence)


def evidence_of(path: Path) -> str:
    """What shows that a folder is the user data folder of VS Code or any fork of it; empty for any other."""
    if os.path.isfile(path / STATE_FILE):
        return tr("has {file}", file=STATE_FILE.as_posix())
    has_settings = os.path.isfile(path / "User" / "settings.json") and os.path.isdir(path / "User" / "globalStorage")
    return tr("has User/settings.json next to User/globalStorage") if has_settings else ""


def _flatpak(host: Host) -> Iterator[UserData]:
    for product in PRODUCTS:
        if product.flatpak and host.home is not None and host.platform is LINUX:
            path = host.home / ".var" / "app" / product.flatpak / "config" / product.name
            yield UserData(product, f"{product.name} (Flatpak)", path, f"Flatpak {product.flatpak}")
    sandboxes = child_folders(host.home / ".var" / "app") if host.home is not None and host.platform is LINUX else ()
    for sandbox in sandboxes:
        for path in filter(evidence_of, child_folders(sandbox / "config")):
            yield UserData(product_named(path.name), f"{path.name} (Flatpak)", path, f"Flatpak {sandbox.name}")


def _portable(host: Host, installed: tuple[Application, ...]) -> Iterator[UserData]:
    """The data folder next to an application. Windows installers' builds have a ``target`` and never use it."""
    for found in installed:
        if found.product is CODE_SERVER or "target" in found.details:
            continue
        name = text_value(found.details, "applicationName") or found.product.command
        beside = found.home.parent / (text_value(found.details, "portable") or f"{name}-portable-data")
        folder = beside if host.platform is MACOS else found.home / "data"
        label = tr("{name} (portable)", name=found.product.name)
        source = tr("beside {name}", name=found.home.name)
        yield UserData(found.product, label, folder / "user-data", source, (found.home,))


def _servers(host: Host) -> Iterator[UserData]:
    """code-server (XDG folders on macOS too), and the servers that remote windows leave in the home folder."""
    if named := host.variable("VSCODE_AGENT_FOLDER"):
        yield _server(VSCODE_PRODUCT, Path(named), "VSCODE_AGENT_FOLDER")
    if host.home is None:
        return
    if host.platform is not WINDOWS:
        data = Path(host.variable("XDG_DATA_HOME") or host.home / ".local" / "share")
        yield UserData(CODE_SERVER, CODE_SERVER.name, data / "code-server", DEFAULT)
    for product in PRODUCTS:
        if product.server:
            yield _server(product, host.home / product.server, tr("remote server"))
    for root in child_folders(host.home):  # the servers of forks, openvscode-server, the .vscode-remote of Codespaces
        if root.name.startswith(".") and (os.path.isdir(root / "data" / "Machine") or evidence_of(root / "data")):
            name = root.name.removeprefix(".").removesuffix("-server").removesuffix("-remote")
            yield _server(product_named(name), root, tr("has data/Machine or settings"))


def _server(product: Product, root: Path, source: str) -> UserData:
    return UserData(product, tr("{name} server", name=product.name), root / "data", source, (root,), is_server=True)


def caches(host: Host) -> Iterator[CacheLocation]:
    """The caches that exist in each user data folder, and the two folders in it that must stay."""
    for data in user_data_folders(host):
        places = (*((name, name, DERIVED_DATA) for name in CACHES), *((name, place, "") for name, place in KEPT))
        for name, place, role in places:
            if os.path.isdir(data.path / place):
                path, label, problem = data.path / place, f"{data.label}: {name}", data.problem if role else None
                yield CacheLocation("vscode", label, path, data.source, ide=data.ide, problem=problem, role=role)


def configs(host: Host) -> Iterator[ConfigLocation]:
    """settings.json of each instance and of each of its profiles, of remote machines, and of the working folder."""
    for data in user_data_folders(host):
        if not data.is_server:
            settings = data.path / "User" / "settings.json"
            yield ConfigLocation("vscode", tr("{label}: settings", label=data.label), settings, data.source)
            yield from _profiles(data)
        if data.is_server or data.product is CODE_SERVER:
            machine = data.path / "Machine" / "settings.json"
            yield ConfigLocation("vscode", tr("{label}: machine settings", label=data.label), machine, data.source)
    workspace = host.cwd / ".vscode" / "settings.json"
    if os.path.isfile(workspace):
        yield ConfigLocation("vscode", tr("workspace settings"), workspace, tr("working folder"))
    if zed := zed_settings(host):
        yield ConfigLocation("vscode", tr("{label}: settings", label="Zed"), zed, tr("default; read, not edited"))


def zed_settings(host: Host) -> Path | None:
    """Zed's settings, which hand an object on to gopls as VS Code's do (zed.dev/docs/languages/go)."""
    base = host.home / ".config" if host.home and host.platform is not WINDOWS else host.folders.config
    path = base / ("Zed" if host.platform is WINDOWS else "zed") / "settings.json" if base else None
    return path if path and os.path.isfile(path) else None


def _profiles(data: UserData) -> Iterator[ConfigLocation]:
    listed = profiles(read_json(data.path / STATE_FILE))
    folder = data.path / "User" / "profiles"
    for identity in dict.fromkeys((*(path.name for path in child_folders(folder)), *listed)):
        name = listed.get(identity, identity)
        if name is not None:
            settings = folder / identity / "settings.json"
            label = tr("{label}: settings of profile {name}", label=data.label, name=name)
            yield ConfigLocation("vscode", label, settings, data.source)


def profiles(state: dict[str, Any]) -> dict[str, str | None]:
    """Folder name -> name of each profile in storage.json; ``None`` for one that uses the default profile's settings.

    A location is a URI in older versions, as an object or a text, and the folder's name alone in newer ones.
    """
    found: dict[str, str | None] = {}
    listed = state.get("userDataProfiles")
    for profile in listed if isinstance(listed, list) else ():
        if isinstance(profile, dict) and (identity := _folder_name(profile.get("location"))):
            flags = profile.get("useDefaultFlags")
            is_shared = isinstance(flags, dict) and flags.get("settings") is True
            found[identity] = None if is_shared else text_value(profile, "name") or identity
    return found


def profile_of(state: dict[str, Any], opened: Path) -> str | None:
    """The folder name of the profile that a window on this folder or .code-workspace uses, as storage.json has it.

    Associations name the URI of a location in older versions, and its last part in newer ones.
    """
    listed = state.get("profileAssociations")
    chosen = listed.get("workspaces") if isinstance(listed, dict) else None
    for uri, profile in chosen.items() if isinstance(chosen, dict) else ():
        path = local_path(uri)
        if path is not None and is_possible(path) and real(path) == real(opened):
            return _folder_name(profile)
    return None


def _folder_name(location: object) -> str | None:
    path = location.get("path") if isinstance(location, dict) else location
    name = path.replace("\\", "/").rstrip("/").rpartition("/")[2] if isinstance(path, str) else ""
    return None if name in ("", ".", "..") or "\0" in name else name


VSCODE = Tool("vscode", installs, caches, configs)
