"""Printing for a reader who may go away, as in `idecare history | head`."""

from __future__ import annotations

import os
import sys
from typing import TextIO

from idecare.core.errors import IdecareError


def print_out(text: str) -> None:
    """Print on stdout."""
    _print(text, sys.stdout)


def print_error(text: str) -> None:
    """Print on stderr."""
    _print(text, sys.stderr)


def nobody_reads(stream: TextIO) -> None:
    """What is still to be written to ``stream`` goes nowhere."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def _print(text: str, stream: TextIO) -> None:
    """Bytes of a name that are not UTF-8 appear as ``\\xNN``, and so does what the terminal's encoding has no sign for.

    When nobody reads any more, what is printed from then on goes nowhere, and the command ends as it would have.
    """
    if "\x1b" in text and not stream.isatty():  # the other stream is the terminal
        from idecare.cli.render.terminal import without_codes

        text = without_codes(text)
    text = text.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
    encoding = stream.encoding or "utf-8"
    try:
        print(text.encode(encoding, "backslashreplace").decode(encoding), file=stream, flush=True)
    except OSError as error:
        nobody_reads(stream)
        if not isinstance(error, BrokenPipeError):
            raise IdecareError(
                "output", f"cannot write the output: {error.strerror}", "what was done is done"
            ) from error
