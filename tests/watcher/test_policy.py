"""Scripted histories: which notices the user gets, and when."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest

from idecare.core import language
from idecare.core.settings import QuietHours
from idecare.watcher.policy import RESOLVED_AFTER, SETTLE, Memory, Notice, NoticePolicy, decide
from idecare.watcher.snoozes import Snooze
from idecare.workspaces.conflicts import Conflict, Grade
from tests.builders import NOW

APP, LIBRARY = Path("/home/gopher/app"), Path("/home/gopher/library")
EVERYTHING = NoticePolicy(least="info", notices_per_hour=1000, module_pause=timedelta())


def conflict(grade: Grade = "warning", root: Path = APP, code: str = "go-version") -> Conflict:
    return Conflict(code, grade, root, f"{code} in {root.name}", ("GoLand", "VS Code"))


class Watcher:
    """The watcher at a desk: time passes in steps, and what it says is written down."""

    def __init__(self, policy: NoticePolicy | None = None, memory: Memory | None = None) -> None:
        self.policy = policy or NoticePolicy()
        self.memory = memory or Memory()
        self.now = NOW
        self.wake_at: datetime | None = None
        self.notices: list[Notice] = []

    def sees(self, *conflicts: Conflict, after: float = 0.0) -> list[str]:
        """What it says to ``conflicts``, ``after`` seconds; it wakes when it asked to be woken in between."""
        end, said = self.now + timedelta(seconds=after), []
        while self.wake_at is not None and self.now < self.wake_at < end:
            self.now = self.wake_at
            said += self._decides(conflicts)
        self.now = end
        return said + self._decides(conflicts)

    def _decides(self, conflicts: Iterable[Conflict]) -> list[str]:
        decision = decide(self.memory, conflicts, self.now, self.policy)
        self.memory, self.wake_at = decision.memory, decision.wake_at
        assert self.wake_at is None or self.wake_at > self.now
        self.notices += decision.notices
        return [f"{'silent ' if notice.is_silent else ''}{notice.kind}" for notice in decision.notices]


def test_two_ides_that_clash_are_reported_once_and_so_is_their_end() -> None:
    watcher = Watcher()
    assert watcher.sees(conflict()) == []
    assert watcher.wake_at == NOW + SETTLE
    assert watcher.sees(conflict(), after=1) == ["opened"]
    assert watcher.sees(conflict(), after=3600) == []
    assert watcher.sees() == []
    assert watcher.wake_at == watcher.now + RESOLVED_AFTER
    assert watcher.sees(after=10) == ["resolved"]
    assert (watcher.memory.episodes, watcher.wake_at) == ((), None)
    assert len({notice.id for notice in watcher.notices}) == 1


def test_a_thousand_scans_at_one_conflict_are_one_notice() -> None:
    watcher = Watcher()
    assert [said for _ in range(1000) for said in watcher.sees(conflict(), after=0.06)] == ["opened"]
    assert len(watcher.memory.episodes) == 1


def test_what_passes_while_it_settles_is_not_reported() -> None:
    watcher = Watcher()
    assert watcher.sees(conflict()) + watcher.sees(after=0.2) + watcher.sees(after=60) == []
    assert watcher.memory.episodes == ()


def test_a_language_server_that_restarts_is_the_same_episode() -> None:
    watcher = Watcher()
    watcher.sees(conflict())
    said = watcher.sees(conflict(), after=1)
    for _ in range(20):
        said += watcher.sees(after=1) + watcher.sees(conflict(), after=1)
    assert said == ["opened"]


def test_an_ide_that_flaps_is_reported_twice_in_ten_minutes_at_most() -> None:
    watcher = Watcher()
    said = []
    for _ in range(10):
        said += watcher.sees(conflict()) + watcher.sees(conflict(), after=20) + watcher.sees() + watcher.sees(after=20)
    assert said == ["opened", "resolved"]
    assert watcher.sees(conflict(), after=1) + watcher.sees(conflict(), after=600) == ["opened"]


def test_in_the_foreground_each_episode_is_reported() -> None:
    watcher = Watcher(EVERYTHING)
    said = []
    for _ in range(3):
        said += watcher.sees(conflict()) + watcher.sees(conflict(), after=2) + watcher.sees() + watcher.sees(after=4)
    assert said == ["opened", "resolved"] * 3


def test_a_crash_is_an_end_like_any_other_and_the_next_start_is_new() -> None:
    watcher = Watcher(EVERYTHING)
    watcher.sees(conflict())
    watcher.sees(conflict(), after=5)
    watcher.sees()
    watcher.sees(after=5)
    watcher.sees(conflict())
    watcher.sees(conflict(), after=5)
    opened = [notice.id for notice in watcher.notices if notice.kind == "opened"]
    assert len(opened) == len(set(opened)) == 2


def test_what_gets_worse_is_reported_again_and_what_gets_better_is_not() -> None:
    watcher = Watcher()
    watcher.sees(conflict())
    assert watcher.sees(conflict(), after=1) == ["opened"]
    assert watcher.sees(conflict(), conflict("error", code="lock-wait"), after=1) == []
    assert watcher.sees(conflict(), conflict("error", code="lock-wait"), after=1) == ["worse"]
    assert watcher.sees(conflict(), after=60) == []
    assert watcher.sees(conflict(), conflict("error", code="lock-wait"), after=60) == []
    assert watcher.notices[-1].grade == "error"


def test_two_warnings_on_one_module_are_one_notice_with_both() -> None:
    watcher = Watcher()
    watcher.sees(conflict(), conflict(code="mod-mod"))
    assert watcher.sees(conflict(), conflict(code="mod-mod"), after=1) == ["opened"]
    assert [found.code for found in watcher.notices[0].conflicts] == ["go-version", "mod-mod"]
    assert watcher.notices[0].body == "go-version in app\nmod-mod in app"


def test_two_modules_are_two_notices() -> None:
    watcher = Watcher()
    both = conflict(), conflict(root=LIBRARY)
    watcher.sees(*both)
    assert watcher.sees(*both, after=1) == ["opened", "opened"]
    assert watcher.sees(conflict(), after=1) == []
    assert watcher.sees(conflict(), after=9) == ["resolved"]
    assert watcher.notices[-1].root == LIBRARY


@pytest.mark.parametrize(("least", "said"), [("info", ["opened"]), ("warning", []), ("error", [])])
def test_a_grade_that_is_too_low_is_not_reported(least: Grade, said: list[str]) -> None:
    watcher = Watcher(NoticePolicy(least=least))
    watcher.sees(conflict("info"))
    assert watcher.sees(conflict("info"), after=60) == said


def test_six_notices_an_hour_and_the_seventh_when_there_is_room() -> None:
    watcher = Watcher()
    crowd = [conflict(root=Path(f"/home/gopher/{number}")) for number in range(7)]
    watcher.sees(*crowd)
    assert watcher.sees(*crowd, after=1) == ["opened"] * 6
    assert watcher.sees(*crowd, after=3500) == []
    assert watcher.sees(*crowd, after=200) == ["opened"]


def test_who_wants_no_notices_gets_none() -> None:
    watcher = Watcher(NoticePolicy(notices_per_hour=0))
    watcher.sees(conflict())
    assert watcher.sees(conflict(), after=100_000) == []


# --- snooze and quiet hours ---------------------------------------------------------------------------------------


def test_a_snooze_withdraws_the_notice_and_brings_it_back_if_it_is_still_true() -> None:
    watcher = Watcher()
    watcher.sees(conflict())
    watcher.sees(conflict(), after=1)
    watcher.policy = NoticePolicy(snoozes=(Snooze(until=watcher.now + timedelta(hours=1)),))
    assert watcher.sees(conflict()) == ["silent resolved"]
    assert watcher.wake_at == watcher.now + timedelta(hours=1)
    assert watcher.sees(conflict(), after=3599) == []
    assert watcher.sees(conflict(), after=2) == ["opened"]


def test_a_snooze_that_is_taken_back_at_once_brings_the_notice_back_at_once() -> None:
    watcher = Watcher()
    watcher.sees(conflict())
    watcher.sees(conflict(), after=1)
    watcher.policy = NoticePolicy(snoozes=(Snooze(until=watcher.now + timedelta(hours=1)),))
    watcher.sees(conflict())
    watcher.policy = NoticePolicy()
    assert watcher.sees(conflict(), after=5) == ["opened"]


def test_what_ends_while_it_is_snoozed_is_never_reported() -> None:
    watcher = Watcher(NoticePolicy(snoozes=(Snooze(until=NOW + timedelta(hours=1)),)))
    said = watcher.sees(conflict()) + watcher.sees(conflict(), after=60) + watcher.sees(after=60)
    assert said + watcher.sees(after=7200) == []


def test_a_module_snoozed_for_ever_leaves_the_others() -> None:
    watcher = Watcher(NoticePolicy(snoozes=(Snooze(APP),)))
    watcher.sees(conflict(), conflict(root=LIBRARY))
    assert watcher.sees(conflict(), conflict(root=LIBRARY), after=100_000) == ["opened"]
    assert watcher.notices[0].root == LIBRARY


def local(hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, 22, hour, minute).astimezone().astimezone(UTC)


def test_in_quiet_hours_nothing_is_shown_and_the_rest_comes_in_the_morning() -> None:
    watcher = Watcher(NoticePolicy(quiet_hours=QuietHours(time(22), time(7))))
    watcher.now = local(23)
    assert watcher.sees(conflict()) + watcher.sees(conflict(), after=3600) == []
    assert watcher.wake_at == local(7) + timedelta(days=1)
    assert watcher.sees(conflict(), after=8 * 3600) == ["opened"]


def test_an_end_in_quiet_hours_is_withdrawn_without_a_word() -> None:
    watcher = Watcher(NoticePolicy(quiet_hours=QuietHours(time(22), time(7))))
    watcher.now = local(21)
    watcher.sees(conflict())
    assert watcher.sees(conflict(), after=1) == ["opened"]
    assert watcher.sees(conflict(), after=2 * 3600) + watcher.sees(after=1) == []
    assert watcher.sees(after=60) == ["silent resolved"]


# --- sleep, and clocks that jump ----------------------------------------------------------------------------------


def test_what_was_about_to_be_reported_before_the_machine_slept_has_to_be_seen_again() -> None:
    watcher = Watcher()
    watcher.sees(conflict())
    watcher.now, watcher.wake_at = watcher.now + timedelta(hours=8), None
    assert watcher.sees(conflict()) == []
    assert watcher.sees(conflict(), after=1) == ["opened"]


def test_an_ide_that_is_not_back_at_the_first_scan_after_a_sleep_has_not_gone() -> None:
    watcher = Watcher()
    watcher.sees(conflict())
    assert watcher.sees(conflict(), after=1) == ["opened"]
    watcher.now += timedelta(hours=8)
    assert watcher.sees() + watcher.sees(conflict(), after=1) + watcher.sees(conflict(), after=60) == []


@pytest.mark.parametrize("back", [timedelta(seconds=1), timedelta(hours=3), timedelta(days=400)], ids=str)
def test_a_clock_set_back_delays_nothing(back: timedelta) -> None:
    watcher = Watcher(EVERYTHING)
    watcher.sees(conflict())
    watcher.now, watcher.wake_at = watcher.now - back, None
    assert watcher.sees(conflict()) + watcher.sees(conflict(), after=1) == ["opened"]
    watcher.sees()
    watcher.now, watcher.wake_at = watcher.now - back, None
    assert watcher.sees() + watcher.sees(after=10) == ["resolved"]


def test_a_clock_that_was_ahead_does_not_silence_the_watcher_afterwards() -> None:
    watcher = Watcher()
    watcher.now += timedelta(days=365)
    watcher.sees(conflict())
    watcher.sees(conflict(), after=1)
    watcher.sees()
    watcher.sees(after=10)
    watcher.now, watcher.wake_at = NOW, None
    assert watcher.sees(conflict()) + watcher.sees(conflict(), after=601) == ["opened"]


def test_a_clock_that_leaps_forward_ends_nothing_that_is_still_there() -> None:
    watcher = Watcher()
    watcher.sees(conflict())
    watcher.sees(conflict(), after=1)
    assert watcher.sees(conflict(), after=400 * 86400) == []


# --- memory -------------------------------------------------------------------------------------------------------


def test_the_next_daemon_does_not_report_again_what_was_reported() -> None:
    watcher = Watcher()
    watcher.sees(conflict())
    assert watcher.sees(conflict(), after=1) == ["opened"]
    heir = Watcher(memory=replace(watcher.memory, last=None))
    heir.now = watcher.now + timedelta(seconds=5)
    assert heir.sees(conflict()) + heir.sees(conflict(), after=30) == []
    assert heir.sees() + heir.sees(after=10) == ["resolved"]


def test_what_is_remembered_does_not_grow() -> None:
    watcher = Watcher(EVERYTHING)
    for number in range(300):
        found = conflict(root=Path(f"/home/gopher/{number}"))
        watcher.sees(found)
        watcher.sees(found, after=60)
        watcher.sees(after=1)
        watcher.sees(after=10)
    assert len(watcher.memory.episodes) == 0
    assert len(watcher.memory.sent) <= 60


def test_a_notice_names_the_module_and_each_party_once() -> None:
    watcher = Watcher(EVERYTHING)
    both = conflict(), conflict(code="mod-mod")
    watcher.sees(*both)
    watcher.sees(*both, after=1)
    watcher.sees()
    watcher.sees(after=10)
    assert [notice.title for notice in watcher.notices] == [
        "app: GoLand and VS Code",
        "resolved: app: GoLand and VS Code",
    ]


def test_a_notice_is_in_the_language_of_the_daemon(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = {"resolved: {subject}": "已解决：{subject}", " and ": " 和 "}
    monkeypatch.setattr(language, "look_up", lambda text: texts.get(text, text))
    notice = Notice("1", "resolved", "warning", APP, NOW, (conflict(),))
    assert (notice.title, notice.subject) == ("已解决：app: GoLand 和 VS Code", "app: GoLand and VS Code")


def test_in_the_foreground_a_fix_that_worked_is_reported_while_both_stay_open() -> None:
    watcher, shared = Watcher(EVERYTHING), conflict("info", code="shared")
    assert watcher.sees(conflict()) + watcher.sees(conflict(), after=1) == ["opened"]
    assert watcher.sees(shared, after=60) == []
    assert watcher.sees(shared, after=10) == ["resolved"]
    assert watcher.sees(shared, after=3600) == []
    assert watcher.sees(conflict(), after=1) + watcher.sees(conflict(), after=1) == ["worse"]
    assert watcher.sees(after=1) + watcher.sees(after=10) == ["resolved"]


def test_information_alone_is_never_resolved_while_it_lasts() -> None:
    watcher, shared = Watcher(EVERYTHING), conflict("info", code="shared")
    assert watcher.sees(shared) + watcher.sees(shared, after=1) + watcher.sees(shared, after=60) == ["opened"]
    assert watcher.sees(after=1) + watcher.sees(after=10) == ["resolved"]
