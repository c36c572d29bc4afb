"""Looks at files that a text names: who may read and write them, and whether an archive is whole."""

from __future__ import annotations

import os
import stat
import zipfile
from collections.abc import Iterator
from pathlib import Path

from idecare.core.host import Host
from idecare.core.humanize import size_text
from idecare.doctor.explain.base import Clue, Words
from idecare.golang.environment import go_environment

PAGE_STARTS = (b"<!doctype", b"<html", b"<?xml")


def owner(host: Host, words: Words) -> Iterator[Clue]:
    """Whose the path is, and the first folder on the way to it that is somebody else's."""
    if not words.get("path") or words["path"].startswith("$") or host.user_id is None:
        return
    path = Path(os.path.normpath(host.cwd / words["path"]))
    foreign = [place for place in _existing(path) if os.lstat(place).st_uid != host.user_id]
    nearest = _existing(path)[0]
    yield Clue(f"{_mode_text(nearest)}; you are {_user(host.user_id)}")
    root = _cache_root(host, path)
    inside = [place for place in foreign if root is None or place.is_relative_to(root)]
    if inside and (root is not None or foreign[0] == nearest):
        top = inside[-1] if root is None else root
        yield _foreign(nearest, top, _user(os.lstat(inside[0]).st_uid))
    elif root is not None and not inside and not _writable(nearest):
        yield _read_only(nearest)


def _existing(path: Path) -> tuple[Path, ...]:
    return tuple(place for place in (path, *path.parents) if _exists(place)) or (Path("/"),)


def _exists(path: Path) -> bool:
    try:
        os.lstat(path)
    except OSError:
        return False
    return True


def _mode_text(path: Path) -> str:
    status = os.lstat(path)
    return f"{path}: {stat.filemode(status.st_mode)}, of {_user(status.st_uid)}"


def _user(number: int) -> str:
    try:
        import pwd

        return pwd.getpwuid(number).pw_name
    except (ImportError, KeyError):
        return f"user {number}"


def _cache_root(host: Host, path: Path) -> Path | None:
    environment = go_environment(host)
    roots = (environment.modcache.value, environment.gocache.value, *map(str, environment.gopath_folders))
    return next((Path(root) for root in roots if os.path.isabs(root) and path.is_relative_to(root)), None)


def _writable(path: Path) -> bool:
    """By its mode: for root, whom no mode stops, too."""
    return bool(os.lstat(path).st_mode & stat.S_IWUSR)


def _foreign(path: Path, root: Path, name: str) -> Clue:
    return Clue(
        f"{path}, or what it lies in, belongs to {name}",
        f"A folder of {name}'s is in the way: go once ran here as {name} (`sudo go …`, or a container with this folder "
        "mounted), and what it made belongs to it.",
        "go writes to its caches as whoever runs it; nobody else may change that later.",
        f'Give it back: sudo chown -R "$(id -un)" "{root}". Do not run go with sudo again.',
    )


def _read_only(path: Path) -> Clue:
    return Clue(
        f"{path} is yours, and read-only as go makes it",
        "Not a fault: go makes the folders of its module cache read-only, so that nobody edits them, and `rm -rf` "
        "stops "
        "at that.",
        "A module's files are checked against sums; an edited one would break every build that uses it.",
        "Use `idecare clean modcache` (it can be undone) or `go clean -modcache` in place of rm.",
    )


def archive(host: Host, words: Words) -> Iterator[Clue]:
    """Whether the zip opens now, and what it is if not."""
    path = Path(words.get("file", ""))
    if not path.is_absolute() or not os.path.isfile(path):
        return
    size = size_text(os.stat(path).st_size)
    if zipfile.is_zipfile(path):
        yield Clue(f"{path} opens now ({size})")
        return
    with open(path, "rb") as file:
        start = file.read(512).lstrip().lower()
    kind = "empty" if not start else "a web page" if start.startswith(PAGE_STARTS) else "cut short or damaged"
    yield Clue(f"{path} is {kind} ({size})")
