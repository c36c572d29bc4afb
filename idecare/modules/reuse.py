"""Which downloads that were set aside a go command may have again: only what go.sum names, whole, and of go's proxies.

`@v/list` is never offered: go would take the versions that were known then for all there are.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from fnmatch import fnmatchcase
from pathlib import Path

from idecare.core.frozen import frozen
from idecare.modules.hashing import Task
from idecare.modules.layout import ModuleVersion
from idecare.modules.sums import KnownSums
from idecare.modules.workers import Progress, answers
from idecare.system.files import read_json

Part = tuple[ModuleVersion, str]  # a version, and the ending of one of its files


@frozen
class Reusable:
    """``files`` are paths below the root of the module cache; ``modules`` are those whose zip is among them; of the
    ``damaged`` a zip or go.mod is not as in go.sum."""

    files: tuple[str, ...] = ()
    modules: tuple[ModuleVersion, ...] = ()
    damaged: tuple[ModuleVersion, ...] = ()


def find_reusable(
    held: Path,
    known: KnownSums,
    is_private: Callable[[str], bool],
    on_progress: Progress = lambda done, of: None,
) -> Reusable:
    """Hash the zips and go.mod files below ``held``, laid out as a module cache, that go.sum names. What is private is
    not of a proxy, so go would not look for it here."""
    wanted = sorted(module for module in known.modules if _is_plain(module) and not is_private(module.path))
    parts: list[Part] = [(module, "zip") for module in wanted if module in known.content]
    parts += [(module, "mod") for module in wanted if module in known.go_mod]
    parts = [(module, suffix) for module, suffix in parts if os.path.isfile(held / module.file(suffix))]
    sound = set(_sound(held, parts, known, on_progress))
    files = [module.file(suffix) for module, suffix in parts if (module, suffix) in sound]
    files += [module.file("info") for module in wanted if (module, "mod") in sound and _has_info(held, module)]
    modules = tuple(module for module in wanted if (module, "zip") in sound)
    damaged = sorted({module for module, suffix in parts if (module, suffix) not in sound})
    return Reusable(tuple(files), modules, tuple(damaged))


def _is_plain(module: ModuleVersion) -> bool:
    """A name in go.sum may be anything; toolchains are verified by the checksum database, never by go.sum."""
    words = (*module.path.split("/"), module.version)
    return not module.is_toolchain and not any(word in ("", ".", "..") or "\0" in word for word in words)


def _sound(held: Path, parts: Sequence[Part], known: KnownSums, on_progress: Progress) -> Iterator[Part]:
    for (module, suffix), found in zip(
        parts, answers([_task(held, *part) for part in parts], on_progress), strict=True
    ):
        sums = (known.content if suffix == "zip" else known.go_mod)[module]
        if found[0] == "ok" and found[1] in {known_sum.h1 for known_sum in sums}:
            yield module, suffix


def _task(held: Path, module: ModuleVersion, suffix: str) -> Task:
    path = os.fsencode(held / module.file(suffix))
    return ("zip", path, os.fsencode(str(module)), "") if suffix == "zip" else ("file", path, b"go.mod", "")


def _has_info(held: Path, module: ModuleVersion) -> bool:
    return read_json(held / module.file("info")).get("Version") == module.version


def matches_prefix(patterns: str, path: str) -> bool:
    """Whether a pattern of GONOPROXY covers the module (golang.org/x/mod/module, MatchPrefixPatterns)."""
    words = path.split("/")
    for pattern in filter(None, patterns.split(",")):
        globs = pattern.replace("[^", "[!").split("/")
        if len(globs) <= len(words) and all(map(fnmatchcase, words, globs)):
            return True
    return False
