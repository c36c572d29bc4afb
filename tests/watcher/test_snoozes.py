"""Snoozes: for a while, until midnight, for ever; for all modules or one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from idecare.core.errors import UsageError
from idecare.watcher.snoozes import (
    Snooze,
    read_snoozes,
    snooze_path,
    snooze_until,
    snoozes_text,
    with_snooze,
    without_snooze,
)

NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
APP, LIB = Path("/src/app"), Path("/src/lib")


@pytest.mark.parametrize(
    ("snooze", "at", "silent"),
    [
        pytest.param(Snooze(None, NOW + HOUR), NOW, (True, True), id="all modules"),
        pytest.param(Snooze(APP, NOW + HOUR), NOW, (True, False), id="one module"),
        pytest.param(Snooze(None, NOW + HOUR), NOW + HOUR, (False, False), id="over"),
        pytest.param(Snooze(APP), NOW + 9999 * HOUR, (True, False), id="for ever"),
    ],
)
def test_a_snooze_silences_its_modules_until_its_end(snooze: Snooze, at: datetime, silent: tuple[bool, bool]) -> None:
    assert (snooze.covers(APP, at), snooze.covers(LIB, at)) == silent


def test_the_end_of_a_snooze_reads_the_same_in_every_time_zone() -> None:
    until = datetime(2026, 3, 4, 20, tzinfo=timezone(8 * HOUR))
    assert Snooze(None, until).as_json() == {"until": "2026-03-04T12:00:00+00:00", "root": None}


def test_today_ends_at_local_midnight() -> None:
    until = snooze_until("today", NOW)
    assert until is not None
    local = NOW.astimezone()
    assert (until.astimezone().time().hour, until.astimezone().date()) == (0, local.date() + timedelta(days=1))


def test_an_age_counts_from_now_and_forever_has_no_end() -> None:
    assert snooze_until("90m", NOW) == NOW + timedelta(minutes=90)
    assert snooze_until("forever", NOW) is None
    with pytest.raises(UsageError, match="is not an age"):
        snooze_until("soon", NOW)


def test_a_new_snooze_takes_the_place_of_the_modules_old_one_and_what_is_over_goes() -> None:
    over, other = Snooze(LIB, NOW - HOUR), Snooze(None, NOW + HOUR)
    snoozes = (over, other, Snooze(APP, NOW + HOUR))
    assert with_snooze(snoozes, Snooze(APP), NOW) == (other, Snooze(APP))


def test_a_snooze_is_taken_back_for_a_module_or_for_all() -> None:
    snoozes = (Snooze(APP), Snooze(LIB))
    assert without_snooze(snoozes, APP, NOW) == (Snooze(LIB),)
    assert without_snooze(snoozes, None, NOW) == ()


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    snoozes = (Snooze(APP, NOW), Snooze())
    snooze_path(tmp_path).write_text(snoozes_text(snoozes))
    assert read_snoozes(tmp_path) == snoozes


@pytest.mark.parametrize("text", ["", "{", "{}", "[1]", '[{"until": "soon", "root": null}]', '[{"root": "/x"}]', "5"])
def test_a_file_that_cannot_be_read_snoozes_nothing(tmp_path: Path, text: str) -> None:
    snooze_path(tmp_path).write_text(text)
    assert read_snoozes(tmp_path) == ()
