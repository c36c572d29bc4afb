"""Limits of caches: what goes, what stays, and how little is looked at while nothing changes."""

from __future__ import annotations

import os
import time
from datetime import timedelta
from pathlib import Path

import pytest

from idecare.caches import keeper as keeper_module
from idecare.caches.keeper import Keeper
from idecare.caches.limits import Checked, is_check_wanted, newest_change, read_checked
from idecare.changes.journal import Journal
from idecare.core.host import Host
from idecare.core.limits import CHECK_SECONDS, checked_file, is_check_due
from idecare.golang.environment import CACHE_FOLDERS
from tests.builders import build_cache, go_name, names, write
from tests.conftest import make_host

HOUR = 3600
SIZE = 100_000
OLD = tuple(go_name(f"{folder}/{word}-d") for folder in ("00", "ff") for word in "abcde")
YOUNG = tuple(go_name(f"00/{word}-d") for word in "xyz")


@pytest.fixture
def host(tmp_path: Path) -> Host:
    return make_host(home=tmp_path, environment={"GOCACHE": str(tmp_path / "go-build")}, cwd=tmp_path)


@pytest.fixture
def gocache(tmp_path: Path) -> Path:
    """Ten entries, used ten to one day ago, and three that were used within the last hours."""
    root = build_cache(tmp_path / "go-build", dict.fromkeys((*OLD, *YOUNG), 0))
    now = time.time()
    for number, name in enumerate(OLD):
        use(root / name, now - (10 - number) * 24 * HOUR)
    for number, name in enumerate(YOUNG):
        use(root / name, now - number * HOUR / 2)
    return root


def use(path: Path, when: float) -> None:
    path.write_bytes(b"x" * SIZE)
    os.utime(path, (when, when))


def limit(host: Host, **limits: str) -> None:
    write(host.own.config, "config.toml", content="".join(f'{key} = "{size}"\n' for key, size in limits.items()))


def keeper(host: Host) -> Keeper:
    return Keeper(host, Journal(host.own.state))


def entries(root: Path) -> set[str]:
    return {name for name in names(root) if name.endswith("-d")}


def test_the_least_recently_used_go_until_a_step_below_the_limit_and_at_once(host: Host, gocache: Path) -> None:
    limit(host, gocache_max="1MB")
    assert keeper(host).check()
    kept = entries(gocache)
    assert kept >= set(YOUNG)
    assert kept & set(OLD) == set(OLD[-len(kept & set(OLD)) :]) != set(OLD)
    (found,) = read_checked(host.own)
    assert (found.key, found.root, found.limit) == ("gocache_max", str(gocache), 1_000_000)
    assert 600_000 < found.bytes <= 800_000
    (entry,) = Journal(host.own.state).entries()
    assert entry.command == ("idecare", "clean", "gocache", "--max-size", "1MB")
    assert [(record.state, record.bytes) for record in entry.records] == [("purged", found.freed)]


def test_what_was_used_within_two_hours_stays_whatever_the_limit(host: Host, gocache: Path) -> None:
    limit(host, gocache_max="1kB")
    assert keeper(host).check()
    assert entries(gocache) == set(YOUNG)
    assert not Keeper(host, Journal(host.own.state)).known["gocache_max"].bytes <= 1000


def test_what_is_small_enough_stays(host: Host, gocache: Path) -> None:
    limit(host, gocache_max="2MB")
    assert keeper(host).check()
    assert entries(gocache) == {*OLD, *YOUNG}
    assert Journal(host.own.state).entries() == ()


