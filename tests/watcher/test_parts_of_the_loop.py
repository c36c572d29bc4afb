"""Batches, watches, ends of processes, rewrites, chores and values: each by itself."""

from __future__ import annotations

import os
import selectors
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from idecare.core.errors import RefusedError
from idecare.watcher.debouncer import CALM_SECONDS, Pace
from idecare.watcher.event_sources import Arrivals, Sense
from idecare.watcher.jobs import BUSY_SECONDS, RETRY_SECONDS, Users, is_time_to_clean
from idecare.watcher.json_values import from_values, to_values
from idecare.watcher.policy import Episode, Memory, Told
from idecare.watcher.process_exits import Exits
from idecare.watcher.rewrites import MOST_RETURNS, Rewrites
from idecare.watcher.runtime_paths import check_owner, places
from idecare.watcher.watches import Watch, Watcher, watcher
from idecare.workspaces.base import Evidence, GoSide, LockWait, Look, Presence, Workspace
from idecare.workspaces.conflicts import Conflict
from tests.builders import NOW, running
from tests.conftest import make_host

linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="inotify and pidfds are Linux's")
GO_MOD = frozenset({"go.mod"})


# --- batches ------------------------------------------------------------------------------------------------------


def test_what_comes_together_is_one_batch() -> None:
    pace = Pace(0.2, 30)
    for millisecond in range(200):
        pace.heard(100 + millisecond / 1000)
    assert pace.due == pytest.approx(100.2)
    assert not pace.is_due(100.1)
    assert pace.is_due(100.2)


def test_a_storm_is_answered_ever_more_rarely_and_calm_makes_it_quick_again() -> None:
    pace, now, answers = Pace(0.25, 30), 0.0, []
    while now < 60:
        pace.heard(now)
        if pace.is_due(now):
            answers.append(now)
            pace.answered(now)
        now += 0.001
    assert len(answers) <= 9
    pace.answered(now)
    now += 100 + CALM_SECONDS
    pace.heard(now)
    assert pace.due == now + 0.25


# --- watches ------------------------------------------------------------------------------------------------------


@pytest.fixture
def watching() -> Iterator[Watcher]:
    made = watcher()
    yield made
    made.close()


def replace_file(path: Path) -> None:
    path.with_suffix(".new").write_text("new")
    path.with_suffix(".new").rename(path)


@linux
@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda path: path.write_text("x"), id="written"),
        pytest.param(replace_file, id="replaced"),
        pytest.param(lambda path: path.unlink(), id="removed"),
    ],
)
def test_a_file_that_changes_is_heard_once(watching: Watcher, tmp_path: Path, change: object) -> None:
    (tmp_path / "go.mod").write_text("module x\n")
    watching.watch([Watch(tmp_path, GO_MOD)])
    assert not watching.heard()
    change(tmp_path / "go.mod")  # type: ignore[operator]
    assert watching.heard()
    assert not watching.heard()


@linux
def test_other_files_and_readers_are_not_heard(watching: Watcher, tmp_path: Path) -> None:
    (tmp_path / "go.mod").write_text("module x\n")
    watching.watch([Watch(tmp_path, GO_MOD)])
    (tmp_path / "main.go").write_text("package x\n")
    (tmp_path / "go.mod").read_text()
    assert not watching.heard()


@linux
def test_a_folder_that_comes_back_is_watched_again(watching: Watcher, tmp_path: Path) -> None:
    folder = tmp_path / "app"
    watching.watch([Watch(folder, GO_MOD)])
    assert watching.count() == 0
    for _ in range(2):
        folder.mkdir()
        watching.watch([Watch(folder, GO_MOD)])
        (folder / "go.mod").write_text("module x\n")
        assert watching.heard()
        (folder / "go.mod").unlink()
        folder.rmdir()
        assert watching.heard()


@linux
def test_a_program_that_starts_is_heard_and_after_an_update_too(watching: Watcher, tmp_path: Path) -> None:
    program = tmp_path / "gopls"
    for _ in range(2):
        with running(tmp_path / "gopls.new"):
            pass
        (tmp_path / "gopls.new").rename(program)
        watching.watch([Watch(program, is_program=True)])
        assert not watching.heard()
        subprocess.run([program, "0"], check=True)
        assert watching.heard()


