"""How sizes read as text, as bars and as JSON."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from idecare.caches.sizes import CacheUsage, Usage
from idecare.caches.sizes.walk import Unreadable
from idecare.cli.render.usage import BAR_WIDTH, Limits, UsageReport, sparkline, usage_text, usage_values
from idecare.core.locations import CacheLocation

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
HOME = Path("/home/gopher")
BUILD = CacheUsage(
    CacheLocation("go", "build cache", HOME / ".cache/go-build", "default", "gocache"),
    Usage(1200, 900_000_000, 1_240_000_000, NOW - timedelta(hours=3), from_memory=True),
)
TELEMETRY = CacheUsage(CacheLocation("go", "telemetry", HOME / ".config/go/telemetry", "default"), Usage(3, 100, 4096))
REPORT = UsageReport((TELEMETRY, BUILD), (), HOME, NOW)


def test_the_largest_comes_first_and_what_is_kept_is_marked() -> None:
    assert usage_text(REPORT).splitlines() == [
        "CACHE        TARGET      SIZE  ENTRIES  LAST USED  PATH",
        "build cache  gocache  1.24 GB    1,200  3 h ago    ~/.cache/go-build",
        "telemetry    kept     4.10 kB        3  -          ~/.config/go/telemetry",
        "Total 1.24 GB, 4.10 kB of it kept: idecare never removes it",
    ]


def test_verbose_says_how_it_was_measured_and_what_the_columns_rest_on() -> None:
    text = usage_text(replace(REPORT, verbose=True))
    build, telemetry = (line for line in text.splitlines() if line.startswith(("build cache  gocache", "telemetry")))
    assert build.endswith("900 MB           remembered  default")
    assert telemetry.endswith("100 B            walked      default")
    assert "LAST USED is the newest change of a file" in text
    assert "walked every time" in " ".join(text.split())


def test_held_space_is_told_apart() -> None:
    report = replace(REPORT, usages=(replace(BUILD, held=Usage(9, 1, 500_000_000)),))
    assert "Held by idecare for build cache: 500 MB more; `idecare purge` deletes it" in usage_text(report)
    values = usage_values(report)
    assert values["caches"][0]["held_bytes"] == values["total_held_bytes"] == 500_000_000
    assert values["caches"][0]["allocated_bytes"] == values["total_allocated_bytes"] == 1_240_000_000


def test_what_could_not_be_counted_is_named() -> None:
    failed = replace(BUILD.usage, unreadable=(Unreadable(HOME / "secret", "permission denied"),))
    lines = usage_text(replace(REPORT, usages=(replace(BUILD, usage=failed),))).splitlines()
    assert lines[-2:] == ["1 folder of build cache:", "  not counted: permission denied: ~/secret"]


def test_nothing_found_leaves_only_the_notes() -> None:
    assert usage_text(UsageReport((), ("No cache was found.",), HOME, NOW)) == "No cache was found."


def test_a_terminal_shows_a_bar_for_each_size(terminal: Callable[..., None]) -> None:
    terminal(120)
    lines = usage_text(REPORT).splitlines()
    assert lines[1].count("█") == BAR_WIDTH
    assert "█" not in lines[2]
    assert "~/.config/go/telemetry" in lines[2]
    assert lines[-1].startswith("Total 1.24 GB")


def test_json_has_every_field() -> None:
    assert usage_values(REPORT) == {
        "caches": [
            {
                "target": "gocache",
                "tool": "go",
                "name": "build cache",
                "path": "/home/gopher/.cache/go-build",
                "source": "default",
                "entries": 1200,
                "logical_bytes": 900_000_000,
                "allocated_bytes": 1_240_000_000,
                "held_bytes": 0,
                "limit_bytes": None,
                "trend": [],
                "last_used": "2026-11-22T09:00:00+00:00",
                "unreadable": [],
            },
            {
                "target": None,
                "tool": "go",
                "name": "telemetry",
                "path": "/home/gopher/.config/go/telemetry",
                "source": "default",
                "entries": 3,
                "logical_bytes": 100,
                "allocated_bytes": 4096,
                "held_bytes": 0,
                "limit_bytes": None,
                "trend": [],
                "last_used": None,
                "unreadable": [],
            },
        ],
        "total_allocated_bytes": 1_240_004_096,
        "total_held_bytes": 0,
        "held_limit_bytes": None,
    }


WEEK = 7 * 86400
LIMITED = replace(
    REPORT,
    limits=Limits({"gocache": 2_000_000_000}, 100),
    trends={str(BUILD.location.path): tuple((int(NOW.timestamp()) - n * WEEK, 10**9 // (n + 1)) for n in (3, 2, 1, 0))},
)


def test_a_limit_is_shown_with_how_much_of_it_is_used() -> None:
    lines = usage_text(LIMITED).splitlines()
    assert "build cache has a limit of 2.00 GB (gocache_max) and takes 62 % of it" in lines
    assert "what is held has a limit of 100 B (held_max) and takes 0 % of it" in lines
    full = usage_text(replace(LIMITED, limits=Limits({"gocache": 10**9})))
    assert "build cache takes 240 MB more than its limit of 1.00 GB (gocache_max): it goes at the next check" in full


def test_a_trend_of_weeks_is_a_line_of_bars_on_a_terminal_only(terminal: Callable[..., None]) -> None:
    words = "build cache went from 250 MB to 1.00 GB in 21 days"
    assert words in usage_text(LIMITED).splitlines()
    terminal(120)
    assert f"{words}  ▃▃▅█" in usage_text(LIMITED).splitlines()
    values = usage_values(LIMITED)["caches"][0]
    assert (values["limit_bytes"], len(values["trend"])) == (2_000_000_000, 4)
    assert values["trend"][-1] == {"time": NOW.isoformat(), "allocated_bytes": 10**9}


@pytest.mark.parametrize(
    ("sizes", "line"),
    [([], ""), ([0], "▁"), ([5], "█"), ([1, 8], "▂█"), ([0, 4, 8], "▁▅█"), ([1] * 100, "█" * 28)],
)
def test_a_sparkline_has_one_bar_for_each_span(sizes: list[int], line: str) -> None:
    assert sparkline(sizes) == line
