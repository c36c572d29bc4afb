"""How sizes went: a sample now and then, of the last weeks."""

from __future__ import annotations

from pathlib import Path

import pytest

from idecare.caches.sizes.trend import KEPT_SECONDS, SPACING_SECONDS, read_trends, trend_file, trends_text, with_samples
from tests.builders import write

A, B = Path("/caches/a"), Path("/caches/b")
HOUR = 3600


def test_samples_are_a_quarter_of_a_day_apart_and_the_last_is_of_now() -> None:
    trends = with_samples({}, 0, [(A, 1)])
    for hour in range(1, 25):
        trends = with_samples(trends, hour * HOUR, [(A, hour)])
    assert trends == {str(A): tuple((hour * HOUR, hour or 1) for hour in (0, 6, 12, 18, 24))}
    assert SPACING_SECONDS == 6 * HOUR


def test_old_samples_go_and_other_caches_stay() -> None:
    trends = with_samples({str(B): ((1, 1),)}, 0, [(A, 1)])
    assert with_samples(trends, KEPT_SECONDS + 1, [(A, 2)]) == {str(B): ((1, 1),), str(A): ((KEPT_SECONDS + 1, 2),)}


def test_a_clock_that_was_set_back_leaves_no_sample_of_the_future() -> None:
    assert with_samples({str(A): ((1000, 1),)}, 10, [(A, 2)]) == {str(A): ((10, 2),)}


@pytest.mark.parametrize("content", ["", "[]", "{", '{"/a": 7}', '{"/a": [[1]]}'])
def test_a_broken_file_is_as_none(tmp_path: Path, content: str) -> None:
    write(tmp_path, "trend.json", content=content)
    assert read_trends(tmp_path) == {}


def test_what_was_written_is_read(tmp_path: Path) -> None:
    trends = with_samples({}, 7, [(A, 1), (B, 2)])
    trend_file(tmp_path).write_bytes(trends_text(trends))
    assert read_trends(tmp_path) == trends
