"""Debouncing, file watches, ends of processes and new processes: each by itself."""

from __future__ import annotations

import selectors
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from idecare.watcher.event_sources import CALM_SECONDS, Arrivals, Debouncer, EventSource, ProcessExits
from idecare.watcher.watches import Watch, Watcher, watcher
from tests.builders import running

linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="inotify and pidfds are Linux's")
GO_MOD = frozenset({"go.mod"})


def test_what_comes_together_is_one_batch() -> None:
    debouncer = Debouncer(0.2, 30)
    for millisecond in range(200):
        debouncer.trigger(100 + millisecond / 1000)
    assert debouncer.due == pytest.approx(100.2)
    assert not debouncer.is_due(100.1)
    assert debouncer.is_due(100.2)


def test_a_storm_is_answered_ever_more_rarely_and_calm_makes_it_quick_again() -> None:
    debouncer, now, answers = Debouncer(0.25, 30), 0.0, []
    while now < 60:
        debouncer.trigger(now)
        if debouncer.is_due(now):
            answers.append(now)
            debouncer.reset(now)
        now += 0.001
    assert len(answers) <= 9
    debouncer.reset(now)
    now += 100 + CALM_SECONDS
    debouncer.trigger(now)
    assert debouncer.due == now + 0.25


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
        source = EventSource(selector, lambda: now[0], (0.2, 30))
        source.watcher.watch([Watch(tmp_path, GO_MOD)])
        woken = 0
        for _ in range(1000):
            (tmp_path / "go.mod").write_text("module x\n")
            for key, _ in selector.select(0):
                key.data()
                woken += 1
        assert woken == 1
        assert not source.is_due()
        now[0] = 0.3
        assert source.is_due()
        assert not source.is_due()
        source.close()


@linux
def test_the_end_of_a_process_is_heard_and_that_of_one_long_gone_once() -> None:
    heard = []
    with selectors.DefaultSelector() as selector:
        process_exits = ProcessExits(selector, lambda: heard.append(True))
        child = subprocess.Popen(["sleep", "60"])
        process_exits.watch([child.pid])
        assert selector.select(0) == []
        child.kill()
        for key, _ in selector.select(10):
            key.data()
        assert heard == [True]
        child.wait()
        for _ in range(3):
            process_exits.watch([child.pid])
        assert heard == [True, True]
        process_exits.close()
        assert not selector.get_map()


@linux
def test_of_new_processes_the_name_decides(tmp_path: Path) -> None:
    arrivals = Arrivals(lambda: frozenset({"idecare-cursor"}))
    with running(tmp_path / "idecare-other"):
        assert not arrivals.has_wanted()
    with running(tmp_path / "idecare-cursor"):
        assert arrivals.has_wanted()
        assert not arrivals.has_wanted()
