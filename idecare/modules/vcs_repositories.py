"""The bare git repositories in which go fetches modules that no proxy serves (``cache/vcs`` of a module cache).

Layout: cmd/go of go1.27.3, src/cmd/go/internal/modfetch/codehost: ``<sha256>/``, ``<sha256>.info`` with
``<type>:<remote>``, ``<sha256>.lock`` locked during every operation on it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from idecare.core.frozen import frozen
from idecare.core.language import tr
from idecare.system.files import child_folders, children, read_text
from idecare.system.locks import is_held

FOLDER = re.compile(r"[0-9a-f]{64}")
HEAD = re.compile(r"ref: \S+\s*|[0-9a-f]{40}([0-9a-f]{24})?\s*")
NEEDED = ("objects", "refs")  # without which git says that a folder is no repository (git setup.c, is_git_directory)


@frozen
class Repository:
    """One repository. ``stale_locks`` are git's own lock files, below the root; while ``is_locked`` a git may be using
    them."""

    name: str
    folder: str
    stale_locks: tuple[str, ...] = ()
    problem: str = ""
    is_locked: bool = False


def inspect_repositories(root: Path) -> tuple[Repository, ...]:
    """Every repository of the module cache; only git's lock files and what git looks at first are read."""
    vcs = root / "cache" / "vcs"
    return tuple(_repository(root, folder) for folder in child_folders(vcs) if FOLDER.fullmatch(folder.name))


def _repository(root: Path, folder: Path) -> Repository:
    kind, _, remote = (read_text(folder.with_name(f"{folder.name}.info")) or "").strip().partition(":")
    relative = folder.relative_to(root).as_posix()
    stale = tuple(path.relative_to(root).as_posix() for path in _git_locks(folder))
    is_git = not kind or kind.startswith("git")
    lock = folder.with_name(f"{folder.name}.lock")
    return Repository(
        remote or relative, relative, stale if is_git else (), _problem(folder) if is_git else "", is_held(lock)
    )


def _git_locks(folder: Path) -> Iterator[Path]:
    yield from (path for path in children(folder) if path.suffix == ".lock" and path.is_file())


def _problem(folder: Path) -> str:
    if not children(folder):
        return ""  # go has made it and not begun
    if not HEAD.fullmatch(read_text(folder / "HEAD") or ""):
        return tr("its HEAD is damaged, so git does not take it for a repository")
    missing = next((name for name in NEEDED if not (folder / name).is_dir()), None)
    if missing is None:
        return ""
    return tr("its folder {folder} is missing, so git does not take it for a repository", folder=missing)
