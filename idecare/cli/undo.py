"""``idecare undo``: put back what a clean moved aside, and the bytes from before an edit."""

from __future__ import annotations

import click

from idecare.caches.find import users_of_record
from idecare.changes.journal import Entry, Journal, Record, Unreadable
from idecare.changes.undo import Undone, latest_undoable, undo_entry
from idecare.cli.common import Session, nearest, verb
from idecare.cli.flow import Proposal, Report, Request, find_lost_holds, finish, finish_interrupted, settle
from idecare.cli.render.undo import exit_code, planned_json, planned_text, undone_json, undone_text
from idecare.core.errors import IdecareError, UsageError
from idecare.core.language import tr
from idecare.core.targets import aliases
from idecare.system.filesystem import exclusive

SERVICE = "idecare"  # the target of the records of `daemon install`


@click.command()
@click.argument("entry_id", metavar="[ID]", required=False)
@click.option("-t", "--target", "words", multiple=True, metavar="TARGET", help=tr("Only this target; may be repeated."))
@click.option("-n", "--dry-run", is_flag=True, help=tr("Show what would come back and stop."))
@click.option("-y", "--yes", is_flag=True, help=tr("Do not ask."))
@verb
def undo(session: Session, entry_id: str | None, words: tuple[str, ...], dry_run: bool, yes: bool) -> int:
    """Put back what the last command changed, or the one with ID from `idecare history`.

    What a clean moved aside comes back, and edited files get the bytes they had. What tools have rebuilt since, or you
    have changed since, stays and is named with the reason.
    """
    return undo_entry_of(session, entry_id, words, Request(dry_run=dry_run, yes=yes))


def undo_entry_of(session: Session, entry_id: str | None, words: tuple[str, ...], request: Request) -> int:
    """Undo that entry, or the last one that can be."""
    journal = Journal(session.host.own.state)
    recovered = finish_interrupted(session, journal)
    if recovered and entry_id is None and not recovered[-1].is_undoable:
        report = Report({"id": recovered[-1].id, "changes": []}, "", has_changed=True)
        return finish(session, report, journal.unreadable())
    unreadable = journal.unreadable()
    if not _is_known(journal, entry_id):
        find_lost_holds(session, journal, rescued=(entry_id,) if entry_id and not request.dry_run else ())
    entry = _wanted(journal, entry_id, unreadable)
    if entry is None:
        return finish(
            session, Report({"id": None, "changes": []}, tr("There is nothing to undo."), has_changed=False), unreadable
        )
    proposal = _proposal(session, journal, entry, _targets(entry, words))
    return settle(session, proposal, request, unreadable)


def _proposal(session: Session, journal: Journal, entry: Entry, targets: frozenset[str]) -> Proposal:
    home = session.host.home
    planned = tuple(record for record in _records(entry, targets) if record.is_undoable)

    def show() -> Report:
        return Report({"id": entry.id, "changes": planned_json(planned)}, planned_text(planned, home))

    def carry_out() -> Report:
        with exclusive(journal.lock):
            results = undo_entry(journal, entry.id, targets, lambda record: users_of_record(session.host, record))
        _follow_service(session, results)
        values = {"id": entry.id, "changes": undone_json(results)}
        has_changed = any(result.restored for result in results)
        return Report(values, undone_text(results, home), exit_code(results), has_changed=has_changed)

    return Proposal(bool(planned), show, carry_out, tr("Put it back?"))


def _records(entry: Entry, targets: frozenset[str]) -> tuple[Record, ...]:
    return tuple(record for record in entry.records if not targets or record.target in targets)


def _follow_service(session: Session, results: tuple[Undone, ...]) -> None:
    """The service manager goes by links and by what it has read: it has to know that the daemon's file changed."""
    if any(result.record.target == SERVICE and result.state == "restored" for result in results):
        from idecare.watcher.service.managers import follow_file

        try:
            follow_file(session.host)
        except IdecareError as error:
            session.say(f"{error}\n  {error.hint}")


def _targets(entry: Entry, words: tuple[str, ...]) -> frozenset[str]:
    """What the words stand for among the targets of cleans and the IDEs that the command changed."""
    known = dict.fromkeys(record.target for record in entry.records)
    spellings = aliases()
    names = [spellings.get(word.lower(), word.lower()) for word in words]
    for name in names:
        if name not in known:
            message = tr(
                "{id} changed nothing of '{name}'.{nearest}", id=entry.id, name=name, nearest=nearest(name, known)
            )
            raise UsageError("unknown-target", message, tr("it changed: {names}", names=", ".join(known)))
    return frozenset(names)


def _is_known(journal: Journal, entry_id: str | None) -> bool:
    return bool(journal.entry(entry_id) if entry_id else latest_undoable(journal.entries()))


def _wanted(journal: Journal, entry_id: str | None, unreadable: tuple[Unreadable, ...]) -> Entry | None:
    if entry_id is None:
        return latest_undoable(journal.entries())
    entry = journal.entry(entry_id)
    broken = next((found for found in unreadable if found.id == entry_id), None)
    if entry is None and broken:
        message = tr(
            "the journal entry {path} cannot be read ({reason}), and no cache holds anything of it",
            path=broken.path,
            reason=broken.reason,
        )
        raise IdecareError(
            "unreadable-entry", message, tr("what it edited is kept in {folder}", folder=journal.originals.folder)
        )
    if entry is None:
        raise UsageError(
            "unknown-id",
            tr("there is no '{entry_id}' in the journal", entry_id=entry_id),
            tr("see `idecare history` for the ids"),
        )
    return entry
