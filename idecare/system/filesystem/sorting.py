"""Telling what of a held folder its owner made from what somebody else put there: by name and kind of each entry."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator
from typing import Literal, Protocol

from idecare.system.files import LITTER
from idecare.system.filesystem.calls import PARENT_HAS_NAME, os
from idecare.system.filesystem.folders import FOLDER_FLAGS, mount_of, subfolder
from idecare.system.filesystem.removing import DEEP, Removal, open_folder

# own: the owner's; a folder is looked into. whole: a folder that is the owner's, unless a working copy is in it, with
# all that is in it, or, where that is known, with what he wrote into it. foreign: somebody else's.
Fate = Literal["own", "whole", "foreign"]


class Form(Protocol):
    """The names that the owner of a cache gives to what is in it. ``marks``: names that show a working copy, where
    the owner makes none."""

    @property
    def marks(self) -> frozenset[str]: ...

    def fate(self, path: str, is_folder: bool) -> Fate: ...


Written = Callable[[str], frozenset[str] | None]  # the files that an owner wrote into a whole folder


def find_foreign(root: int, hold: str, form: Form, written: Written = lambda path: None) -> list[str]:
    """The paths below ``hold``, itself below ``root``, that are not of that form."""
    removal = Removal(mount=mount_of(root))
    try:
        with subfolder(root, hold) as top:
            return list(_foreign_in(top, "", form, written, removal))
    except FileNotFoundError:
        return []


def _foreign_in(folder: int, path: str, form: Form, written: Written, removal: Removal) -> Iterator[str]:
    with os.scandir(folder) as found:
        entries = [(entry.name, entry.is_dir(follow_symlinks=False)) for entry in found]
    for name, is_folder in entries:
        if (name in LITTER and not is_folder) or (not path and name.startswith(DEEP)):
            continue
        below = f"{path}/{name}" if path else name
        fate = form.fate(below, is_folder)
        if fate == "foreign":
            yield below
        elif is_folder:
            descriptor = open_folder(name, folder, removal)
            try:
                if fate == "own":
                    yield from _foreign_in(descriptor, below, form, written, removal)
                else:
                    yield from _foreign_in_whole(descriptor, below, form.marks, written(below), removal)
            finally:
                os.close(descriptor)


def _foreign_in_whole(
    top: int, path: str, marks: frozenset[str], known: frozenset[str] | None, removal: Removal
) -> list[str]:
    """All of it where a working copy is in it, else the files that are not ``known``, and folders that hold none of
    these."""
    folders = _folders_of(known or ())
    foreign: dict[str, None] = {}
    for folder, name, is_folder in _all_in(top, folders, removal):
        if name in marks:
            return [path]
        below = f"{folder}/{name}" if folder else name
        if known is not None and not is_folder and below not in known and name not in LITTER:
            foreign[f"{path}/{below if not folder or folder in folders else folder}"] = None
    return list(foreign)


def _folders_of(paths: Iterable[str]) -> set[str]:
    folders: set[str] = set()
    for path in paths:
        while (path := os.path.dirname(path)) and path not in folders:
            folders.add(path)
    return folders


def _all_in(top: int, known: Container[str], removal: Removal) -> Iterator[tuple[str, str, bool]]:
    """The folder, the name and whether it is a folder of all that is below, however deep. What lies in a folder that is
    not ``known`` is said to be in the topmost one, and there is one descriptor: trees may be deeper than paths may be
    long and than a process may have descriptors. Where a folder has no name for that above it, it has one a level."""
    folder, parents, waiting, path = os.dup(top), list[int](), [[""]], [""]
    try:
        while waiting:
            if not waiting[-1]:
                waiting.pop()
                path.pop()
                if len(waiting) > 1:
                    folder = _instead(folder, parents.pop() if parents else os.open("..", FOLDER_FLAGS, dir_fd=folder))
                continue
            if name := waiting[-1].pop():
                below = open_folder(name, folder, removal)
                if PARENT_HAS_NAME:
                    os.close(folder)
                else:
                    parents.append(folder)
                folder = below
            above = path[-1]
            path.append(name if not above else f"{above}/{name}" if above in known else above)
            with os.scandir(folder) as found:
                entries = [(entry.name, entry.is_dir(follow_symlinks=False)) for entry in found]
            yield from ((path[-1], name, is_folder) for name, is_folder in entries)
            waiting.append([name for name, is_folder in entries if is_folder])
    finally:
        for descriptor in (folder, *parents):
            os.close(descriptor)


def _instead(old: int, new: int) -> int:
    os.close(old)
    return new
