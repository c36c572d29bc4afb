"""Work folders that killed go commands left in the temp folder.

cmd/go of go1.27.3 names them go-build and a number, and removes them at its end; SIGINT, SIGTERM and SIGKILL leave
them. What `go run` started runs from there, for as long as it likes.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from idecare.core.frozen import frozen
from idecare.system.files import children


@frozen
class WorkFolder:
    """``used`` is when something directly in it was last made (epoch seconds)."""

    path: Path
    used: float


def work_folders(folders: Iterable[Path]) -> Iterator[WorkFolder]:
    for folder in folders:
        try:
            yield WorkFolder(folder, max(os.stat(path).st_mtime for path in (folder, *children(folder))))
        except OSError:  # gone meanwhile
            continue
