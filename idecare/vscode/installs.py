"""Where VS Code and its forks are installed.

Folder and file names: microsoft/vscode src/vs/platform/environment and src/bootstrap-node.js, product.json of each
product, coder/code-server docs/FAQ.md.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from idecare.core.frozen import frozen
from idecare.core.host import Host
from idecare.core.language import tr
from idecare.core.locations import Install
from idecare.core.platforms import MACOS, WINDOWS
from idecare.system.files import child_folders, children, read_json, read_text, real, text_value
from idecare.vscode.products import CODE_SERVER, PRODUCTS, Product, product_named

if TYPE_CHECKING:
    from idecare.vscode.go_extension import Manifest

# The dot folder in the home of each product (product.json, dataFolderName).
FOLDERS = {
    "vscode": ".vscode",
    "insiders": ".vscode-insiders",
    "code-oss": ".vscode-oss",
    "vscodium": ".vscode-oss",
    "vscodium-insiders": ".vscode-oss",
    "cursor": ".cursor",
    "windsurf": ".windsurf",
}
GO_EXTENSION = "golang.go-"
WINDOWS_FOLDERS = frozenset(product.windows for product in PRODUCTS if product.windows)


@frozen
class Application:
    """An installed product: its folder (macOS: its bundle), why it is there, and what its product.json says."""

    home: Path
    product: Product
    source: str
    details: dict[str, Any] = field(default_factory=dict)
    version: str | None = None
    binary: Path | None = None  # the main executable, to read the architecture from


def installs(host: Host) -> Iterator[Install]:
    """Every install of every product, each once."""
    for found in applications(host):
        yield Install(
            "vscode",
            found.product.product,
            found.home,
            found.source,
            binary=found.binary,
            version=found.version,
            build=text_value(found.details, "commit"),
        )


def applications(host: Host) -> tuple[Application, ...]:
    """The applications in the usual places, then those which PATH leads to."""
    found: dict[Path, Application] = {}
    for home, source in (*_usual_homes(host), *_homes_in_path(host)):
        application = _application(home, source)
        if application is not None and real(home) not in found:
            found[real(home)] = replace(application, binary=_binary(host, application))
    return tuple(found.values())


def _usual_homes(host: Host) -> Iterator[tuple[Path, str]]:
    if host.platform is MACOS:
        for folder in (Path("/Applications"), *((host.home / "Applications",) if host.home else ())):
            yield from ((path, str(folder)) for path in children(folder) if path.suffix == ".app")
    elif host.platform is WINDOWS:
        yield from _windows_homes(host)
    else:
        yield from _linux_homes(host)


def _windows_homes(host: Host) -> Iterator[tuple[Path, str]]:
    user = (host.folders.cache / "Programs", tr("installed for this user")) if host.folders.cache else None
    machine = (Path(host.variable("ProgramFiles") or "C:\\Program Files"), tr("installed for all users"))
    for folder, source in (user, machine) if user else (machine,):
        yield from ((folder / product.windows, source) for product in PRODUCTS if product.windows)


def _linux_homes(host: Host) -> Iterator[tuple[Path, str]]:
    for product in PRODUCTS:
        yield Path("/usr/share") / product.command, tr("package in {folder}", folder="/usr/share")
        yield Path("/usr/lib") / product.command, tr("package in {folder}", folder="/usr/lib")
        yield Path("/snap") / product.command / "current/usr/share" / product.command, "snap"
    yield Path("/usr/lib/code"), tr("package in {folder}", folder="/usr/lib")
    yield from ((path, "/opt") for path in child_folders(Path("/opt")))
    for folder in ("/usr/share", "/usr/lib"):  # any fork among hundreds of folders: one question to each
        for name in _names(folder):
            if os.path.isfile(f"{folder}/{name}/resources/app/product.json"):
                yield Path(folder) / name, folder
    if host.home:  # code-server's installer for one user (coder/code-server install.sh)
        local = child_folders(host.home / ".local" / "lib")
        yield from ((path, "~/.local/lib") for path in local if path.name.startswith("code-server-"))
    yield from _flatpak_homes(host)


def _names(folder: str) -> list[str]:
    try:
        return sorted(os.listdir(folder))
    except OSError:
        return []


def _flatpak_homes(host: Host) -> Iterator[tuple[Path, str]]:
    user = (host.folders.data / "flatpak",) if host.folders.data else ()
    for folder in (*user, Path("/var/lib/flatpak")):
        for product in PRODUCTS:
            files = folder / "app" / product.flatpak / "current/active/files"
            if product.flatpak:
                yield files / "extra" / "vscode", "Flatpak"
                yield files / "share" / product.command, "Flatpak"


def _homes_in_path(host: Host) -> Iterator[tuple[Path, str]]:
    """The folders above what the commands in PATH are links to: the command lies in ``bin`` of the application."""
    suffixes = (".cmd", ".exe", "") if host.platform is WINDOWS else ("",)
    for folder in host.search_path:
        for product in PRODUCTS:
            for command in (folder / f"{product.command}{suffix}" for suffix in suffixes):
                if os.path.isfile(command):
                    source = tr("{program} in PATH ({folder})", program=product.command, folder=folder)
                    yield from ((home, source) for home in _above(real(command)))


def _above(command: Path) -> tuple[Path, ...]:
    """Where the application of a command may be: the bundle around it, else one of the folders above it."""
    return tuple(folder for folder in command.parents if folder.suffix == ".app") or tuple(command.parents[:6])


def _application(home: Path, source: str) -> Application | None:
    if not _may_be_one(str(home), home.name):
        return None
    resources = next((folder for folder in _resource_folders(home) if os.path.isfile(folder / "product.json")), None)
    if resources is not None:
        details = read_json(resources / "product.json")
        package = read_json(resources / "package.json")
        version = text_value(details, "version") or text_value(package, "version")
        return Application(home, product_named(_name(details, home)), source, details, version)
    package = read_json(home / "package.json")
    if package.get("name") != "code-server":
        return None
    details = read_json(home / "lib" / "vscode" / "product.json")
    return Application(home, CODE_SERVER, source, details, text_value(package, "version"))


def _may_be_one(home: str, name: str) -> bool:
    """Asked of each folder of /usr/lib and /usr/share, so without making paths: most are something else."""
    is_bundle = name.endswith(".app") or name in WINDOWS_FOLDERS
    return is_bundle or os.path.isdir(f"{home}/resources/app") or os.path.isfile(f"{home}/package.json")


def _resource_folders(home: Path) -> Iterator[Path]:
    if home.suffix == ".app":
        yield home / "Contents" / "Resources" / "app"
        return
    yield home / "resources" / "app"
    if home.name in WINDOWS_FOLDERS:  # newer Windows builds: a folder a commit
        yield from (path / "resources" / "app" for path in child_folders(home))


def _name(details: dict[str, Any], home: Path) -> str:
    named = text_value(details, "nameShort")
    known = (product for product in PRODUCTS if home.name in (product.bundle, product.windows, product.command))
    return named or next((product.name for product in known), home.stem)


def _binary(host: Host, found: Application) -> Path | None:
    home, product = found.home, found.product
    if product is CODE_SERVER:
        places = [home / "lib" / "node"]
    elif host.platform is MACOS:
        folder = home / "Contents" / "MacOS"
        places = [folder / "Electron", folder / product.name, *children(folder)]
    elif host.platform is WINDOWS:
        places = [home / f"{product.name}.exe"]
    else:
        places = [home / (text_value(found.details, "applicationName") or product.command), home / product.command]
    return next((path for path in places if os.path.isfile(path)), None)


def package_texts(host: Host) -> dict[Path, str]:
    """The package.json of every installed extension whose text contains Go's settings."""
    packages = (path / "package.json" for folder in dict.fromkeys(_folders(host)) for path in child_folders(folder))
    texts = ((path, read_text(path)) for path in packages)
    return {path: text for path, text in texts if text and ('"go.' in text or '"gopls"' in text)}


