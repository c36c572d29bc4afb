"""The bytes of files before and after each edit, kept next to the journal. The first ones of a file stay for ever."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Literal

from idecare.core.reading import read_file
from idecare.system.filesystem import remove_file, write_atomic

FIRST, FIRST_ABSENT = "first", "first.absent"


class Originals:
    """A folder for each edited file, named by its path's hash: ``path``, ``first``, and two files for each edit."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def keep(self, path: Path, entry_id: str, before: bytes | None, after: bytes | None) -> None:
        """Keep both sides of an edit, also through a power cut, before the edit is made."""
        place = self._place(path)
        if not self.has_first(path):
            write_atomic(place / "path", str(path).encode(errors="surrogateescape"))
            write_atomic(place / (FIRST if before is not None else FIRST_ABSENT), before or b"", durable=True)
        for side, content in (("before", before), ("after", after)):
            if content is not None:
                write_atomic(place / f"{entry_id}.{side}", content, durable=True)

    def has_first(self, path: Path) -> bool:
        place = self._place(path)
        return (place / FIRST).exists() or (place / FIRST_ABSENT).exists()

    def side(self, path: Path, entry_id: str, side: Literal["before", "after"]) -> bytes:
        """What the file held before or after that edit; OSError when it is not kept any more."""
        return read_file(self._place(path) / f"{entry_id}.{side}")

    def place_of_before(self, path: Path, entry_id: str) -> Path:
        return self._place(path) / f"{entry_id}.before"

    def forget(self, paths: Iterable[Path], entry_id: str) -> None:
        """Drop both sides of an edit, but never the first original."""
        for path in paths:
            for side in ("before", "after"):
                remove_file(self._place(path) / f"{entry_id}.{side}")

    def _place(self, path: Path) -> Path:
        import hashlib

        return self.folder / hashlib.sha256(str(path).encode(errors="surrogateescape")).hexdigest()[:16]
