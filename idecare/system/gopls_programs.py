"""Which programs are gopls: by their build info, whatever they are called.

Zed installs ``gopls_0.21.1_go_1.26.8``, Nix runs ``.gopls-wrapped``, and ``go.alternateTools`` may name anything.
"""

from __future__ import annotations

import os
from pathlib import Path

from idecare.core.reading import open_file
from idecare.system import procfs

GOPLS_MODULE = "golang.org/x/tools/gopls"
# Each Go program for Linux has a note of this owner in its first page (cmd/internal/buildid of go1.27).
GO_NOTE, FIRST_PAGE = b"Go\0\0", 4096
MOST_REMEMBERED = 4096

_remembered: dict[tuple[int, int, int, int], bool] = {}


def is_gopls(program: Path) -> bool:
    """Read once for each state of the file."""
    try:
        found = os.stat(program)
    except OSError:
        return False
    return _is_gopls(str(program), found)


def runs_gopls(pid: int) -> bool:
    """Whether the process runs a gopls under any name. Elsewhere than on Linux and for other users' processes: False,
    and the name has to say it."""
    if not procfs.IS_THERE:
        return False
    image = f"/proc/{pid}/exe"
    try:
        return _is_gopls(image, os.stat(image))
    except OSError:
        return False


def _is_gopls(path: str, found: os.stat_result) -> bool:
    key = found.st_dev, found.st_ino, found.st_mtime_ns, found.st_size
    if key not in _remembered:
        if len(_remembered) >= MOST_REMEMBERED:
            _remembered.clear()
        _remembered[key] = _may_be_go(path) and _names_gopls(path)
    return _remembered[key]


def _may_be_go(path: str) -> bool:
    """What only looks: of a hundred programs that run, few are Go's."""
    try:
        with open_file(path) as file:
            page = file.read(FIRST_PAGE)
    except OSError:
        return False
    return not page.startswith(b"\x7fELF") or GO_NOTE in page


def _names_gopls(path: str) -> bool:
    from idecare.system.executables import read_binary

    binary = read_binary(Path(path))
    return binary is not None and GOPLS_MODULE in (binary.module, binary.path)  # Debian's names no module
