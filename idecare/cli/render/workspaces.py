"""Open modules, conflicts, locks and notices in words: who has what open, how we know, what ends a conflict."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from idecare.cli.render.tables import table
from idecare.cli.render.terminal import pad, paint, wrap
from idecare.core.humanize import age_text, count_text, path_text, time_text, visible, with_short_home
from idecare.core.language import mark, tr
from idecare.workspaces.base import Evidence, LockUse, LockWait, Presence, RemoteWindow, StaleLock, Workspace
from idecare.workspaces.conflicts import Conflict
from idecare.workspaces.conflicts.base import Shared, shared_things

if TYPE_CHECKING:
    from idecare.watcher.policy import Notice

Row = tuple[str, ...]
# Words of the values that are shown: the signs of an IDE and how sure they are, and what a go command does with a lock.
SHOWN: Row = (mark("window"), mark("window-lock"), mark("storage"), mark("argument"), mark("recent"), mark("terminal"))
SHOWN += (mark("certain"), mark("likely"), mark("hint"), mark("holds"), mark("waits"))
HEADER: Row = ("IDE", tr("VERSION"), "GO", "PID", tr("SINCE"), tr("HAS OPEN"), tr("HOW WE KNOW"))
LOCK_HEADER: Row = (tr("PROCESS"), "PID", tr("STATE"), tr("SINCE"), tr("LOCK"), tr("HELD BY"))
USES_HEADER = (tr("LOCK"), tr("WAITS"), tr("TOGETHER"), tr("LONGEST"), tr("WHO WAITED"), tr("FOR WHOM"))
MARKS = {"error": tr("ERROR"), "warning": tr("WARNING"), "info": tr("info")}


def workspace_text(workspace: Workspace, conflicts: Iterable[Conflict], now: datetime, home: Path | None) -> str:
    """A module's head, who has it open, what they share, and what clashes."""
    module = workspace.module or tr("go.work of {modules}", modules=count_text(len(workspace.members), "module"))
    lines = [f"{paint(path_text(workspace.root, home), 'heading')}  {visible(module)}"]
    presences = (*workspace.presences, *((workspace.terminal,) if workspace.terminal else ()))
    if workspace.presences:
        lines.append(table((_row(presence, now, home) for presence in presences), HEADER))
    else:
        lines.append(tr("  nobody has it open"))
    if shared := shared_things(workspace):
        lines.append(tr("  shared: {things}", things=", ".join(_shared_text(thing, home) for thing in shared)))
    lines += [f"  {line}" for conflict in conflicts for line in conflict_lines(conflict, home)]
    return "\n".join(lines)


def _row(presence: Presence, now: datetime, home: Path | None) -> Row:
    folders = " ".join(path_text(folder, home) for folder in presence.folders)
    since = time_text(presence.since, now) if presence.since else ""
    go = (presence.side.go_version or "").removeprefix("go")
    return (
        visible(presence.name),
        presence.version or "",
        go,
        str(presence.pid or ""),
        since,
        folders,
        _known_by(presence),
    )


def _known_by(presence: Presence) -> str:
    """``gopls (certain), window (likely)``, each kind once."""
    kinds: dict[str, Evidence] = {}
    for evidence in presence.evidence:
        kinds.setdefault(evidence.kind, evidence)
    lingering = tr("; lingers, its window is closed") if presence.is_lingering else ""
    return ", ".join(f"{tr(kind)} ({tr(evidence.strength)})" for kind, evidence in kinds.items()) + lingering


def evidence_text(presence: Presence, now: datetime, home: Path | None) -> str:
    """Every sign, with its age; for those who ask for more."""
    rows = [
        (
            tr(evidence.kind),
            tr(evidence.strength),
            time_text(evidence.since, now) if evidence.since else "",
            _short(evidence.detail, home),
        )
        for evidence in presence.evidence
    ]
    return f"    {visible(presence.name)}\n{table(rows, indent='      ')}"


def _short(text: str, home: Path | None) -> str:
    return visible(with_short_home(text, home))


def _shared_text(thing: Shared, home: Path | None) -> str:
    return f"{tr(thing.name)} {path_text(thing.path, home)}" if thing.path else tr(thing.name)


