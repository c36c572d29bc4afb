"""When a queued clean is tried."""

from __future__ import annotations

import pytest

from idecare.watcher.jobs import BUSY_SECONDS, RETRY_SECONDS, Users, is_time_to_clean

GO, SERVER = Users(go=frozenset({1})), Users(others=frozenset({2}))


@pytest.mark.parametrize(
    ("before", "now", "seconds", "is_time"),
    [
        pytest.param(None, GO, 0, True, id="first sight"),
        pytest.param(GO, GO, 60, False, id="the same still there"),
        pytest.param(GO, Users(), 0, True, id="go has left"),
        pytest.param(SERVER, Users(), 0, True, id="the IDE has left"),
        pytest.param(SERVER, GO, 1, False, id="the IDE has left, a go has come"),
        pytest.param(SERVER, GO, BUSY_SECONDS, True, id="the same, a while later"),
        pytest.param(Users(), Users(), 60, False, id="nobody there, nobody left"),
        pytest.param(Users(), Users(), RETRY_SECONDS, True, id="now and then"),
    ],
)
def test_when_a_queued_clean_is_tried(before: Users | None, now: Users, seconds: float, is_time: bool) -> None:
    assert is_time_to_clean(before, now, seconds) is is_time
