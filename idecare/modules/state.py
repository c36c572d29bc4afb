"""What is known of the parts of one module version: values, what its small files say, and who may change it."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from idecare.core.frozen import frozen
from idecare.core.language import tr
from idecare.core.reading import read_file
from idecare.modules.hashing import Answer, Problem
from idecare.modules.layout import ModuleVersion
from idecare.modules.sums import KnownSum
from idecare.system.files import read_text

PartState = Literal["ok", "absent", "broken", "unreadable"]


@frozen
class Reading:
    """What was found of one part: its h1 when ``ok``, else what is wrong with it."""

    state: PartState = "absent"
    h1: str = ""
    problem: str = ""

    @property
    def is_there(self) -> bool:
        return self.state != "absent"


ABSENT = Reading()


@frozen
class Barrier:
    """A folder or file that this user may not read or write. ``owner`` is ``None`` when it is this user's own."""

    path: str  # below the root
    owner: int | None


@frozen
class ModuleState:
    """One version. ``go_mod_h1``: the sum that the go.mod in the zip has; ``clean_h1``: that of the tree without its
    ``litter``; ``spoiled``: small files that go cannot use; ``stamps`` tell whether it has changed since."""

    module: ModuleVersion
    zip: Reading = ABSENT
    tree: Reading = ABSENT
    ziphash: Reading = ABSENT
    mod: Reading = ABSENT
    go_mod_h1: str = ""
    clean_h1: str = ""
    litter: tuple[str, ...] = ()
    is_partial: bool = False
    mod_is_text: bool = True
    spoiled: tuple[tuple[str, str], ...] = ()  # path below the root, what is wrong
    barriers: tuple[Barrier, ...] = ()
    sums: tuple[KnownSum, ...] = ()
    go_mod_sums: tuple[KnownSum, ...] = ()
    stamps: tuple[tuple[int, ...], ...] = ()


def problem_text(problem: Problem) -> str:
    text, values = problem
    return tr(text, **values)


def read_ziphash(path: Path) -> Reading:
    """The sum in a .ziphash file, or why it is none."""
    if path.exists() and not path.is_file():  # opening a pipe would wait for its writer
        return Reading("broken", problem=tr("is not a file"))
    try:
        text = read_file(path)[:200].decode("latin-1").strip()
    except FileNotFoundError:
        return ABSENT
    except OSError as error:
        return Reading("unreadable", problem=f"{(error.strerror or '').lower()}: {path}")
    if not text.strip("\0"):
        return Reading("broken", problem=tr("is empty"))
    is_sum = text.startswith("h1:") and len(text) == 47 and text.endswith("=")
    return (
        Reading("ok", text) if is_sum else Reading("broken", problem=tr("is no h1 sum: {what}", what=repr(text[:50])))
    )


def is_go_mod(path: Path) -> bool:
    """Whether it is text with a module line; also when there is no file."""
    text = read_text(path)
    return text is None or any(line.startswith("module") for line in text.splitlines())


def spoiled_files(root: Path, module: ModuleVersion, listed: set[str]) -> Iterator[tuple[str, str]]:
    """What go treats as absent and would fetch again, or trips over."""
    info = read_text(root / module.file("info"))
    if info is not None and not _is_json(info):
        yield module.file("info"), tr("is cut short")
    versions = f"{module.folder}/list"
    if versions not in listed:
        listed.add(versions)
        lines = (read_text(root / versions) or "").split("\n")
        if any(line and not line.startswith("v") for line in lines):
            yield versions, tr("is not a list of versions")
    if os.path.isdir(root / module.file("lock")):
        yield module.file("lock"), tr("is a folder")


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    return True


def find_barriers(root: Path, module: ModuleVersion, zip_file: Answer, tree: Answer) -> Iterator[Barrier]:
    """Folders in which parts of it cannot be written, and what of its tree cannot be read."""
    parent = _nearest(root / os.path.dirname(module.tree))
    for folder in (root / module.folder, parent):
        if folder.is_dir() and not os.access(folder, os.W_OK | os.X_OK):
            yield _barrier(root, folder)
    if tree[0] == "unreadable":
        yield from _unreadable(root, root / module.tree)
    if zip_file[0] == "unreadable":
        yield _barrier(root, root / module.file("zip"))


def _nearest(folder: Path) -> Path:
    return next(path for path in (folder, *folder.parents) if path.exists())


def _unreadable(root: Path, path: Path) -> Iterator[Barrier]:
    try:
        status = path.lstat()
        is_folder = stat.S_ISDIR(status.st_mode)
        if not os.access(path, os.R_OK | (os.X_OK if is_folder else 0)):
            yield _barrier(root, path)
        elif is_folder:
            for name in sorted(os.listdir(path)):
                yield from _unreadable(root, path / name)
    except OSError:
        yield _barrier(root, path)


def _barrier(root: Path, path: Path) -> Barrier:
    """Where the owner is not known, giving permissions back is tried, and fails with a reason."""
    relative = path.relative_to(root).as_posix()
    try:
        owner = path.lstat().st_uid
    except OSError:
        return Barrier(relative, None)
    return Barrier(relative, owner if hasattr(os, "geteuid") and owner != os.geteuid() else None)
