"""A notice on its way to the user: to the desktop, and to the command of `on_conflict`."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Mapping

from idecare.core.commands import user_path
from idecare.core.host import Host
from idecare.core.humanize import escaped, visible
from idecare.core.language import tr
from idecare.core.settings import Settings
from idecare.system.machine import end_session
from idecare.system.run import NO_WINDOW
from idecare.watcher.notifications.desktop import LONGEST_BODY, Message, NotShown, Shown, Urgency, show, withdraw
from idecare.watcher.policy import Notice

LIMIT_SECONDS = 30.0


def run_hook(host: Host, command: tuple[str, ...], variables: Mapping[str, str], log: Callable[[str], None]) -> None:
    """Start the user's command in a thread of its own, without a shell; ``log`` gets how it failed.

    It is ended, with all that it started, when it takes longer than 30 s.
    """
    from threading import Thread

    Thread(target=_run_hook, args=(host, command, variables, log), daemon=True).start()


def _run_hook(host: Host, command: tuple[str, ...], variables: Mapping[str, str], log: Callable[[str], None]) -> None:
    environment = {**host.environment, **{name: value.replace("\0", "") for name, value in variables.items()}}
    try:
        hook = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            cwd="/", env=environment, start_new_session=True, creationflags=NO_WINDOW,
        )  # fmt: skip
    except (OSError, ValueError) as error:
        log(f"on_conflict: {command[0]} could not be started: {error}")
        return
    try:
        if code := hook.wait(LIMIT_SECONDS):
            log(f"on_conflict: {command[0]} ended with {code}")
    except subprocess.TimeoutExpired:
        end_session(hook)
        hook.wait()
        log(f"on_conflict: {command[0]} took longer than {LIMIT_SECONDS:.0f} s and was ended")


OVER = tr("Nothing clashes there any more.")
MOST_NUMBERS = 64  # notices that can still be replaced


class Notifier:
    """Called with each notice, it returns how that was shown, for the log. It remembers under which number the desktop
    shows each episode, so that a later notice takes the earlier one's place."""

    def __init__(self, host: Host, settings: Callable[[], Settings], log: Callable[[str], None]) -> None:
        self.host, self.settings, self.log = host, settings, log
        self.numbers: dict[str, int] = {}

    def __call__(self, notice: Notice) -> str:
        settings = self.settings()
        if notice.is_silent:
            return self._withdraw(notice)
        if settings.on_conflict:
            run_hook(self.host, settings.on_conflict, variables(notice), self.log)
        if not settings.notify:
            return "not shown: notify is false"
        match show(self.host, self._message(notice)):
            case Shown(via, number):
                self._remember(notice, number)
                return f"shown by {via}"
            case NotShown(reason):
                return f"not shown: {reason}"

    def _message(self, notice: Notice) -> Message:
        is_over = notice.kind == "resolved"
        step = f"idecare status {user_path(notice.root, self.host.home)}"
        body = OVER if is_over else f"{notice.body[: LONGEST_BODY - len(step) - 1]}\n{step}"
        urgency: Urgency = "critical" if notice.grade == "error" and not is_over else "normal"
        return Message(visible(notice.title), escaped(body), urgency, self.numbers.get(notice.id))

    def _remember(self, notice: Notice, number: int | None) -> None:
        self.numbers.pop(notice.id, None)
        if number is not None and notice.kind != "resolved":
            self.numbers[notice.id] = number
            while len(self.numbers) > MOST_NUMBERS:
                del self.numbers[next(iter(self.numbers))]

    def _withdraw(self, notice: Notice) -> str:
        number = self.numbers.pop(notice.id, None)
        return "withdrawn" if number is not None and withdraw(self.host, number) else "silent"


def variables(notice: Notice) -> dict[str, str]:
    """What the command of `on_conflict` finds in its environment."""
    return {
        "IDECARE_EVENT": notice.kind,
        "IDECARE_GRADE": notice.grade,
        "IDECARE_MODULE": str(notice.root),
        "IDECARE_IDES": ", ".join(notice.parties),
        "IDECARE_CODES": " ".join(dict.fromkeys(conflict.code for conflict in notice.conflicts)),
        "IDECARE_TITLE": visible(notice.title),
        "IDECARE_MESSAGE": escaped(notice.body),
    }
