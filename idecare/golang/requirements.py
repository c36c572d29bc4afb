"""What a go.mod or go.work requires, replaces and excludes (go.dev/ref/mod#go-mod-file), and the order of versions."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

from idecare.core.frozen import frozen
from idecare.golang.modfile import directives
from idecare.system.files import read_text

PRUNED_SINCE = (1, 17)  # from there on a go.mod names all modules that its packages need (go.dev/ref/mod#graph-pruning)
SEMANTIC = re.compile(r"v(\d+)\.(\d+)\.(\d+)(?:-([0-9A-Za-z.-]+))?(?:\+[0-9A-Za-z.-]+)?")
GO_LINE = re.compile(r"(?:go)?(\d+)\.(\d+)")

NamedVersion = tuple[str, str]  # path and version of a module


@frozen
class Replacement:
    """``version`` is "" for every version. ``by`` is another module, or ``folder`` a folder of this disk."""

    path: str
    version: str
    by: NamedVersion | None
    folder: Path | None = None


@frozen
class Requirements:
    """The lines of one file. ``go_versions`` are those of its go and toolchain lines."""

    module: str = ""
    go_versions: tuple[str, ...] = ()
    is_pruned: bool = False
    requires: tuple[NamedVersion, ...] = ()
    replaces: tuple[Replacement, ...] = ()
    excludes: frozenset[NamedVersion] = frozenset()


def read_requirements(file: Path) -> Requirements | None:
    """``None`` when the file cannot be read, or holds something that go would not take for a go.mod or go.work.

    An empty one, which keeps a folder out of the module above it, requires nothing.
    """
    text = read_text(file)
    if text is None:
        return None
    every = list(directives(text))
    if every and not any(words[0] in ("module", "go", "use") for words in every):
        return None
    lines = [words for words in every if len(words) > 1]
    go_line = next((words[1] for words in lines if words[0] == "go"), "")
    return Requirements(
        next((words[1] for words in lines if words[0] == "module"), ""),
        tuple(words[1] for words in lines if words[0] in ("go", "toolchain")),
        _is_pruned(go_line),
        tuple((words[1], words[2]) for words in lines if words[0] == "require" and len(words) > 2),
        tuple(_replacements(lines, file.parent)),
        frozenset((words[1], words[2]) for words in lines if words[0] == "exclude" and len(words) > 2),
    )


def _is_pruned(go_line: str) -> bool:
    found = GO_LINE.match(go_line)
    return found is not None and (int(found[1]), int(found[2])) >= PRUNED_SINCE


def _replacements(lines: list[tuple[str, ...]], folder: Path) -> Iterator[Replacement]:
    for directive, *words in lines:
        if directive != "replace" or "=>" not in words:
            continue
        arrow = words.index("=>")
        old, new = words[:arrow], words[arrow + 1 :]
        if not old or not new:
            continue
        version = old[1] if len(old) > 1 else ""
        if len(new) > 1:
            yield Replacement(old[0], version, (new[0], new[1]))
        else:
            yield Replacement(old[0], version, None, Path(os.path.normpath(folder / new[0])))


def version_order(version: str) -> tuple[object, ...]:
    """Semantic versions in their order (semver.org, item 11); what is none comes first."""
    found = SEMANTIC.fullmatch(version)
    if not found:
        return (-1,)
    major, minor, patch, before = found.groups()
    words = before.split(".") if before else []
    parts = tuple((0, int(word), "") if word.isdigit() else (1, 0, word) for word in words)
    return int(major), int(minor), int(patch), not before, parts
