"""What `idecare doctor` can be asked besides the state of this machine: an error text, and a downloaded archive."""

from __future__ import annotations

import functools
from collections.abc import Callable

import click

from idecare.cli.common import Session
from idecare.core.errors import UsageError
from idecare.core.frozen import frozen
from idecare.doctor.base import GROUPS

Verb = Callable[..., int]


@frozen
class Question:
    """The options, as given."""

    explain: str | None
    download: str | None
    sha256: str | None
    key: str | None


def other_questions(function: Verb) -> Verb:
    """Give `doctor` these options. ``function`` is called when none of them, nor an error text, was given."""

    @click.option("--explain", metavar="TEXT|-", help="Say what an error text, a file of them or stdin means here.")
    @click.option("--download", metavar="FILE", help="Say what can be proven of a downloaded Go or GoLand archive.")
    @click.option("--sha256", metavar="SUM|FILE", help="With --download: the published sum; else FILE.sha256.")
    @click.option("--key", metavar="FILE", help="With --download: the public key; else linux_signing_key.pub.")
    @functools.wraps(function)
    def command(
        session: Session,
        explain: str | None,
        download: str | None,
        sha256: str | None,
        key: str | None,
        checks: tuple[str, ...],
        **options: object,
    ) -> int:
        question = Question(explain, download, sha256, key)
        behind: list[str] = click.get_current_context().find_root().obj or []  # `--`: a text may begin with a dash
        checks = (*checks, *behind)
        answer = _answered(session, question, checks, tuple(name for name, value in options.items() if value))
        return function(session, checks=checks, **options) if answer is None else answer

    return command


def _answered(session: Session, question: Question, words: tuple[str, ...], others: tuple[str, ...]) -> int | None:
    """The exit code, ``None`` when it is the machine that is asked about. ``others``: options which are about that."""
    text = question.explain if question.explain is not None else _error_text(words)
    if question.download is None and (question.sha256 is not None or question.key is not None):
        raise UsageError("no-download", "--sha256 and --key go with --download", "idecare doctor --download FILE")
    if question.download is None and text is None:
        return None
    if others:
        given = " ".join(f"--{name.strip('_').replace('_', '-')}" for name in others)
        raise UsageError("options", f"{given} is about this machine, not about a text or a file", "leave it out")
    if question.download is not None:
        from idecare.cli.downloading import check_download

        return check_download(session, question.download, question.sha256, question.key)
    from idecare.cli.explaining import explain

    return explain(session, text or "")


def _error_text(words: tuple[str, ...]) -> str | None:
    """The words as one text, when they name no checks but are an error."""
    if all(word.partition("/")[0] in GROUPS for word in words):
        return None
    from idecare.cli.explaining import is_error_text

    text = " ".join(words)
    return text if is_error_text(text) else None