@linux
def test_two_paths_to_one_folder_are_both_heard_and_one_can_go(watching: Watcher, tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to("real")
    both = [Watch(tmp_path / "real", GO_MOD), Watch(tmp_path / "link", frozenset({"go.sum"}))]
    watching.watch(both)
    watching.watch(both[1:])
    assert not watching.heard()
    (tmp_path / "real" / "go.sum").write_text("")
    assert watching.heard()


@linux
def test_a_storm_wakes_once_for_each_batch(tmp_path: Path) -> None:
    now = [0.0]
    with selectors.DefaultSelector() as selector:
        sense = Sense(selector, lambda: now[0], (0.2, 30))
        sense.watcher.watch([Watch(tmp_path, GO_MOD)])
        woken = 0
        for _ in range(1000):
            (tmp_path / "go.mod").write_text("module x\n")
            for key, _ in selector.select(0):
                key.data()
                woken += 1
        assert woken == 1
        assert not sense.is_stirred()
        now[0] = 0.3
        assert sense.is_stirred()
        assert not sense.is_stirred()
        sense.close()


# --- processes ----------------------------------------------------------------------------------------------------


@linux
def test_the_end_of_a_process_is_heard_and_that_of_one_long_gone_once() -> None:
    heard = []
    with selectors.DefaultSelector() as selector:
        exits = Exits(selector, lambda: heard.append(True))
        child = subprocess.Popen(["sleep", "60"])
        exits.watch([child.pid])
        assert selector.select(0) == []
        child.kill()
        for key, _ in selector.select(10):
            key.data()
        assert heard == [True]
        child.wait()
        for _ in range(3):
            exits.watch([child.pid])
        assert heard == [True, True]
        exits.close()
        assert not selector.get_map()


@linux
def test_of_new_processes_the_name_decides(tmp_path: Path) -> None:
    arrivals = Arrivals(lambda: frozenset({"idecare-cursor"}))
    with running(tmp_path / "idecare-other"):
        assert not arrivals.came()
    with running(tmp_path / "idecare-cursor"):
        assert arrivals.came()
        assert not arrivals.came()


# --- go.mod -------------------------------------------------------------------------------------------------------


def test_a_go_mod_that_comes_back_to_a_text_it_had_is_noted_and_one_that_goes_on_is_not(tmp_path: Path) -> None:
    rewrites, look = Rewrites(), Look(NOW, (Workspace(tmp_path, "x", ()),))
    moments = [NOW + timedelta(seconds=second) for second in range(8)]
    for text, moment in zip(["a", "b", "b", "c", "b", "c", "", "c"], moments, strict=True):
        (tmp_path / "go.mod").write_text(text)
        seen = rewrites.added_to(look, moment)
    assert seen.workspaces[0].go_mod_changes == (moments[4], moments[5])


def test_of_a_fight_without_end_only_the_last_rounds_are_kept(tmp_path: Path) -> None:
    rewrites, look = Rewrites(), Look(NOW, (Workspace(tmp_path, "x", ()),))
    for turn in range(200):
        (tmp_path / "go.mod").write_text("ab"[turn % 2])
        seen = rewrites.added_to(look, NOW)
    assert len(seen.workspaces[0].go_mod_changes) == MOST_RETURNS
    rewrites.added_to(Look(NOW, ()), NOW)
    assert (rewrites.texts, rewrites.returns) == ({}, {})


# --- chores -------------------------------------------------------------------------------------------------------

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


# --- values -------------------------------------------------------------------------------------------------------


def test_a_look_survives_the_socket() -> None:
    side = GoSide(go=Path("/go/bin/go"))
    presence = Presence(
        "vscode", "Code", None, 7, (7, 8), NOW, (Path("/a"),), (Evidence("gopls", "certain", "x", NOW),), side
    )
    wait = LockWait(9, "go", "waits", Path("/a/lock"), None, (10,))
    look = Look(NOW, (Workspace(Path("/a"), None, (presence,), (wait,), (), (NOW,)),), (wait,))
    assert from_values(Look, to_values(look)) == look


def test_a_memory_survives_the_daemon() -> None:
    conflict = Conflict("mod-mod", "warning", Path("/a"), "…", ("GoLand",), None, "idecare configure")
    memory = Memory((Episode("a-1", Path("/a"), NOW, (conflict,), "warning", NOW),), (Told(Path("/a"), NOW),), NOW)
    assert from_values(Memory, to_values(memory)) == memory


@pytest.mark.parametrize(
    "values",
    [
        None,
        [],
        {"episodes": 5},
        {"episodes": [{"id": 1}]},
        {"last": "yesterday"},
        {"last": 5},
        {"last": "2026-01-01T00:00:00"},
        {"told": [{"root": 5, "at": "2026-01-01T00:00:00+00:00"}]},
        {"episodes": [{"id": "a", "root": "/a", "since": "2026-01-01T00:00:00+00:00", "conflicts": [], "told": "no"}]},
    ],
    ids=repr,
)
def test_what_is_no_memory_is_a_value_error(values: object) -> None:
    with pytest.raises(ValueError, match="no Memory"):
        from_values(Memory, values)


# --- places -------------------------------------------------------------------------------------------------------


def test_the_socket_is_where_the_login_keeps_such_things() -> None:
    assert places(make_host(environment={"XDG_RUNTIME_DIR": "/run/user/7"})).runtime == Path("/run/user/7/idecare")
    assert places(make_host(user_id=7)).runtime == Path("/tmp/idecare-7")
    assert places(make_host("macos", environment={"TMPDIR": "/var/f/T"}, user_id=7)).runtime == Path(
        "/var/f/T/idecare-7"
    )


def test_a_path_too_long_for_a_socket_is_not_used() -> None:
    found = places(make_host(environment={"XDG_RUNTIME_DIR": "/run/" + "x" * 100}, user_id=7))
    assert found.runtime == Path("/tmp/idecare-7")
    assert len(os.fsencode(found.socket)) <= 100


def test_each_state_folder_has_a_daemon_of_its_own() -> None:
    assert places(make_host(home="/home/a")).socket != places(make_host(home="/home/b")).socket


@pytest.mark.parametrize("mode", [0o777, 0o720, 0o702])
def test_a_runtime_folder_that_others_may_write_to_is_refused(tmp_path: Path, mode: int) -> None:
    folder = tmp_path / "runtime"
    folder.mkdir()
    folder.chmod(mode)
    with pytest.raises(RefusedError, match="you alone"):
        check_owner(folder, os.geteuid())


def test_a_runtime_folder_of_another_or_behind_a_link_is_refused(tmp_path: Path) -> None:
    folder, link = tmp_path / "runtime", tmp_path / "link"
    folder.mkdir(mode=0o700)
    link.symlink_to(folder)
    check_owner(folder, os.geteuid())
    for place, user in ((folder, os.geteuid() + 1), (link, os.geteuid())):
        with pytest.raises(RefusedError):
            check_owner(place, user)
