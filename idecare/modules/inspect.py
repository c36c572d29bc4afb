"""The parts of module versions as they are now: every part hashed, or taken from the memory of earlier runs."""

from __future__ import annotations

import json
import os
import zlib
from collections.abc import Iterable, Sequence
from pathlib import Path

from idecare.core.reading import read_file
from idecare.modules.hashing import NO_PROBLEM, Answer, Task
from idecare.modules.layout import ModuleVersion
from idecare.modules.state import (
    ModuleState,
    PartState,
    Reading,
    find_barriers,
    is_go_mod,
    problem_text,
    read_ziphash,
    spoiled_files,
)
from idecare.modules.sums import KnownSums, lookup_files, read_sums
from idecare.modules.workers import Progress, answers

FORMAT = 1
STAMPED = ("zip", "ziphash", "mod", "info")
Remembered = dict[str, Answer]  # kind and path below the root -> the answer, its fingerprint in it


class SumMemory:
    """What earlier runs found, for one module cache. A fingerprint covers device, inode, size, mtime and ctime of every
    file, so an edit is always seen; a disk that changes bytes by itself is not (``--again``)."""

    def __init__(self, folder: Path, root: Path) -> None:
        self.file = folder / f"{zlib.crc32(os.fsencode(root)):08x}.sums"
        self._head = f"idecare sums {FORMAT} {root}"
        self._known = self._read()
        self._fresh: Remembered = {}

    def _read(self) -> Remembered:
        """Nothing where the file is missing, broken, or of another root or format."""
        try:
            values = json.loads(read_file(self.file))
            if values["head"] != self._head or values["check"] != _checksum(values["sums"]):
                return {}
            return {key: _answer(value) for key, value in values["sums"].items()}
        except (OSError, ValueError, KeyError, TypeError):
            return {}

    def known(self, key: str) -> Answer | None:
        return self._known.get(key)

    def fingerprint(self, key: str) -> str:
        """Of the files when they were last hashed; "" when they never were."""
        known = self._known.get(key)
        return known[5] if known else ""

    def remember(self, key: str, answer: Answer) -> None:
        if answer[5] and not answer[4]:
            self._fresh[key] = answer

    @property
    def content(self) -> bytes | None:
        """What the file should hold; ``None`` when nothing new was found."""
        if not self._fresh:
            return None
        sums: dict[str, list[object]] = {
            key: [*answer[:2], "", answer[3], [], answer[5]] for key, answer in (self._known | self._fresh).items()
        }
        return json.dumps({"head": self._head, "check": _checksum(sums), "sums": sums}).encode()


def _checksum(sums: dict[str, list[object]]) -> int:
    return zlib.crc32(json.dumps(sums, sort_keys=True).encode())


def _answer(value: list[object]) -> Answer:
    state, h1, problem, second, litter, mark = value
    if litter or not all(isinstance(text, str) for text in (state, h1, problem, second, mark)):
        raise ValueError(value)
    return str(state), str(h1), NO_PROBLEM, str(second), [], str(mark)


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
    return Reading(state, answer[1], problem_text(answer[2]))


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
