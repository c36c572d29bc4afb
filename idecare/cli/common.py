"""What every verb shares: the --json, -q and -v options, printing, and the types of ages and sizes."""

from __future__ import annotations

import functools
import re
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import click

from idecare.cli.output import print_error, print_out
from idecare.cli.render.terminal import detect_terminal, fit
from idecare.core.errors import ExitCode, UsageError
from idecare.core.errors import nearest as nearest
from idecare.core.frozen import frozen
from idecare.core.host import Host, read_host
from idecare.core.settings import parse_age

SCHEMA = 1
REMEMBERED_USAGE = "usage.json"  # in idecare's cache folder: the last `idecare usage`, for the first screen
COMMON_OPTIONS = ("as_json", "quiet", "verbose", "plain")
LONGEST_SIZE = 30  # characters
SIZE_BYTES = {"": 1, **{letter: 1000**power for power, letter in enumerate("KMGT", 1)}}
SIZE_BYTES |= {f"{letter}I": 1024**power for power, letter in enumerate("KMGT", 1)}


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
        return int(code)

    def say(self, message: str) -> None:
        """A message that is not the result: stderr, not with -q."""
        if not self.quiet:
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


def verb(function: Callable[..., int]) -> Callable[..., int]:
    """Give a verb the options all verbs have; ``function`` gets a Session first and returns the exit code."""

    @click.option("--json", "as_json", is_flag=True, help="Print one JSON object on stdout.")
    @click.option("-q", "--quiet", is_flag=True, help="Print results and errors only.")
    @click.option("-v", "--verbose", is_flag=True, help="Print more details.")
    @click.option("--plain", is_flag=True, help="No colour, bars or moving lines, as for a screen reader.")
    @functools.wraps(function)
    def command(*args: Any, **options: Any) -> int:
        context = click.get_current_context()
        before = context.find_root().params  # `idecare --json clean` is `idecare clean --json`
        common = {name: options.pop(name) or before.get(name, False) for name in COMMON_OPTIONS}
        return function(new_session(context.command_path.partition(" ")[2], **common), *args, **options)

    return command


def age(text: str) -> timedelta:
    """``90s 15m 12h 7d 4w``, as the type of an option."""
    try:
        return parse_age(text)
    except UsageError as error:
        raise click.BadParameter(str(error)) from error


def size(text: str) -> int:
    """``500MB 20GiB`` to bytes, as the type of an option."""
    match = re.fullmatch(r"(\d+(?:\.\d+)?)\s*([KMGT]I?)?B?", text.strip().upper())
    if not match or len(text) > LONGEST_SIZE:
        raise click.BadParameter(f"'{text[:LONGEST_SIZE]}' is not a size; write 500MB or 20GiB")
    return int(float(match[1]) * SIZE_BYTES[match[2] or ""])
