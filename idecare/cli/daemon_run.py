"""``idecare daemon run``: the daemon itself, in the foreground; the service file starts it so."""

from __future__ import annotations

from datetime import datetime

from idecare.cli.common import Session
from idecare.errors import ExitCode, IdecareError, UsageError
from idecare.inspection.instances import Known
from idecare.inspection.workspace import Look
from idecare.inspection.workspaces import inspect_workspaces
from idecare.settings import Settings, read_settings
from idecare.snoozing import read_snoozes
from idecare.watching import Notice, Wishes


def run_daemon(session: Session) -> int:
    """Run until SIGTERM; BusyError when one runs already."""
    from idecare.daemon.service import Parts
    from idecare.daemon.service import run_daemon as run

    if session.host.user_id is None:
        raise UsageError("unsupported", "the daemon is not supported on Windows yet", "`idecare clean` is not either")

    def inspect(now: datetime, known: Known) -> Look:
        return inspect_workspaces(session.host, now, known)

    run(session.host, Parts(inspect, lambda: wishes(session), lambda notice: notify(session, notice)))
    return ExitCode.OK


def wishes(session: Session) -> Wishes:
    """The settings as they are now; those that cannot be read do not keep the daemon from its work."""
    own = session.host.own
    try:
        settings = read_settings(own.config)
    except IdecareError as error:
        session.say(f"idecare: {error}")
        settings = Settings()
    return Wishes(
        snoozes=read_snoozes(own.state),
        quiet_hours=settings.quiet_hours,
        notices_per_hour=settings.notices_per_hour,
    )


def notify(session: Session, notice: Notice) -> str:
    """Show a notice on the desktop; how it was shown."""
    raise NotImplementedError
