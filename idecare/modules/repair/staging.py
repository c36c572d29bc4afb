"""The new parts of a module version, made beside the old ones and proven before they are put in place."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from idecare.core.errors import RefusedError
from idecare.modules.hashing import h1, legacy_go_mod, zip_files
from idecare.modules.names import ModuleVersion
from idecare.modules.repair.plan import Mend
from idecare.system.filesystem.module_parts import stage_file, stage_tree, stamps


def staged_parts(
    root: int, root_path: Path, staged: str, mend: Mend, writable: bool
) -> tuple[tuple[str, int, int, int], ...]:
    """Make the new parts beside, prove the tree, and return what will be put in place."""
    names = []
    if mend.ziphash:
        names.append(_ziphash_name(mend))
        stage_file(root, f"{staged}/{names[-1]}", mend.ziphash.encode())
    if mend.module and mend.go_mod:
        names.append(mend.module.file("mod"))
        stage_file(root, f"{staged}/{names[-1]}", _go_mod(root_path, mend.module))
    if mend.module and mend.extract:
        names.append(mend.place)
        digests = stage_tree(root, f"{staged}/{mend.place}", _files(root_path, mend.module), writable)
        prefix = os.fsencode(mend.name)
        if h1([(b"%b/%b" % (prefix, name), digest) for name, digest in digests]) != mend.h1:
            raise RefusedError("changed", "its zip has been changed since it was verified", "run it again")
    found = stamps(root, [f"{staged}/{name}" for name in names])
    return tuple((path.removeprefix(f"{staged}/"), device, inode, newest) for path, device, inode, newest in found)


def _ziphash_name(mend: Mend) -> str:
    assert mend.module is not None
    return mend.module.file("ziphash")


def _files(root: Path, module: ModuleVersion) -> Iterator[tuple[str, bytes]]:
    """Names below the tree, which were checked when the zip was read, and contents."""
    prefix = os.fsencode(str(module))
    for name, content in zip_files(os.fsencode(root / module.file("zip")), prefix):
        if not name.endswith(b"/"):
            yield os.fsdecode(name[len(prefix) + 1 :]), content


def _go_mod(root: Path, module: ModuleVersion) -> bytes:
    prefix = os.fsencode(str(module))
    for name, content in zip_files(os.fsencode(root / module.file("zip")), prefix):
        if name == prefix + b"/go.mod":
            return content
    return legacy_go_mod(prefix)
