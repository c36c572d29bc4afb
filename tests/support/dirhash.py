"""The h1 sum of module zips and extracted trees, and what is wrong with the trees of a module cache.

The sum is defined in golang.org/x/mod/sumdb/dirhash (Hash1).
"""

from __future__ import annotations

import base64
import hashlib
import os
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.support.goproxy import unescaped

HELD = ".idecare-held"


def h1(files: Iterable[tuple[str, bytes]]) -> str:
    """The sum of (name, content) pairs."""
    ordered = sorted(files, key=lambda item: item[0].encode())
    lines = "".join(f"{hashlib.sha256(content).hexdigest()}  {name}\n" for name, content in ordered)
    return "h1:" + base64.b64encode(hashlib.sha256(lines.encode()).digest()).decode()


def h1_of_zip(path: Path) -> str:
    with zipfile.ZipFile(path) as archive:
        return h1((name, archive.read(name)) for name in archive.namelist() if not name.endswith("/"))


def h1_of_tree(folder: Path, prefix: str) -> str:
    """The sum of an extracted module; ``prefix`` is its real ``path@version``."""
    files = (Path(parent, name) for parent, _, names in os.walk(folder) for name in names)
    return h1((f"{prefix}/{file.relative_to(folder).as_posix()}", file.read_bytes()) for file in files)


@dataclass(frozen=True)
class ExtractedModule:
    """A module version whose tree lies in a module cache, and where go keeps its zip."""

    name: str
    folder: Path
    download: Path

    def file(self, suffix: str) -> Path:
        return Path(f"{self.download}.{suffix}")


def extracted_modules(modcache: Path) -> Iterator[ExtractedModule]:
    """Every extracted module of the cache, except toolchains and what idecare holds."""
    for parent, folders, _ in os.walk(modcache):
        if Path(parent) == modcache:
            folders[:] = [name for name in folders if name not in (HELD, "cache")]
        for name in [name for name in folders if "@" in name]:
            folders.remove(name)
            folder = Path(parent, name)
            module, _, version = folder.relative_to(modcache).as_posix().partition("@")
            if module != "golang.org/toolchain":
                download = modcache / "cache" / "download" / module / "@v" / version
                yield ExtractedModule(f"{unescaped(module)}@{unescaped(version)}", folder, download)


def damaged_modules(modcache: Path) -> list[str]:
    """One sentence for each extracted tree which go would use although it is not what its zip holds."""
    return [text for module in extracted_modules(modcache) if (text := _damage(module))]


def _damage(module: ExtractedModule) -> str:
    if module.file("partial").exists():  # go throws such a tree away by itself
        return ""
    if not module.file("zip").exists():
        return f"{module.name} has a tree but no zip"
    want, got = h1_of_zip(module.file("zip")), h1_of_tree(module.folder, module.name)
    return "" if want == got else f"{module.name}: the zip has {want}, the tree {got}"
