"""One look after another: what is open, what clashes, what is to be told, and when to look again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from idecare.watcher.policy import Memory, Notice, Wishes, decide
from idecare.watcher.rewrites import Rewrites
from idecare.workspaces.base import Look
from idecare.workspaces.conflicts import Conflict, find_conflicts
from idecare.workspaces.instances import Known

Inspect = Callable[[datetime, Known], Look]
Judge = Callable[[Look, datetime], tuple[Conflict, ...]]


class Attention:
    """``wishes`` is asked anew at each look, since the user may have changed them."""

    def __init__(
        self,
        inspect: Inspect,
        wishes: Callable[[], Wishes],
        tell: Callable[[Notice], None],
        memory: Memory | None = None,
        judge: Judge = find_conflicts,
    ) -> None:
        self.inspect, self.wishes, self.tell, self.judge = inspect, wishes, tell, judge
        self.memory = memory or Memory()
        self.rewrites = Rewrites()
        self.look: Look | None = None
        self.conflicts: tuple[Conflict, ...] = ()
        self.wake_at: datetime | None = None
        self.looks = 0

    def pay(self, now: datetime, known: Known) -> None:
        """Look, decide, tell. What could not be looked at is not forgotten: the next look decides."""
        self.looks += 1
        self.look = self.rewrites.added_to(self.inspect(now, known), now)
        self.conflicts = self.judge(self.look, now)
        decision = decide(self.memory, self.conflicts, now, self.wishes())
        self.memory, self.wake_at = decision.memory, decision.wake_at
        for notice in decision.notices:
            self.tell(notice)

    @property
    def is_waiting(self) -> bool:
        """Whether a go command waits on a lock: who holds it is a matter of time, not of events."""
        return self.look is not None and any(found.state == "waits" for found in self.look.locks)
