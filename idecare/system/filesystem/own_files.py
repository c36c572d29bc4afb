"""idecare's own files: written whole or not at all, and one lock for all that changes the disk."""

from __future__ import annotations

import errno
import stat
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from idecare.core.errors import BusyError, IdecareError
from idecare.core.humanize import escaped
from idecare.core.language import tr
from idecare.system.filesystem.calls import os, try_lock
from idecare.system.filesystem.folders import FILE_FLAGS, FOLDER_FLAGS

LOG_LIMIT_BYTES = 1_000_000


def make_folder(path: Path) -> None:
    """Make a folder of idecare's own and those above it, for this user only."""
    missing = [folder for folder in (path, *path.parents) if not os.path.isdir(folder)]
    for folder in reversed(missing):
        try:
            os.mkdir(folder, 0o700 if folder == path else 0o777)
        except FileExistsError:
            if not os.path.isdir(folder):
                raise
            continue
        if _is_root():
            descriptor = os.open(folder, FOLDER_FLAGS)
            try:
                _give(descriptor, folder.parent)
            finally:
                os.close(descriptor)


def _is_root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0


def _give(descriptor: int, folder: Path) -> None:
    """Root may be at work in the home of a user (sudo with HOME kept): what it makes there belongs to whom the folder
    belongs. Else every later command of the user fails."""
    if _is_root():
        owner = os.stat(folder)
        if os.fstat(descriptor).st_uid != owner.st_uid:
            os.fchown(descriptor, owner.st_uid, owner.st_gid)


def hint_for(folder: Path, otherwise: str) -> str:
    """The next step where a folder of idecare's own, or what is in it, may not be written."""
    from shlex import quote  # only for what failed

    for place in (folder, *_children(folder)) if hasattr(os, "geteuid") and not _is_root() else ():
        with suppress(OSError):
            if os.stat(place).st_uid != os.geteuid():
                command = f"sudo chown -R {os.geteuid()} {quote(str(folder))}"
                return tr("{folder} is another user's; give it back: {command}", folder=folder, command=command)
    return otherwise


def _children(folder: Path) -> list[Path]:
    try:
        return [folder / name for name in os.listdir(folder)]
    except OSError:
        return []


def write_atomic(path: Path, data: bytes, mode: int = 0o600, durable: bool = False) -> None:
    """Write a temporary file and rename it: a reader, or a crash, finds the old bytes or the new ones.

    ``durable``: also after a power cut.
    """
    make_folder(path.parent)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    descriptor = os.open(temporary, FILE_FLAGS | os.O_TRUNC, mode)
    try:
        with open(descriptor, "wb") as file:
            _give(descriptor, path.parent)
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
    if os.name == "nt":  # a folder cannot be synced there
        return
    descriptor = os.open(path, FOLDER_FLAGS)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def remove_file(path: Path) -> None:
    """Remove a file of idecare's own; an absent one is fine."""
    with suppress(FileNotFoundError):
        os.unlink(path)


def rename_file(path: Path, new: Path) -> None:
    """Give a file of idecare's own, or what is in its place, another name."""
    os.rename(path, new)


def link_files(folder: Path, links: Mapping[str, Path]) -> int:
    """Make a folder of idecare's own with a link at each path, and nothing else in it. Return a descriptor: while this
    process, or one that inherited it, has it open, the folder is in use."""
    remove_links(folder)
    descriptor = _locked_folder(folder)
    for name, aim in links.items():
        place = folder / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.symlink_to(aim)
    return descriptor


def _locked_folder(folder: Path) -> int:
    """A new folder, made again for as long as another idecare takes it for one that a crash left."""
    while True:
        make_folder(folder)
        with suppress(FileNotFoundError):
            descriptor = os.open(folder, FOLDER_FLAGS)
            if lock_within(descriptor, 1.0) and os.path.samestat(os.fstat(descriptor), os.stat(folder)):
                return descriptor
            os.close(descriptor)


def remove_unused_links(parent: Path) -> None:
    """Remove those of such folders below ``parent`` that nobody uses: a crash left them."""
    try:
        names = os.listdir(parent)
    except OSError:
        return
    for name in names:
        with suppress(OSError):
            descriptor = os.open(parent / name, FOLDER_FLAGS)
            try:
                if lock_within(descriptor, 0):
                    remove_links(parent / name)
            finally:
                os.close(descriptor)


def remove_links(folder: Path) -> None:
    """Remove such a folder; what its links lead to stays."""
    import shutil

    shutil.rmtree(folder, ignore_errors=True)


def append_log(path: Path, text: str) -> Path:
    """Append to a log of idecare's own, which starts again at 1 MB; return its path. It may be read with `tail`: what
    others wrote is escaped."""
    make_folder(path.parent)
    descriptor = os.open(path, FILE_FLAGS | os.O_APPEND | getattr(os, "O_NONBLOCK", 0), 0o600)
    with open(descriptor, "a", encoding="utf-8", errors="backslashreplace") as log:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise OSError(errno.EINVAL, tr("not a regular file"), str(path))
        _give(descriptor, path.parent)
        if status.st_size > LOG_LIMIT_BYTES:
            os.ftruncate(descriptor, 0)
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
            holder = os.pread(descriptor, 200, 0).decode(errors="replace").strip() or tr("unknown process")
            raise BusyError(
                "locked",
                tr("another idecare is at work: {process}", process=holder),
                tr("run this again when it has ended"),
            )
        with suppress(OSError):  # on a full disk the holder has no name, but the lock holds
            os.ftruncate(descriptor, 0)
            os.pwrite(descriptor, f"pid {os.getpid()}".encode(), 0)
        yield
    finally:
        os.close(descriptor)


def _open_lock(lock: Path) -> int:
    try:
        make_folder(lock.parent)
        descriptor = os.open(lock, FILE_FLAGS, 0o600)
        _give(descriptor, lock.parent)
        return descriptor
    except OSError as error:
        hint = hint_for(lock.parent, tr("free some space, or point XDG_STATE_HOME at a folder you can write to"))
        raise IdecareError(
            "state-folder",
            tr("cannot keep a journal in {folder}: {reason}", folder=lock.parent, reason=error.strerror),
            hint,
        ) from error


def lock_within(descriptor: int, seconds: float) -> bool:
    """flock, not filelock: that library's import costs as much as a whole `clean`."""
    deadline = time.monotonic() + seconds
    while not try_lock(descriptor):
        if time.monotonic() >= deadline:
            return False
        time.sleep(0.02)
    return True
