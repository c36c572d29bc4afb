"""One tick of the watcher: scan what is open, find conflicts, decide which notices are due, and when to scan again."""

from __future__ import annotations

import re
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from idecare.core.frozen import frozen
from idecare.core.reading import read_file
from idecare.system.files import read_text
from idecare.watcher.policy import HOUR, Memory, Notice, NoticePolicy, decide
from idecare.workspaces.base import LockUse, LockWait, Scan
from idecare.workspaces.conflicts import Conflict, find_conflicts
from idecare.workspaces.instances import KnownInstalls

MOST_CONTENTS, MOST_RETURNS = 16, 16
GIT, GIT_SECONDS = ("HEAD", "index"), 2.0
# What go commands write into a go.mod: the go and toolchain lines, and what is required.
GO_LINES = re.compile(
    rb"(?m)^[ \t\r]*((go|toolchain)[ \t].*|require\b.*|\)|(?=[^\s().]+\.)\S+[ \t]+v\d.*)?[ \t\r]*$\n?"
)
MOST_WAITS = 64  # of one process for one lock
TRIES, PAUSE_SECONDS = 8, 0.0007


@frozen
class Content:
    """A go.mod as hashes: of all of it, and of the lines that no go command writes."""

    whole: int
    others: int


class Rewrites:
    """The last contents of each open module's go.mod, and when one returned by what go commands may have written.

    What git checks out, and a change of other lines (an editor's undo), begins a new history."""

    def __init__(self) -> None:
        self.contents: dict[Path, deque[Content]] = {}
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
        text = _text(root / "go.mod")
        if not text:
            return
        content = Content(hash(text), hash(GO_LINES.sub(b"", text)))
        contents = self.contents.setdefault(root, deque(maxlen=MOST_CONTENTS))
        if contents and contents[-1] == content:
            return
        if contents and (contents[-1].others != content.others or _is_by_git(root)):
            contents.clear()
            self.returns.pop(root, None)
        if content in contents:
            self.returns.setdefault(root, deque(maxlen=MOST_RETURNS)).append(now)
        contents.append(content)

    def _forget_others(self, roots: Iterable[Path]) -> None:
        open_now = frozenset(roots)
        for root in self.contents.keys() - open_now:
            del self.contents[root]
            self.returns.pop(root, None)


def _text(path: Path) -> bytes:
    """go writes a go.mod in place, so that it is empty for a moment; no bytes when it stays so or is not there."""
    for _ in range(TRIES):
        try:
            if content := read_file(path):
                return content
        except OSError:  # being replaced, or a workspace with a go.work alone
            return b""
        time.sleep(PAUSE_SECONDS)
    return b""


def _is_by_git(root: Path) -> bool:
    """Whether git changed its index or HEAD when go.mod was written: checkout, stash, rebase, merge, reset."""
    written = _changed_at(root / "go.mod")
    return any(
        abs(written - _changed_at(folder / name)) <= GIT_SECONDS for folder in _git_folders(root) for name in GIT
    )


def _git_folders(root: Path) -> Iterator[Path]:
    """The repository's own folder; of a linked worktree the one that its .git file names (gitrepository-layout)."""
    for folder in (root, *root.parents):
        git = folder / ".git"
        if git.is_dir():
            yield git
            return
        if git.is_file():
            yield folder / (read_text(git) or "").removeprefix("gitdir:").strip()
            return


def _changed_at(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return float("-inf")


@dataclass
class _Wait:
    since: datetime
    last: datetime
    waiter: str
    holders: set[str]


class LockStatistics:
    """Who waited for which lock within the last hour, as far as scans saw it: while somebody waits, they come often."""

    def __init__(self) -> None:
        self.waits: dict[tuple[Path, int], list[_Wait]] = {}

    def added_to(self, scan: Scan, now: datetime) -> Scan:
        """The scan with what was seen by now."""
        for lock in scan.locks:
            if lock.state == "waits":
                self._add(lock, scan.locks, now)
        kept = {key: [wait for wait in waits if now - wait.last <= HOUR] for key, waits in self.waits.items()}
        self.waits = {key: waits for key, waits in kept.items() if waits}
        return replace(scan, lock_uses=tuple(self._uses()))

    def _add(self, lock: LockWait, locks: tuple[LockWait, ...], now: datetime) -> None:
        waits, since = self.waits.setdefault((lock.path, lock.pid), []), lock.since or now
        if not waits or since > waits[-1].last:
            waits.append(_Wait(since, now, _who(lock), set()))
            del waits[:-MOST_WAITS]
        waits[-1].last = now
        waits[-1].holders |= {_who(held) for held in locks if held.pid in lock.holders and held.path == lock.path}

    def _uses(self) -> Iterator[LockUse]:
        by_path: dict[Path, list[_Wait]] = {}
        for (path, _), waits in self.waits.items():
            by_path.setdefault(path, []).extend(waits)
        for path, waits in sorted(by_path.items()):
            seconds = [(wait.last - wait.since).total_seconds() for wait in waits]
            waiters = sorted({wait.waiter for wait in waits})
            holders = sorted({holder for wait in waits for holder in wait.holders})
            yield LockUse(path, len(waits), sum(seconds), max(seconds), tuple(waiters), tuple(holders))


def _who(lock: LockWait) -> str:
    command = lock.command or lock.name
    return f"{command} ({lock.starter})" if lock.starter else command


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
        self.rewrites, self.lock_statistics = Rewrites(), LockStatistics()
        self.scan: Scan | None = None
        self.conflicts: tuple[Conflict, ...] = ()
        self.wake_at: datetime | None = None
        self.scans = 0

    def tick(self, now: datetime, known: KnownInstalls) -> None:
        """Scan, decide, notify. A failed scan changes nothing: the next one decides."""
        self.scans += 1
        self.scan = self.lock_statistics.added_to(self.rewrites.added_to(self.inspect(now, known), now), now)
        self.conflicts = self.find(self.scan, now)
        decision = decide(self.memory, self.conflicts, now, self.policy())
        self.memory, self.wake_at = decision.memory, decision.wake_at
        for notice in decision.notices:
            self.notify(notice)

    @property
    def is_waiting(self) -> bool:
        """Whether a go command waits on a lock: who holds it is a matter of time, not of events."""
        return self.scan is not None and any(found.state == "waits" for found in self.scan.locks)
