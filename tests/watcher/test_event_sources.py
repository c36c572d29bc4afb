"""Debouncing, ends of processes and new processes: each by itself."""

from __future__ import annotations

import os
import selectors
import subprocess
import sys
import time
from pathlib import Path

import pytest

from idecare.system.processes import pids
from idecare.watcher.event_sources import CALM_SECONDS, Arrivals, Debouncer, EventSource, EventSources, ProcessExits
from idecare.watcher.file_events import Watch, Watches
from tests.builders import running
from tests.support.processes import wait_for

linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="pidfds are Linux's")
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


def test_a_storm_wakes_the_loop_once_for_each_batch() -> None:
    now, woken = [0.0], []
    source = EventSource(lambda: now[0], (0.2, 30), lambda: woken.append(True))
    assert source.due() is None
    for _ in range(1000):
        source.note()
    assert (len(woken), source.due()) == (1, 0.2)
    assert not source.is_due()
    now[0] = 0.3
    assert source.is_due()
    assert not source.is_due()
    source.note()
    assert (len(woken), source.due()) == (2, pytest.approx(0.3 + 0.4))


def test_what_a_thread_notes_wakes_a_selector_that_sleeps(tmp_path: Path) -> None:
    with selectors.DefaultSelector() as selector:
        sources = EventSources(selector, time.monotonic, 3600, frozenset)
        watch = Watch(tmp_path, frozenset({"go.mod"}))
        sources.watch(Watches(frozenset({watch}), frozenset(), frozenset()), ())
        assert selector.select(0) == []
        (tmp_path / "go.mod").write_text("module x\n")
        for key, _ in selector.select(10):
            key.data()
        assert sources.is_pending
        assert wait_for(sources.is_due, 5)
        assert not sources.is_pending
        sources.close()
        assert not selector.get_map()


@linux
def test_the_end_of_a_process_is_ended_and_that_of_one_long_gone_once() -> None:
    ended = []
    with selectors.DefaultSelector() as selector:
        process_exits = ProcessExits(selector, lambda: ended.append(True))
        child = subprocess.Popen(["sleep", "60"])
        process_exits.watch([child.pid])
        assert selector.select(0) == []
        child.kill()
        for key, _ in selector.select(10):
            key.data()
        assert ended == [True]
        child.wait()
        for _ in range(3):
            process_exits.watch([child.pid])
        assert ended == [True, True]
        process_exits.close()
        assert not selector.get_map()


@linux
def test_of_new_processes_the_name_decides(tmp_path: Path) -> None:
    arrivals = Arrivals(lambda: frozenset({"idecare-cursor"}))
    with running(tmp_path / "idecare-other"):
        assert not arrivals.has_wanted(pids())
    with running(tmp_path / "idecare-cursor"):
        assert arrivals.has_wanted(pids())
        assert not arrivals.has_wanted(pids())


def test_without_descriptors_of_processes_an_end_is_found_when_the_ids_are_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delattr(os, "pidfd_open", raising=False)
    ended = []
    with selectors.DefaultSelector() as selector:
        process_exits = ProcessExits(selector, lambda: ended.append(True))
        process_exits.watch([7, 8])
        process_exits.poll(frozenset({7, 8}))
        assert ended == []
        process_exits.poll(frozenset({8}))
        process_exits.watch([7, 8])
        process_exits.poll(frozenset({8}))
        assert ended == [True]
