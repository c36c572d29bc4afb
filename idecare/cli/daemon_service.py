"""Registering the daemon with the session's service manager, starting it and ending it."""

from __future__ import annotations

from idecare.changes.journal import Journal
from idecare.cli.common import Session
from idecare.cli.edits import Afterwards, propose_edits
from idecare.cli.flow import Request, finish_interrupted, settle
from idecare.configure.configured import Configured
from idecare.core.errors import IdecareError
from idecare.core.language import tr
from idecare.system.processes import Process
from idecare.watcher.service.base import Manager
from idecare.watcher.service.managers import OWNER, installing, manager_of, uninstalling
from idecare.watcher.service.process import end, is_ready, running, start_detached, wait_until_ready

STARTING_SECONDS = 2.0


def install(session: Session, dry_run: bool, yes: bool) -> int:
    manager = _manager(session)
    journal = Journal(session.host.own.state)
    finish_interrupted(session, journal)
    edit = installing(session.host, manager)
    is_changed = edit.before != edit.after
    result = Configured(OWNER, manager.service, edits=(edit,) if is_changed else ())
    proposal = propose_edits(session, journal, [result], lambda: _registered(session, manager, is_changed))
    return settle(session, proposal, Request(dry_run=dry_run, yes=yes), journal.unreadable())


def _registered(session: Session, manager: Manager, is_changed: bool) -> Afterwards:
    is_new = not manager.state().is_registered
    manager.register()
    if not manager.is_there():
        text = tr(
            "It starts at your next login. {manager} is not running here: idecare daemon start starts it now.",
            manager=manager.name,
        )
        return Afterwards(_values(session), text, has_changed=is_new)
    starts = is_changed or not manager.state().pid
    if starts:
        _end(session, manager)
        manager.start()
    wait_until_ready(session.host, None)
    text = tr("It runs, and starts at login: idecare daemon status shows how it is.")
    return Afterwards(_values(session), text, has_changed=is_new or starts)


def uninstall(session: Session, dry_run: bool, yes: bool) -> int:
    manager = _manager(session)
    journal = Journal(session.host.own.state)
    finish_interrupted(session, journal)
    edit = uninstalling(manager)
    result = Configured(OWNER, manager.service, edits=(edit,) if edit else ())
    proposal = propose_edits(session, journal, [result], lambda: _unregistered(session, manager))
    return settle(session, proposal, Request(dry_run=dry_run, yes=yes), journal.unreadable())


def _unregistered(session: Session, manager: Manager) -> Afterwards:
    was_registered = manager.state().is_registered
    manager.unregister()
    if found := running(session.host):
        end(found)
    text = tr("It does not run, and does not start at login.")
    return Afterwards(_values(session), text, has_changed=was_registered or found is not None)


def start(session: Session) -> int:
    if is_ready(session.host):
        return _report(session, tr("It is running already"))
    if found := running(session.host):
        _wait_for(session, found)
        return _report(session, tr("It was starting already"))
    return _start(session)


def _wait_for(session: Session, found: Process) -> None:
    try:
        wait_until_ready(session.host, None, STARTING_SECONDS)
    except IdecareError as error:
        message = tr("a daemon runs (pid {pid}) and does not answer", pid=found.pid)
        raise IdecareError("not-ready", message, "idecare daemon restart") from error


def stop(session: Session) -> int:
    was_running = _end(session, manager_of(session.host))
    return session.finish(_values(session), tr("It has ended.") if was_running else tr("It was not running."))


def restart(session: Session) -> int:
    _end(session, manager_of(session.host))
    return _start(session)


def _start(session: Session) -> int:
    manager = manager_of(session.host)
    is_registered = manager is not None and manager.state().is_registered
    if manager and is_registered and manager.is_there():
        manager.start()
        wait_until_ready(session.host, None)
        return _report(session, tr("Started by {manager}", manager=manager.name))
    wait_until_ready(session.host, start_detached(session.host))
    if is_registered:
        return _report(session, tr("Started as a process of its own, since no service manager is running here"))
    if manager:
        return _report(session, tr("Started until you log out; idecare daemon install has it started at every login"))
    return _report(session, tr("Started until you log out"))


def _report(session: Session, text: str) -> int:
    values = _values(session)
    return session.finish(values, tr("{what} (pid {pid}).", what=text, pid=values["pid"]))


def _values(session: Session) -> dict[str, object]:
    found = running(session.host)
    return {"running": found is not None, "pid": found.pid if found else None}


def _end(session: Session, manager: Manager | None) -> bool:
    """Through its manager, if that has started it: it would start it again. Whether there was one to end."""
    found = running(session.host)
    state = manager.state() if manager else None
    if manager and state and state.pid and (found is None or state.pid == found.pid):
        manager.stop()
        return True
    if found is None:
        return False
    if not end(found):
        session.say(tr("it did not end when it was asked to, so it was ended by force (pid {pid})", pid=found.pid))
    return True


def _manager(session: Session) -> Manager:
    manager = manager_of(session.host)
    if manager is None:
        hint = tr("idecare daemon start runs it until you log out")
        raise IdecareError("service", tr("there is no service manager here that idecare knows"), hint)
    return manager
