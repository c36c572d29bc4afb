"""Configuration files as they are now, and for each IDE which file counts: read once, before anything is decided."""

from __future__ import annotations

import os
from pathlib import Path

from idecare.core.frozen import frozen
from idecare.system.files import real

LARGEST_BYTES = 16_000_000


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
    if os.path.isdir(target):
        return ConfigFile(path, target, problem="it is a folder")
    if os.path.lexists(target) and not os.path.isfile(target):
        return ConfigFile(path, target, problem="it is not a regular file")
    try:
        with open(target, "rb") as file:
            data = file.read(LARGEST_BYTES + 1)
    except FileNotFoundError:
        return ConfigFile(path, target, problem=_dangling(path))
    except OSError as error:
        return ConfigFile(path, target, problem=f"it cannot be read: {error.strerror}")
    if len(data) > LARGEST_BYTES:
        return ConfigFile(path, target, problem="it has more than 16 MB, which is no configuration")
    return ConfigFile(path, target, data, _read_only(path, target))


def _dangling(path: Path) -> str | None:
    if not os.path.islink(path) or os.path.isdir(real(path).parent):
        return None
    return f"it is a link to {real(path)}, whose folder is not there"


def _read_only(path: Path, target: Path) -> str | None:
    """A file is replaced, so its folder counts too; a file of another's making, as in the Nix store, has both."""
    if os.access(target, os.W_OK) and os.access(target.parent, os.W_OK):
        return None
    if os.path.islink(path):
        return f"it is a link to {target}, which may not be written"
    return "it may not be written"
