"""``idecare doctor``: look at everything, run the checks, tell; with --fix: plan, show, ask, do, look again."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import click

from idecare.cli.asking import other_questions
from idecare.cli.common import Session, verb
from idecare.cli.render.doctor import examined_json, examined_text, exit_code, list_json, list_text
from idecare.core.frozen import frozen
from idecare.doctor.base import Check
from idecare.doctor.runner import LIMIT_SECONDS, Examined, run_checks, select_checks, worst_first
from idecare.doctor.snapshot import Snapshot


@frozen
class Options:
    """The options of one run, as given."""

    checks: tuple[str, ...]
    list_: bool
    deep: bool
    report: bool
    fix: bool
    dry_run: bool
    yes: bool


@click.command()
@click.argument("checks", nargs=-1, metavar="[CHECK]...")
@click.option("--list", "list_", is_flag=True, help="Show what is checked and stop.")
@click.option("--deep", is_flag=True, help="Also what takes minutes: hash the whole module cache.")
@click.option(
    "--report", is_flag=True, help="Print Markdown for a bug report: no names of you, your host, your modules."
)
@click.option("--fix", is_flag=True, help="Change what a fix is known for: shown first, undoable.")
@click.option("-n", "--dry-run", is_flag=True, help="With --fix: show what would change and stop.")
@click.option("-y", "--yes", is_flag=True, help="With --fix: do not ask.")
@verb
@other_questions
def doctor(session: Session, **options: object) -> int:
    """Say why Go misbehaves on this machine: each finding with its evidence and its fix. Offline, changes nothing.

    CHECK: an id of `idecare doctor --list`, or a group: arm64 go cgo delve goland vscode caches. Without one: all.
    Words that are neither are taken for an error text.
    Exits 4 on findings of warning or above.
    """
    with _without_collections():
        return _run(session, Options(**options))  # type: ignore[arg-type]


@contextmanager
def _without_collections() -> Iterator[None]:
    """A run keeps what it makes, classes most of all: collecting in between takes a twelfth of its time for nothing."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _run(session: Session, options: Options) -> int:
    checks = select_checks(options.checks)
    if options.list_:
        return _list(session, checks, options)
    snapshot, examined = _look(session, checks, options.deep)
    if options.fix:
        from idecare.cli.fixing import Wishes, fix

        wishes = Wishes(options.dry_run, options.yes)
        return fix(session, examined, lambda: _look(session, checks, options.deep)[1], wishes)
    if options.report:
        return _report(session, snapshot, examined)
    text = examined_text(examined, session.host.home, session.verbose)
    return session.finish(examined_json(examined), text, exit_code(worst_first(examined)))


def _list(session: Session, checks: Sequence[Check], options: Options) -> int:
    if options.report:
        from idecare.cli.render.doctor_markdown import list_markdown

        text = list_markdown(checks)
        return session.finish({"report": text}, text.rstrip())
    return session.finish({"checks": list_json(checks)}, list_text(checks))


def _look(session: Session, checks: Sequence[Check], deep: bool) -> tuple[Snapshot, tuple[Examined, ...]]:
    """A snapshot of its own for each look. What was asked to take long has no time limit, but shows how far it is."""
    if not deep:
        snapshot = Snapshot(session.host)
        return snapshot, run_checks(checks, snapshot, LIMIT_SECONDS)
    from idecare.cli.progress import counting_progress

    with counting_progress(session, "hashing the module cache") as on_progress:
        snapshot = Snapshot(session.host, deep=True, on_progress=on_progress)
        return snapshot, run_checks(checks, snapshot, None)


def _report(session: Session, snapshot: Snapshot, examined: tuple[Examined, ...]) -> int:
    from idecare.cli.render.doctor_markdown import markdown
    from idecare.cli.render.redaction import redactions

    node = os.uname().nodename if hasattr(os, "uname") else session.host.variable("COMPUTERNAME") or ""
    text = markdown(examined, snapshot, redactions(session.host, snapshot.module_file, node))
    return session.finish({"report": text}, text, exit_code(worst_first(examined)))
