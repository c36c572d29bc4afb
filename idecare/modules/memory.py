"""Remembers sums between runs by the identity of the files they were made from; reads and composes, never writes."""

from __future__ import annotations

import json
import os
import zlib
from pathlib import Path

from idecare.modules.hashing import Answer

FORMAT = 1
Remembered = dict[str, Answer]  # kind and path below the root -> the answer, its fingerprint in it


class SumMemory:
    """What earlier runs found, for one module cache. A fingerprint covers device, inode, size, mtime and ctime of every
    file, so an edit is always seen; a disk that changes bytes by itself is not (``--again``)."""

    def __init__(self, folder: Path, root: Path) -> None:
        self.file = folder / f"{zlib.crc32(os.fsencode(root)):08x}.sums"
        self._head = f"idecare sums {FORMAT} {root}"
        self._known = self._read()
        self._fresh: Remembered = {}

    def _read(self) -> Remembered:
        """Nothing where the file is missing, broken, or of another root or format."""
        try:
            values = json.loads(self.file.read_bytes())
            if values["head"] != self._head or values["check"] != _checksum(values["sums"]):
                return {}
            return {key: _answer(value) for key, value in values["sums"].items()}
        except (OSError, ValueError, KeyError, TypeError):
            return {}

    def known(self, key: str) -> Answer | None:
        return self._known.get(key)

    def fingerprint(self, key: str) -> str:
        """Of the files when they were last hashed; "" when they never were."""
        known = self._known.get(key)
        return known[5] if known else ""

    def remember(self, key: str, answer: Answer) -> None:
        if answer[5] and not answer[4]:
            self._fresh[key] = answer

    @property
    def content(self) -> bytes | None:
        """What the file should hold; ``None`` when nothing new was found."""
        if not self._fresh:
            return None
        sums: dict[str, list[object]] = {
            key: [*answer[:4], [], answer[5]] for key, answer in (self._known | self._fresh).items()
        }
        return json.dumps({"head": self._head, "check": _checksum(sums), "sums": sums}).encode()


def _checksum(sums: dict[str, list[object]]) -> int:
    return zlib.crc32(json.dumps(sums, sort_keys=True).encode())


def _answer(value: list[object]) -> Answer:
    state, h1, problem, second, litter, mark = value
    if litter or not all(isinstance(text, str) for text in (state, h1, problem, second, mark)):
        raise ValueError(value)
    return str(state), str(h1), str(problem), str(second), [], str(mark)
