"""Where JetBrains IDEs are installed: every folder with a product-info.json in the places where installers put one."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from idecare.core.frozen import frozen
from idecare.core.host import Host
from idecare.core.language import tr
from idecare.core.locations import Install
from idecare.core.platforms import LINUX, MACOS, WINDOWS
from idecare.system.files import children, read_json, read_text, real, text_value

# The platform's own test of an IDE home (intellij-community, PathManager.isIdeaHome).
PRODUCT_INFO = {
    "linux": ("product-info.json",),
    "macos": ("Contents", "Resources", "product-info.json"),
    "windows": ("product-info.json",),
}
HOME_NAMES = re.compile(r"GoLand|goland|idea")  # an unpacked archive is GoLand-2024.1 or idea-IU-241.14494.240
SNAPS = ("goland", "intellij-idea-ultimate")
FLATPAKS = ("com.jetbrains.GoLand", "com.jetbrains.IntelliJ-IDEA-Ultimate")
SANDBOX = re.compile(r".*/flatpak/app/([\w.-]+)/")
# The folders of a Flatpak below ~/.var/app, which flatpak run puts into its environment (flatpak-run(1)).
SANDBOX_FOLDERS = {"XDG_CONFIG_HOME": "config", "XDG_CACHE_HOME": "cache", "XDG_DATA_HOME": "data"}
EXEC_LINE = re.compile(r"^(?:Exec|TryExec)=\"?([^\"%\n]+)", re.MULTILINE)
REMOTE = tr("RemoteDev backend")  # has configuration folders of its own (XPlatLauncher, remote_dev.rs)

Candidate = tuple[Path, str]


@frozen
class Product:
    """An IDE that idecare manages. ``prefix`` begins its data folder names, ``variable`` its environment variables."""

    name: str
    code: str
    prefix: str
    variable: str


GOLAND = Product("goland", "GO", "GoLand", "GOLAND")
IDEA = Product("idea", "IU", "IntelliJIdea", "IDEA")
PRODUCTS = (GOLAND, IDEA)
MANAGED = {product.code: product for product in PRODUCTS}


def installs(host: Host) -> Iterator[Install]:
    """Every installed IDE once, whichever links lead to it."""
    seen = set()
    for folder, source in _candidates(host):
        install = _install(host, folder, source)
        if install is not None and (home := real(folder)) not in seen:
            seen.add(home)
            yield install


def install_at(host: Host, folder: Path) -> Install | None:
    """The IDE in a folder that its user names; ``None`` where there is none."""
    return _install(host, folder, tr("as named"))


def sandbox_of(install: Path) -> str | None:
    """The application id of an install that Flatpak made."""
    found = SANDBOX.match(install.as_posix())
    return found[1] if found else None


def host_of(host: Host, install: Path) -> Host:
    """The host as the IDE at ``install`` sees it: a Flatpak has its own folders for settings and caches."""
    sandbox = sandbox_of(install)
    if sandbox is None or host.home is None:
        return host
    base = host.home / ".var" / "app" / sandbox
    own = {name: str(base / folder) for name, folder in SANDBOX_FOLDERS.items()}
    return replace(host, environment={**host.environment, **own})


def _install(host: Host, folder: Path, source: str) -> Install | None:
    info_file = folder.joinpath(*PRODUCT_INFO[host.platform.name])
    info = read_json(info_file)
    code = text_value(info, "productCode") or _code_of_damaged(folder, info_file, info)
    if code is None:
        return None
    product = MANAGED.get(code)
    return Install(
        tool="jetbrains",
        product=product.name if product else text_value(info, "name") or code,
        path=folder,
        source=source,
        binary=_launcher(info_file, info),
        version=text_value(info, "version"),
        build=text_value(info, "buildNumber"),
        selector=_selector(info),
        managed=product is not None and source != REMOTE,
    )


def _code_of_damaged(folder: Path, info_file: Path, info: dict[str, Any]) -> str | None:
    """An install whose product-info.json nobody can read is one all the same: by the name of its launcher."""
    if info or not os.path.isfile(info_file):
        return None
    names = {product.code: (product.name, f"{product.name}64.exe") for product in PRODUCTS}
    found = (code for code, files in names.items() for file in files if os.path.isfile(folder / "bin" / file))
    return next(found, None)


def _launcher(info_file: Path, info: dict[str, Any]) -> Path | None:
    """The launcher of the one ``launch`` record; its path starts at the folder of the JSON file."""
    launch = _objects(info, "launch")
    relative = text_value(launch[0], "launcherPath") if launch else None
    return Path(os.path.normpath(info_file.parent / relative)) if relative else None


def _selector(info: dict[str, Any]) -> str | None:
    """The data folder name, if it is a plain name: it becomes part of paths."""
    name = text_value(info, "dataDirectoryName")
    return name if name and re.fullmatch(r"\w[\w.-]*", name) else None


def _objects(values: dict[str, Any], key: str) -> list[dict[str, Any]]:
    """The objects in the array under ``key``."""
    array = values.get(key)
    return [entry for entry in array if isinstance(entry, dict)] if isinstance(array, list) else []


def _candidates(host: Host) -> Iterator[Candidate]:
    toolbox = host.folders.data / "JetBrains" / "Toolbox" if host.folders.data else None
    if toolbox:
        yield from _toolbox_state(toolbox)
        yield from _toolbox_apps(host, toolbox / "apps")
    yield from STANDALONE[host.platform.name](host)


def _toolbox_state(toolbox: Path) -> Iterator[Candidate]:
    """The folders in Toolbox's inventory. Its format is not documented, so an entry is a hint."""
    for entry in _objects(read_json(toolbox / "state.json"), "tools"):
        location = text_value(entry, "installLocation")
        if location and Path(location).is_absolute():
            yield Path(location), "Toolbox"


