"""What watchdog's Observer reports of files and programs, and what it does not."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from watchdog.observers.polling import PollingObserver

from idecare.watcher.file_events import FileEvents, Watch
from tests.builders import running
from tests.support.processes import wait_for

linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only inotify shows the start of a program")
GO_MOD = frozenset({"go.mod"})
PATIENCE, QUIET = 5.0, 0.15


class Watching:
    """File events, and how often they came."""

    def __init__(self, events: FileEvents) -> None:
        self.events, self.count, self.lock = events, 0, threading.Lock()

    def note(self) -> None:
        with self.lock:
            self.count += 1

    def watch(self, *watches: Watch) -> None:
        self.events.watch(dict.fromkeys(watches, self.note))

    def has_event(self) -> bool:
        """Whether one came since the last time this was asked."""
        found = wait_for(lambda: self.count, PATIENCE)
        self._forget()
        return found

    def is_quiet(self) -> bool:
        return not wait_for(lambda: self.count, QUIET)

    def _forget(self) -> None:
        wait_for(lambda: False, QUIET)
        self.count = 0


# It waits for a lock for a while, which libfaketime 0.9.10 makes last until the faked time.
POLLING = pytest.param(lambda: PollingObserver(timeout=0.05), id="polling", marks=pytest.mark.real_clock)


@pytest.fixture(params=[pytest.param(None, id="native"), POLLING])
def any_system(request: pytest.FixtureRequest) -> Iterator[Watching]:
    """The system's own observer, and one that stands for those which say less than inotify."""
    events = FileEvents(request.param)
    yield Watching(events)
    events.close()


@pytest.fixture
def watching() -> Iterator[Watching]:
    events = FileEvents()
    yield Watching(events)
    events.close()


def rewrite(path: Path) -> None:
    path.write_text("module x // changed\n")


def replace_file(path: Path) -> None:
    path.with_suffix(".new").write_text("new")
    path.with_suffix(".new").rename(path)


@pytest.mark.parametrize("change", [rewrite, replace_file, Path.unlink], ids=["written", "replaced", "removed"])
def test_a_file_that_changes_is_reported(any_system: Watching, tmp_path: Path, change: Callable[[Path], None]) -> None:
    (tmp_path / "go.mod").write_text("module x\n")
    any_system.watch(Watch(tmp_path, GO_MOD))
    assert any_system.is_quiet()
    change(tmp_path / "go.mod")
    assert any_system.has_event()
    assert any_system.is_quiet()


def test_other_files_and_readers_are_not_reported(any_system: Watching, tmp_path: Path) -> None:
    (tmp_path / "go.mod").write_text("module x\n")
    any_system.watch(Watch(tmp_path, GO_MOD))
    (tmp_path / "main.go").write_text("package x\n")
    (tmp_path / "go.mod").read_text()
    assert any_system.is_quiet()


def test_without_names_every_entry_is_reported_and_nothing_below(any_system: Watching, tmp_path: Path) -> None:
    (tmp_path / "old").mkdir()
    any_system.watch(Watch(tmp_path))
    (tmp_path / "old" / "deep").write_text("")
    assert any_system.is_quiet()
    (tmp_path / "new").mkdir()
    assert any_system.has_event()


@linux
def test_a_folder_that_comes_back_is_watched_again(watching: Watching, tmp_path: Path) -> None:
    folder = tmp_path / "app"
    watching.watch(Watch(folder, GO_MOD))
    assert watching.events.count() == 0
    for _ in range(2):
        folder.mkdir()
        watching.watch(Watch(folder, GO_MOD))
        (folder / "go.mod").write_text("module x\n")
        assert watching.has_event()
        (folder / "go.mod").unlink()
        folder.rmdir()
        assert watching.has_event()


@linux
def test_a_program_that_starts_is_reported_and_after_an_update_too(watching: Watching, tmp_path: Path) -> None:
    program = tmp_path / "gopls"
    for _ in range(2):
        with running(tmp_path / "gopls.new"):
            pass
        (tmp_path / "gopls.new").rename(program)
        watching.watch(Watch(program, is_program=True))
        watching.has_event()  # the file of before may be gone only now
        subprocess.run([program, "0"], check=True)
        assert watching.has_event()


@linux
def test_its_neighbours_that_start_are_not_reported(watching: Watching, tmp_path: Path) -> None:
    for name in ("gopls", "ls"):
        with running(tmp_path / name):
            pass
    watching.watch(Watch(tmp_path / "gopls", is_program=True))
    subprocess.run([tmp_path / "ls", "0"], check=True)
    assert watching.is_quiet()
    subprocess.run([tmp_path / "gopls", "0"], check=True)
    assert watching.has_event()


@linux
def test_two_paths_to_one_folder_are_both_watched_and_one_can_go(watching: Watching, tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to("real")
    both = [Watch(tmp_path / "real", GO_MOD), Watch(tmp_path / "link", frozenset({"go.sum"}))]
    watching.watch(*both)
    watching.watch(both[1])
    assert watching.is_quiet()
    (tmp_path / "real" / "go.sum").write_text("")
    assert watching.has_event()


@linux
def test_watches_that_go_take_their_threads_along(watching: Watching, tmp_path: Path) -> None:
    before = threading.active_count()
    for number in range(20):
        (tmp_path / str(number)).mkdir()
    watching.watch(*(Watch(tmp_path / str(number)) for number in range(20)))
    assert watching.events.count() == 20
    watching.watch()
    assert watching.events.count() == 0
    assert wait_for(lambda: threading.active_count() <= before, PATIENCE)


@pytest.mark.skipif(os.geteuid() == 0 if hasattr(os, "geteuid") else True, reason="root may read everything")
def test_a_folder_that_may_not_be_read_is_skipped(watching: Watching, tmp_path: Path) -> None:
    (tmp_path / "private").mkdir(mode=0)
    watching.watch(Watch(tmp_path / "private"))
    assert watching.events.count() == 0
