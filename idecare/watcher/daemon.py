"""The daemon: one loop with a socket, jobs, and a memory that outlives it."""

from __future__ import annotations

import json
import os
import selectors
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from idecare import __version__
from idecare.changes.journal import Journal
from idecare.core.errors import BusyError, IdecareError
from idecare.core.frozen import frozen
from idecare.core.host import Host
from idecare.core.humanize import visible
from idecare.core.language import spoken, tr
from idecare.core.reading import read_file
from idecare.core.settings import Settings, read_settings
from idecare.system.filesystem import append_log, exclusive, make_folder, write_atomic
from idecare.system.machine import cost_of
from idecare.watcher.file_events import Watch
from idecare.watcher.jobs import Jobs
from idecare.watcher.loop import Loop, signals_to
from idecare.watcher.monitor import FindConflicts, Inspect, Monitor
from idecare.watcher.notifications import Notifier
from idecare.watcher.policy import Memory, Notice, NoticePolicy
from idecare.watcher.protocol import answer_line, from_values, to_values
from idecare.watcher.runtime_paths import RuntimePaths, check_owner, runtime_paths
from idecare.watcher.server import Server
from idecare.watcher.snoozes import read_snoozes
from idecare.workspaces.conflicts import find_conflicts
from idecare.workspaces.observe import scan_workspaces

POLL_SECONDS = 10.0
FRESH_SECONDS = 1.0  # a scan of this age answers a question, if nothing has happened since
SHORTEST_SECONDS = 0.1  # between two scans, whoever asks
STATM = Path("/proc/self/statm")
MOST_FAILURES = 10  # turns in a row; then a new start is the better way out


@frozen
class Dependencies:
    """What the daemon is made of besides itself. ``notify`` returns how the notice was shown."""

    inspect: Inspect
    policy: Callable[[], NoticePolicy]
    notify: Callable[[Notice], object]
    find: FindConflicts = find_conflicts


def run_daemon(host: Host, dependencies: Dependencies) -> None:
    """Run until SIGTERM. BusyError when one runs already for this state folder."""
    where = runtime_paths(host)
    make_folder(where.runtime)
    if host.user_id is not None:
        check_owner(where.runtime, host.user_id)
    try:
        with exclusive(where.lock, wait_seconds=0), selectors.DefaultSelector() as selector:
            Daemon(host, where, dependencies, selector).run()
    except BusyError as error:
        if error.code != "locked":
            raise
        message = tr("the daemon runs already ({reason})", reason=error)
        raise BusyError("daemon-runs", message, "idecare daemon status") from error


class Daemon:
    def __init__(
        self, host: Host, where: RuntimePaths, dependencies: Dependencies, selector: selectors.BaseSelector
    ) -> None:
        self.host, self.where, self.dependencies, self.selector = host, where, dependencies, selector
        self.started = datetime.now(UTC)
        self.last_error: str | None = None
        self.errors = self.failures = 0
        self.scanned_at = 0.0
        self.saved = _read_memory(where)
        self.monitor = Monitor(dependencies.inspect, dependencies.policy, self._notify, self.saved, dependencies.find)
        socket = Watch(where.runtime, frozenset({where.socket.name}))
        self.loop = Loop(host, self.monitor, selector, POLL_SECONDS, self._failed, extra=frozenset({socket}))
        self.jobs = Jobs(Journal(host.own.state), host, time.monotonic, self.log)
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
            self.scanned_at = time.monotonic()
            self._save()
        self.server.expire()
        if self.server.rebind():
            self.log("the socket had been removed; made it again")
        self.jobs.do(self.loop.pids())
        self.loop.sources.process_exits.watch(self.loop.pids() | self.jobs.at_work)

    def _stop(self) -> None:
        self.loop.is_stopped = True

    def _reload(self) -> None:
        self.log("SIGHUP: scanning everything again")
        self.loop.reload()

    def _notify(self, notice: Notice) -> None:
        self._save()  # before: one that is killed while it notifies does not notify twice
        shown = ""
        try:
            shown = str(self.dependencies.notify(notice))
        except Exception as error:  # the log and `status` have it still
            self._failed(error)
        self.log(f"{notice.kind}: {notice.grade}: {visible(notice.subject)} ({shown or 'not shown'})")
        self.server.publish(answer_line("notice", {"notice": to_values(notice)}))

    def _answer(self, command: str) -> dict[str, Any]:
        if command == "status":
            age = time.monotonic() - self.scanned_at
            if age > FRESH_SECONDS or (age > SHORTEST_SECONDS and self.loop.sources.is_pending):
                self.loop.scan()
                self.scanned_at = time.monotonic()
            return {**self._hello(), **self._status()}
        return self._hello()

    def _hello(self) -> dict[str, Any]:
        return {
            "ready": self.monitor.scan is not None,
            "language": spoken(),
            "pid": os.getpid(),
            "started": self.started.isoformat(),
        }

    def _status(self) -> dict[str, Any]:
        return {
            "scan": to_values(self.monitor.scan),
            "conflicts": to_values(self.monitor.conflicts),
            "queued": list(self.jobs.queue),
            "scans": self.monitor.scans,
            "watches": self.loop.sources.files.count(),
            "clients": len(self.server.clients),
            "refused": self.server.refused,
            "errors": self.errors,
            "last_error": self.last_error,
            **asdict(own_usage()),
        }

    def _failed(self, error: Exception) -> None:
        """Logged whole once; the same again only counts."""
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
        """Keep what was notified, so that the next daemon does not notify it again."""
        memory = replace(self.monitor.memory, last=None)
        if memory != self.saved:
            with suppress(OSError):
                write_atomic(self.where.memory, json.dumps(to_values(memory)).encode())
                self.saved = memory


