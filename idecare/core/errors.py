"""What idecare says when it cannot go on, and the exit codes it promises."""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum

from idecare.core.language import tr


class ExitCode(IntEnum):
    """The process exit codes, a contract with scripts."""

    OK = 0
    FAILED = 1  # something could not be done
    USAGE = 2
    BUG = 3  # unexpected error in idecare; the log path is shown
    FINDINGS = 4  # findings, or changes pending under --check
    BUSY = 5  # all that was asked for was skipped because it is in use
    INTERRUPTED = 130


class IdecareError(Exception):
    """Something that stops the whole command.

    ``code`` is a stable word for scripts, ``str(error)`` says what, where and why,
    ``hint`` names the next step.
    """

    exit_code = ExitCode.FAILED

    def __init__(self, code: str, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.hint = hint


class UsageError(IdecareError):
    """The command line or a setting is not usable as given."""

    exit_code = ExitCode.USAGE


class BusyError(IdecareError):
    """Another process holds what is needed."""

    exit_code = ExitCode.BUSY


class RefusedError(IdecareError):
    """A safety rule forbids the step."""


def nearest(word: str, known: Iterable[str]) -> str:
    """`` Did you mean 'x'?`` for the nearest known word, or nothing. The difference of capitals is none here."""
    import difflib

    words = {name.lower(): name for name in known}
    match = difflib.get_close_matches(word.lower(), words, n=1, cutoff=0.5)
    return tr(" Did you mean '{word}'?", word=words[match[0]]) if match else ""