def conflict_lines(conflict: Conflict, home: Path | None) -> Iterator[str]:
    """What clashes, which setting to change, and what does it."""
    message = wrap(_short(conflict.message, home), " " * 11)[11:]  # two of them are the caller's indent
    yield f"{paint(pad(MARKS[conflict.grade], 7), conflict.grade)}  {message}"
    if conflict.setting:
        yield f"         {pad(tr('change: '), 8)}{_short(conflict.setting, home)}"
    if conflict.command:
        yield f"         {pad(tr('run: '), 8)}{conflict.command}"


def locks_text(locks: Iterable[LockWait], now: datetime, home: Path | None) -> str:
    """Who holds and who waits for which lock."""
    rows = [
        (
            visible(f"{lock.command or lock.name}{f' ({lock.starter})' if lock.starter else ''}"),
            str(lock.pid),
            tr("stopped") if lock.is_stopped else tr(lock.state),
            time_text(lock.since, now) if lock.since else "",
            path_text(lock.path, home),
            " ".join(map(str, lock.holders)),
        )
        for lock in locks
    ]
    body = table(rows, LOCK_HEADER) if rows else tr("  no go command holds a lock or waits for one")
    return f"{tr('Locks')}\n{body}"


def lock_uses_text(uses: Iterable[LockUse], home: Path | None) -> str:
    """How often and for whom go commands waited within the last hour."""
    rows = [
        (
            path_text(use.path, home),
            str(use.waits),
            age_text(use.total_seconds),
            age_text(use.longest_seconds),
            visible(", ".join(use.waiters)),
            visible(", ".join(use.holders)),
        )
        for use in uses
    ]
    title = tr("Waits within the last hour, as the daemon saw them")
    return f"{title}\n{table(rows, USES_HEADER)}" if rows else f"{title}\n  {tr('none')}"


def stale_text(lock: StaleLock, now: datetime, home: Path | None) -> str:
    """One line for the lock of an IDE that is gone."""
    path = path_text(lock.path, home)
    text = tr(
        "{ide} was killed or crashed: {path} names pid {pid}, which is gone", ide=lock.name, path=path, pid=lock.pid
    )
    return text + (tr(", written {time}", time=time_text(lock.written, now)) if lock.written else "")


PLACES = {
    "wsl": "WSL",
    "ssh-remote": "SSH",
    "dev-container": tr("a container"),
    "attached-container": tr("a container"),
}


def remote_text(window: RemoteWindow) -> str:
    """One line for a window whose folder is elsewhere. The name of a container is no text to read."""
    kind, _, name = window.authority.partition("+")
    place = PLACES.get(kind, kind)
    where = visible(f"{place}: {name}" if kind in ("wsl", "ssh-remote") else place)
    folder = visible(window.folder)
    return tr("{ide} has {folder} open on {place}: not seen from here", ide=window.name, folder=folder, place=where)


def conflict_values(conflict: Conflict) -> dict[str, Any]:
    return {
        "code": conflict.code,
        "grade": conflict.grade,
        "root": str(conflict.root),
        "message": conflict.message,
        "parties": list(conflict.parties),
        "setting": conflict.setting,
        "fix": conflict.command,
    }


def notice_text(notice: Notice, home: Path | None) -> str:
    """What happened to which module; while it lasts, each conflict with what ends it."""
    head = tr("resolved") if notice.kind == "resolved" else tr(notice.grade)
    lines = [f"{notice.at.astimezone():%H:%M:%S}  {head}{tr(': ')}{path_text(notice.root, home)}"]
    if notice.kind != "resolved":
        lines += [f"  {line}" for conflict in notice.conflicts for line in conflict_lines(conflict, home)]
    return "\n".join(lines)


def notice_json(notice: Notice) -> dict[str, Any]:
    return {
        "id": notice.id,
        "kind": notice.kind,
        "grade": notice.grade,
        "root": str(notice.root),
        "at": notice.at.isoformat(),
        "conflicts": [conflict_values(conflict) for conflict in notice.conflicts],
    }
