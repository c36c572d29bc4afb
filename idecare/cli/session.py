"""One run of one verb: the host, what the user wants to see, and how results are printed. Free of click."""

from __future__ import annotations

import sys
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

from idecare.cli.output import print_error, print_out
from idecare.cli.render.terminal import detect_terminal, fit
from idecare.core.errors import ExitCode
from idecare.core.frozen import frozen
from idecare.core.host import Host, read_host
from idecare.core.limits import is_check_due

SCHEMA = 1
REMEMBERED_USAGE = "usage.json"  # in idecare's cache folder: the last `idecare usage`, for the first screen


@frozen
class Session:
    """One run of one verb: the host, and what the user wants to see."""

    host: Host
    command: str
    as_json: bool
    quiet: bool
    verbose: bool

    def finish(
        self, values: dict[str, Any], text: str, code: ExitCode | int = ExitCode.OK, is_prose: bool = True
    ) -> int:
        """Print the result (one JSON object, or the text on stdout) and return the exit code.

        What is not prose, such as a script, keeps its lines also on a narrow terminal.
        """
        if self.as_json:
            import json

            print_out(json.dumps({"schema": SCHEMA, "command": self.command, **values, "exit": int(code)}))
        elif text:
            print_out(fit(text) if is_prose else text)
        if is_check_due(self.host.own, self.now.timestamp()):
            self._check_limits()
        return int(code)

    def _check_limits(self) -> None:
        """In a process of its own, and no other one before long: the time of the file says that it was begun."""
        from idecare.caches.limits import read_checked, write_checked
        from idecare.changes.background import start_limits_check

        with suppress(OSError):
            write_checked(self.host.own, read_checked(self.host.own))
            start_limits_check(self.host.environment)

    def say(self, message: str) -> None:
        """A message that is not the result: stderr, not with -q."""
        if not self.quiet:
            print_error(fit(message))

    def say_error(self, message: str) -> None:
        """What is wrong, next to the result: stderr, also with -q."""
        print_error(fit(message))

    @property
    def now(self) -> datetime:
        return datetime.now(UTC)

    @property
    def may_ask(self) -> bool:
        return not self.as_json and sys.stdin.isatty() and sys.stderr.isatty()


def new_session(command: str, as_json: bool, quiet: bool, verbose: bool, plain: bool) -> Session:
    """The session of one verb; whether a person reads it at a terminal is found out here."""
    host = read_host()
    detect_terminal(host, is_plain=plain or as_json)
    return Session(host, command, as_json, quiet, verbose)
