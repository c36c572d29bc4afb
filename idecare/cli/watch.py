"""``idecare watch``: in the foreground, say when IDEs begin to clash on a module and when that is over."""

from __future__ import annotations

import selectors
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import click

from idecare.cli.common import Session, verb
from idecare.cli.output import is_read, print_error
from idecare.cli.render.workspaces import notice_json, notice_text
from idecare.core.errors import ExitCode
from idecare.core.humanize import count_text
from idecare.core.language import tr
from idecare.watcher.loop import Loop
from idecare.watcher.monitor import Monitor
from idecare.watcher.policy import Notice, NoticePolicy
from idecare.workspaces.base import Scan
from idecare.workspaces.instances import KnownInstalls
from idecare.workspaces.observe import scan_workspaces

POLL_SECONDS = 1.0  # for IDEs that no event shows: whoever watches it would notice ten
# Who watches in the foreground wants to know all of it, at once.
EVERYTHING = NoticePolicy(least="info", notices_per_hour=10_000, module_pause=timedelta())


@click.command()
@click.argument("paths", nargs=-1, metavar="[PATH]...", type=click.Path(exists=True, path_type=Path))
@verb
def watch(session: Session, paths: tuple[Path, ...]) -> int:
    """Say when two IDEs have a module open, what they clash on, and when it is over. Ctrl-C ends it.

    PATH: the modules to watch; without one, all that are open. It changes nothing; with --json, each notice is an
    object on a line of its own.
    """
    wanted = tuple(path.resolve() for path in paths)
    monitor = Monitor(_inspector(session, wanted), lambda: EVERYTHING, _notifier(session))
    with selectors.DefaultSelector() as selector:
        loop = Loop(session.host, monitor, selector, POLL_SECONDS, _raise)
        try:
            loop.turn()
            session.say(_greeting(monitor.scan))
            while is_read(sys.stdout):
                loop.turn()
        finally:
            loop.close()
    return ExitCode.OK


def _inspector(session: Session, wanted: tuple[Path, ...]) -> Callable[[datetime, KnownInstalls], Scan]:
    def inspect(now: datetime, known: KnownInstalls) -> Scan:
        scan = scan_workspaces(session.host, now, known)
        locks = tuple(lock for lock in scan.locks if _is_wanted(lock.path.parent, wanted))
        workspaces = tuple(found for found in scan.workspaces if _is_wanted(found.root, wanted))
        return replace(scan, workspaces=workspaces, locks=locks)

    return inspect


def _is_wanted(root: Path, wanted: tuple[Path, ...]) -> bool:
    """Whether one of the paths lies in the module or has it in it."""
    return not wanted or any(path.is_relative_to(root) or root.is_relative_to(path) for path in wanted)


def _notifier(session: Session) -> Callable[[Notice], None]:
    def notify(notice: Notice) -> None:
        if not notice.is_silent:
            session.finish({"notice": notice_json(notice)}, notice_text(notice, session.host.home))

    return notify


def _greeting(scan: Scan | None) -> str:
    count = len(scan.workspaces) if scan else 0
    return tr("watching: {modules} open now; Ctrl-C ends it", modules=count_text(count, "module"))


def _raise(error: Exception) -> None:
    """In the foreground, an error is the command's own."""
    print_error(f"idecare: {error}")
    raise error
