"""How often a go.mod came back to a text that it had had before: two tools write it against each other."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from idecare.workspaces.base import Look

MOST_TEXTS, MOST_RETURNS = 16, 16
TRIES, PAUSE_SECONDS = 8, 0.0007


class Rewrites:
    """The last texts of each open module's go.mod, as hashes, and when one came back."""

    def __init__(self) -> None:
        self.texts: dict[Path, deque[int]] = {}
        self.returns: dict[Path, deque[datetime]] = {}

    def added_to(self, look: Look, now: datetime) -> Look:
        """The look with what was seen of each module's go.mod by now."""
        self._forget_others(workspace.root for workspace in look.workspaces)
        for workspace in look.workspaces:
            self._read(workspace.root, now)
        changes = {root: tuple(times) for root, times in self.returns.items()}
        return replace(
            look,
            workspaces=tuple(replace(found, go_mod_changes=changes.get(found.root, ())) for found in look.workspaces),
        )

    def _read(self, root: Path, now: datetime) -> None:
        content = _content(root / "go.mod")
        if not content:
            return
        text = hash(content)
        texts = self.texts.setdefault(root, deque(maxlen=MOST_TEXTS))
        if texts and texts[-1] == text:
            return
        if text in texts:
            self.returns.setdefault(root, deque(maxlen=MOST_RETURNS)).append(now)
        texts.append(text)

    def _forget_others(self, roots: Iterable[Path]) -> None:
        open_now = frozenset(roots)
        for root in self.texts.keys() - open_now:
            del self.texts[root]
            self.returns.pop(root, None)


def _content(path: Path) -> bytes:
    """go writes a go.mod in place, so that it is empty for a moment; no bytes when it stays so or is not there."""
    for _ in range(TRIES):
        try:
            if content := path.read_bytes():
                return content
        except OSError:  # being replaced, or a workspace with a go.work alone
            return b""
        time.sleep(PAUSE_SECONDS)
    return b""
