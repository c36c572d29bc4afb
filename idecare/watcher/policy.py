"""Which notices are due now, and when to scan again. Pure, over what was seen and what was notified before."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal

from idecare.core.frozen import frozen
from idecare.core.language import tr
from idecare.core.settings import QuietHours
from idecare.watcher.snoozes import Snooze
from idecare.workspaces.conflicts import GRADES, Conflict, Grade

SETTLE = timedelta(seconds=0.4)  # an IDE that starts or ends shows half a picture for as long
RESOLVED_AFTER = timedelta(seconds=3)  # a language server that restarts is away for less
MODULE_PAUSE = timedelta(minutes=10)
HOUR = timedelta(hours=1)
ASLEEP_AFTER = timedelta(minutes=10)  # the watcher scans more often than that, so the machine slept

Kind = Literal["opened", "worse", "resolved"]


@frozen
class Notice:
    """A message to the user about one module. All notices of one episode have one ``id``: a later one replaces the
    earlier. ``is_silent``: that one is only to be withdrawn."""

    id: str
    kind: Kind
    grade: Grade
    root: Path
    at: datetime
    conflicts: tuple[Conflict, ...]
    is_silent: bool = False

    @property
    def title(self) -> str:
        """``resolved: app: GoLand and VS Code``."""
        subject = self._subject(tr(" and "))
        match self.kind:
            case "opened":
                return subject
            case "worse":
                return tr("worse: {subject}", subject=subject)
            case "resolved":
                return tr("resolved: {subject}", subject=subject)

    @property
    def subject(self) -> str:
        """As the log has it, in English."""
        return self._subject(" and ")

    def _subject(self, conjunction: str) -> str:
        *others, last = self.parties or ("",)
        return ": ".join(filter(None, [self.root.name, conjunction.join(filter(None, [", ".join(others), last]))]))

    @property
    def parties(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(party for conflict in self.conflicts for party in conflict.parties))

    @property
    def body(self) -> str:
        return "\n".join(conflict.message for conflict in self.conflicts)


@frozen
class NoticePolicy:
    """How the user wants to be notified. ``least`` is the lowest grade of which a notice is made, ``module_pause`` the
    time between two notices on one module, unless it got worse."""

    least: Grade = "warning"
    snoozes: tuple[Snooze, ...] = ()
    quiet_hours: QuietHours | None = None
    notices_per_hour: int = 6
    module_pause: timedelta = MODULE_PAUSE


@frozen
class Episode:
    """One module from its first conflict until all of them have been gone for a while. ``since`` is when it became as
    bad as it is; ``notified`` is the grade of the notice the user has, ``None`` when there is none."""

    id: str
    root: Path
    since: datetime
    conflicts: tuple[Conflict, ...]
    notified: Grade | None = None
    gone_since: datetime | None = None

    @property
    def grade(self) -> Grade:
        return min((conflict.grade for conflict in self.conflicts), key=GRADES.index)


@frozen
class SentNotice:
    """One notice that was shown."""

    root: Path
    at: datetime


@frozen
class Memory:
    """What the watcher knows from before. ``last`` is when it last decided."""

    episodes: tuple[Episode, ...] = ()
    sent: tuple[SentNotice, ...] = ()
    last: datetime | None = None


@frozen
class Decision:
    """``wake_at``: when to scan again though nothing happens; ``None``: no need."""

    notices: tuple[Notice, ...]
    memory: Memory
    wake_at: datetime | None = None


@dataclass
class _Draft:
    """A decision in the making."""

    now: datetime
    policy: NoticePolicy
    sent: list[SentNotice]
    notices: list[Notice] = field(default_factory=list)
    wakes: list[datetime] = field(default_factory=list)

    def add(self, episode: Episode, kind: Kind, is_silent: bool = False) -> None:
        grade, root = episode.grade, episode.root
        self.notices.append(Notice(episode.id, kind, grade, root, self.now, episode.conflicts, is_silent))


def decide(memory: Memory, conflicts: Iterable[Conflict], now: datetime, policy: NoticePolicy) -> Decision:
    """Which notices are due, given all conflicts of this moment."""
    memory = _sane(memory, now)
    draft = _Draft(now, policy, [notice for notice in memory.sent if now - notice.at < HOUR])
    episodes = tuple(
        kept for episode in _episodes(memory, conflicts, now, policy) if (kept := _notified(episode, draft)) is not None
    )
    wake_at = min((wake for wake in draft.wakes if wake > now), default=None)
    return Decision(tuple(draft.notices), Memory(episodes, tuple(draft.sent), now), wake_at)


def _sane(memory: Memory, now: datetime) -> Memory:
    """No time of it lies ahead, if the clock was set back; and what was about to be notified before the machine slept
    has to settle again."""
    slept = memory.last is not None and now - memory.last > ASLEEP_AFTER
    episodes = tuple(
        replace(
            episode,
            since=now if slept and episode.notified is None else min(episode.since, now),
            gone_since=episode.gone_since and min(episode.gone_since, now),
        )
        for episode in memory.episodes
    )
    sent = tuple(SentNotice(notice.root, min(notice.at, now)) for notice in memory.sent)
    return Memory(episodes, sent, memory.last)


def _episodes(memory: Memory, conflicts: Iterable[Conflict], now: datetime, policy: NoticePolicy) -> Iterator[Episode]:
    """The episodes of before as they are now, then those that begin now."""
    least = GRADES.index(policy.least)
    present: dict[Path, tuple[Conflict, ...]] = {}
    for conflict in conflicts:
        if GRADES.index(conflict.grade) <= least:
            present[conflict.root] = (*present.get(conflict.root, ()), conflict)
    for episode in memory.episodes:
        yield _continued(episode, present.pop(episode.root, ()), now)
    for root, found in present.items():
        yield Episode(f"{root.name}-{now:%Y%m%d%H%M%S%f}", root, now, found)


def _continued(episode: Episode, found: tuple[Conflict, ...], now: datetime) -> Episode:
    if not found:
        return replace(episode, gone_since=episode.gone_since or now)
    changed = replace(episode, conflicts=found, gone_since=None)
    return replace(changed, since=now) if changed.grade != episode.grade else changed


def _notified(episode: Episode, draft: _Draft) -> Episode | None:
    """The episode after the notices of now; ``None`` when it is over."""
    if any(snooze.covers(episode.root, draft.now) for snooze in draft.policy.snoozes):
        return _snoozed(episode, draft)
    if episode.gone_since is not None:
        return _ending(episode, draft)
    if episode.notified is not None and GRADES.index(episode.grade) >= GRADES.index(episode.notified):
        return _milder(episode, draft)
    wait_until = max(episode.since + SETTLE, *_limits(episode, draft))
    if wait_until > draft.now:
        draft.wakes.append(wait_until)
        return episode
    draft.add(episode, "worse" if episode.notified else "opened")
    draft.sent.append(SentNotice(episode.root, draft.now))
    return replace(episode, notified=episode.grade)


def _milder(episode: Episode, draft: _Draft) -> Episode:
    """Over although the IDEs stay open: what is left of a warning or an error is information."""
    if episode.grade != "info" or episode.notified == "info":
        return episode
    if (over := episode.since + RESOLVED_AFTER) > draft.now:
        draft.wakes.append(over)
        return episode
    draft.add(episode, "resolved", is_silent=_quiet_until(draft) is not None)
    return replace(episode, notified="info")


def _snoozed(episode: Episode, draft: _Draft) -> Episode | None:
    """What was shown goes away; it comes back when the snooze ends, however early, if it is still true."""
    if episode.notified is not None:
        draft.add(episode, "resolved", is_silent=True)
        draft.sent = [notice for notice in draft.sent if notice.root != episode.root]
    ends = [snooze.until for snooze in draft.policy.snoozes if snooze.covers(episode.root, draft.now) and snooze.until]
    draft.wakes.extend(ends)
    return None if episode.gone_since else replace(episode, notified=None)


def _ending(episode: Episode, draft: _Draft) -> Episode | None:
    if episode.notified is None:
        return None
    if (over := (episode.gone_since or draft.now) + RESOLVED_AFTER) > draft.now:
        draft.wakes.append(over)
        return episode
    draft.add(episode, "resolved", is_silent=_quiet_until(draft) is not None)
    return None


def _limits(episode: Episode, draft: _Draft) -> Iterator[datetime]:
    """Times before which no notice of it is due."""
    yield draft.now
    if quiet_until := _quiet_until(draft):
        yield quiet_until
    if episode.notified is None:
        yield from (notice.at + draft.policy.module_pause for notice in draft.sent if notice.root == episode.root)
    if len(draft.sent) >= draft.policy.notices_per_hour:
        yield _room_at(draft)


def _quiet_until(draft: _Draft) -> datetime | None:
    return draft.policy.quiet_hours.ends(draft.now) if draft.policy.quiet_hours else None


def _room_at(draft: _Draft) -> datetime:
    """When the last hour will hold fewer notices than are wanted; with none wanted, an hour from now at the least."""
    times = sorted(notice.at for notice in draft.sent)
    most = draft.policy.notices_per_hour
    return (times[-most] if most else draft.now) + HOUR
