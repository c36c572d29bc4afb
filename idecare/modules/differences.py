"""Which files of a tree are not as in its zip, so that a user sees what a damage is about."""

from __future__ import annotations

import os
from hashlib import sha256
from pathlib import Path

from idecare.modules.hashing import BrokenError, read, zip_files
from idecare.modules.names import ModuleVersion

NAMED = 3


def tree_differences(root: Path, module: ModuleVersion) -> str:
    """In words: how many files are missing, differ or are too many, with some of their names; "" when none is told."""
    prefix = os.fsencode(f"{module}/")
    top = root / module.tree
    try:
        contents = zip_files(os.fsencode(root / module.file("zip")), prefix[:-1])
        wanted = {os.fsdecode(name[len(prefix) :]): sha256(content).digest() for name, content in contents}
    except (BrokenError, OSError):
        return ""
    present = {os.path.relpath(os.path.join(folder, name), top) for folder, _, names in os.walk(top) for name in names}
    kinds = {
        "missing": sorted(wanted.keys() - present),
        "changed": sorted(name for name in wanted.keys() & present if _digest(top / name) != wanted[name]),
        "too many": sorted(present - wanted.keys()),
    }
    return "; ".join(f"{kind}: {_some(names)}" for kind, names in kinds.items() if names)


def _digest(path: Path) -> bytes:
    try:
        return sha256(read(os.fsencode(path))).digest()
    except OSError:
        return b""


def _some(names: list[str]) -> str:
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return ", ".join(names[:NAMED]) + more
