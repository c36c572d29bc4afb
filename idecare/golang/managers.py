"""Version managers of Go: which versions each has, and which one a file above the working folder asks for."""

from __future__ import annotations

import os
import re
from pathlib import Path

from idecare.core.frozen import frozen
from idecare.core.host import Host
from idecare.golang.installs import managers
from idecare.system.files import read_text

FILES = {
    "goenv": (".go-version",),
    "gvm": (".go-version",),
    "asdf": (".tool-versions", ".go-version"),
    "mise": ("mise.toml", ".mise.toml", ".tool-versions", ".go-version"),
}
TOOL_LINE = re.compile(r"^\s*(?:golang|go)\s+(\S+)", re.MULTILINE)
MISE_LINE = re.compile(r'^\s*go\s*=\s*"([^"]+)"', re.MULTILINE)
RELEASE = re.compile(r"(?:go)?(1\.\d+(?:\.\d+)?(?:(?:rc|beta)\d+)?)")


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
        for name in FILES[manager]:
            if version := _version_in(folder / name):
                return Asked(version, folder / name)
    return None


def _version_in(path: Path) -> str | None:
    """A release; names such as ``system`` and ``latest`` are passed over."""
    text = read_text(path) if os.path.isfile(path) else None
    if text is None:
        return None
    line = TOOL_LINE if path.name == ".tool-versions" else MISE_LINE if path.suffix == ".toml" else None
    found = line.search(text) if line else None
    word = found[1] if found else "" if line else text.strip()
    match = RELEASE.fullmatch(word)
    return match[1] if match else None
