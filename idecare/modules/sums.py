"""What projects and the checksum database say a module's h1 sums are, and the sums remembered between runs."""

from __future__ import annotations

import json
import os
import zlib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from idecare.core.frozen import frozen
from idecare.core.host import Host
from idecare.golang.environment import go_environment
from idecare.golang.setup import module_root
from idecare.modules.hashing import Answer
from idecare.modules.layout import ModuleVersion, escaped
from idecare.system.files import child_folders, read_text

# The sum of an empty go.mod, which an old bug wrote: go skips such lines (cmd/go internal/modfetch, goSumFile).
EMPTY_GO_MOD = "h1:G7mAYYxgmS0lVkHyy2hEOLQCFB0DlQFTMLWggykrydY="


@frozen
class KnownSum:
    """A sum and who says so."""

    h1: str
    source: Path


Sums = Mapping[ModuleVersion, tuple[KnownSum, ...]]


@frozen
class KnownSums:
    """Sums of module contents, and of their go.mod files alone."""

    content: Sums
    go_mod: Sums

    @property
    def modules(self) -> frozenset[ModuleVersion]:
        return frozenset({*self.content, *self.go_mod})


def read_sums(files: Iterable[Path]) -> KnownSums:
    """All lines of go.sum files: ``path version[/go.mod] h1:...``. A file that cannot be read counts as absent."""
    content: dict[ModuleVersion, tuple[KnownSum, ...]] = {}
    go_mod: dict[ModuleVersion, tuple[KnownSum, ...]] = {}
    for file in files:
        for path, version, h1 in _lines(read_text(file) or ""):
            sums = go_mod if version.endswith("/go.mod") else content
            module = ModuleVersion(path, version.removesuffix("/go.mod"))
            known = sums.get(module, ())
            if h1 not in {found.h1 for found in known}:
                sums[module] = (*known, KnownSum(h1, file))
    return KnownSums(content, go_mod)


def _lines(text: str) -> Iterator[tuple[str, str, str]]:
    for line in text.splitlines():
        fields = line.split()
        if len(fields) == 3 and fields[2].startswith("h1:") and fields[2] != EMPTY_GO_MOD:
            yield fields[0], fields[1], fields[2]


def sum_files(host: Host, folder: Path) -> tuple[Path, ...]:
    """The go.sum of the module around ``folder``; in a workspace those of all its modules, and go.work.sum."""
    work = _workspace(host, folder)
    module = module_root(folder)
    modules = [*([module] if module else []), *(_used_modules(work) if work else ())]
    files = [root / "go.sum" for root in dict.fromkeys(modules)]
    return tuple(path for path in (*files, *([work.with_name("go.work.sum")] if work else [])) if os.path.isfile(path))


def _workspace(host: Host, folder: Path) -> Path | None:
    named = go_environment(host).lookup("GOWORK").value
    if named:
        return None if named == "off" else Path(named)
    return next((above / "go.work" for above in (folder, *folder.parents) if os.path.isfile(above / "go.work")), None)


def _used_modules(work: Path) -> Iterator[Path]:
    """The folders of ``use`` directives, one a line or in a block."""
    in_block = False
    for line in (read_text(work) or "").splitlines():
        words = line.partition("//")[0].split()
        if words == [")"]:
            in_block = False
        elif words[:2] == ["use", "("]:
            in_block = True
        elif words and (in_block or words[0] == "use"):
            yield Path(os.path.normpath(work.parent / words[-1].strip('"`')))


def lookup_files(root: Path, module: ModuleVersion) -> tuple[Path, ...]:
    """Answers of checksum databases that go kept; their lines are those of a go.sum."""
    name = f"{escaped(module.path)}@{escaped(module.version)}"
    lookups = (folder / "lookup" / name for folder in child_folders(root / "cache" / "download" / "sumdb"))
    return tuple(path for path in lookups if os.path.isfile(path))


FORMAT = 1
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
            values = json.loads(self.file.read_bytes())
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
            key: [*answer[:4], [], answer[5]] for key, answer in (self._known | self._fresh).items()
        }
        return json.dumps({"head": self._head, "check": _checksum(sums), "sums": sums}).encode()


def _checksum(sums: dict[str, list[object]]) -> int:
    return zlib.crc32(json.dumps(sums, sort_keys=True).encode())


def _answer(value: list[object]) -> Answer:
    state, h1, problem, second, litter, mark = value
    if litter or not all(isinstance(text, str) for text in (state, h1, problem, second, mark)):
        raise ValueError(value)
    return str(state), str(h1), str(problem), str(second), [], str(mark)
