"""Names of module versions, and where a module cache keeps the parts of each."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from idecare.changes.journal import HOLD_FOLDER
from idecare.modules.layout import MODULE_PATH_DEPTH, MODULE_TREE

# Parts of one version in cache/download/<path>/@v; .lock stays for ever, so it says nothing of a download.
SUFFIXES = (".ziphash", ".zip", ".mod", ".partial")


@dataclass(frozen=True, order=True)
class ModuleVersion:
    """One version of a module, by its real names, with the paths of its parts below the root of a module cache."""

    path: str
    version: str

    def __str__(self) -> str:
        return f"{self.path}@{self.version}"

    @property
    def tree(self) -> str:
        return f"{escaped(self.path)}@{escaped(self.version)}"

    @property
    def folder(self) -> str:
        """Where its downloads are."""
        return f"cache/download/{escaped(self.path)}/@v"

    def file(self, suffix: str) -> str:
        return f"{self.folder}/{escaped(self.version)}.{suffix}"

    @property
    def is_toolchain(self) -> bool:
        return self.path == "golang.org/toolchain"


def parsed(name: str) -> ModuleVersion | None:
    """``path@version`` as a value, ``None`` when it is not of that form."""
    path, at, version = name.partition("@")
    return ModuleVersion(path, version) if path and at and version else None


def escaped(text: str) -> str:
    """A capital letter as ``!`` and the small one (golang.org/x/mod/module, EscapePath)."""
    return re.sub("[A-Z]", lambda match: "!" + match[0].lower(), text)


def unescaped(text: str) -> str:
    return re.sub("!([a-z])", lambda match: match[1].upper(), text)


def listed_modules(root: Path) -> tuple[ModuleVersion, ...]:
    """Every version of which the module cache has a zip, a sum, a go.mod or a tree."""
    return tuple(sorted({*_downloaded(root), *_extracted(root)}))


def _downloaded(root: Path) -> Iterator[ModuleVersion]:
    download = os.path.join(root, "cache", "download")
    for folder, below, names in os.walk(download):
        if os.path.basename(folder) != "@v":
            if folder == download and "sumdb" in below:
                below.remove("sumdb")
            continue
        path = unescaped(os.path.relpath(os.path.dirname(folder), download).replace(os.sep, "/"))
        for version in {_stem(name) for name in names} - {""}:
            yield ModuleVersion(path, unescaped(version))


def _stem(name: str) -> str:
    return next((name.removesuffix(suffix) for suffix in SUFFIXES if name.endswith(suffix)), "")


def _extracted(root: Path) -> Iterator[ModuleVersion]:
    for folder, below, names in os.walk(root):
        relative = os.path.relpath(folder, root).replace(os.sep, "/")
        for name in [name for name in (*below, *names) if MODULE_TREE.search(name)]:
            path, _, version = name.rpartition("@")
            yield ModuleVersion(unescaped(path if relative == "." else f"{relative}/{path}"), unescaped(version))
        at_top = ("cache", HOLD_FOLDER) if relative == "." else ()
        below[:] = [name for name in below if "@" not in name and name not in at_top]
        if relative.count("/") >= MODULE_PATH_DEPTH:
            below.clear()
