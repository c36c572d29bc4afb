"""How the daemon is, and what it has written down."""

from __future__ import annotations

from dataclasses import replace

from idecare.cli.common import Session
from idecare.cli.render.daemon import DaemonState, state_json, state_text
from idecare.core.errors import ExitCode
from idecare.system.processes import Cost, Process, cost_of
from idecare.watcher.client import Useless, ask
from idecare.watcher.runtime_paths import runtime_paths
from idecare.watcher.service.base import ManagerState
from idecare.watcher.service.managers import manager_of, starts_this_idecare
from idecare.watcher.service.process import running

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
        with log.open("rb") as file:
            file.seek(0, 2)
            file.seek(max(0, file.tell() - LOG_TAIL_BYTES))
            lines = file.read().decode(errors="backslashreplace").splitlines()[-limit:]
    except FileNotFoundError:
        lines = []
    text = "\n".join(lines) or "The daemon has written nothing yet."
    return session.finish({"path": str(log), "lines": lines}, text)
