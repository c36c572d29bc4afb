"""Configuration files of other programs, replaced whole: the old bytes or the new ones at every moment.

Nothing else about the file changes: it keeps its mode, owner and extended attributes, and a link to it stays a link.
"""

from __future__ import annotations

import stat
from contextlib import suppress
from pathlib import Path
from typing import Any

from idecare.core.errors import RefusedError
from idecare.core.language import tr
from idecare.core.reading import NotAFileError, read_file
from idecare.system.filesystem.calls import os
from idecare.system.filesystem.folders import FOLDER_FLAGS

NEW_FILE_MODE = 0o666  # less the umask, as the IDEs make theirs
WRITE_BITS = 0o222
TEMPORARY_FLAGS = (
    os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0)
) | getattr(os, "O_BINARY", 0)


def read_whole(path: Path) -> bytes | None:
    """The bytes of a file, ``None`` when there is none; RefusedError for what is not a file."""
    try:
        return read_file(path)
    except FileNotFoundError:
        return None
    except NotAFileError as error:
        message = tr("{path} is not a file that can be edited: {reason}", path=path, reason=error.strerror)
        raise RefusedError("not-a-file", message, tr("move it away, then run it again")) from error


def temporary_name(path: Path, entry_id: str) -> Path:
    """Where the new bytes are written before they take the file's place. The journal's id is all that is needed to
    find it again after a crash."""
    return path.with_name(f".{path.name}.{entry_id}.idecare")


def replace_file(path: Path, before: bytes | None, after: bytes, temporary: Path) -> None:
    """Put ``after`` in the place of ``before``; RefusedError when the file holds something else by now.

    ``path`` is the file itself, not a link to it.
    """
    status = _status(path)
    _check_writable(path, status)
    _make_parents(path.parent)
    try:
        _write_temporary(path, temporary, after, status)
        check_same(path, before)
        _take_place(temporary, path, is_new=before is None)
    finally:
        with suppress(FileNotFoundError):
            os.unlink(temporary)
    _sync_folder(path.parent)


def remove_known_file(path: Path, content: bytes) -> None:
    """Remove a file if it still holds ``content``."""
    check_same(path, content)
    _check_writable(path, None)
    os.unlink(path)
    _sync_folder(path.parent)


def remove_left_over(temporary: Path) -> None:
    """Remove what a crash left next to a file."""
    with suppress(FileNotFoundError, NotADirectoryError):
        os.unlink(temporary)


def check_same(path: Path, content: bytes | None) -> None:
    """RefusedError unless the file holds ``content`` (``None``: is not there)."""
    if read_whole(path) != content:
        raise RefusedError(
            "changed",
            tr("{path} was changed meanwhile", path=path),
            tr("run it again: it will start from what is there"),
        )


def _status(path: Path) -> os.stat_result | None:
    try:
        return os.lstat(path)
    except FileNotFoundError:
        return None


def _check_writable(path: Path, status: os.stat_result | None) -> None:
    """A file or folder without any write permission was made so on purpose, whatever root may do."""
    folder = _nearest_folder(path.parent)
    if status is not None and not (status.st_mode & WRITE_BITS and os.access(path, os.W_OK)):
        raise RefusedError(
            "read-only", tr("{path} is read-only", path=path), tr("change it where it is generated, or: chmod u+w")
        )
    # On Windows the read-only attribute of a folder says nothing of the files in it.
    if not ((folder.stat().st_mode & WRITE_BITS or os.name == "nt") and os.access(folder, os.W_OK)):
        raise RefusedError(
            "read-only",
            tr("the folder {folder} is read-only", folder=folder),
            tr("change the file where it is generated"),
        )
    if status is not None and _is_of_another_user(status):
        reason = tr(
            "{path} belongs to another user (id {id}), and would be yours if it were replaced",
            path=path,
            id=status.st_uid,
        )
        raise RefusedError("owner", reason, tr("run this as that user"))


def _is_of_another_user(status: os.stat_result) -> bool:
    return hasattr(os, "geteuid") and os.geteuid() not in (0, status.st_uid)


def _nearest_folder(folder: Path) -> Path:
    return next(path for path in (folder, *folder.parents) if os.path.isdir(path))


def _make_parents(folder: Path) -> None:
    """New folders belong to whom the folder above them belongs: root may be at work for a user."""
    missing = [path for path in (folder, *folder.parents) if not os.path.isdir(path)]
    for path in reversed(missing):
        os.mkdir(path)
        _give(path, path.parent.stat())
        _sync_folder(path.parent)


def _give(path: Path, owner: os.stat_result) -> None:
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        os.chown(path, owner.st_uid, owner.st_gid, follow_symlinks=False)


def _write_temporary(path: Path, temporary: Path, content: bytes, status: os.stat_result | None) -> None:
    descriptor = os.open(temporary, TEMPORARY_FLAGS, 0o600 if status else NEW_FILE_MODE)
    with open(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        _give(temporary, status or path.parent.stat())
        if status is not None:
            _copy_group(descriptor, status)
            os.chmod(temporary, stat.S_IMODE(status.st_mode))
            _copy_attributes(path, temporary)
        os.fsync(descriptor)


def _copy_attributes(path: Path, temporary: Path) -> None:
    """Labels and access lists, where the system lets this user set them."""
    linux: Any = os  # Linux alone has these calls in Python
    with suppress(OSError, AttributeError):
        for name in linux.listxattr(path):
            with suppress(OSError):
                linux.setxattr(temporary, name, linux.getxattr(path, name))


def _sync_folder(folder: Path) -> None:
    if os.name == "nt":  # a folder cannot be synced there
        return
    descriptor = os.open(folder, FOLDER_FLAGS)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _copy_group(descriptor: int, status: os.stat_result) -> None:
    if hasattr(os, "fchown"):
        with suppress(PermissionError):  # a group the user is not in: the file gets the user's own
            os.fchown(descriptor, -1, status.st_gid)


def _take_place(temporary: Path, path: Path, is_new: bool) -> None:
    """A new file never replaces one that somebody made at the same moment: a hard link is made only where there is
    nothing. File systems without them get a rename."""
    if not is_new:
        os.replace(temporary, path)
        return
    try:
        os.link(temporary, path)
    except FileExistsError as error:
        raise RefusedError("changed", tr("{path} was made meanwhile", path=path), tr("run it again")) from error
    except OSError:
        check_same(path, None)
        os.replace(temporary, path)
