"""Version managers: the version that a file here asks for is installed, and what a GOPATH for each version costs."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from idecare.checks.base import Check, Finding, RunByUser
from idecare.checks.snapshot import Snapshot
from idecare.host import Host
from idecare.tools.files import read_text
from idecare.tools.go_installs import managers, other_modcaches

ID = "go/managers"
INSTALL = {
    "goenv": "goenv install {}",
    "gvm": "gvm install go{}",
    "asdf": "asdf install golang {}",
    "mise": "mise install go@{}",
}
FILES = {
    "goenv": (".go-version",),
    "gvm": (".go-version",),
    "asdf": (".tool-versions", ".go-version"),
    "mise": ("mise.toml", ".mise.toml", ".tool-versions", ".go-version"),
}
TOOL_LINE = re.compile(r"^\s*(?:golang|go)\s+(\S+)", re.MULTILINE)
MISE_LINE = re.compile(r'^\s*go\s*=\s*"([^"]+)"', re.MULTILINE)
RELEASE = re.compile(r"(?:go)?(1\.\d+(?:\.\d+)?(?:(?:rc|beta)\d+)?)")


@dataclass(frozen=True)
class Asked:
    """A version that a file asks a version manager for."""

    version: str
    file: Path


def check_managers(snapshot: Snapshot) -> Iterable[Finding]:
    for name, installed, _ in managers(snapshot.host):
        if not installed:
            continue
        asked = _asked(snapshot.host, name)
        names = [folder.name.removeprefix("go") for folder in installed]
        if asked and not any(have == asked.version or have.startswith(f"{asked.version}.") for have in names):
            yield Finding(
                id=f"{ID}/missing",
                severity="warning",
                summary=f"{asked.file} asks {name} for Go {asked.version}, which is not installed",
                evidence=(f"installed: {', '.join(names)}",),
                why=f"{name}'s go stops with an error here, or another Go runs",
                fix="install it, or change the file",
                remedies=(RunByUser(INSTALL[name].format(asked.version)),),
            )
    yield from _module_caches(snapshot.host)


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


def _module_caches(host: Host) -> Iterator[Finding]:
    others = tuple(place for place in other_modcaches(host) if place.source != "default GOPATH")
    if others:
        yield Finding(
            id=f"{ID}/module-caches",
            severity="info",
            summary=f"there are {len(others)} module caches beside the one of this shell",
            evidence=tuple(f"{place.path} ({place.source})" for place in others),
            why="a version manager sets GOPATH for each version, so modules are downloaded and stored several times",
            fix="set GOMODCACHE to one folder for all (go env -w GOMODCACHE=...), or GOENV_DISABLE_GOPATH=1 for goenv",
        )


CHECKS = (
    Check(
        ID,
        "version managers have the Go that a file here asks for, and share one module cache",
        "install that version; set GOMODCACHE for all",
        check_managers,
    ),
)
