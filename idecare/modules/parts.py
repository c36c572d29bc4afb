"""The parts of module versions as they are now: every part hashed, or taken from memory."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator, Sequence
from hashlib import sha256
from pathlib import Path

from idecare.modules.hashing import Answer, BrokenError, Task, read, zip_files
from idecare.modules.layout import ModuleVersion
from idecare.modules.state import Barrier, ModuleState, PartState, Reading, is_go_mod, read_ziphash, spoiled_files
from idecare.modules.sums import KnownSums, SumMemory, lookup_files, read_sums
from idecare.modules.workers import Progress, answers

STAMPED = ("zip", "ziphash", "mod", "info")


def inspect_modules(
    root: Path,
    modules: Sequence[ModuleVersion],
    known: KnownSums,
    memory: SumMemory | None = None,
    on_progress: Progress = lambda done, of: None,
    again: bool = False,
) -> tuple[ModuleState, ...]:
    """Hash every part of each version; with ``memory`` and not ``again``, only what changed since an earlier run."""
    stamps = {module: stamps_of(root, module) for module in modules}  # before: a change meanwhile is noticed
    tasks = [task for module in modules for task in _tasks(root, module, None if again else memory)]
    found = iter(answers(tasks, on_progress))
    listed: set[str] = set()
    states = []
    for module in modules:
        recalled = [_recalled(root, task, answer, memory) for task, answer in zip(_tasks(root, module, None), found)]  # noqa: B905
        states.append(_state(root, module, recalled, known, stamps[module], listed))
    return tuple(states)


def _tasks(root: Path, module: ModuleVersion, memory: SumMemory | None) -> tuple[Task, Task, Task]:
    name = os.fsencode(str(module))
    parts = (("zip", module.file("zip"), name), ("tree", module.tree, name), ("file", module.file("mod"), b"go.mod"))
    zip_task, tree_task, mod_task = (
        (kind, os.fsencode(root / path), prefix, memory.fingerprint(f"{kind}:{path}") if memory else "")
        for kind, path, prefix in parts
    )
    return zip_task, tree_task, mod_task


def _recalled(root: Path, task: Task, answer: Answer, memory: SumMemory | None) -> Answer:
    if memory is None:
        return answer
    key = f"{task[0]}:{os.path.relpath(os.fsdecode(task[1]), root)}"
    if answer[0] == "remembered":
        return memory.known(key) or answer
    memory.remember(key, answer)
    return answer


def _state(
    root: Path,
    module: ModuleVersion,
    recalled: list[Answer],
    known: KnownSums,
    stamps: tuple[tuple[int, ...], ...],
    listed: set[str],
) -> ModuleState:
    zip_recalled, tree_recalled, mod_recalled = recalled
    looked_up = read_sums(lookup_files(root, module)) if module not in known.content else KnownSums({}, {})
    return ModuleState(
        module,
        zip=_reading(zip_recalled),
        tree=_reading(tree_recalled),
        ziphash=read_ziphash(root / module.file("ziphash")),
        mod=_reading(mod_recalled),
        go_mod_h1=zip_recalled[3],
        clean_h1=tree_recalled[3],
        litter=tuple(os.fsdecode(name) for name in tree_recalled[4]),
        is_partial=os.path.lexists(root / module.file("partial")),
        mod_is_text=is_go_mod(root / module.file("mod")),
        spoiled=tuple(spoiled_files(root, module, listed)),
        barriers=tuple(find_barriers(root, module, zip_recalled, tree_recalled)),
        sums=known.content.get(module) or looked_up.content.get(module, ()),
        go_mod_sums=known.go_mod.get(module) or looked_up.go_mod.get(module, ()),
        stamps=stamps,
    )


def _reading(answer: Answer) -> Reading:
    state: PartState = "absent"
    for word in ("ok", "broken", "unreadable"):
        state = word if answer[0] == word else state
    return Reading(state, answer[1], answer[2])


def stamps_of(root: Path, module: ModuleVersion) -> tuple[tuple[int, ...], ...]:
    """Identity and times of each part; all zero for what is not there."""
    paths = (module.tree, *(module.file(suffix) for suffix in STAMPED))
    return tuple(_stamp(root / path) for path in paths)


def _stamp(path: Path) -> tuple[int, ...]:
    try:
        status = path.lstat()
    except OSError:
        return (0, 0, 0, 0)
    return status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns


def chosen(modules: Iterable[ModuleVersion], listed: Iterable[ModuleVersion]) -> tuple[ModuleVersion, ...]:
    """Those of ``modules`` which the module cache has."""
    return tuple(sorted(set(modules) & set(listed)))


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
    relative = os.path.relpath(path, root)
    try:
        owner = path.lstat().st_uid
    except OSError:
        return Barrier(relative, None)
    return Barrier(relative, None if owner == os.geteuid() else owner)


NAMED = 3


def tree_differences(root: Path, module: ModuleVersion) -> str:
    """In words: how many files are missing, differ or are too many, with some of their names; "" when none is named."""
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
