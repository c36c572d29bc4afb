"""Reading other programs' files: what cannot be read counts as absent or carries its problem; nothing here raises."""

from __future__ import annotations

import json
import os
from io import TextIOWrapper
from pathlib import Path
from typing import Any

from idecare.core.frozen import frozen
from idecare.core.host import Host
from idecare.core.language import tr
from idecare.core.reading import LARGEST_BYTES, NotAFileError, open_file, read_file

USUAL_FOLDERS = (Path("/usr/bin"), Path("/bin"), Path("/usr/local/bin"))
LITTER = frozenset({".DS_Store"})  # macOS Finder leaves it in any folder it shows


def children(folder: Path) -> tuple[Path, ...]:
    """What the folder holds, by name; nothing when it is missing, not a folder or not readable."""
    try:
        names = os.listdir(folder)
    except OSError:
        return ()
    return tuple(folder / name for name in sorted(names))


def child_folders(folder: Path) -> tuple[Path, ...]:
    """The folders in ``folder``, and links to folders."""
    return tuple(path for path in children(folder) if os.path.isdir(path))


def find_program(host: Host, name: str) -> str | None:
    """A program of the system's, by its path. A service's search path may be short, so usual folders come behind it."""
    folders = dict.fromkeys((*host.search_path, *USUAL_FOLDERS))
    return next((str(folder / name) for folder in folders if os.access(folder / name, os.X_OK)), None)


def real(path: Path) -> Path:
    """The path without links; a link loop or a missing end is left as it is."""
    try:
        return Path(os.path.realpath(path))
    except OSError:
        return path


def read_text(path: Path) -> str | None:
    """The text of a regular file, wrong bytes and all; ``None`` when there is none to read."""
    try:
        with TextIOWrapper(open_file(path), encoding="utf-8-sig", errors="surrogateescape") as file:
            return file.read(LARGEST_BYTES)
    except (OSError, ValueError):
        return None


def read_json(path: Path) -> dict[str, Any]:
    """The object in a JSON file; an empty one when the file holds anything else."""
    try:
        value = json.loads(read_text(path) or "")
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def text_value(values: dict[str, Any], key: str) -> str | None:
    """The text under ``key``; ``None`` when it is missing, empty or not text."""
    value = values.get(key)
    return value if isinstance(value, str) and value else None


def is_working_copy(folder: Path) -> bool:
    return os.path.lexists(folder / ".git") or os.path.lexists(folder / "go.mod")


def is_empty(folder: Path) -> bool:
    with os.scandir(folder) as entries:
        return next(entries, None) is None


@frozen
class ConfigFile:
    """A file as the IDE would read it. ``real_path``: links resolved. ``data`` is ``None`` where there is no file.

    ``problem`` says why it cannot be read or replaced.
    """

    path: Path
    real_path: Path
    data: bytes | None = None
    problem: str | None = None


def read_config(path: Path) -> ConfigFile:
    """The bytes of a configuration file, and whether it may be replaced."""
    target = real(path)
    try:
        data = read_file(target)
    except FileNotFoundError:
        return ConfigFile(path, target, problem=_dangling(path))
    except NotAFileError as error:
        return ConfigFile(path, target, problem=error.strerror)
    except OSError as error:
        return ConfigFile(path, target, problem=tr("it cannot be read: {reason}", reason=error.strerror))
    return ConfigFile(path, target, data, _read_only(path, target))


def _dangling(path: Path) -> str | None:
    if not os.path.islink(path) or os.path.isdir(real(path).parent):
        return None
    return tr("it is a link to {goal}, whose folder is not there", goal=real(path))


def _read_only(path: Path, target: Path) -> str | None:
    """A file is replaced, so its folder counts too; a file of another's making, as in the Nix store, has both."""
    if os.access(target, os.W_OK) and os.access(target.parent, os.W_OK):
        return None
    if os.path.islink(path):
        return tr("it is a link to {goal}, which may not be written", goal=target)
    return tr("it may not be written")
