"""Snoozing notices: for a while, for ever, for one module."""

from __future__ import annotations

from pathlib import Path

from idecare.cli.common import Session
from idecare.core.errors import UsageError
from idecare.core.humanize import path_text, time_text
from idecare.golang.module import find_root
from idecare.system.filesystem import exclusive, remove_file, write_atomic
from idecare.watcher.snoozes import (
    Snooze,
    read_snoozes,
    snooze_path,
    snooze_until,
    snoozes_text,
    with_snooze,
    without_snooze,
)


def snooze(session: Session, how_long: str | None, module: Path | None, off: bool) -> int:
    if off and how_long:
        raise UsageError("snooze", f"--off and {how_long} do not go together", "name one of them")
    root = _module_root(session, module) if module else None
    if root and not (off or how_long):
        raise UsageError("snooze", "how long?", "such as 1h, today, forever; or --off")
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
        raise UsageError("snooze", f"there is no Go module in {shown}", "name a folder with a go.mod")
    return found.root


def _write(session: Session, snoozes: tuple[Snooze, ...]) -> None:
    path = snooze_path(session.host.own.state)
    if snoozes:
        write_atomic(path, snoozes_text(snoozes).encode())
    else:
        remove_file(path)


def _finish(session: Session, snoozes: tuple[Snooze, ...]) -> int:
    on = [snooze for snooze in snoozes if snooze.is_on(session.now)]
    text = "\n".join(_line(session, snooze) for snooze in on) or "Nothing is snoozed."
    return session.finish({"snoozes": [snooze.as_json() for snooze in on]}, text)


def _line(session: Session, snooze: Snooze) -> str:
    what = path_text(snooze.root, session.host.home) if snooze.root else "any module"
    until = f"until {time_text(snooze.until, session.now)}" if snooze.until else "for ever"
    return f"No notices of {what} {until}."
