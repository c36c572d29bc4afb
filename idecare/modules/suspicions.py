"""Comparing a module with its zip: what names, sizes and small files show without reading it through, and which files
of a tree differ.

What passes here may still be damaged: only the sums prove it (``inspect_modules``).
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from hashlib import sha256
from pathlib import Path

from idecare.core.frozen import frozen
from idecare.core.language import tr
from idecare.modules.hashing import NO_PROBLEM, BrokenError, answer, read, zip_directory, zip_files
from idecare.modules.layout import ModuleVersion
from idecare.modules.state import is_go_mod, problem_text, read_ziphash
from idecare.modules.sums import KnownSums

LITTER = ".DS_Store"
READ_BITS = 0o444
NAMED = 3


@frozen
class Suspicion:
    """What is wrong with one part of a version, as far as a quick look tells."""

    module: ModuleVersion
    part: str
    reason: str


def find_suspicions(root: Path, modules: Iterable[ModuleVersion], known: KnownSums) -> tuple[Suspicion, ...]:
    """Everything suspicious about these versions. What cannot be read is suspicious, too."""
    return tuple(Suspicion(module, *found) for module in modules for found in _problems(root, module, known))


def _problems(root: Path, module: ModuleVersion, known: KnownSums) -> Iterator[tuple[str, str]]:
    tree = root / module.tree
    is_there = os.path.lexists(tree)
    if (root / module.file("partial")).exists():
        yield "partial", tr("go was ended while it extracted this; it does so again when it needs it")
        is_there = False
    try:
        sizes = zip_sizes(root / module.file("zip"), module)
        if sizes is not None and is_there and not module.is_toolchain:
            yield from _differences(tree, sizes)
    except BrokenError as error:
        yield "zip", problem_text(error.problem)
    except OSError as error:
        place = os.fsdecode(error.filename) if error.filename else ""
        yield "tree" if place.startswith(str(tree)) else "zip", f"{(error.strerror or '').lower()}: {place}"
    yield from _small_problems(root, module, known)


def zip_sizes(path: Path, module: ModuleVersion) -> dict[str, int] | None:
    """Sizes by name inside the module, from the zip's directory; ``None`` when nothing is there."""
    if path.exists() and not path.is_file():
        raise BrokenError("is not a valid zip file (not a file)")
    try:
        entries, _, _ = zip_directory(os.fsencode(path))
    except FileNotFoundError:
        return None
    names = ((name.decode(errors="surrogateescape"), size) for name, _, _, size, _, _ in entries)
    return {name.removeprefix(f"{module}/"): size for name, size in names if not name.endswith("/")}


def _differences(tree: Path, sizes: dict[str, int]) -> Iterator[tuple[str, str]]:
    if not tree.is_dir():
        yield "tree", tr("is not a folder")
        return
    found = list(_tree_files(tree))
    present = {name: status.st_size for name, status in found}
    for kind, names in (
        (tr("missing"), sizes.keys() - present),
        (tr("another size"), {name for name in sizes.keys() & present if sizes[name] != present[name]}),
        (tr("too many"), present.keys() - sizes),
        (tr("may not be read"), {name for name, status in found if not status.st_mode & READ_BITS}),
    ):
        if names:
            yield "tree", f"{kind}: {_some(sorted(names), 1)}"


def _tree_files(tree: Path) -> Iterator[tuple[str, os.stat_result]]:
    waiting = [""]
    while waiting:
        folder = waiting.pop()
        with os.scandir(os.path.join(tree, folder)) as entries:
            for entry in entries:
                name = f"{folder}{entry.name}"
                if entry.is_dir(follow_symlinks=False):
                    waiting.append(f"{name}/")
                else:
                    yield name, entry.stat(follow_symlinks=False)


def _small_problems(root: Path, module: ModuleVersion, known: KnownSums) -> Iterator[tuple[str, str]]:
    ziphash = read_ziphash(root / module.file("ziphash"))
    wants = {found.h1 for found in known.content.get(module, ())}
    if ziphash.problem:
        yield "ziphash", ziphash.problem
    elif ziphash.h1 and wants and ziphash.h1 not in wants:
        yield "ziphash", tr("its sum is not that of go.sum")
    wants = {found.h1 for found in known.go_mod.get(module, ())}
    state, h1, problem, *_ = answer(("file", os.fsencode(root / module.file("mod")), b"go.mod", ""), 0)
    if problem != NO_PROBLEM:
        yield "mod", problem_text(problem)
    elif state == "ok" and wants and h1 not in wants:
        yield "mod", tr("its sum is not that of go.sum")
    elif not is_go_mod(root / module.file("mod")):
        yield "mod", tr("is no go.mod file")


def tree_differences(root: Path, module: ModuleVersion) -> str:
    """In words: how many files are missing, differ or are too many, with some of their names; "" when none is named."""
    prefix = os.fsencode(f"{module}/")
    top = root / module.tree
    try:
        contents = zip_files(os.fsencode(root / module.file("zip")), prefix[:-1])
        wanted = {os.fsdecode(name[len(prefix) :]): sha256(content).digest() for name, content in contents}
    except (BrokenError, OSError):
        return ""
    files = (Path(folder, name) for folder, _, names in os.walk(top) for name in names)
    present = {file.relative_to(top).as_posix() for file in files}
    kinds = {
        tr("missing"): sorted(wanted.keys() - present),
        tr("changed"): sorted(name for name in wanted.keys() & present if _digest(top / name) != wanted[name]),
        tr("too many"): sorted(present - wanted.keys()),
    }
    return "; ".join(f"{kind}: {_some(names, NAMED)}" for kind, names in kinds.items() if names)


def _digest(path: Path) -> bytes:
    try:
        return sha256(read(os.fsencode(path))).digest()
    except OSError:
        return b""


def _some(names: list[str], named: int) -> str:
    some = ", ".join(names[:named])
    return tr("{names} and {count} more", names=some, count=len(names) - named) if len(names) > named else some
