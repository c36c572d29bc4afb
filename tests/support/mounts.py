"""Bind mounts that only one command sees: it runs in a mount namespace of its own, and they end with it."""

from __future__ import annotations

import shutil
import subprocess
from functools import cache
from pathlib import Path

import pytest

# What str.splitlines() takes for the end of a line, and the kernel for a part of a name.
LINE_ENDS_OF_OTHERS = ("\r", "\v", "\f", "\x1c", "\x1d", "\x1e", "\x85", "\u2028", "\u2029")
SCRIPT = 'mount --bind "$1" "$2" && shift 2 && exec "$@"'


def with_bind_mount(source: Path, folder: Path) -> tuple[str, ...]:
    """A prefix: the command behind it sees ``source`` at ``folder`` too, and nobody else does."""
    if not _can_mount():
        pytest.skip("nothing can be mounted here in a namespace of its own (root and unshare are needed)")
    return "unshare", "--mount", "--propagation", "private", "sh", "-c", SCRIPT, "sh", str(source), str(folder)


@cache
def _can_mount() -> bool:
    if shutil.which("unshare") is None:
        return False
    trial = ("unshare", "--mount", "--propagation", "private", "mount", "--bind", "/usr", "/usr")
    return subprocess.run(trial, capture_output=True, check=False).returncode == 0
