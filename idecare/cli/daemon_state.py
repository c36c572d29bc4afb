"""How the daemon is, what it has written down, and snoozing its notices."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from idecare.cli.common import Session
from idecare.cli.render.daemon import DaemonState, state_json, state_text
from idecare.core.errors import ExitCode, UsageError
from idecare.core.humanize import path_text, time_text
from idecare.core.language import tr
from idecare.core.reading import open_file
from idecare.golang.module import find_root
from idecare.system.filesystem import exclusive, remove_file, write_atomic
from idecare.system.machine import Cost, cost_of
from idecare.system.processes import Process
from idecare.watcher.client import Useless, ask
from idecare.watcher.runtime_paths import runtime_paths
from idecare.watcher.service.base import ManagerState
from idecare.watcher.service.managers import manager_of, starts_this_idecare
from idecare.watcher.service.process import running
from idecare.watcher.snoozes import (
    Snooze,
    read_snoozes,
    snooze_path,
    snooze_until,
    snoozes_text,
    with_snooze,
    without_snooze,
)

ANSWER_SECONDS = 10.0  # it may have to scan first
LOG_TAIL_BYTES = 256 * 1024


def status(session: Session) -> int:
    state = read_state(session)
    code = ExitCode.OK if state.is_healthy else ExitCode.FINDINGS
    return session.finish(state_json(state, session.now), state_text(state, session.host.home, session.now), code)


def read_state(session: Session) -> DaemonState:
    manager = manager_of(session.host)
    of_manager = manager.state() if manager else ManagerState()
    found = running(session.host)
    answer = ask(session.host, "hello")
    if isinstance(answer, dict):
        answer = ask(session.host, "status", ANSWER_SECONDS)
    return DaemonState(
        manager=manager.name if manager else None,
        file=manager.file() if manager else None,
        is_registered=of_manager.is_registered,
        is_loaded=of_manager.is_loaded,
        is_manager_there=manager is not None and manager.is_there(),
        is_of_this=manager is None or starts_this_idecare(session.host, manager),
        is_restarting=of_manager.is_restarting,
        manager_error=of_manager.last_error,
        process=found,
        cost=_cost(found, answer) if found else None,
        answer=answer if isinstance(answer, dict) else None,
        problem=answer.message if isinstance(answer, Useless) else None,
        log=runtime_paths(session.host).log,
    )


def _cost(found: Process, answer: object) -> Cost | None:
    """Of all its threads: the system counts how often the first one alone woke up."""
    cost = cost_of(found.pid)
    wakeups = answer.get("wakeups") if isinstance(answer, dict) else None
    return replace(cost, wakeups=wakeups) if cost and isinstance(wakeups, int) else cost


def logs(session: Session, limit: int) -> int:
    log = runtime_paths(session.host).log
    try:
        with open_file(log) as file:
            file.seek(0, 2)
            file.seek(max(0, file.tell() - LOG_TAIL_BYTES))
            lines = file.read().decode(errors="backslashreplace").splitlines()[-limit:]
    except FileNotFoundError:
        lines = []
    text = "\n".join(lines) or tr("The daemon has written nothing yet.")
    return session.finish({"path": str(log), "lines": lines}, text)


def snooze(session: Session, how_long: str | None, module: Path | None, off: bool) -> int:
    if off and how_long:
        raise UsageError(
            "snooze", tr("--off and {how_long} do not go together", how_long=how_long), tr("name one of them")
        )
    root = _module_root(session, module) if module else None
    if root and not (off or how_long):
        raise UsageError("snooze", tr("how long?"), tr("such as 1h, today, forever; or --off"))
    if not (off or how_long):
        return _finish(session, read_snoozes(session.host.own.state))
    with exclusive(session.host.own.state / "lock"):
        before = read_snoozes(session.host.own.state)
        if how_long:
            snoozes = with_snooze(before, Snooze(root, snooze_until(how_long, session.now)), session.now)
        else:
            snoozes = without_snooze(before, root, session.now)
        _write(session, snoozes)
    return _finish(session, snoozes)


def _module_root(session: Session, module: Path) -> Path:
    """As the watcher names it."""
    folder = session.host.cwd / module.expanduser()
    if (found := find_root(folder)) is None:
        shown = path_text(folder, session.host.home)
        raise UsageError(
            "snooze", tr("there is no Go module in {folder}", folder=shown), tr("name a folder with a go.mod")
        )
    return found.root


def _write(session: Session, snoozes: tuple[Snooze, ...]) -> None:
    path = snooze_path(session.host.own.state)
    if snoozes:
        write_atomic(path, snoozes_text(snoozes).encode())
    else:
        remove_file(path)


def _finish(session: Session, snoozes: tuple[Snooze, ...]) -> int:
    on = [snooze for snooze in snoozes if snooze.is_on(session.now)]
    text = "\n".join(_line(session, snooze) for snooze in on) or tr("Nothing is snoozed.")
    return session.finish({"snoozes": [snooze.as_json() for snooze in on]}, text)


def _line(session: Session, snooze: Snooze) -> str:
    what = path_text(snooze.root, session.host.home) if snooze.root else tr("any module")
    if snooze.until is None:
        return tr("No notices of {what} for ever.", what=what)
    return tr("No notices of {what} until {time}.", what=what, time=time_text(snooze.until, session.now))
