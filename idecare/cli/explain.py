"""``idecare explain``: what an error text means, with what this machine shows of it."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

import click

from idecare.cli.common import Session, verb
from idecare.cli.render.explain import explained_json, explained_text
from idecare.core.errors import ExitCode, IdecareError, UsageError
from idecare.core.humanize import path_text
from idecare.core.language import tr
from idecare.doctor.explain import KNOWN_ERRORS, Recognition, answer, other_system, recognise, related_groups
from idecare.doctor.explain.own_errors import own_errors
from idecare.doctor.runner import LIMIT_SECONDS, Examined, all_checks, run_checks, worst_first
from idecare.doctor.snapshot import Snapshot

STDIN = "-"
FILE_ENDS = (".log", ".txt", ".out")
LONGEST_NAME = 4096  # characters of a path


@click.command()
@click.argument("text", nargs=-1, metavar="TEXT...|FILE|-")
@verb
def explain(session: Session, text: tuple[str, ...]) -> int:
    """Say what an error text of Go, a compiler, Delve or an IDE means on this machine, and what ends it.

    TEXT is the text itself, a file that holds it, or `-` for stdin: go build ./... 2>&1 | idecare explain -

    Exits 4 when the text is explained, 1 when idecare does not know it.
    """
    return explain_text(session, " ".join((*text, *words_after_dashes())))


def words_after_dashes() -> list[str]:
    """What follows `--` on the command line: a text may begin with a dash."""
    return click.get_current_context().find_root().obj or []


def is_error_text(text: str) -> bool:
    """Whether this is an error text rather than a misspelt name of a check."""
    return len(text.split()) > 1 or bool(recognise(io.BytesIO(os.fsencode(text)), KNOWN_ERRORS).recognised)


def explain_text(session: Session, text: str) -> int:
    """Explain ``text``, the file that it names, or with ``-`` what stdin holds. 4: explained; 1: nobody knows it."""
    known = (*own_errors(session.host, frozenset(entry.id for entry in KNOWN_ERRORS)), *KNOWN_ERRORS)
    with _opened(session, text) as file:
        found = recognise(file, known)
    if not found.lines:
        raise UsageError("no-text", tr("there is no text to explain"), "go build ./... 2>&1 | idecare explain -")
    origin = found.origin or other_system(session.host, found.recognised)
    answers = [answer(session.host, one, origin) for one in found.recognised]
    related = _related(found, text)
    examined = _examined(session, related) if answers and not origin else ()
    words = explained_text(answers, found, related, examined, session.host.home)
    code = ExitCode.FINDINGS if answers else ExitCode.FAILED
    return session.finish(explained_json(answers, found, related, worst_first(examined)), words, code)


def _opened(session: Session, text: str) -> BinaryIO:
    if text == STDIN:
        return _stdin(session)
    if not _is_file(path := Path(os.path.join(session.host.cwd, text))):
        if text.endswith(FILE_ENDS) and not text.split()[1:]:
            message = tr("there is no file {path}", path=path_text(path, session.host.home))
            raise UsageError("no-file", message, tr("name the file that holds the text, or pass the text itself"))
        return io.BytesIO(os.fsencode(text))
    session.say(tr("reading {path}", path=path_text(path, session.host.home)))
    try:
        return open(path, "rb")
    except OSError as error:
        message = tr("cannot read {path}: {reason}", path=path_text(path, session.host.home), reason=error.strerror)
        raise IdecareError("unreadable", message, tr("pass the text itself")) from error


def _stdin(session: Session) -> BinaryIO:
    if sys.stdin is None:  # closed by whoever started us
        return io.BytesIO()
    if sys.stdin.isatty():
        session.say(tr("Paste the text, then press Ctrl-D."))
    return os.fdopen(os.dup(sys.stdin.fileno()), "rb")


def _is_file(path: Path) -> bool:
    text = str(path)
    return len(text) < LONGEST_NAME and "\n" not in text and "\0" not in text and os.path.isfile(text)


def _related(found: Recognition, text: str) -> tuple[str, ...]:
    """Ids or groups of checks: those of the first, which is the worst, and of all others."""
    if found.recognised:
        return tuple(dict.fromkeys(group for one in found.recognised for group in one.known.checks))
    return related_groups(found.suspicious.quote if found.suspicious else text)


def _examined(session: Session, related: Sequence[str]) -> tuple[Examined, ...]:
    """What the doctor's checks on these subjects find here, from a warning on."""
    checks = [check for check in all_checks() if check.group in related or check.id in related]
    return tuple(map(_without_notes, run_checks(checks, Snapshot(session.host), LIMIT_SECONDS)))


def _without_notes(examined: Examined) -> Examined:
    return replace(examined, findings=tuple(one for one in examined.findings if one.severity != "info"))
