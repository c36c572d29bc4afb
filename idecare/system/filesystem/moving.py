"""Moving entries aside within their own root, and putting them back: renames, so no byte is copied."""

from __future__ import annotations

import errno
import stat
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path

from idecare.core.errors import BusyError
from idecare.system.filesystem.calls import move_unless_exists, os
from idecare.system.filesystem.folders import FOLDER_FLAGS, subfolder

OWNER_FILE = "owner.json"  # in the folder of one command below the hold folder (changes/hold_owner.py)


def at_any_time() -> bool:
    return True


def hold_entries(
    root: int, hold: str, entries: Sequence[str], keep_folders: bool, is_free: Callable[[], bool] = at_any_time
) -> int:
    """Rename ``entries`` below ``root`` to the same names below ``hold``, itself below ``root``; return how many.

    Links and entries that have gone meanwhile stay out of it. ``is_free`` is asked when all is ready for the first
    rename: if not, nothing is renamed.
    """
    moved = 0
    for parent, names in _by_parent(entries):
        try:
            with subfolder(root, parent) as source:
                present = [(name, mode) for name in names if (mode := _mode(name, source)) and not stat.S_ISLNK(mode)]
                if present:
                    is_next = is_free if not moved else at_any_time
                    moved += _hold_present(root, hold, parent, source, present, keep_folders, is_next)
        except FileNotFoundError:  # the folder that held them has gone
            continue
    return moved


def _hold_present(
    root: int,
    hold: str,
    parent: str,
    source: int,
    present: list[tuple[str, int]],
    keep_folders: bool,
    is_free: Callable[[], bool],
) -> int:
    moved = 0
    with _held_folder(root, hold, parent) as target:
        folders = {name for name, mode in present if keep_folders and stat.S_ISDIR(mode)}
        for name in folders:
            _make_like_before(name, target, os.lstat(name, dir_fd=source))
        if not is_free():
            for name in folders:
                _remove_empty(name, target)
            return 0
        for name, mode in present:
            if name in folders and exchange(name, source, target):
                moved += 1
                continue
            try:
                _rename(name, source, target, mode)
            except FileNotFoundError:
                continue
            if name in folders:
                _make_like_before(name, source, os.lstat(name, dir_fd=target))
            moved += 1
    return moved


@contextmanager
def _held_folder(root: int, hold: str, relative: str) -> Iterator[int]:
    """The folder below ``hold`` for ``relative``: it may take that one's place when it is put back, so it
    is made with the same permissions."""
    with subfolder(root, hold, create=True) as top, _made_alike(relative, root, top) as target:
        yield target


@contextmanager
def _made_alike(relative: str, source: int, target: int, made: dict[str, int] | None = None) -> Iterator[int]:
    """The folder ``relative`` below ``target``, made with the permissions of those below ``source`` on the way, and
    open to its owner; ``made`` gets the exact ones of those that were not there."""
    path = ""
    for name in Path(relative).parts:
        path = os.path.join(path, name)
        with subfolder(source, path) as original, subfolder(target, os.path.dirname(path)) as above:
            before = os.fstat(original)
            if _make_like_before(name, above, before, stat.S_IRWXU) and made is not None:
                made[path] = stat.S_IMODE(before.st_mode)
    with subfolder(target, relative) as folder:
        yield folder


def _mode(name: str, parent: int) -> int:
    """The entry's mode, 0 when there is none."""
    try:
        return os.lstat(name, dir_fd=parent).st_mode
    except FileNotFoundError:
        return 0


def _by_parent(entries: Sequence[str]) -> Iterator[tuple[str, list[str]]]:
    parents: dict[str, list[str]] = {}
    for entry in entries:
        parent, name = os.path.split(entry)
        parents.setdefault(parent, []).append(name)
    yield from parents.items()


