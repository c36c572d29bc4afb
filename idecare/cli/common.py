"""What every verb shares: the --json, -q and -v options, printing, and the types of ages and sizes."""

from __future__ import annotations

import functools
from collections.abc import Callable
from datetime import timedelta
from typing import Any, TypeVar

import click

from idecare.cli.session import Session as Session
from idecare.cli.session import new_session
from idecare.core.errors import UsageError
from idecare.core.errors import nearest as nearest
from idecare.core.language import tr
from idecare.core.settings import parse_age, parse_size

Options = TypeVar("Options")

COMMON_OPTIONS = ("as_json", "quiet", "verbose", "plain")


def verb(function: Callable[..., int]) -> Callable[..., int]:
    """Give a verb the options all verbs have; ``function`` gets a Session first and returns the exit code."""

    @click.option("--json", "as_json", is_flag=True, help=tr("Print one JSON object on stdout."))
    @click.option("-q", "--quiet", is_flag=True, help=tr("Print results and errors only."))
    @click.option("-v", "--verbose", is_flag=True, help=tr("Print more details."))
    @click.option("--plain", is_flag=True, help=tr("No colour, bars or moving lines, as for a screen reader."))
    @functools.wraps(function)
    def command(*args: Any, **options: Any) -> int:
        context = click.get_current_context()
        before = context.find_root().params  # `idecare --json clean` is `idecare clean --json`
        common = {name: options.pop(name) or before.get(name, False) for name in COMMON_OPTIONS}
        return function(new_session(context.command_path.partition(" ")[2], **common), *args, **options)

    return command


def takes(options: Callable[..., Options]) -> Callable[[Callable[[Session, Options], int]], Callable[..., int]]:
    """Give a verb what click has parsed as one value, whose fields have the options' names."""

    def taken(function: Callable[[Session, Options], int]) -> Callable[..., int]:
        @functools.wraps(function)
        def gathered(session: Session, **values: Any) -> int:
            return function(session, options(**values))

        return gathered

    return taken


def age(text: str) -> timedelta:
    """``90s 15m 12h 7d 4w``, as the type of an option."""
    try:
        return parse_age(text)
    except UsageError as error:
        raise click.BadParameter(str(error)) from error


AGE: dict[str, Any] = {"type": age, "metavar": "AGE"}


def size(text: str) -> int:
    """``500MB 20GiB`` to bytes, as the type of an option."""
    try:
        return parse_size(text)
    except UsageError as error:
        raise click.BadParameter(str(error)) from error
