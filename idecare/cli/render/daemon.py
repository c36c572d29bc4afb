"""How the daemon is, as text and as JSON."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from idecare import __version__
from idecare.cli.render.tables import table
from idecare.core.frozen import frozen
from idecare.core.humanize import age_text, path_text, size_text, time_text
from idecare.core.language import tr
from idecare.system.machine import Cost
from idecare.system.processes import Process

SHORTEST_SPAN = 120.0  # seconds: over less, its start is most of what it has cost
OTHER = tr("; it starts another idecare than this one: idecare daemon install changes that")


@frozen
class DaemonState:
    """``answer`` is what it says on its socket, ``problem`` what is wrong with the answer. ``is_of_this``: its file, if
    there is one, starts this idecare. ``is_restarting``: its manager is about to start it again."""

    manager: str | None
    file: Path | None
    is_registered: bool
    is_loaded: bool
    is_manager_there: bool
    is_of_this: bool
    is_restarting: bool
    manager_error: str | None
    process: Process | None
    cost: Cost | None
    answer: dict[str, Any] | None
    problem: str | None
    log: Path

    @property
    def is_healthy(self) -> bool:
        return self.process is not None and self.answer is not None

    @property
    def last_error(self) -> str | None:
        own = self.answer.get("last_error") if self.answer else None
        return self.problem or (str(own) if own else None) or self.manager_error


def state_json(state: DaemonState, now: datetime) -> dict[str, Any]:
    running = state.process
    return {
        "manager": state.manager,
        "file": str(state.file) if state.file else None,
        "registered": state.is_registered,
        "current": state.is_of_this,
        "loaded": state.is_loaded,
        "running": running is not None,
        "healthy": state.is_healthy,
        "pid": running.pid if running else None,
        "since": running.started.isoformat() if running and running.started else None,
        "version": state.answer.get("version") if state.answer else None,
        "last_error": state.last_error,
        "log": str(state.log),
        "cpu_seconds": round(state.cost.cpu_seconds, 2) if state.cost else None,
        "cpu_percent": _cpu_percent(state, now),
        "memory_bytes": state.cost.memory_bytes if state.cost else None,
        "wakeups_per_minute": _wakeups(state, now),
        "threads": state.cost.threads if state.cost else None,
    }


def state_text(state: DaemonState, home: Path | None, now: datetime) -> str:
    return table(_rows(state, home, now), indent="")


def _rows(state: DaemonState, home: Path | None, now: datetime) -> Iterator[tuple[str, str]]:
    if state.manager and state.file:
        where = tr("by {manager}: {file}", manager=state.manager, file=path_text(state.file, home))
        where = where if state.is_of_this else where + OTHER
        not_there = tr("no; idecare daemon install has it started at login")
        yield tr("registered"), where if state.is_registered else not_there
        yield tr("loaded"), tr("yes") if state.is_loaded else _why_not_loaded(state)
    if state.process is None:
        restarts = tr("no; {manager} is about to start it again", manager=state.manager)
        yield tr("running"), restarts if state.is_restarting else tr("no; idecare daemon start starts it")
    else:
        yield tr("running"), _running(state.process, now) + _version(state)
        no_answer = tr("no: {problem}", problem=state.problem or tr("it does not answer"))
        yield tr("healthy"), tr("yes") if state.is_healthy else no_answer
    if state.cost and state.process:
        yield tr("costs"), tr(", ").join(_costs(state, state.cost, now))
    if state.last_error:
        yield tr("last error"), state.last_error.strip().splitlines()[-1]
    yield tr("log"), path_text(state.log, home)


def _why_not_loaded(state: DaemonState) -> str:
    if state.is_manager_there:
        return tr("no, {manager} does not know of it", manager=state.manager)
    return tr("no, {manager} is not running here", manager=state.manager)


def _running(process: Process, now: datetime) -> str:
    if process.started is None:
        return tr("yes, pid {pid}", pid=process.pid)
    return tr("yes since {time}, pid {pid}", time=time_text(process.started, now), pid=process.pid)


def _version(state: DaemonState) -> str:
    theirs = state.answer.get("version") if state.answer else None
    if not theirs or theirs == __version__:
        return ""
    return tr("; it is idecare {theirs}, this is {version}", theirs=theirs, version=__version__)


def _costs(state: DaemonState, cost: Cost, now: datetime) -> Iterator[str]:
    yield tr("{seconds:.1f} s of processor time", seconds=cost.cpu_seconds)
    if (percent := _cpu_percent(state, now)) is not None:
        yield tr("{percent:.2f} % of one core", percent=percent)
    yield tr("{size} of memory", size=size_text(cost.memory_bytes))
    seconds = _seconds(state, now) or 0
    if seconds < SHORTEST_SPAN:
        yield tr("{wakeups} wake-ups in {age}", wakeups=cost.wakeups, age=age_text(seconds))
    else:
        yield tr("{wakeups:.0f} wake-ups a minute over {age}", wakeups=_wakeups(state, now), age=age_text(seconds))


def _seconds(state: DaemonState, now: datetime) -> float | None:
    """Since its start; ``None`` when that is not known."""
    if state.process is None or state.process.started is None:
        return None
    return max((now - state.process.started).total_seconds(), 1.0)


def _cpu_percent(state: DaemonState, now: datetime) -> float | None:
    seconds = _seconds(state, now)
    return round(100 * state.cost.cpu_seconds / seconds, 3) if state.cost and seconds else None


def _wakeups(state: DaemonState, now: datetime) -> float | None:
    seconds = _seconds(state, now)
    return round(60 * state.cost.wakeups / seconds, 1) if state.cost and seconds else None