def _make_like_before(name: str, parent: int, before: os.stat_result, also: int = 0) -> bool:
    """Whether it was not there."""
    mode = stat.S_IMODE(before.st_mode | also)
    try:
        os.mkdir(name, mode, dir_fd=parent)
        if before.st_uid != os.geteuid():  # root beside a user
            with suppress(PermissionError):
                os.chown(name, before.st_uid, before.st_gid, dir_fd=parent)
        os.chmod(name, mode, dir_fd=parent)  # whatever the umask
    except FileExistsError:  # a go command that starts now makes it too
        return False
    return True


def _rename(name: str, source: int, target: int, mode: int) -> None:
    try:
        os.rename(name, name, src_dir_fd=source, dst_dir_fd=target)
    except PermissionError:
        if not stat.S_ISDIR(mode) or mode & stat.S_IWUSR:
            raise
        # Moving a folder rewrites its "..", which needs write permission on the folder: module trees are 0555.
        descriptor = _open_closed(name, source, mode)
        try:
            os.fchmod(descriptor, stat.S_IMODE(mode) | stat.S_IWUSR)
            os.rename(name, name, src_dir_fd=source, dst_dir_fd=target)
        finally:
            os.fchmod(descriptor, stat.S_IMODE(mode))
            os.close(descriptor)


def _open_closed(name: str, parent: int, mode: int) -> int:
    """Open a folder that its owner may not be allowed to read."""
    if not mode & stat.S_IRUSR:
        os.chmod(name, stat.S_IMODE(mode) | stat.S_IRUSR, dir_fd=parent)
    return os.open(name, FOLDER_FLAGS, dir_fd=parent)


def hold_matching(root: int, hold: str, folders: Sequence[str], matches: Callable[[os.DirEntry[str]], bool]) -> int:
    """Rename every entry of ``folders`` that matches aside, one by one; the folders stay. Return how many.

    Links stay, and what has gone meanwhile does not count.
    """
    moved = 0
    for folder in folders:
        try:
            with subfolder(root, folder) as source:
                names = _matching_names(source, matches)
                if names:
                    with _held_folder(root, hold, folder) as target:
                        moved += sum(_move_if_there(name, source, target) for name in names)
        except (FileNotFoundError, NotADirectoryError):
            continue
    return moved


def _matching_names(folder: int, matches: Callable[[os.DirEntry[str]], bool]) -> list[str]:
    names = []
    with os.scandir(folder) as entries:
        for entry in entries:
            try:
                if not entry.is_symlink() and matches(entry):
                    names.append(entry.name)
            except FileNotFoundError:
                continue
    return names


def _move_if_there(name: str, source: int, target: int) -> bool:
    """What a program has open on Windows, which lets nobody move it then, stays."""
    try:
        os.rename(name, name, src_dir_fd=source, dst_dir_fd=target)
    except (FileNotFoundError, BusyError):
        return False
    return True


def put_back(root: int, hold: str, is_unit: Callable[[str], bool]) -> tuple[int, int]:
    """Move what lies below ``hold`` back below ``root``; return how many came back and how many did not.

    What exists under the same name by now is newer and stays. Folders on both sides are merged, unless ``is_unit`` of
    their path says that such a folder is whole or nothing.
    """
    try:
        with subfolder(root, hold) as source:
            result = _merge(source, root, "", is_unit)
    except FileNotFoundError:
        result = 0, 0
    remove_empty_holds(root, hold)
    return result


def put_back_paths(root: int, hold: str, target: str, paths: Iterable[str]) -> list[str]:
    """Move single paths below ``hold`` to the same ones below ``target``, both below ``root``; return those that did
    not go, because something is there."""
    kept: list[str] = []
    made: dict[str, int] = {}
    with subfolder(root, hold) as source, subfolder(root, target, create=True) as top:
        for path in paths:
            parent, name = os.path.split(path)
            try:
                with _made_alike(parent, source, top, made) as there, _writable_subfolder(source, parent) as here:
                    is_moved = _move_unless_exists(name, here, there)
            except OSError as error:
                if error.errno not in (errno.ENOTDIR, errno.ELOOP):  # a file, or a link, is where its folder was
                    raise
                is_moved = False
            if not is_moved:
                kept.append(path)
        for path, mode in made.items():
            os.chmod(path, mode, dir_fd=top)
    return kept


