"""What the daemon is put together from: a real look, the user's settings and snoozes, and a desktop to tell."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from idecare.core.errors import IdecareError
from idecare.core.host import Host
from idecare.core.settings import Settings, read_settings
from idecare.watcher.daemon import Parts
from idecare.watcher.notifications.send import Teller
from idecare.watcher.policy import Wishes
from idecare.watcher.snoozes import read_snoozes
from idecare.workspaces.observe import inspect_workspaces


def real_parts(host: Host, log: Callable[[str], None]) -> Parts:
    """``log`` is told of settings that cannot be used, and of a hook that failed."""
    settings = LatestSettings(host, log)
    return Parts(
        inspect=partial(inspect_workspaces, host),
        wishes=lambda: _wishes(host, settings()),
        notify=Teller(host, settings, log),
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
            problem = f"{error}; the settings from before hold on"
        if problem and problem != self.problem:
            self.log(problem)
        self.problem = problem
        return self.latest


def _wishes(host: Host, settings: Settings) -> Wishes:
    return Wishes(
        snoozes=read_snoozes(host.own.state),
        quiet_hours=settings.quiet_hours,
        notices_per_hour=settings.notices_per_hour,
    )
