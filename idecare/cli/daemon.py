"""``idecare daemon``: the watcher as a service of the session. What a command does is imported when it is called."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import click

from idecare.cli.common import Session, verb
from idecare.core.language import tr

LINES = 50
Verb = Callable[..., int]


@click.group()
def daemon() -> None:
    """Run the watcher in the background: one quiet warning when two IDEs clash on a Go module."""


@daemon.command()
@verb
def run(session: Session) -> int:
    """Run the daemon here, in the foreground, as the service does."""
    from datetime import datetime

    from idecare.system.filesystem import append_log
    from idecare.watcher.daemon import real_dependencies, run_daemon
    from idecare.watcher.runtime_paths import runtime_paths

    def log(text: str) -> None:
        append_log(runtime_paths(session.host).log, f"{datetime.now().astimezone():%Y-%m-%d %H:%M:%S} {text}\n")

    run_daemon(session.host, real_dependencies(session.host, log))
    return 0


def _options(function: Verb) -> Verb:
    for option in (
        click.option("-y", "--yes", is_flag=True, help=tr("Do not ask.")),
        click.option("-n", "--dry-run", is_flag=True, help=tr("Show what would change and stop.")),
    ):
        function = option(function)
    return function


@daemon.command()
@_options
@verb
def install(session: Session, dry_run: bool, yes: bool) -> int:
    """Have the daemon started at login, by systemd, launchd or Task Scheduler, and start it now."""
    from idecare.cli import daemon_service

    return daemon_service.install(session, dry_run, yes)


@daemon.command()
@_options
@verb
def uninstall(session: Session, dry_run: bool, yes: bool) -> int:
    """End the daemon, and take away the file that has it started at login."""
    from idecare.cli import daemon_service

    return daemon_service.uninstall(session, dry_run, yes)


@daemon.command()
@verb
def start(session: Session) -> int:
    """Start the daemon and wait until it answers."""
    from idecare.cli import daemon_service

    return daemon_service.start(session)


@daemon.command()
@verb
def stop(session: Session) -> int:
    """End the daemon."""
    from idecare.cli import daemon_service

    return daemon_service.stop(session)


@daemon.command()
@verb
def restart(session: Session) -> int:
    """End the daemon if it runs, and start it."""
    from idecare.cli import daemon_service

    return daemon_service.restart(session)


@daemon.command()
@verb
def status(session: Session) -> int:
    """Show whether it is registered, loaded, running and healthy, and what it costs. Exits 4 when it is not healthy."""
    from idecare.cli import daemon_state

    return daemon_state.status(session)


@daemon.command()
@click.option(
    "-l", "--limit", type=click.IntRange(1), default=LINES, show_default=True, help=tr("Show the last N lines.")
)
@verb
def logs(session: Session, limit: int) -> int:
    """Show what the daemon has written down, the latest last."""
    from idecare.cli import daemon_state

    return daemon_state.logs(session, limit)


@daemon.command()
@click.argument("how_long", metavar="[AGE|today|forever]", required=False)
@click.option("-m", "--module", type=click.Path(path_type=Path), help=tr("Only for the module in this folder."))
@click.option("--off", is_flag=True, help=tr("Show notices again."))
@verb
def snooze(session: Session, how_long: str | None, module: Path | None, off: bool) -> int:
    """Show no notice for a while, such as 1h; without anything, show what is snoozed."""
    from idecare.cli import daemon_state as daemon_snooze

    return daemon_snooze.snooze(session, how_long, module, off)
