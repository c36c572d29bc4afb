"""Batches: events that come together are answered by one look, and the more of them come, the longer is the wait."""

from __future__ import annotations

from dataclasses import dataclass

CALM_SECONDS = 10.0  # without an event for as long, the next one is answered at once again


@dataclass
class Pace:
    """Seconds on a clock that only goes forward. The first event sets the time of the look; those until then are part
    of its batch. Each batch that follows another closely waits twice as long, up to ``longest``."""

    shortest: float
    longest: float
    due: float | None = None
    _delay: float = 0.0
    _last: float | None = None

    def heard(self, now: float) -> None:
        """An event came."""
        if self.due is not None:
            return
        follows = self._last is not None and now - self._last < max(CALM_SECONDS, self._delay)
        self._delay = min(self._delay * 2, self.longest) if follows else self.shortest
        self._delay = max(self._delay, self.shortest)
        self.due = now + self._delay

    def is_due(self, now: float) -> bool:
        return self.due is not None and self.due <= now

    def answered(self, now: float) -> None:
        """The look was taken."""
        if self.due is not None:
            self.due, self._last = None, now
