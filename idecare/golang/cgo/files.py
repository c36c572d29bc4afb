"""What of a module needs a C compiler: files with ``import "C"`` under build constraints that hold, and known modules.

File names and constraints (`//go:build linux && (amd64 || !cgo)`): go.dev/cmd/go, Build constraints; cmd/cgo; go1.27.
Tags are words; `!` binds closer than `&&`, and `&&` closer than `||`.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

from idecare.core.frozen import frozen
from idecare.system.files import read_text

IMPORT = re.compile(r'^[ \t]*(?:import[ \t]+)?"C"[ \t\r]*$', re.MULTILINE)
PKG_CONFIG = re.compile(r"^[ \t]*(?://|\*)?[ \t]*#cgo(?:[ \t][^:\n]*)?[ \t]pkg-config:[ \t]*(.+)$", re.MULTILINE)
CONSTRAINT = re.compile(r"^//go:build[ \t]+(.+)$", re.MULTILINE)
TOKEN = re.compile(r"\s*(&&|\|\||[!()]|[\w.]+)")
PACKAGE = re.compile(r"^package\s", re.MULTILINE)
SKIPPED = frozenset({"vendor", "node_modules", "testdata"})
MOST_FILES = 1500
MOST_CHARACTERS = 200_000
SYSTEMS = frozenset(
    "aix android darwin dragonfly freebsd illumos ios js linux netbsd openbsd plan9 solaris windows".split()
)
MACHINES = frozenset("386 amd64 arm arm64 loong64 mips mips64 mips64le mipsle ppc64 ppc64le riscv64 s390x wasm".split())
UNIX = frozenset("aix android darwin dragonfly freebsd hurd illumos ios linux netbsd openbsd solaris".split())
# Without cgo it compiles to a stub that fails at run time (mattn/go-sqlite3 README, static_mock.go).
NEEDING = ("github.com/mattn/go-sqlite3",)


@frozen
class CgoUse:
    """``files`` have ``import "C"`` for the target and no counterpart without it; ``packages`` are pkg-config's names;
    ``modules`` of go.mod are nothing without cgo."""

    files: tuple[Path, ...] = ()
    packages: tuple[str, ...] = ()
    modules: tuple[str, ...] = ()


def find_cgo(module: Path, goos: str, goarch: str) -> CgoUse:
    """Read the module's Go files, up to a number that no doctor should exceed."""
    files, packages, without, optional, plain = [], [], set[Path](), set[Path](), set[Path]()
    with_cgo, without_cgo = tags_of(goos, goarch, cgo=True), tags_of(goos, goarch, cgo=False)
    for path in _go_files(module):
        if not _is_for(path.name, goos, goarch):
            continue
        text = (read_text(path) or "")[:MOST_CHARACTERS]
        expression = constraint(text)
        if not holds(expression, with_cgo):
            without |= {path.parent} if holds(expression, without_cgo) else set()
        elif '"C"' in (code := _code(text)) and IMPORT.search(code):
            files.append(path)
            optional |= {path} if holds(expression, with_cgo) and not holds(expression, without_cgo) else set()
            packages += [word for found in PKG_CONFIG.findall(code) for word in found.split()]
        else:
            plain.add(path.parent)
    spare = without | {path.parent for path in optional} & plain  # such a package is there without C, too
    needed = tuple(path for path in files if path.parent not in spare)
    names = tuple(dict.fromkeys(name for name in packages if not name.startswith(("-", "$"))))
    return CgoUse(needed, names, tuple(_needing(module)))


def _code(text: str) -> str:
    """What follows the package clause: a package's own documentation may speak of cgo."""
    clause = PACKAGE.search(text)
    return text[clause.end() :] if clause else ""


def _go_files(module: Path) -> Iterator[Path]:
    """Without tests, and without what lies in modules of its own."""
    seen = 0
    for folder, folders, names in os.walk(module):
        folders[:] = [name for name in sorted(folders) if _is_part(Path(folder, name))]
        for name in sorted(names):
            if name.endswith(".go") and not name.endswith("_test.go"):
                seen += 1
                if seen > MOST_FILES:
                    return
                yield Path(folder, name)


def _is_part(folder: Path) -> bool:
    skipped = folder.name in SKIPPED or folder.name.startswith((".", "_"))
    return not skipped and not os.path.isfile(folder / "go.mod")


def _is_for(name: str, goos: str, goarch: str) -> bool:
    """``_GOOS``, ``_GOARCH`` and ``_GOOS_GOARCH`` at the end of a name."""
    parts = name.removesuffix(".go").split("_")[1:]
    if parts and parts[-1] in MACHINES and parts.pop() != goarch:
        return False
    return not (parts and parts[-1] in SYSTEMS) or parts[-1] == goos


def _needing(module: Path) -> Iterator[str]:
    lines = (read_text(module / "go.mod") or "").splitlines()
    required = {words[-2] for line in lines if len(words := line.partition("//")[0].split()) >= 2}
    indirect = {line.split()[-4] for line in lines if line.endswith("// indirect") and len(line.split()) >= 4}
    yield from (name for name in NEEDING if name in required - indirect)


def constraint(text: str) -> str | None:
    """The build constraint of a source file; ``None`` where it has none."""
    found = CONSTRAINT.search(text)
    return found[1].strip() if found else None


def holds(expression: str | None, tags: frozenset[str]) -> bool:
    """Whether it is true with these tags. What is no expression holds, as does none at all."""
    if expression is None:
        return True
    words = TOKEN.findall(expression)
    if "".join(words) != re.sub(r"\s", "", expression):
        return True
    rest = iter([*words, ""])
    try:
        return _Reader(rest, tags).either()
    except (StopIteration, ValueError, RecursionError):
        return True


def tags_of(goos: str, goarch: str, cgo: bool) -> frozenset[str]:
    """The tags that a build for this target sets by itself, but for those of Go's version, which always hold."""
    return frozenset({goos, goarch, "gc", *(["unix"] if goos in UNIX else []), *(["cgo"] if cgo else [])})


class _Reader:
    """Recursive descent over the words, one at a time."""

    def __init__(self, rest: Iterator[str], tags: frozenset[str]) -> None:
        self.rest, self.tags, self.word = rest, tags, next(rest)

    def either(self) -> bool:
        value = self.both()
        while self.word == "||":
            self.word = next(self.rest)
            value = self.both() or value
        return value

    def both(self) -> bool:
        value = self.single()
        while self.word == "&&":
            self.word = next(self.rest)
            value = self.single() and value
        return value

    def single(self) -> bool:
        word, self.word = self.word, next(self.rest)
        if word == "!":
            return not self.single()
        if word == "(":
            value = self.either()
            if self.word != ")":
                raise ValueError(word)
            self.word = next(self.rest)
            return value
        if not re.fullmatch(r"[\w.]+", word):
            raise ValueError(word)
        return word in self.tags or re.fullmatch(r"go1\.\d+", word) is not None
