"""Opening folders by identity; everything below them is done through their descriptors.

So a link put in place of a folder meanwhile is never followed.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from idecare.core.errors import RefusedError
from idecare.core.language import tr
from idecare.core.results import Identity
from idecare.system.filesystem.calls import os

FOLDER_FLAGS = os.O_RDONLY | getattr(os, "O_DIRECTORY", 0) | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0)
FILE_FLAGS = os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0)


def identity_of(status: os.stat_result) -> Identity:
    return Identity(status.st_dev, status.st_ino)


def mount_of(descriptor: int) -> tuple[int, str]:
    """The device and the id of the mount through which a folder was opened: a bind mount has the device of what it
    shows. Linux says the id (fdinfo, since 3.15); "" elsewhere, where no mount shares its device with another one."""
    device = os.fstat(descriptor).st_dev
    if os.name != "posix":
        return device, ""
    try:
        information = os.open(f"/proc/self/fdinfo/{descriptor}", os.O_RDONLY)
    except OSError:
        return device, ""
    try:
        _, _, after = os.read(information, 4096).partition(b"mnt_id:")
    finally:
        os.close(information)
    return device, after.split(b"\n")[0].strip().decode("ascii")


def allocated_bytes(status: os.stat_result) -> int:
    """Windows says no more than the length."""
    if sys.platform == "win32":
        return status.st_size
    return status.st_blocks * 512


@contextmanager
def opened(root: Path, identity: Identity) -> Iterator[int]:
    """A descriptor of the folder that was planned for; RefusedError when something else is there now."""
    try:
        descriptor = os.open(root, FOLDER_FLAGS)
    except OSError as error:
        raise RefusedError(
            "changed",
            tr("{folder} cannot be opened any more: {reason}", folder=root, reason=error.strerror),
            tr("run it again"),
        ) from error
    try:
        if identity_of(os.fstat(descriptor)) != identity:
            raise RefusedError(
                "changed",
                tr("{folder} is not the folder it was when the plan was made", folder=root),
                tr("run it again"),
            )
        yield descriptor
    finally:
        os.close(descriptor)


@contextmanager
def subfolder(parent: int, relative: str, create: bool = False) -> Iterator[int]:
    """A descriptor of a folder below ``parent``, no link followed on the way; made on the way if ``create``."""
    descriptor = os.dup(parent)
    try:
        for name in Path(relative).parts:
            if create:
                _make_subfolder(descriptor, name)
            below = os.open(name, FOLDER_FLAGS, dir_fd=descriptor)
            os.close(descriptor)
            descriptor = below
        yield descriptor
    finally:
        os.close(descriptor)


def _make_subfolder(parent: int, name: str) -> None:
    try:
        os.mkdir(name, 0o700, dir_fd=parent)
    except FileExistsError:
        return
