"""``idecare doctor``: inspect everything, run the checks, report; with --fix: plan, show, ask, apply, inspect again."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import click

from idecare.cli.common import Session, takes, verb
from idecare.cli.render.doctor import examined_json, examined_text, exit_code, list_json, list_text
from idecare.core.errors import UsageError
from idecare.core.frozen import frozen
from idecare.core.language import tr
from idecare.doctor.base import GROUPS, Check
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
    explain: str | None
    download: str | None
    sha256: str | None
    key: str | None


@click.command()
@click.argument("checks", nargs=-1, metavar="[CHECK]...")
@click.option("--list", "list_", is_flag=True, help=tr("Show what is checked and stop."))
@click.option("--deep", is_flag=True, help=tr("Also what takes long: hash the module cache, read the build cache."))
@click.option(
    "--report", is_flag=True, help=tr("Print Markdown for a bug report: no names of you, your host, your modules.")
)
@click.option("--fix", is_flag=True, help=tr("Change what a fix is known for: shown first, undoable."))
@click.option("-n", "--dry-run", is_flag=True, help=tr("With --fix: show what would change and stop."))
@click.option("-y", "--yes", is_flag=True, help=tr("With --fix: do not ask."))
@click.option("--explain", metavar="TEXT|FILE|-", help=tr("The same as `idecare explain`."))
@click.option("--download", metavar="FILE", help=tr("The same as `idecare verify`."))
@click.option("--sha256", metavar="SUM|FILE", help=tr("With --download."))
@click.option("--key", metavar="FILE", help=tr("With --download."))
@verb
@takes(Options)
def doctor(session: Session, options: Options) -> int:
    """Say why Go misbehaves on this machine: each finding with its evidence and its fix. Offline, changes nothing.

    CHECK: an id of `idecare doctor --list`, or a group: arm64 go cgo delve goland vscode caches. Without one: all.
    Words that are neither are taken for an error text, as by `idecare explain`.
    Exits 4 on findings of warning or above.
    """
    if (code := _answer_alias(session, options)) is not None:
        return code
    with _without_collections():
        return _run(session, options)


def _answer_alias(session: Session, options: Options) -> int | None:
    """The exit code of `explain` or `verify`; ``None`` when it is the machine that is asked about."""
    if options.download is None and (options.sha256 is not None or options.key is not None):
        raise UsageError("no-download", tr("--sha256 and --key go with --download"), "idecare verify FILE")
    text = options.explain if options.explain is not None else _error_text(options.checks)
    if options.download is None and text is None:
        return None
    _refuse_options(options)
    if options.download is not None:
        from idecare.cli.verify import verify_archive

        return verify_archive(session, options.download, options.sha256, options.key)
    from idecare.cli.explain import explain_text

    return explain_text(session, text or "")


def _refuse_options(options: Options) -> None:
    names = ("list_", "deep", "report", "fix", "dry_run", "yes")
    given = " ".join(f"--{name.strip('_').replace('_', '-')}" for name in names if getattr(options, name))
    if given:
        raise UsageError(
            "options",
            tr("{options} is about this machine, not about a text or a file", options=given),
            tr("leave it out"),
        )


def _error_text(checks: tuple[str, ...]) -> str | None:
    """The words as one text, when they name no checks but are an error."""
    behind: list[str] = click.get_current_context().find_root().obj or []
    words = (*checks, *behind)
    if all(word.partition("/")[0] in GROUPS for word in words):
        return None
    from idecare.cli.explain import is_error_text

    text = " ".join(words)
    return text if is_error_text(text) else None


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
    deep = options.deep or any(check.is_deep and check.id in options.checks for check in checks)
    snapshot, examined = _inspect(session, checks, deep)
    if options.fix:
        from idecare.cli import flow
        from idecare.cli.doctor_fix import fix

        how_far = flow.Request(dry_run=options.dry_run, yes=options.yes)
        return fix(session, examined, lambda: _inspect(session, checks, deep)[1], how_far)
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


def _inspect(session: Session, checks: Sequence[Check], deep: bool) -> tuple[Snapshot, tuple[Examined, ...]]:
    """A new snapshot for each inspection. What was asked to take long has no time limit, but shows its progress."""
    if not deep:
        snapshot = Snapshot(session.host)
        return snapshot, run_checks(checks, snapshot, LIMIT_SECONDS)
    from idecare.cli.progress import counting_progress

    with counting_progress(session, tr("hashing the module cache")) as on_progress:
        snapshot = Snapshot(session.host, deep=True, on_progress=on_progress)
        examined = run_checks(checks, snapshot, None)
    from idecare.doctor.remembered import remember

    remember(session.host.own.cache, examined, session.now)
    return snapshot, examined


def _report(session: Session, snapshot: Snapshot, examined: tuple[Examined, ...]) -> int:
    from idecare.cli.render.doctor_markdown import markdown, redactions

    node = os.uname().nodename if hasattr(os, "uname") else session.host.variable("COMPUTERNAME") or ""
    hidden = redactions(session.host, snapshot.module_file, node, snapshot.project_packages)
    text = markdown(examined, snapshot, hidden)
    return session.finish({"report": text}, text, exit_code(worst_first(examined)))
