"""How paths, sizes, ages and counts read."""

from __future__ import annotations

from pathlib import Path

import pytest

from idecare.core.humanize import age_text, count_text, path_text, size_text

HOME = Path("/home/gopher")


@pytest.mark.parametrize(
    ("path", "home", "text"),
    [
        pytest.param("/home/gopher/go/pkg", HOME, "~/go/pkg", id="below the home"),
        pytest.param("/home/gopher", HOME, "~", id="the home itself"),
        pytest.param("/home/gopher2/go", HOME, "/home/gopher2/go", id="a home whose name begins the same"),
        pytest.param("/tmp/x", HOME, "/tmp/x", id="elsewhere"),
        pytest.param("/home/gopher/go", None, "/home/gopher/go", id="no home"),
    ],
)
def test_the_home_reads_as_a_tilde(path: str, home: Path | None, text: str) -> None:
    assert path_text(Path(path), home) == text


@pytest.mark.parametrize(
    ("count", "text"),
    [
        (0, "0 B"),
        (999, "999 B"),
        (1000, "1.00 kB"),
        (9_994, "9.99 kB"),
        (9_995, "10.0 kB"),
        (99_949, "99.9 kB"),
        (99_950, "100 kB"),
        (999_499, "999 kB"),
        (999_500, "1.00 MB"),
        (1_240_000_000, "1.24 GB"),
        (5 * 10**12, "5.00 TB"),
        (2 * 10**15, "2.00 PB"),
        (3 * 10**18, "3000 PB"),
    ],
)
def test_sizes_have_three_digits(count: int, text: str) -> None:
    assert size_text(count) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (-3, "0 s"),
        (0.4, "0 s"),
        (89, "89 s"),
        (90, "2 min"),
        (720, "12 min"),
        (5399, "90 min"),
        (5400, "2 h"),
        (7200, "2 h"),
        (172_799, "48 h"),
        (172_800, "2 days"),
        (432_000, "5 days"),
    ],
)
def test_ages_are_told_in_the_largest_fitting_unit(seconds: float, text: str) -> None:
    assert age_text(seconds) == text


@pytest.mark.parametrize(
    ("count", "noun", "text"),
    [(1, "entry", "1 entry"), (2310, "entry", "2,310 entries"), (0, "folder", "0 folders"), (1, "folder", "1 folder")],
)
def test_counts_agree_with_their_noun(count: int, noun: str, text: str) -> None:
    assert count_text(count, noun) == text
