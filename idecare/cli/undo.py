"""``idecare undo``: put back what a clean moved aside, and the bytes from before an edit."""

from __future__ import annotations

import click

from idecare.caches.find import users_of_record
from idecare.changes.journal import Entry, Journal
from idecare.changes.recover import is_interrupted, recover
from idecare.changes.undo import Undone, is_undoable, latest_undoable, undo_entry
from idecare.cli.common import Session, verb
from idecare.cli.output import print_out
from idecare.cli.render.undo import undone_json, undone_text
from idecare.core.errors import ExitCode, IdecareError, UsageError
from idecare.core.humanize import path_text
from idecare.core.targets import resolve_target
from idecare.system.filesystem import exclusive

SERVICE = "idecare"  # the target of the records of `daemon install`


@click.command()
@click.argument("entry_id", metavar="[ID]", required=False)
@click.option("-t", "--target", "words", multiple=True, metavar="TARGET", help="Only this target; may be repeated.")
@click.option("-y", "--yes", is_flag=True, help="Do not ask.")
@verb
def undo(session: Session, entry_id: str | None, words: tuple[str, ...], yes: bool) -> int:
    """Put back what the last command changed, or the one with ID from `idecare history`.

    What a clean moved aside comes back, and edited files get the bytes they had. What tools have made anew since, or
    you have changed since, stays and is named with the reason.
    """
    journal = Journal(session.host.own.state)
    if is_interrupted(journal):
        with exclusive(journal.lock):
            recovered = recover(journal)
        for found in recovered:
            session.say(f"put back what {' '.join(found.command)} of {found.started} had left half done")
        if recovered and entry_id is None and not any(map(is_undoable, recovered[-1].records)):
            return session.finish({"id": recovered[-1].id, "changes": []}, "")
    entry = _wanted(journal, entry_id)
    if entry is None:
        return session.finish({"id": None, "changes": []}, "There is nothing to undo.")
    targets = frozenset(_target(word, entry) for word in words)
    if not yes and not _agreed(session, entry):
        return ExitCode.OK if session.may_ask else ExitCode.USAGE
    with exclusive(journal.lock):
        results = undo_entry(journal, entry.id, targets, lambda record: users_of_record(session.host, record))
    _follow_service(session, results)
    values = {"id": entry.id, "changes": undone_json(results)}
    return session.finish(values, undone_text(results, session.host.home), _exit_code(results))


def _follow_service(session: Session, results: tuple[Undone, ...]) -> None:
    """The service manager goes by links and by what it has read: it has to be told that the daemon's file changed."""
    if any(result.record.target == SERVICE and result.state == "restored" for result in results):
        from idecare.watcher.service.managers import follow_file

        try:
            follow_file(session.host)
        except IdecareError as error:
            session.say(f"{error}\n  {error.hint}")


def _target(word: str, entry: Entry) -> str:
    """A target of cleans, or an IDE that the command edited."""
    return word.lower() if word.lower() in {record.target for record in entry.records} else resolve_target(word)


def _wanted(journal: Journal, entry_id: str | None) -> Entry | None:
    if entry_id is None:
        return latest_undoable(journal.entries())
    entry = journal.entry(entry_id)
    if entry is None:
        raise UsageError("unknown-id", f"there is no '{entry_id}' in the journal", "see `idecare history` for the ids")
    return entry


def _agreed(session: Session, entry: Entry) -> bool:
    held = [record for record in entry.records if is_undoable(record)]
    lines = [f"{record.target:<9}  to be put back  {path_text(record.place, session.host.home)}" for record in held]
    text = "\n".join(lines) or "there is nothing of it to put back"
    if not session.may_ask:
        planned = [
            {
                "target": record.target,
                "root": record.root,
                "path": record.edit.path if record.edit else None,
                "state": "planned",
            }
            for record in held
        ]
        session.finish({"id": entry.id, "changes": planned}, text, ExitCode.USAGE)
        session.say("nothing was changed: pass --yes to do this without being asked")
        return False
    print_out(text)
    return click.confirm("Put it back?", default=True, err=True)


def _exit_code(results: tuple[Undone, ...]) -> ExitCode:
    states = {result.state for result in results}
    if states == {"busy"}:
        return ExitCode.BUSY
    return ExitCode.FAILED if states & {"busy", "impossible"} else ExitCode.OK
