"""Telling what of a held folder its owner made from what somebody else put there: by name and kind of each entry."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Literal, Protocol

from idecare.system.files import LITTER
from idecare.system.filesystem.folders import FOLDER_FLAGS, mount_of, subfolder
from idecare.system.filesystem.removing import DEEP, Removal, open_folder

# own: the owner's; a folder is looked into. whole: a folder that is the owner's with all that is in it, unless a
# working copy is. foreign: somebody else's.
Fate = Literal["own", "whole", "foreign"]


class Form(Protocol):
    """The names that the owner of a cache gives to what is in it. ``marks``: names that show a working copy, where
    the owner makes none."""

    @property
    def marks(self) -> frozenset[str]: ...

    def fate(self, path: str, is_folder: bool) -> Fate: ...


def find_foreign(root: int, hold: str, form: Form) -> list[str]:
    """The paths below ``hold``, itself below ``root``, that are not of that form."""
    removal = Removal(mount=mount_of(root))
    try:
        with subfolder(root, hold) as top:
            return list(_foreign_in(top, "", form, removal))
    except FileNotFoundError:
        return []


def _foreign_in(folder: int, path: str, form: Form, removal: Removal) -> Iterator[str]:
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
                    yield from _foreign_in(descriptor, below, form, removal)
                elif _holds_any(descriptor, form.marks, removal):
                    yield below
            finally:
                os.close(descriptor)


def _holds_any(top: int, marks: frozenset[str], removal: Removal) -> bool:
    """Whether one of the names is in the folder, or in one below it, however deep: with one descriptor, because trees
    may be deeper than a process may have descriptors."""
    folder, waiting = os.dup(top), [[""]]
    try:
        while waiting:
            if not waiting[-1]:
                waiting.pop()
                folder = _instead(folder, os.open("..", FOLDER_FLAGS, dir_fd=folder)) if len(waiting) > 1 else folder
                continue
            if name := waiting[-1].pop():
                folder = _instead(folder, open_folder(name, folder, removal))
            with os.scandir(folder) as found:
                entries = [(entry.name, entry.is_dir(follow_symlinks=False)) for entry in found]
            if any(entry in marks for entry, _ in entries):
                return True
            waiting.append([entry for entry, is_folder in entries if is_folder])
        return False
    finally:
        os.close(folder)


def _instead(old: int, new: int) -> int:
    os.close(old)
    return new