def _toolbox_apps(host: Host, apps: Path) -> Iterator[Candidate]:
    """Toolbox 2 keeps apps/goland, Toolbox 1 apps/Goland/ch-0/<build>, with the bundle inside on macOS."""
    for app in children(apps):
        yield app, "Toolbox"
        channels = (folder for folder in children(app) if folder.name.startswith("ch-"))
        for build in (build for channel in channels for build in children(channel)):
            yield build, "Toolbox"
            if host.platform is MACOS:
                yield from _each(children(build), "Toolbox")


def _each(folders: Iterable[Path], source: str) -> Iterator[Candidate]:
    return ((folder, source) for folder in folders)


def _macos(host: Host) -> Iterator[Candidate]:
    yield from _each(children(Path("/Applications")), "/Applications")
    if host.home:
        yield from _each(children(host.home / "Applications"), "~/Applications")


def _flatpak(host: Host) -> Iterator[Candidate]:
    roots = (*((host.folders.data / "flatpak",) if host.folders.data else ()), Path("/var/lib/flatpak"))
    for files in (root / "app" / name / "current" / "active" / "files" for root in roots for name in FLATPAKS):
        yield from _each((files, *children(files), *children(files / "extra")), "Flatpak")


def _by_launchers(host: Host) -> Iterator[Candidate]:
    """Wherever an archive was unpacked: the folder above ``bin`` of a launcher that PATH or a menu entry leads to."""
    names = tuple(f"{product.name}{suffix}" for product in PRODUCTS for suffix in ("", ".sh"))
    for folder in host.search_path:
        links = (folder / name for name in names)
        found = (link for link in links if os.path.isfile(link))
        yield from ((real(link).parent.parent, tr("{program} in PATH", program=link)) for link in found)
    entries = children(host.folders.data / "applications") if host.folders.data else ()
    for entry in (file for file in entries if file.suffix == ".desktop" and HOME_NAMES.search(file.name)):
        for command in EXEC_LINE.findall(read_text(entry) or ""):
            program = Path(command.strip())
            if program.is_absolute() and program.parent.name == "bin":
                yield program.parent.parent, tr("menu entry {name}", name=entry.name)


def _remote_backends(host: Host) -> Iterator[Candidate]:
    """What JetBrains Gateway unpacks for remote development."""
    base = host.folders.cache / "JetBrains" / "RemoteDev" / "dist" if host.folders.cache else None
    return _each(children(base) if base else (), REMOTE)


def _linux(host: Host) -> Iterator[Candidate]:
    yield from _each((Path("/snap") / name / "current" for name in SNAPS), "snap")
    yield from _each(children(Path("/opt")), "/opt")
    yield from _each(children(Path("/usr/local")), "/usr/local")
    if host.home:
        unpacked = (child for child in children(host.home) if HOME_NAMES.match(child.name))
        yield from _each(unpacked, tr("home folder"))
    yield from _flatpak(host)
    yield from _by_launchers(host)
    yield from _remote_backends(host)


def _windows(host: Host) -> Iterator[Candidate]:
    programs = host.variable("PROGRAMFILES") or host.variable("ProgramFiles") or "C:\\Program Files"
    yield from _each(children(Path(programs) / "JetBrains"), "Program Files")
    if host.folders.data:
        yield from _each(children(host.folders.data / "Programs"), "%LOCALAPPDATA%\\Programs")


STANDALONE = {LINUX.name: _linux, MACOS.name: _macos, WINDOWS.name: _windows}
