"""The first start of a JetBrains IDE after its options were edited: where the JVM crashes, the edit is taken back.

A trial start proves that the JVM takes the options, not that the IDE lives with them. What counts as a failure is only
what the JVM itself writes: a crash log with the arguments of this IDE and the time it lived, or a heap dump of a JVM
that is gone and left its lock. Nobody who closes the IDE, kills it, or starts it a second time, makes either.

``idecare configure`` starts this as a process of its own, which sleeps and looks at three files twice a second: so it
works without the daemon, and whatever ends `configure` or the terminal does not end it.
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from idecare.changes.journal import Entry, FileRecord, Journal
from idecare.changes.undo import Undone, undo_entry
from idecare.core.errors import BusyError
from idecare.core.frozen import frozen
from idecare.core.host import Host
from idecare.core.humanize import path_text
from idecare.core.language import tr
from idecare.core.reading import read_file
from idecare.jetbrains.config_files import inspect_jetbrains
from idecare.jetbrains.folders import versions
from idecare.jetbrains.installs import installs
from idecare.jetbrains.launcher import Launch
from idecare.jetbrains.launcher.options import EffectiveOptions
from idecare.jetbrains.launcher.runtime import runtime_file
from idecare.system.filesystem import exclusive
from idecare.system.ide_owner import lock_pid
from idecare.system.processes import process

START_SECONDS = 60.0
LONGEST_WAIT_SECONDS = 12 * 3600.0  # a working day: who starts the IDE later has the trial start alone
TICK_SECONDS = 0.5
CLOCK_SECONDS = 2.0  # start times and file systems round
ERROR_FILE, HEAP_DUMP = "-XX:ErrorFile=", "-XX:HeapDumpPath="  # the launcher sets both; of two the JVM takes the last
# From a crash log (src/hotspot/share/utilities/vmError.cpp of JDK 17, 21 and 25).
LIVED = re.compile(r"^Time: .* elapsed time: ([\d.]+) seconds", re.MULTILINE)
PROBLEM = re.compile(r"^#  ([^\n,]+)[^\n]*\n(?:#  fatal error: ([^\n]+))?", re.MULTILINE)
MARKS = ("-Djb.vmOptionsFile=", "-Didea.paths.selector=")
BY_KILL = "(SI_USER)"  # somebody sent the signal


@frozen
class Watched:
    """One IDE whose ``files`` an entry of the journal edited, at ``since`` (epoch seconds). ``marks`` are arguments of
    its JVM by which a crash log is known to be its own."""

    target: str
    name: str
    files: tuple[Path, ...]
    since: float
    lock: Path
    crash_log: Path
    heap_dump: Path
    marks: tuple[str, ...]


@frozen
class Failed:
    """``reason`` is a sentence about the IDE without its name; ``evidence`` is the file that the JVM wrote."""

    reason: str
    evidence: Path


@frozen
class Survived:
    """The IDE has been running for a minute."""


Verdict = Failed | Survived | None


def edited_ides(host: Host, entry: Entry) -> Iterator[Watched]:
    """The installed IDEs whose start reads a file that the entry edited."""
    paths = {Path(record.detail.path) for record in entry.records if isinstance(record.detail, FileRecord)}
    found = tuple(install for install in installs(host) if install.managed)
    locks = {home: version.ide.lock for version in versions(host, found) for home in version.homes}
    for install in found:
        target = inspect_jetbrains(host, install)
        if not isinstance(target.launch, Launch) or not isinstance(target.launch.options, EffectiveOptions):
            continue
        read = (target.options_file, target.default_properties, *target.properties)
        own = {file.path for file in read if file} | {runtime_file(host, target.launch.descriptor)}
        texts = target.launch.options.texts
        crash_log, heap_dump = _last(texts, ERROR_FILE), _last(texts, HEAP_DUMP)
        if (files := tuple(own & paths)) and install.path in locks and crash_log and heap_dump:
            marks = tuple(text for text in texts if text.startswith(MARKS))
            since = max(datetime.fromisoformat(entry.started).timestamp(), *map(_changed, files))
            yield Watched(target.ide, target.name, files, since, locks[install.path], crash_log, heap_dump, marks)


def _last(texts: Iterable[str], option: str) -> Path | None:
    found = [Path(text.removeprefix(option)) for text in texts if text.startswith(option)]
    return found[-1] if found and found[-1].is_absolute() else None


def judge(watched: Watched, now: float, is_alive: Callable[[int, float], bool]) -> Verdict:
    """What is known by now of a start since the edit; ``None``: nothing, or not yet. ``is_alive`` is asked whether the
    process that had this pid then still runs."""
    for log, pid in _crash_logs(watched.crash_log):
        written = _changed(log)
        if written < watched.since or is_alive(pid, written):
            continue
        if failed := _of_crash_log(watched, log, written):
            return failed
    pid, started = lock_pid(watched.lock), _changed(watched.lock)
    if not pid or started < watched.since:
        return None
    if is_alive(pid, started):
        return Survived() if now - started >= START_SECONDS else None
    dumped = _changed(watched.heap_dump)
    if started <= dumped <= started + START_SECONDS:
        return Failed(tr("ran out of memory"), watched.heap_dump)
    return None


def _crash_logs(pattern: Path) -> Iterator[tuple[Path, int]]:
    """The crash logs in the folder, each with the pid in its name."""
    name = re.compile(re.escape(pattern.name).replace("%p", r"(\d+)"))
    with suppress(OSError):
        for entry in os.listdir(pattern.parent):
            if found := name.fullmatch(entry):
                yield pattern.parent / entry, int(found[1]) if found.lastindex else 0


@lru_cache(maxsize=64)
def _of_crash_log(watched: Watched, log: Path, written: float) -> Failed | None:
    """A crash of this IDE, in its first minute, of a start after the edit, by nobody's hand; read once."""
    try:
        text = read_file(log).decode(errors="replace")
    except OSError:
        return None
    lived = LIVED.search(text)
    if lived is None or float(lived[1]) > START_SECONDS or written - float(lived[1]) < watched.since:
        return None
    if BY_KILL in text or not any(mark in text for mark in watched.marks):
        return None
    problem = PROBLEM.search(text)
    what = (problem[2] or problem[1]).strip() if problem else tr("no reason given")
    seconds = f"{float(lived[1]):.0f}"
    return Failed(tr("crashed {count} s after its start ({problem})", count=seconds, problem=what), log)