def swap_back(root: int, hold: str) -> int:
    """Put whole folders back in the place of those that were left for them, so that none of their entries is away for
    longer than that takes; return how many. What has been made there meanwhile comes along: it is never away."""
    try:
        with subfolder(root, hold) as source:
            return sum(_swap_folder(folder, source, root) for folder in os.listdir(source))
    except FileNotFoundError:
        return 0


def _swap_folder(name: str, source: int, target: int) -> bool:
    if not (stat.S_ISDIR(_mode(name, source)) and stat.S_ISDIR(_mode(name, target))):
        return False
    with subfolder(source, name) as held, subfolder(target, name) as left:
        if _is_empty(held):  # the two have not been swapped yet
            return False
        made = [entry for entry in os.listdir(left) if _is_linked(entry, left, held)]
        is_back = exchange(name, source, target)
        for entry in made:
            os.unlink(entry, dir_fd=left if is_back else held)
    return is_back


def _is_empty(folder: int) -> bool:
    with os.scandir(folder) as entries:
        return next(entries, None) is None


def _is_linked(name: str, source: int, target: int) -> bool:
    try:
        os.link(name, name, src_dir_fd=source, dst_dir_fd=target, follow_symlinks=False)
    except OSError:  # a folder, or one of that name is there
        return False
    return True


def put_back_in_use(root: int, hold: str, comes_last: Callable[[str], bool]) -> tuple[int, int]:
    """As ``put_back``, for a cache of folders of entries that somebody is reading and writing: entry by entry, those
    whose name ``comes_last`` claims after the others of all folders, and no folder that is there is replaced."""
    try:
        with subfolder(root, hold) as source:
            first, _ = _put_back_entries(source, root, lambda name: not comes_last(name))
            rest, kept = _put_back_entries(source, root, lambda name: True)
    except FileNotFoundError:
        first = rest = kept = 0
    remove_empty_holds(root, hold)
    return first + rest, kept


def _put_back_entries(source: int, target: int, wanted: Callable[[str], bool]) -> tuple[int, int]:
    restored = kept = 0
    for folder in os.listdir(source):
        _make_like_before(folder, target, os.lstat(folder, dir_fd=source))
        if not _is_folder(folder, target):
            kept += 1
            continue
        with _writable_subfolder(source, folder) as inner_source, _writable_subfolder(target, folder) as inner_target:
            for name in filter(wanted, os.listdir(inner_source)):
                is_back = _move_unless_exists(name, inner_source, inner_target)
                restored, kept = restored + is_back, kept + (not is_back)
        _remove_empty(folder, source)
    return restored, kept


@contextmanager
def _writable_subfolder(parent: int, name: str) -> Iterator[int]:
    """A folder that its owner made read-only may be written to while entries come and go; root needs none of this."""
    with subfolder(parent, name) as folder:
        mode = stat.S_IMODE(os.fstat(folder).st_mode)
        if not mode & stat.S_IWUSR:
            os.fchmod(folder, mode | stat.S_IWUSR)
        try:
            yield folder
        finally:
            if not mode & stat.S_IWUSR:
                os.fchmod(folder, mode)


def _merge(source: int, target: int, path: str, is_unit: Callable[[str], bool]) -> tuple[int, int]:
    restored = kept = 0
    for name in os.listdir(source):
        if _move_unless_exists(name, source, target):
            restored += 1
            continue
        below = os.path.join(path, name)
        if is_unit(below) or not (_is_folder(name, source) and _is_folder(name, target)):
            kept += 1
            continue
        with subfolder(source, name) as inner_source, subfolder(target, name) as inner_target:
            inner = _merge(inner_source, inner_target, below, is_unit)
        restored, kept = restored + inner[0], kept + inner[1]
        _remove_empty(name, source)
    return restored, kept


