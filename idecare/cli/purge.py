"""``idecare purge``: delete now what cleans hold aside."""

from __future__ import annotations

from datetime import datetime

import click

from idecare.changes.background import purge_all, purge_in_background
from idecare.changes.journal import Journal, Record
from idecare.changes.purge import held_records
from idecare.changes.recover import adopt, recover
from idecare.cli.common import Session, verb
from idecare.cli.output import print_out
from idecare.cli.progress import deletion_progress
from idecare.core.errors import ExitCode
from idecare.core.humanize import path_text, size_text
from idecare.core.settings import read_settings
from idecare.core.targets import TARGETS
from idecare.system.filesystem import exclusive


@click.command()
@click.option("-y", "--yes", is_flag=True, help="Do not ask.")
@click.option("--due", is_flag=True, help="Only what is past its time.")
@click.option("--background", is_flag=True, hidden=True)
@verb
def purge(session: Session, yes: bool, due: bool, background: bool) -> int:
    """Delete now what cleans hold aside. It cannot be undone then."""
    journal = Journal(session.host.own.state)
    if background:
        purge_in_background(journal)
        return ExitCode.OK
    with exclusive(journal.lock):
        recover(journal)
        if not journal.open_entries():
            _find_lost_holds(session, journal)
    now = session.now if due else None
    held = _held(journal, now)
    if not held:
        return session.finish({"changes": [], "freed_bytes": 0}, "Nothing is held.")
    if not yes and not due and not _agreed(session, held):
        return ExitCode.OK if session.may_ask else ExitCode.USAGE
    with deletion_progress(session) as after_batch:
        records = purge_all(journal, now, after_batch)
    freed = sum(record.bytes or 0 for record in records)
    text = "\n".join([*(_line(session, record) for record in records), f"freed {size_text(freed)}"])
    code = ExitCode.FAILED if any(record.state == "failed" for record in records) else ExitCode.OK
    return session.finish({"changes": [_values(record) for record in records], "freed_bytes": freed}, text, code)


def _find_lost_holds(session: Session, journal: Journal) -> None:
    """The state folder may have been lost with the journal in it."""
    from idecare.caches.find import find_caches

    settings = read_settings(session.host.own.config)
    found = find_caches(session.host, settings, tuple(TARGETS), toolchains=False)
    adopt(journal, found.caches, session.now + settings.hold)


def _held(journal: Journal, now: datetime | None) -> tuple[Record, ...]:
    entries = {entry.id: entry for entry in journal.open_entries()}
    return tuple(entries[entry_id].records[index] for entry_id, index in held_records(journal, now))


def _agreed(session: Session, held: tuple[Record, ...]) -> bool:
    text = "\n".join(
        f"{record.target:<9}  to be deleted  {path_text(record.root_path / record.hold, session.host.home)}"
        for record in held
    )
    if not session.may_ask:
        session.finish({"changes": [_values(record) for record in held], "freed_bytes": 0}, text, ExitCode.USAGE)
        session.say("nothing was changed: pass --yes to do this without being asked")
        return False
    print_out(text)
    return click.confirm("Delete it? It cannot be undone.", default=False, err=True)


def _line(session: Session, record: Record) -> str:
    place = path_text(record.root_path, session.host.home)
    if record.state == "failed":
        return f"{record.target:<9}  not deleted  {place}: {record.reason}"
    return f"{record.target:<9}  deleted  {size_text(record.bytes or 0)}  {place}"


def _values(record: Record) -> dict[str, object]:
    return {
        "target": record.target,
        "root": record.root,
        "state": record.state,
        "entries": record.entries,
        "bytes": record.bytes,
        "reason": record.reason,
    }