def _changed(path: Path) -> float:
    """When the file was last written, in epoch seconds; 0 where there is none."""
    try:
        return os.stat(path).st_mtime
    except OSError:
        return 0.0


# --- the process that watches ---


def watch(host: Host, journal: Journal, entry_id: str, tell: Callable[[Watched, str], None]) -> None:
    """Wait for the first start of each IDE that the entry edited; take the edit back where it fails. ``tell`` gets what
    to say of it. Ends when each has run for a minute, was taken back or edited again, or after a day's work."""
    entry = journal.entry(entry_id)
    stamps = {one: _stamp(one) for one in edited_ides(host, entry)} if entry else {}
    waiting = list(stamps) if _is_written(journal, entry_id) else []  # an undo since then has changed the stamps
    end = time.monotonic() + LONGEST_WAIT_SECONDS
    while waiting and time.monotonic() < end:
        for one in tuple(waiting):
            verdict = judge(one, time.time(), _is_alive)
            if isinstance(verdict, Failed):
                try:
                    tell(one, take_back(host, journal, entry_id, one, verdict))
                except BusyError:  # another idecare is at work for long
                    continue
            if verdict is not None or _stamp(one) != stamps[one]:
                waiting.remove(one)
        time.sleep(TICK_SECONDS if waiting else 0)


def _is_written(journal: Journal, entry_id: str) -> bool:
    entry = journal.entry(entry_id)
    return entry is not None and any(record.state == "written" for record in entry.records)


def _is_alive(pid: int, then: float) -> bool:
    found = process(pid)
    return found is not None and (found.started is None or found.started.timestamp() <= then + CLOCK_SECONDS)


def _stamp(watched: Watched) -> tuple[float, ...]:
    """Changes with each write of the files, idecare's own too."""
    return tuple(map(_changed, watched.files))


def take_back(host: Host, journal: Journal, entry_id: str, watched: Watched, failed: Failed) -> str:
    """Undo what the entry edited of this IDE, and say what became of it. A file that was changed since stays."""
    reason = f"{watched.name} {failed.reason}: {path_text(failed.evidence, host.home)}"
    with exclusive(journal.lock):
        results = undo_entry(
            journal, entry_id, frozenset({watched.target}), lambda record: (), reason, frozenset(watched.files)
        )
    return "\n".join((reason, *_said(results)))


def _said(results: Iterable[Undone]) -> Iterator[str]:
    for result in results:
        if result.state == "restored":
            yield tr("taken back: {path}", path=result.record.place)
        else:
            yield tr("{path} stays as it is: {reason}", path=result.record.place, reason=result.reason)
