"""The daemon: one loop with a socket, chores, and a memory that outlives it."""

from __future__ import annotations

import json
import os
import selectors
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, replace
from datetime import UTC, datetime
from typing import Any

from idecare import __version__
from idecare.changes.journal import Journal
from idecare.core.errors import BusyError
from idecare.core.frozen import frozen
from idecare.core.host import Host
from idecare.system.filesystem import append_log, exclusive, make_folder, write_atomic
from idecare.watcher.jobs import Chores
from idecare.watcher.json_values import from_values, to_values
from idecare.watcher.loop import Loop
from idecare.watcher.monitor import Attention, Inspect, Judge
from idecare.watcher.policy import Memory, Notice, Wishes
from idecare.watcher.runtime_paths import Places, check_owner, places
from idecare.watcher.server import Server
from idecare.watcher.signals import signals_to
from idecare.watcher.usage import own_usage
from idecare.watcher.watches import Watch
from idecare.watcher.wire import answer_line
from idecare.workspaces.conflicts import find_conflicts

POLL_SECONDS = 10.0
FRESH_SECONDS = 1.0  # a look as old as this answers a question, if nothing has happened since
SHORTEST_SECONDS = 0.1  # between two looks, whoever asks
MOST_FAILURES = 10  # turns in a row; then a new start is the better way out


@frozen
class Parts:
    """What the daemon is made of besides itself. ``notify`` returns how the notice was shown."""

    inspect: Inspect
    wishes: Callable[[], Wishes]
    notify: Callable[[Notice], object]
    judge: Judge = find_conflicts


def run_daemon(host: Host, parts: Parts) -> None:
    """Run until SIGTERM. BusyError when one runs already for this state folder."""
    where = places(host)
    make_folder(where.runtime)
    check_owner(where.runtime, host.user_id)
    try:
        with exclusive(where.lock, wait_seconds=0), selectors.DefaultSelector() as selector:
            Daemon(host, where, parts, selector).run()
    except BusyError as error:
        if error.code != "locked":
            raise
        raise BusyError("daemon-runs", f"the daemon runs already ({error})", "idecare daemon status") from error


class Daemon:
    def __init__(self, host: Host, where: Places, parts: Parts, selector: selectors.BaseSelector) -> None:
        self.host, self.where, self.parts, self.selector = host, where, parts, selector
        self.started = datetime.now(UTC)
        self.last_error: str | None = None
        self.errors = self.failures = 0
        self.looked_at = 0.0
        self.saved = _read_memory(where)
        self.attention = Attention(parts.inspect, parts.wishes, self._tell, self.saved, parts.judge)
        socket = Watch(where.runtime, frozenset({where.socket.name}))
        self.loop = Loop(host, self.attention, selector, POLL_SECONDS, self._failed, extra=frozenset({socket}))
        self.chores = Chores(Journal(host.own.state), host.environment, time.monotonic, self.log)
        self.server = Server(where.socket, host.user_id, selector, time.monotonic, self._answer, self.log)

    def run(self) -> None:
        self.log(f"started, idecare {__version__}, pid {os.getpid()}")
        try:
            with signals_to(self.selector, self._stop, self._reload):
                while not self.loop.is_stopped:
                    self._turn()
        finally:
            self.server.close()
            self.loop.close()
            self.log("stopped")

    def _turn(self) -> None:
        try:
            self._do()
            self.failures = 0
        except BusyError:
            raise
        except Exception as error:
            self.failures += 1
            if self.failures >= MOST_FAILURES:
                raise
            self._failed(error)

    def _do(self) -> None:
        if self.loop.turn(until=self.server.deadline() or float("inf")):
            self.looked_at = time.monotonic()
            self._save()
        self.server.expire()
        if self.server.stay():
            self.log("the socket had been removed; made it again")
        self.chores.do(self.loop.pids())
        self.loop.senses.exits.watch(self.loop.pids() | self.chores.at_work)

    def _stop(self) -> None:
        self.loop.is_stopped = True

    def _reload(self) -> None:
        self.log("SIGHUP: looking at everything again")
        self.loop.reload()

    def _tell(self, notice: Notice) -> None:
        self._save()  # before: one that is killed while it tells does not tell again
        shown = ""
        try:
            shown = str(self.parts.notify(notice))
        except Exception as error:  # the log and `status` have it still
            self._failed(error)
        self.log(f"{notice.kind}: {notice.grade}: {notice.title} ({shown or 'not shown'})")
        self.server.publish(answer_line("notice", {"notice": to_values(notice)}))

    def _answer(self, command: str) -> dict[str, Any]:
        if command == "status":
            age = time.monotonic() - self.looked_at
            if age > FRESH_SECONDS or (age > SHORTEST_SECONDS and self.loop.senses.is_pending):
                self.loop.look()
                self.looked_at = time.monotonic()
            return {**self._hello(), **self._status()}
        return self._hello()

    def _hello(self) -> dict[str, Any]:
        return {"ready": self.attention.look is not None, "pid": os.getpid(), "started": self.started.isoformat()}

    def _status(self) -> dict[str, Any]:
        return {
            "look": to_values(self.attention.look),
            "conflicts": to_values(self.attention.conflicts),
            "queued": list(self.chores.queue),
            "looks": self.attention.looks,
            "watches": self.loop.senses.count(),
            "clients": len(self.server.clients),
            "refused": self.server.refused,
            "errors": self.errors,
            "last_error": self.last_error,
            **asdict(own_usage()),
        }

    def _failed(self, error: Exception) -> None:
        """Told whole once; the same again only counts."""
        import traceback

        self.errors += 1
        text = "".join(traceback.format_exception(error))
        if text != self.last_error:
            self.log(text)
        self.last_error = text

    def log(self, text: str) -> None:
        with suppress(OSError):  # a full disk does not end it
            append_log(self.where.log, f"{datetime.now().astimezone():%Y-%m-%d %H:%M:%S} {text.rstrip()}\n")

    def _save(self) -> None:
        """Remember what was told, so that the next daemon does not tell it again."""
        memory = replace(self.attention.memory, last=None)
        if memory != self.saved:
            with suppress(OSError):
                write_atomic(self.where.memory, json.dumps(to_values(memory)).encode())
                self.saved = memory


def _read_memory(where: Places) -> Memory:
    try:
        found = from_values(Memory, json.loads(where.memory.read_bytes()))
        return replace(found, episodes=tuple(episode for episode in found.episodes if episode.conflicts))
    except (OSError, ValueError):
        return Memory()
