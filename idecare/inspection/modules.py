"""The parts of module versions as they are now: their sums, what is wrong with each, and who may write there."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from idecare.inspection.module_hash import Answer, Task
from idecare.inspection.module_memory import SumMemory
from idecare.inspection.module_names import ModuleVersion
from idecare.inspection.module_sums import KnownSum, KnownSums, lookup_files, read_sums
from idecare.inspection.module_workers import Progress, answers
from idecare.tools.files import read_text

PartState = Literal["ok", "absent", "broken", "unreadable"]
STAMPED = ("zip", "ziphash", "mod", "info")


@dataclass(frozen=True)
class Reading:
    """What was found of one part: its h1 when ``ok``, else what is wrong with it."""

    state: PartState = "absent"
    h1: str = ""
    problem: str = ""

    @property
    def is_there(self) -> bool:
        return self.state != "absent"


ABSENT = Reading()


@dataclass(frozen=True)
class Barrier:
    """A folder or file that this user may not read or write. ``owner`` is ``None`` when it is this user's own."""

    path: str  # below the root
    owner: int | None


@dataclass(frozen=True)
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
    stamps: tuple[tuple[int, ...], ...] = field(default=())


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
        told = [_recalled(root, task, answer, memory) for task, answer in zip(_tasks(root, module, None), found)]  # noqa: B905
        states.append(_state(root, module, told, known, stamps[module], listed))
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
    told: list[Answer],
    known: KnownSums,
    stamps: tuple[tuple[int, ...], ...],
    listed: set[str],
) -> ModuleState:
    zip_told, tree_told, mod_told = told
    looked_up = read_sums(lookup_files(root, module)) if module not in known.content else KnownSums({}, {})
    return ModuleState(
        module,
        zip=_reading(zip_told),
        tree=_reading(tree_told),
        ziphash=read_ziphash(root / module.file("ziphash")),
        mod=_reading(mod_told),
        go_mod_h1=zip_told[3],
        clean_h1=tree_told[3],
        litter=tuple(os.fsdecode(name) for name in tree_told[4]),
        is_partial=os.path.lexists(root / module.file("partial")),
        mod_is_text=is_go_mod(root / module.file("mod")),
        spoiled=tuple(_spoiled(root, module, listed)),
        barriers=tuple(_barriers(root, module, zip_told, tree_told)),
        sums=known.content.get(module) or looked_up.content.get(module, ()),
        go_mod_sums=known.go_mod.get(module) or looked_up.go_mod.get(module, ()),
        stamps=stamps,
    )


def _reading(answer: Answer) -> Reading:
    state: PartState = "absent"
    for word in ("ok", "broken", "unreadable"):
        state = word if answer[0] == word else state
    return Reading(state, answer[1], answer[2])


def read_ziphash(path: Path) -> Reading:
    """The sum in a .ziphash file, or why it is none."""
    if path.exists() and not path.is_file():  # opening a pipe would wait for its writer
        return Reading("broken", problem="is not a file")
    try:
        text = path.read_bytes()[:200].decode("latin-1").strip()
    except FileNotFoundError:
        return ABSENT
    except OSError as error:
        return Reading("unreadable", problem=f"{(error.strerror or '').lower()}: {path}")
    if not text.strip("\0"):
        return Reading("broken", problem="is empty")
    is_sum = text.startswith("h1:") and len(text) == 47 and text.endswith("=")
    return Reading("ok", text) if is_sum else Reading("broken", problem=f"is no h1 sum: {text[:50]!r}")


def is_go_mod(path: Path) -> bool:
    """Whether it is text with a module line; also when there is no file."""
    text = read_text(path)
    return text is None or any(line.startswith("module") for line in text.splitlines())


def _spoiled(root: Path, module: ModuleVersion, listed: set[str]) -> Iterator[tuple[str, str]]:
    """What go treats as absent and would fetch anew, or trips over."""
    info = read_text(root / module.file("info"))
    if info is not None and not _is_json(info):
        yield module.file("info"), "is cut short"
    versions = f"{module.folder}/list"
    if versions not in listed:
        listed.add(versions)
        lines = (read_text(root / versions) or "").split("\n")
        if any(line and not line.startswith("v") for line in lines):
            yield versions, "is not a list of versions"
    if os.path.isdir(root / module.file("lock")):
        yield module.file("lock"), "is a folder"


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    return True


def _barriers(root: Path, module: ModuleVersion, zip_file: Answer, tree: Answer) -> Iterator[Barrier]:
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
    """Where the owner cannot be told, giving permissions back is tried, and fails with a reason."""
    relative = os.path.relpath(path, root)
    try:
        owner = path.lstat().st_uid
    except OSError:
        return Barrier(relative, None)
    return Barrier(relative, None if owner == os.geteuid() else owner)


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
