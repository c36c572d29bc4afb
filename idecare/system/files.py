"""Looking at other programs' files: what cannot be read counts as absent, and nothing here raises."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from idecare.core.host import Host

USUAL_FOLDERS = (Path("/usr/bin"), Path("/bin"), Path("/usr/local/bin"))
LITTER = frozenset({".DS_Store"})  # macOS Finder leaves it in any folder it shows
LARGEST_TEXT = 16_000_000  # a state file of hundreds of megabytes is damaged, and would only slow every command


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
    if not os.path.isfile(path):  # opening a pipe would wait for its writer
        return None
    try:
        with open(path, encoding="utf-8-sig", errors="surrogateescape") as file:
            return file.read(LARGEST_TEXT)
    except OSError:
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