def _read_memory(where: RuntimePaths) -> Memory:
    try:
        found = from_values(Memory, json.loads(read_file(where.memory)))
        return replace(found, episodes=tuple(episode for episode in found.episodes if episode.conflicts))
    except (OSError, ValueError):
        return Memory()


def real_dependencies(host: Host, log: Callable[[str], None]) -> Dependencies:
    """``log`` gets settings that cannot be used, and how a hook failed."""
    settings = LatestSettings(host, log)
    return Dependencies(
        inspect=partial(scan_workspaces, host),
        policy=lambda: _notice_policy(host, settings()),
        notify=Notifier(host, settings, log),
    )


class LatestSettings:
    """The user's settings as they are now; while the file cannot be used, those from before it was broken."""

    def __init__(self, host: Host, log: Callable[[str], None]) -> None:
        self.host, self.log = host, log
        self.latest, self.problem = Settings(), ""

    def __call__(self) -> Settings:
        try:
            self.latest, problem = read_settings(self.host.own.config), ""
        except IdecareError as error:
            problem = f"{error}; the earlier settings stay in force"
        if problem and problem != self.problem:
            self.log(problem)
        self.problem = problem
        return self.latest


def _notice_policy(host: Host, settings: Settings) -> NoticePolicy:
    return NoticePolicy(
        snoozes=read_snoozes(host.own.state),
        quiet_hours=settings.quiet_hours,
        notices_per_hour=settings.notices_per_hour,
    )


@frozen
class OwnUsage:
    """``wakeups``: how often it went to sleep. Without /proc, ``memory_bytes`` is the most there was."""

    cpu_seconds: float
    memory_bytes: int
    wakeups: int
    threads: int
    descriptors: int | None


def own_usage() -> OwnUsage:
    threads = threading.active_count()
    if sys.platform == "win32":
        cost = cost_of(os.getpid())
        assert cost is not None, "this process is there"
        return OwnUsage(round(cost.cpu_seconds, 3), cost.memory_bytes, cost.wakeups, threads, None)
    import resource

    used = resource.getrusage(resource.RUSAGE_SELF)
    return OwnUsage(
        cpu_seconds=round(used.ru_utime + used.ru_stime, 3),
        memory_bytes=_resident_bytes() or used.ru_maxrss,
        wakeups=used.ru_nvcsw,
        threads=threads,
        descriptors=_descriptors(),
    )


def _resident_bytes() -> int | None:
    if sys.platform == "win32":
        return None
    try:
        return int(read_file(STATM).split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return None


def _descriptors() -> int | None:
    try:
        return len(os.listdir("/dev/fd")) - 1
    except OSError:
        return None
