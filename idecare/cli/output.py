"""Printing for a reader who may go away, as in `idecare history | head`."""

from __future__ import annotations

import os
import sys
from typing import TextIO

from idecare.core.errors import IdecareError
from idecare.core.humanize import escaped
from idecare.core.language import tr


def print_out(text: str) -> None:
    """Print on stdout."""
    _print(text, sys.stdout)


def print_error(text: str) -> None:
    """Print on stderr."""
    _print(text, sys.stderr)


_unread: set[int] = set()


def is_read(stream: TextIO) -> bool:
    """Whether somebody may still read it, as far as writing to it has shown: else what never ends by itself ends."""
    return stream.fileno() not in _unread


def nobody_reads(stream: TextIO) -> None:
    """What is still to be written to ``stream`` goes nowhere."""
    _unread.add(stream.fileno())
    os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def _print(text: str, stream: TextIO) -> None:
    """The one place where text leaves: but for the codes of ``paint``, nothing in it acts on a terminal, whoever wrote
    it. What the terminal's encoding has no sign for appears as ``\\xNN``.

    When nobody reads any more, what is printed from then on goes nowhere, and the command ends as it would have.
    """
    if "\x1b" in text:
        from idecare.cli.render.terminal import with_codes

        text = with_codes(text, stream.isatty())  # the other stream may be the terminal
    else:
        text = escaped(text)
    encoding = stream.encoding or "utf-8"
    try:
        print(text.encode(encoding, "backslashreplace").decode(encoding), file=stream, flush=True)
    except OSError as error:
        nobody_reads(stream)
        if not isinstance(error, BrokenPipeError):
            raise IdecareError(
                "output",
                tr("cannot write the output: {reason}", reason=error.strerror),
                tr("what was done is done"),
            ) from error