def test_without_a_limit_nothing_is_looked_at(host: Host, gocache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    limit(host, hold="5m")
    monkeypatch.setattr(keeper_module, "find_caches", None)
    assert not keeper(host).check()
    assert not is_check_due(host.own, time.time())


def test_nothing_is_measured_while_no_folder_changes(
    host: Host, gocache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    limit(host, gocache_max="2MB")
    one = keeper(host)
    assert one.check()
    monkeypatch.setattr(keeper_module, "measure_entries", None)
    assert not one.check()
    assert not keeper(host).check(), "nor by another process"
    monkeypatch.undo()
    use(gocache / go_name("00/new-d"), time.time())
    assert one.check()


def test_a_refused_cache_is_left_alone(host: Host, gocache: Path) -> None:
    limit(host, gocache_max="1kB")
    (gocache / "README").write_text("mine")
    keeper(host).check()
    assert entries(gocache) == {*OLD, *YOUNG}


def test_the_oldest_holds_are_deleted_first_but_none_whose_command_may_run(host: Host, gocache: Path) -> None:
    journal = Journal(host.own.state)
    for number, (command, hold) in enumerate((("--undo-on-failure", 168), ("gocache", 1), ("gocache", 2))):
        hold_some(host, journal, OLD[number * 3 : number * 3 + 3], command, timedelta(hours=hold))
    limit(host, held_max="700kB")
    keeper(host).check()
    states = [record.state for entry in journal.entries() for record in entry.records]
    assert states == ["held", "purged", "held"]
    assert entries(gocache) >= {*YOUNG, OLD[-1]}


def hold_some(host: Host, journal: Journal, some: tuple[str, ...], word: str, hold: timedelta) -> None:
    from datetime import UTC, datetime

    from idecare.changes.apply import Order, apply
    from idecare.changes.plan import HoldEntries, Plan, Step
    from tests.builders import identity_of

    root = Path(host.environment["GOCACHE"])
    action = HoldEntries("gocache", root, identity_of(root), some)
    order = Order(("idecare", "clean", word), root, datetime.now(UTC), hold)
    apply(Plan((Step("gocache", root, action),)), journal, order)


def test_a_check_is_due_when_a_limit_is_set_and_none_was_made_lately(host: Host) -> None:
    now = time.time()
    assert not is_check_due(host.own, now)
    limit(host, gocache_max="1GB")
    assert is_check_due(host.own, now)
    write(checked_file(host.own).parent, "limits.json", content="{}")
    made = checked_file(host.own).stat().st_mtime
    assert not is_check_due(host.own, made + CHECK_SECONDS - 1)
    assert is_check_due(host.own, made + CHECK_SECONDS)
    assert is_check_due(host.own, made - 60), "a clock that was set back"


def test_the_daemon_starts_a_keeper_only_for_what_has_changed(host: Host, gocache: Path) -> None:
    limit(host, gocache_max="2MB", held_max="1GB")
    own, journal = host.own, Journal(host.own.state)
    assert is_check_wanted(own, journal.version(), time.time())
    keeper(host).check()
    os.utime(own.config / "config.toml", (1, 1))
    assert not is_check_wanted(own, journal.version(), time.time())
    assert is_check_wanted(own, journal.version() + 1, time.time()), "something was held or purged"
    os.utime(gocache / "ff", ns=(0, time.time_ns() + 10**9))
    assert is_check_wanted(own, journal.version(), time.time()), "an entry came or went"
    keeper(host).check()
    os.utime(own.config / "config.toml", (time.time() + 9, time.time() + 9))
    assert is_check_wanted(own, journal.version(), time.time()), "the settings were edited"


def test_a_cache_that_stays_too_large_is_looked_at_now_and_then(host: Host, gocache: Path) -> None:
    limit(host, gocache_max="1kB")
    keeper(host).check()
    keeper(host).check()
    os.utime(host.own.config / "config.toml", (1, 1))
    made = checked_file(host.own).stat().st_mtime
    assert not is_check_wanted(host.own, 0, made + 1)
    assert is_check_wanted(host.own, 0, made + CHECK_SECONDS)


@pytest.mark.parametrize("content", ["", "{", "[]", '{"limits": [{"key": "gocache_max"}]}', '{"limits": 7}'])
def test_a_broken_file_is_as_none(host: Host, content: str) -> None:
    write(checked_file(host.own).parent, "limits.json", content=content)
    assert read_checked(host.own) == ()


def test_the_newest_change_is_that_of_any_folder(gocache: Path) -> None:
    os.utime(gocache / "ff", ns=(0, 7 * 10**18))
    assert newest_change(gocache, CACHE_FOLDERS) == 7 * 10**18
    assert newest_change(gocache / "gone", CACHE_FOLDERS) == 0
    assert Checked("gocache_max", "", 1, 2, 3).freed == 0
