"""Small files of other programs, read and rewritten the way their owners do."""

from __future__ import annotations

import os

from idecare.disk.files import lock_within
from idecare.disk.folders import FILE_FLAGS
from idecare.errors import BusyError


def read_small_file(root: int, name: str) -> bytes | None:
    """The bytes of a small file below ``root``; ``None`` when there is none."""
    try:
        descriptor = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=root)
    except FileNotFoundError:
        return None
    with open(descriptor, "rb") as file:
        return file.read(65536)


def rewrite_in_place(root: int, name: str, content: bytes, locked: bool) -> None:
    """Write a small file of another program in place; ``locked``: under its flock, BusyError if that is held."""
    descriptor = os.open(name, FILE_FLAGS, 0o666, dir_fd=root)
    try:
        if locked and not lock_within(descriptor, 0):
            raise BusyError("locked", f"{name} is locked by its owner", "run it again in a moment")
        os.pwrite(descriptor, content, 0)
        os.ftruncate(descriptor, len(content))
    finally:
        os.close(descriptor)


def remove_small_file(root: int, name: str) -> None:
    """Remove a small file that idecare made in a folder of another program."""
    os.unlink(name, dir_fd=root)
