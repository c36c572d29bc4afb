"""``idecare purge``: delete now what cleans hold aside."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import click

from idecare.changes.background import purge_all, purge_in_background
from idecare.changes.journal import Journal, Record
from idecare.changes.purge import held_records
from idecare.cli.common import Session, verb
from idecare.cli.flow import Proposal, Report, Request, find_lost_holds, finish, finish_interrupted, settle
from idecare.cli.progress import deletion_progress
from idecare.cli.render.clean import spared
from idecare.core.errors import ExitCode
from idecare.core.humanize import path_text, size_text
from idecare.core.language import tr


@click.command()
@click.option("-n", "--dry-run", is_flag=True, help=tr("Show what would be deleted and stop."))
@click.option("-y", "--yes", is_flag=True, help=tr("Do not ask."))
@click.option("--due", is_flag=True, help=tr("Only what is past its time."))
@click.option("--background", is_flag=True, hidden=True)
@click.option("--limits", type=click.Choice(["once", "while-it-changes"]), hidden=True)
@verb
def purge(session: Session, dry_run: bool, yes: bool, due: bool, background: bool, limits: str | None) -> int:
    """Delete now what cleans hold aside. It cannot be undone then."""
    journal = Journal(session.host.own.state)
    if limits:
        from functools import partial

        from idecare.caches.keeper import keep_limits
        from idecare.workspaces.modcache_limit import check_modcache

        keep_limits(session.host, journal, limits != "once", partial(check_modcache, session.host, journal))
        return ExitCode.OK
    if background:
        purge_in_background(journal)
        return ExitCode.OK
    finish_interrupted(session, journal)
    unreadable = journal.unreadable()
    rescued = [entry.id for entry in unreadable if not (dry_run or due)]
    if rescued or not journal.open_entries():
        find_lost_holds(session, journal, rescued)
    now = session.now if due else None
    held = _held(journal, now)
    if not held:
        report = Report({"changes": [], "freed_bytes": 0}, tr("Nothing is held."), has_changed=False)
        return finish(session, report, unreadable)
    request = Request(dry_run=dry_run, yes=yes or due)
    return settle(session, _proposal(session, journal, held, now, _every), request, unreadable)


def purge_entries(session: Session, ids: frozenset[str], request: Request) -> int:
    """Delete what these entries of the journal hold."""
    journal = Journal(session.host.own.state)
    wanted = ids.__contains__
    held = _held(journal, None, wanted)
    return settle(session, _proposal(session, journal, held, None, wanted), request, journal.unreadable())


def _every(entry_id: str) -> bool:
    return True


def _proposal(
    session: Session, journal: Journal, held: tuple[Record, ...], now: datetime | None, wanted: Callable[[str], bool]
) -> Proposal:
    home = session.host.home

    def show() -> Report:
        places = ((record.target, path_text(record.root_path / record.hold, home)) for record in held)
        text = "\n".join(
            tr("{target:<9}  to be deleted  {place}", target=target, place=place) for target, place in places
        )
        return Report({"changes": [_values(record) for record in held], "freed_bytes": 0}, text)

    def carry_out() -> Report:
        with deletion_progress(session) as after_batch:
            records = purge_all(journal, now, after_batch, wanted)
        freed = sum(record.bytes or 0 for record in records)
        text = "\n".join([*(_line(session, record) for record in records), tr("freed {size}", size=size_text(freed))])
        is_done = all(record.state != "failed" and not record.set_apart for record in records)
        code = ExitCode.OK if is_done else ExitCode.FAILED
        values = {"changes": [_values(record) for record in records], "freed_bytes": freed}
        return Report(values, text, code, has_changed=any(record.state == "purged" for record in records))

    return Proposal(bool(held), show, carry_out, tr("Delete it? It cannot be undone."), default=False)


def _held(journal: Journal, now: datetime | None, wanted: Callable[[str], bool] = _every) -> tuple[Record, ...]:
    entries = {entry.id: entry for entry in journal.open_entries()}
    records = held_records(journal, now)
    return tuple(entries[entry_id].records[index] for entry_id, index in records if wanted(entry_id))


def _line(session: Session, record: Record) -> str:
    place = path_text(record.root_path, session.host.home)
    if record.state == "failed":
        return tr(
            "{target:<9}  not deleted  {place}: {reason}", target=record.target, place=place, reason=record.reason
        )
    lines = [
        tr(
            "{target:<9}  deleted  {size}  {place}",
            target=record.target,
            size=size_text(record.bytes or 0),
            place=place,
        ),
        *spared(record),
    ]
    return "\n    ".join(lines)


def _values(record: Record) -> dict[str, object]:
    return {
        "target": record.target,
        "root": record.root,
        "state": record.state,
        "entries": record.entries,
        "bytes": record.bytes,
        "reason": record.reason,
        "put_back": list(record.put_back),
        "set_apart": list(record.set_apart),
    }
