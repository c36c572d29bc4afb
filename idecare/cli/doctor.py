"""``idecare doctor``: look at everything, run the checks, tell; with --fix: plan, show, ask, do, look again."""

from __future__ import annotations

from dataclasses import dataclass

import click

from idecare.checks.base import GROUPS
from idecare.checks.snapshot import Snapshot
from idecare.cli.common import Session, verb
from idecare.doctor import LIMIT_SECONDS, run_checks, select_checks, worst_first
from idecare.report.doctor import examined_json, examined_text, exit_code, list_json, list_text


@dataclass(frozen=True)
class Options:
    """The options of one run, as given."""

    checks: tuple[str, ...]
    list_: bool
    deep: bool


@click.command()
@click.argument("checks", nargs=-1, metavar="[CHECK]...")
@click.option("--list", "list_", is_flag=True, help="Show what is checked and stop.")
@click.option("--deep", is_flag=True, help="Also what takes minutes: hash the whole module cache.")
@click.option("--explain", metavar="TEXT|-", help="Say what an error text, a file of them or stdin really means here.")
@click.option("--download", metavar="FILE", help="Say what can be proven of a downloaded Go or GoLand archive.")
@click.option("--sha256", metavar="SUM|FILE", help="With --download: the published sum; else FILE.sha256 beside it.")
@click.option("--key", metavar="FILE", help="With --download: the public key; else linux_signing_key.pub beside it.")
@verb
def doctor(
    session: Session, explain: str | None, download: str | None, sha256: str | None, key: str | None, **options: object
) -> int:
    """Say why Go misbehaves on this machine: each finding with its evidence and its fix. Offline, changes nothing.

    CHECK: an id of `idecare doctor --list`, or a group: arm64 go cgo delve goland vscode caches. Without one: all.
    Any other words are an error text, to be explained.
    Exits 4 on findings of warning or above.
    """
    given = Options(**options)  # type: ignore[arg-type]
    if download is not None:
        from idecare.cli.downloading import check_download

        return check_download(session, download, sha256, key)
    if (text := explain if explain is not None else _error_text(given.checks)) is not None:
        from idecare.cli.explaining import explain as explained

        return explained(session, text)
    return _run(session, given)


def _error_text(words: tuple[str, ...]) -> str | None:
    """The words as one text, when they name no checks but are an error."""
    if all(word in GROUPS or ("/" in word and word.partition("/")[0] in GROUPS) for word in words):
        return None
    from idecare.cli.explaining import is_error_text

    text = " ".join(words)
    return text if is_error_text(text) else None


def _run(session: Session, options: Options) -> int:
    checks = select_checks(options.checks)
    if options.list_:
        return session.finish({"checks": list_json(checks)}, list_text(checks))
    examined = run_checks(checks, Snapshot(session.host, deep=options.deep), None if options.deep else LIMIT_SECONDS)
    text = examined_text(examined, session.host.home, session.verbose)
    return session.finish(examined_json(examined), text, exit_code(worst_first(examined)))
