"""The watcher of macOS over a kqueue that is made up: what it registers, and that it closes what it opened."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from idecare.watcher import kqueue
from idecare.watcher.watches import Watch

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="it opens folders")


@dataclass(frozen=True)
class Event:
    ident: int
    filter: str
    flags: int
    fflags: int


class MadeUpQueue:
    def __init__(self) -> None:
        self.added: list[Event] = []
        self.pending: list[Event] = []

    def control(self, changes: Sequence[Event] | None, most: int, timeout: float | None = None) -> list[Event]:
        self.added += changes or []
        found, self.pending = (self.pending[:most], self.pending[most:]) if most else ([], self.pending)
        return found

    def fileno(self) -> int:
        return 99

    def close(self) -> None:
        self.added.clear()


@pytest.fixture
def made_up(monkeypatch: pytest.MonkeyPatch) -> None:
    names: dict[str, Any] = {
        "KQ_FILTER_VNODE": "vnode", "KQ_EV_ADD": 1, "KQ_EV_CLEAR": 32, "KQ_NOTE_WRITE": 2, "KQ_NOTE_EXTEND": 4,
        "KQ_NOTE_DELETE": 1, "KQ_NOTE_RENAME": 32,
    }  # fmt: skip
    monkeypatch.setattr(kqueue, "kqueue_names", SimpleNamespace(kqueue=MadeUpQueue, kevent=Event, **names))


def test_a_folder_and_the_files_in_it_are_watched_and_programs_are_not(made_up: None, tmp_path: Path) -> None:
    (tmp_path / "go.mod").write_text("module x\n")
    before = len(os.listdir("/dev/fd"))
    watcher = kqueue.Kqueue()
    wanted = [Watch(tmp_path, frozenset({"go.mod", "go.sum"})), Watch(tmp_path / "gopls", is_program=True)]
    watcher.watch(wanted)
    watcher.watch(wanted)
    assert watcher.files.keys() == {str(tmp_path), str(tmp_path / "go.mod")}
    assert [(event.filter, event.fflags) for event in watcher.queue.added] == [("vnode", 39)] * 2
    watcher.watch([])
    assert (watcher.count(), len(os.listdir("/dev/fd"))) == (0, before)


def test_a_file_that_was_replaced_is_watched_again(made_up: None, tmp_path: Path) -> None:
    watcher, path = kqueue.Kqueue(), tmp_path / "go.mod"
    path.write_text("module x\n")
    watcher.watch([Watch(tmp_path, frozenset({"go.mod"}))])
    first = watcher.files[str(path)]
    (tmp_path / "new").write_text("module y\n")
    (tmp_path / "new").rename(path)
    watcher.watch([Watch(tmp_path, frozenset({"go.mod"}))])
    assert watcher.files[str(path)][1] != first[1]
    watcher.close()


def test_all_that_is_pending_is_heard_at_once(made_up: None) -> None:
    watcher = kqueue.Kqueue()
    watcher.queue.pending = [Event(1, "vnode", 0, 2)] * 1000
    assert watcher.heard()
    assert not watcher.heard()