def _is_folder(name: str, parent: int) -> bool:
    return stat.S_ISDIR(os.lstat(name, dir_fd=parent).st_mode)


def _move_unless_exists(name: str, source: int, target: int) -> bool:
    mode = os.lstat(name, dir_fd=source).st_mode
    if stat.S_ISDIR(mode):
        return _move_folder_unless_exists(name, source, target, mode)
    if move_unless_exists is not None:
        return move_unless_exists(name, source, target)
    try:
        os.link(name, name, src_dir_fd=source, dst_dir_fd=target, follow_symlinks=False)
    except FileExistsError:
        if not _is_same_file(name, source, target):
            return False  # otherwise an earlier move was cut short between its two steps
    except OSError as error:
        if error.errno not in (errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.EMLINK, errno.ENOSYS):
            raise
        if _exists(name, target):
            return False
        _rename(name, source, target, mode)
        return True
    os.unlink(name, dir_fd=source)
    return True


def _is_same_file(name: str, source: int, target: int) -> bool:
    return os.path.samestat(os.lstat(name, dir_fd=source), os.lstat(name, dir_fd=target))


def _move_folder_unless_exists(name: str, source: int, target: int, mode: int) -> bool:
    """A folder replaces an empty one only; that is what rename(2) does by itself. One that was made in the hold folder,
    open to its owner, gets the permissions back of the one whose place it held."""
    there = _mode(name, target)
    try:
        _rename(name, source, target, mode)
    except OSError as error:
        if error.errno in (errno.ENOTEMPTY, errno.EEXIST, errno.ENOTDIR):
            return False
        raise
    if stat.S_ISDIR(there) and mode == there | stat.S_IRWXU != there:
        os.chmod(name, stat.S_IMODE(there), dir_fd=target)
    return True


def _exists(name: str, parent: int) -> bool:
    try:
        os.lstat(name, dir_fd=parent)
    except FileNotFoundError:
        return False
    return True


def _remove_empty(name: str, parent: int) -> bool:
    try:
        os.rmdir(name, dir_fd=parent)
    except OSError:
        return False
    return True


def remove_empty_holds(root: int, hold: str) -> bool:
    """Remove the hold folder and those above it, as far as they are empty but for the file that says whose it is.
    Whether no such folder is left."""
    while hold and (_remove_empty(hold, root) or _remove_owned(hold, root) or not _exists(hold, root)):
        hold = os.path.dirname(hold)
    return not hold or _holds_something(hold, root)


def _remove_owned(hold: str, root: int) -> bool:
    if hold.count("/") != 1 or _holds_something(hold, root):
        return False
    try:
        with subfolder(root, hold) as folder:
            for name in os.listdir(folder):
                os.unlink(name, dir_fd=folder)
    except OSError:
        return False
    return _remove_empty(hold, root)


def _holds_something(hold: str, root: int) -> bool:
    """More than the file that says whose it is, or what a crash left of that."""
    try:
        with subfolder(root, hold) as folder:
            return not set(os.listdir(folder)) <= {OWNER_FILE, f".{OWNER_FILE}.idecare"}
    except OSError:
        return True


SWAP = 2  # RENAME_EXCHANGE of renameat2(2) on Linux, RENAME_SWAP of renameatx_np(2) on macOS


def exchange(name: str, source: int, target: int) -> bool:
    """Swap ``name`` of two folders; False, with nothing done, where that is not possible."""
    swap = load_exchange()
    return swap is not None and swap(source, os.fsencode(name), target, os.fsencode(name), SWAP) == 0


@cache
def load_exchange() -> Callable[[int, bytes, int, bytes, int], int] | None:
    """The system's call, ``None`` when there is none. It takes a moment the first time."""
    if os.name == "nt":
        return None
    import ctypes

    library = ctypes.CDLL(None)
    swap: Callable[[int, bytes, int, bytes, int], int] | None = getattr(library, "renameat2", None)
    return swap or getattr(library, "renameatx_np", None)
