"""idecare's own files: written whole or not at all, and one lock for all that changes the disk."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from idecare.core.errors import BusyError, IdecareError
from idecare.core.humanize import escaped
from idecare.system.filesystem.folders import FILE_FLAGS, FOLDER_FLAGS

LOG_LIMIT_BYTES = 1_000_000


def make_folder(path: Path) -> None:
    """Make a folder of idecare's own and those above it, for this user only."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.mkdir(mode=0o700, exist_ok=True)


def write_atomic(path: Path, data: bytes, mode: int = 0o600, durable: bool = False) -> None:
    """Write a temporary file and rename it: a reader, or a crash, finds the old bytes or the new ones.

    ``durable``: also after a power cut.
    """
    make_folder(path.parent)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    descriptor = os.open(temporary, FILE_FLAGS | os.O_TRUNC, mode)
    try:
        with open(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            if durable:
                os.fsync(descriptor)
        os.replace(temporary, path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    if durable:
        _sync_folder(path.parent)


def _sync_folder(path: Path) -> None:
    descriptor = os.open(path, FOLDER_FLAGS)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def remove_file(path: Path) -> None:
    """Remove a file of idecare's own; an absent one is fine."""
    path.unlink(missing_ok=True)


def rename_file(path: Path, new: Path) -> None:
    """Give a file of idecare's own, or what is in its place, another name."""
    os.rename(path, new)


def append_log(path: Path, text: str) -> Path:
    """Append to a log of idecare's own, which starts again at 1 MB; return its path. It may be read with `tail`: what
    others wrote is escaped."""
    make_folder(path.parent)
    too_long = path.exists() and path.stat().st_size > LOG_LIMIT_BYTES
    with path.open("w" if too_long else "a", encoding="utf-8", errors="backslashreplace") as log:
        log.write(escaped(text))
    return path


@contextmanager
def exclusive(lock: Path, wait_seconds: float = 1.0) -> Iterator[None]:
    """Hold idecare's lock; BusyError naming the holder when another idecare has it for longer than ``wait_seconds``.

    The kernel frees it when the holder dies, so a crash leaves nothing to clean up.
    """
    descriptor = _open_lock(lock)
    try:
        if not lock_within(descriptor, wait_seconds):
            holder = os.pread(descriptor, 200, 0).decode(errors="replace").strip() or "unknown process"
            raise BusyError("locked", f"another idecare is at work: {holder}", "run this again when it has ended")
        with suppress(OSError):  # on a full disk the holder has no name, but the lock holds
            os.ftruncate(descriptor, 0)
            os.pwrite(descriptor, f"pid {os.getpid()}".encode(), 0)
        yield
    finally:
        os.close(descriptor)


def _open_lock(lock: Path) -> int:
    try:
        make_folder(lock.parent)
        return os.open(lock, FILE_FLAGS, 0o600)
    except OSError as error:
        hint = "free some space, or point XDG_STATE_HOME at a folder you can write to"
        raise IdecareError("state-folder", f"cannot keep a journal in {lock.parent}: {error.strerror}", hint) from error


def lock_within(descriptor: int, seconds: float) -> bool:
    """flock, not filelock: that library's import costs as much as a whole `clean`."""
    import fcntl

    deadline = time.monotonic() + seconds
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        except BlockingIOError:
            if time.monotonic() >= deadline:
                return False
            time.sleep(0.02)
