"""The limit of the module cache: what no project needs goes, the least recently used first, until it fits."""

from __future__ import annotations

import os
import time
from functools import partial
from pathlib import Path

import pytest

from idecare.caches.keeper import Keeper
from idecare.caches.limits import MODULE_CHECK_SECONDS, Checked, is_check_wanted, read_checked
from idecare.caches.sizes.memory import SizeMemory
from idecare.changes.journal import Journal
from idecare.core.host import Host
from idecare.core.settings import Settings
from idecare.workspaces import modcache_limit
from idecare.workspaces.modcache_limit import check_modcache
from tests.builders import write
from tests.conftest import make_host

DAY = 86400
SIZE = 200_000


@pytest.fixture
def host(tmp_path: Path) -> Host:
    """Four versions of a module, last used 40 to 10 days ago; the oldest one is needed."""
    root = tmp_path / "go" / "pkg" / "mod"
    now = time.time()
    for number, days in enumerate((40, 30, 20, 10)):
        version = f"v1.{number}.0"
        folder = f"cache/download/a.test/x/@v/{version}"
        write(root, f"{folder}.mod", content="module a.test/x\n")
        for name in (f"a.test/x@{version}/x.go", f"{folder}.zip", f"{folder}.ziphash"):
            write(root, name, content="x" * (SIZE if name.endswith(".zip") else 1))
        for name in (f"a.test/x@{version}", f"{folder}.zip", f"{folder}.ziphash"):
            os.utime(root / name, (now - days * DAY,) * 2)
    write(tmp_path / "shop", "go.mod", content="module shop\ngo 1.21\nrequire a.test/x v1.0.0\n")
    return make_host(home=tmp_path, cwd=tmp_path)


def trees(host: Host) -> set[str]:
    assert host.home is not None
    return {path.name for path in (host.home / "go/pkg/mod/a.test").iterdir()}


def check(host: Host, limit: int, before: Checked | None = None) -> list[Checked]:
    memory = SizeMemory(host.own.cache / "sizes")
    return check_modcache(host, Journal(host.own.state), Settings(modcache_max=limit), memory, before)


def test_the_least_recently_used_of_what_no_project_needs_goes_until_it_fits(host: Host) -> None:
    (whole,) = check(host, 10**9)
    (found,) = check(host, whole.bytes - 1)
    assert trees(host) == {"x@v1.0.0", "x@v1.2.0", "x@v1.3.0"}
    assert found.freed > SIZE
    (entry,) = Journal(host.own.state).open_entries()
    assert (entry.command, [record.state for record in entry.records]) == (("idecare", "prune"), ["held"])


def test_what_is_needed_or_was_used_lately_stays_whatever_the_limit(host: Host) -> None:
    (found,) = check(host, 1000)
    assert trees(host) == {"x@v1.0.0", "x@v1.3.0"}
    assert found.bytes > 1000


def test_what_is_small_enough_stays_and_without_a_limit_nothing_is_looked_at(
    host: Host, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(modcache_limit, "find_unneeded", None)
    (found,) = check(host, 10**9)
    assert (found.key, found.freed) == ("modcache_max", 0)
    monkeypatch.setattr(modcache_limit, "find_caches", None)
    assert check(host, 10**9, found) == [found]
    assert check_modcache(host, Journal(host.own.state), Settings(), SizeMemory(host.own.cache), None) == []


def test_a_keeper_looks_again_after_some_hours(host: Host) -> None:
    write(host.own.config, "config.toml", content='modcache_max = "1GB"\n')
    journal = Journal(host.own.state)
    keeper = Keeper(host, journal, partial(check_modcache, host, journal))
    assert keeper.check()
    assert not keeper.check()
    assert [one.key for one in read_checked(host.own)] == ["modcache_max"]
    os.utime(host.own.config / "config.toml", (1, 1))
    assert not is_check_wanted(host.own, 0, time.time())
    assert is_check_wanted(host.own, 0, time.time() + MODULE_CHECK_SECONDS)
