"""Removing what is held: through folder descriptors, never through a link, never through a mount."""

from __future__ import annotations

import errno
import stat
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from idecare.core.language import tr
from idecare.system.filesystem.calls import os
from idecare.system.filesystem.folders import FOLDER_FLAGS, allocated_bytes, mount_of, subfolder

MAX_DEPTH = 64  # deeper trees are moved up and removed from there: descriptors and the call stack are limited
WORKER_UNITS = 64  # folders to share out among workers
BATCH = 256
DEEP = ".deep-"  # begins the names under which they are moved up
MAX_FAILURES = 20


@dataclass
class Removal:
    """What went so far. ``bytes`` are allocated bytes of files whose last link was removed.

    ``after_batch`` is called after at most 256 files of a worker: to pause, to show progress, to stop by raising.
    ``uniform_suffix``: files with this ending all have one size, so one of a batch is measured for all.
    """

    after_batch: Callable[[Removal], None] = lambda removal: None
    uniform_suffix: str = "\0"  # no name ends so
    entries: int = 0
    bytes: int = 0
    failures: list[str] = field(default_factory=list)
    mount: tuple[int, str] = (0, "")
    stopped_by: BaseException | None = None

    def failed(self, name: str, error: OSError) -> None:
        if len(self.failures) < MAX_FAILURES:
            self.failures.append(f"{name}: {error.strerror}")


def mark_for_removal(root: int, name: str, marked: str) -> None:
    """Give a held folder the name under which it will be removed."""
    folder, leaf = os.path.split(name)
    with subfolder(root, folder) as parent:
        os.rename(leaf, os.path.basename(marked), src_dir_fd=parent, dst_dir_fd=parent)


def remove_tree(root: int, name: str, removal: Removal, workers: int = 1) -> bool:
    """Remove the folder ``name`` below ``root``; whether it is gone. What could not be removed is in ``failures``."""
    removal.mount = mount_of(root)
    try:
        with subfolder(root, name) as top:
            if workers > 1:
                _remove_shared(top, removal, workers)
            _empty_wholly(top, removal)
    except FileNotFoundError:
        return True
    parent, leaf = os.path.split(name)
    try:
        with subfolder(root, parent) as above:
            os.rmdir(leaf, dir_fd=above)
    except OSError as error:
        removal.failed(name, error)
        return False
    return True


def _empty_wholly(top: int, removal: Removal) -> None:
    """Empty ``top`` again for as long as that brings deeper folders up to it."""
    before = -1
    while removal.entries > before and os.listdir(top):
        before = removal.entries
        _empty(top, top, removal, 0)


def _remove_shared(top: int, removal: Removal, workers: int) -> None:
    units = deque(_units(top))
    parts = [Removal(removal.after_batch, removal.uniform_suffix, mount=removal.mount) for _ in range(workers)]
    threads = [threading.Thread(target=_work, args=(top, units, part), daemon=True) for part in parts]
    for thread in threads:
        thread.start()
    for thread in threads:
        while thread.is_alive():
            thread.join(0.5)
    for part in parts:
        removal.entries += part.entries
        removal.bytes += part.bytes
        removal.failures += part.failures
    for part in parts:
        if part.stopped_by is not None:
            raise part.stopped_by


def _units(top: int) -> list[str]:
    """Relative paths of enough folders to keep workers evenly busy: the level is deepened until there are."""
    level = _folders_in(top, "")
    for _ in range(4):
        if len(level) >= WORKER_UNITS:
            break
        below = [inner for path in level for inner in _folders_in(top, path)]
        if not below:
            break
        level = below
    return level


def _folders_in(top: int, path: str) -> list[str]:
    try:
        with subfolder(top, path) as folder, os.scandir(folder) as entries:
            return [os.path.join(path, entry.name) for entry in entries if entry.is_dir(follow_symlinks=False)]
    except OSError:
        return []


def _work(top: int, units: deque[str], removal: Removal) -> None:
    while units:
        try:
            path = units.popleft()
        except IndexError:
            return
        try:
            with subfolder(top, path) as folder:
                _empty(folder, top, removal, 0)
        except OSError as error:
            removal.failed(path, error)
        except BaseException as error:  # raised by after_batch: it stops the other workers too
            removal.stopped_by = error
            units.clear()


def _empty(folder: int, top: int, removal: Removal, depth: int) -> None:
    """Remove all that is in a folder."""
    if mount_of(folder) != removal.mount:
        removal.failed(tr("another file system"), OSError(errno.EXDEV, tr("mounted in what is held")))
        return
    if os.fstat(folder).st_mode & stat.S_IRWXU != stat.S_IRWXU:
        os.fchmod(folder, stat.S_IRWXU)  # module trees are 0555
    with os.scandir(folder) as found:
        entries = list(found)
    files = [entry for entry in entries if not entry.is_dir(follow_symlinks=False)]
    for start in range(0, len(files), BATCH):
        _remove_files(files[start : start + BATCH], folder, removal)
        removal.after_batch(removal)
    if len(files) < len(entries):
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                _remove_folder(entry.name, folder, top, removal, depth)


def _remove_files(entries: list[os.DirEntry[str]], folder: int, removal: Removal) -> None:
    unlink, uniform = os.unlink, removal.uniform_suffix
    uniform_bytes = -1
    for entry in entries:
        name = entry.name
        is_uniform = name.endswith(uniform)
        try:
            if is_uniform and uniform_bytes >= 0:
                freed = uniform_bytes
            else:
                status = entry.stat(follow_symlinks=False)
                freed = allocated_bytes(status) if status.st_nlink == 1 else 0
                if is_uniform:
                    uniform_bytes = freed
            unlink(name, dir_fd=folder)
        except FileNotFoundError:
            continue
        except OSError as error:
            removal.failed(name, error)
            continue
        removal.bytes += freed
        removal.entries += 1


def _remove_folder(name: str, parent: int, top: int, removal: Removal, depth: int) -> None:
    try:
        if depth >= MAX_DEPTH:
            higher = f"{DEEP}{threading.get_ident()}-{removal.entries}"
            os.rename(name, higher, src_dir_fd=parent, dst_dir_fd=top)
            removal.entries += 1
            return
        descriptor = open_folder(name, parent, removal)
        try:
            _empty(descriptor, top, removal, depth + 1)
        finally:
            os.close(descriptor)
        os.rmdir(name, dir_fd=parent)
    except FileNotFoundError:
        return
    except OSError as error:
        removal.failed(name, error)
        return
    removal.entries += 1


def open_folder(name: str, parent: int, removal: Removal) -> int:
    """Open a folder below ``parent``, whose owner may have closed it even to himself."""
    try:
        return os.open(name, FOLDER_FLAGS, dir_fd=parent)
    except PermissionError:
        _require_no_mount(name, parent, removal)
        os.chmod(name, stat.S_IRWXU, dir_fd=parent)
        return os.open(name, FOLDER_FLAGS, dir_fd=parent)


def _require_no_mount(name: str, parent: int, removal: Removal) -> None:
    """Before the permissions of a folder that cannot be opened are changed."""
    if not hasattr(os, "O_PATH"):
        return
    descriptor = os.open(name, FOLDER_FLAGS | os.O_PATH, dir_fd=parent)
    try:
        if mount_of(descriptor) != removal.mount:
            raise OSError(errno.EXDEV, tr("mounted in what is held"))
    finally:
        os.close(descriptor)
