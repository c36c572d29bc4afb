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
from idecare.cli.render.terminal import detect_terminal
from idecare.core.errors import ExitCode, UsageError
from idecare.core.errors import nearest as nearest
from idecare.core.frozen import frozen
from idecare.core.host import Host, read_host
from idecare.core.settings import parse_age

SCHEMA = 1
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

    def finish(self, values: dict[str, Any], text: str, code: ExitCode | int = ExitCode.OK) -> int:
        """Print the result (one JSON object, or the text on stdout) and return the exit code."""
        if self.as_json:
            import json

            print_out(json.dumps({"schema": SCHEMA, "command": self.command, **values, "exit": int(code)}))
        elif text:
            print_out(text)
        return int(code)

    def say(self, message: str) -> None:
        """A message that is not the result: stderr, not with -q."""
        if not self.quiet:
            print_error(message)

    @property
    def now(self) -> datetime:
        return datetime.now(UTC)

    @property
    def may_ask(self) -> bool:
        return not self.as_json and sys.stdin.isatty() and sys.stderr.isatty()


def verb(function: Callable[..., int]) -> Callable[..., int]:
    """Give a verb the options all verbs have; ``function`` gets a Session first and returns the exit code."""

    @click.option("--json", "as_json", is_flag=True, help="Print one JSON object on stdout.")
    @click.option("-q", "--quiet", is_flag=True, help="Print results and errors only.")
    @click.option("-v", "--verbose", is_flag=True, help="Print more details.")
    @functools.wraps(function)
    def command(*args: Any, as_json: bool, quiet: bool, verbose: bool, **kwargs: Any) -> int:
        name = click.get_current_context().command_path.partition(" ")[2]
        host = read_host()
        detect_terminal(host, is_plain=as_json)
        session = Session(host, name, as_json, quiet, verbose)
        return function(session, *args, **kwargs)

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