def _folders(host: Host) -> Iterator[Path]:
    if named := host.variable("VSCODE_EXTENSIONS"):
        yield Path(named)
    if portable := host.variable("VSCODE_PORTABLE"):
        yield Path(portable) / "extensions"
    if host.home is None:
        return
    forks = (text_value(found.details, "dataFolderName") for found in applications(host))
    names = dict.fromkeys((*FOLDERS.values(), *filter(None, forks)))
    yield from (host.home / name / "extensions" for name in names if "/" not in name)
    yield from (host.home / product.server / "extensions" for product in PRODUCTS if product.server)
    yield Path(host.variable("XDG_DATA_HOME") or host.home / ".local" / "share") / "code-server" / "extensions"


def go_extensions(host: Host) -> tuple[Manifest, ...]:
    """The Go extension as it is installed: of each folder of extensions the newest, as VS Code takes it."""
    from idecare.vscode.go_extension import newest, read_manifest

    found = []
    for folder in dict.fromkeys(_folders(host)):
        named = [path for path in child_folders(folder) if path.name.lower().startswith(GO_EXTENSION)]
        texts = filter(None, (read_text(path / "package.json") for path in named))
        manifests = [manifest for manifest in map(read_manifest, texts) if manifest.settings]
        found += [newest(manifests)] if manifests else []
    return tuple(found)
