"""What `idecare pick` lists and measures in the background."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from idecare.caches.sizes.walk import Progress
from idecare.cli import pick_sizes
from idecare.cli.pick_rows import Event, Finished, Listed, Measured, Row
from idecare.cli.pick_sizes import Background, measure_everything, measure_parts_of
from idecare.core.locations import CacheLocation
from tests.builders import location
from tests.conftest import make_host
from tests.support.processes import wait_for


def events(home: Path, monkeypatch: pytest.MonkeyPatch, places: Iterable[CacheLocation]) -> list[Event]:
    monkeypatch.setattr(pick_sizes, "measurable_caches", lambda host: tuple(places))
    return list(measure_everything(make_host(home=home))(lambda entries: None))


def listed(found: list[Event]) -> tuple[Row, ...]:
    assert isinstance(found[0], Listed)
    return found[0].rows


def test_what_is_there_is_listed_first_and_measured_then(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "build").mkdir()
    places = (location("gocache", tmp_path / "build"), location("modcache", tmp_path / "none"))
    found = events(tmp_path, monkeypatch, places)
    (row,) = listed(found)
    assert (row.target, row.paths, row.kept, row.opens) == ("gocache", (tmp_path / "build",), "", False)
    assert [type(event) for event in found] == [Listed, Measured, Finished]
    assert isinstance(found[1], Measured)
    assert found[1].key == row.key


def test_one_place_is_listed_once_whatever_names_it_has(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "build").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "build")
    places = (location("gocache", tmp_path / "build"), location("modcache", tmp_path / "link"))
    assert [row.target for row in listed(events(tmp_path, monkeypatch, places))] == ["gocache"]


def test_what_vanishes_meanwhile_is_no_longer_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pick_sizes, "measure_caches", lambda *arguments: ())
    found = events(tmp_path, monkeypatch, [location("gocache", tmp_path)])
    assert [event.bytes for event in found if isinstance(event, Measured)] == [0]


@pytest.mark.parametrize(
    ("place", "why"),
    [
        (location(target="", path=Path("/")), "never removes"),
        (location("modcache", Path("/"), effective=False), "not the one that this shell uses"),
    ],
)
def test_what_a_clean_would_not_take_cannot_be_picked(place: CacheLocation, why: str) -> None:
    place = place if place.target else CacheLocation("go", "telemetry", Path("/"), "default")
    row = pick_sizes._cache_row(place, make_host(home=Path("/home/gopher")))
    assert why in row.kept
    assert (row.paths, row.opens) == ((), False)


def test_a_cache_without_parts_says_so(tmp_path: Path) -> None:
    row = Row(("m",), "module cache", "", "modcache", (tmp_path,))
    (found,) = measure_parts_of(make_host(home=tmp_path, environment={"GOMODCACHE": str(tmp_path)}), row)(
        lambda entries: None
    )
    assert isinstance(found, Finished)
    assert "module cache: " in found.notes[0]


def test_a_measuring_that_nobody_waits_for_ends() -> None:
    def endless(on_progress: Progress) -> Iterator[Event]:
        yield Finished()
        while True:
            time.sleep(0.01)
            on_progress(1)

    background = Background()
    background.start(endless)
    background.stop()
    assert not any(thread.is_alive() for thread in background._threads)


def test_what_goes_wrong_in_the_background_is_raised_where_it_is_seen() -> None:
    def broken(on_progress: Progress) -> Iterator[Event]:
        yield Finished()
        raise OSError("the disk is gone")

    def seen() -> bool:
        try:
            return [*background.ready()] == ["never"]
        except OSError as error:
            return str(error) == "the disk is gone"

    background = Background()
    background.start(broken)
    assert wait_for(seen, timeout=20)
