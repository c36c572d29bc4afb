"""One tick of the watcher: scan what is open, find conflicts, decide which notices are due, and when to scan again."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from idecare.watcher.policy import Memory, Notice, NoticePolicy, decide
from idecare.workspaces.base import Scan
from idecare.workspaces.conflicts import Conflict, find_conflicts
from idecare.workspaces.instances import KnownInstalls

MOST_TEXTS, MOST_RETURNS = 16, 16
TRIES, PAUSE_SECONDS = 8, 0.0007


class Rewrites:
    """The last contents of each open module's go.mod, as hashes, and when one returned."""

    def __init__(self) -> None:
        self.texts: dict[Path, deque[int]] = {}
        self.returns: dict[Path, deque[datetime]] = {}

    def added_to(self, scan: Scan, now: datetime) -> Scan:
        """The scan with what was seen of each module's go.mod by now."""
        self._forget_others(workspace.root for workspace in scan.workspaces)
        for workspace in scan.workspaces:
            self._read(workspace.root, now)
        changes = {root: tuple(times) for root, times in self.returns.items()}
        return replace(
            scan,
            workspaces=tuple(replace(found, go_mod_changes=changes.get(found.root, ())) for found in scan.workspaces),
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


Inspect = Callable[[datetime, KnownInstalls], Scan]
FindConflicts = Callable[[Scan, datetime], tuple[Conflict, ...]]


class Monitor:
    """``policy`` is read again at each tick, since the user may have changed it."""

    def __init__(
        self,
        inspect: Inspect,
        policy: Callable[[], NoticePolicy],
        notify: Callable[[Notice], None],
        memory: Memory | None = None,
        find: FindConflicts = find_conflicts,
    ) -> None:
        self.inspect, self.policy, self.notify, self.find = inspect, policy, notify, find
        self.memory = memory or Memory()
        self.rewrites = Rewrites()
        self.scan: Scan | None = None
        self.conflicts: tuple[Conflict, ...] = ()
        self.wake_at: datetime | None = None
        self.scans = 0

    def tick(self, now: datetime, known: KnownInstalls) -> None:
        """Scan, decide, notify. A failed scan changes nothing: the next one decides."""
        self.scans += 1
        self.scan = self.rewrites.added_to(self.inspect(now, known), now)
        self.conflicts = self.find(self.scan, now)
        decision = decide(self.memory, self.conflicts, now, self.policy())
        self.memory, self.wake_at = decision.memory, decision.wake_at
        for notice in decision.notices:
            self.notify(notice)

    @property
    def is_waiting(self) -> bool:
        """Whether a go command waits on a lock: who holds it is a matter of time, not of events."""
        return self.scan is not None and any(found.state == "waits" for found in self.scan.locks)
