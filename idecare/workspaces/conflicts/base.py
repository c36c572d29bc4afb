"""What a conflict is, who counts as a party to one, and what parties share."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from idecare.core.frozen import frozen
from idecare.core.language import tr
from idecare.workspaces.base import Presence, Unseen, Workspace

Grade = Literal["info", "warning", "error"]
GRADES: tuple[Grade, ...] = ("error", "warning", "info")


@frozen
class Fix:
    """What to change, and what does it. ``command`` is ``None`` where only the IDE's own window can do it."""

    setting: str
    command: str | None = None


@frozen
class Conflict:
    """``code`` is stable (``go-version``, ``mod-mod``, ``lock-wait``, ...). ``parties`` are the IDEs or processes as
    they are shown. ``setting`` is what to change and ``command`` what does it, ``None`` when nothing needs changing."""

    code: str
    grade: Grade
    root: Path
    message: str
    parties: tuple[str, ...]
    setting: str | None = None
    command: str | None = None


def present(workspace: Workspace) -> tuple[Presence, ...]:
    return tuple(presence for presence in workspace.presences if is_present(presence))


def parties_of(workspace: Workspace) -> tuple[Presence, ...]:
    """Those present, and the terminal that asks about them."""
    found = present(workspace)
    return (*found, workspace.terminal) if found and workspace.terminal else found


def is_present(presence: Presence) -> bool:
    """A language server that outlived its window counts for nobody, and neither does a state file that may be old."""
    is_seen = any(evidence.strength != "hint" for evidence in presence.evidence)
    return presence.is_running and not presence.is_lingering and is_seen


UNSEEN: dict[Unseen, str] = {"login shell": tr("a login shell"), "client": tr("user settings on another machine")}


def unknowns(parties: tuple[Presence, ...]) -> tuple[str, ...]:
    """What is not known of them, so that nobody can say that they agree."""
    return tuple(found for party in parties for found in _unknown(party))


def _unknown(party: Presence) -> Iterator[str]:
    if party.side.go_version is None:
        yield tr("{name}'s Go is", name=party.name)
    if party.side.settings is None:
        yield tr("{name}'s environment is", name=party.name)
    elif party.side.unseen:
        yield tr("what {name} has from {source} is", name=party.name, source=UNSEEN[party.side.unseen])


CACHES = {"GOMODCACHE": tr("module cache"), "GOCACHE": tr("build cache")}


@frozen
class Shared:
    """``path`` is ``None`` for the files of the module itself."""

    name: str
    path: Path | None = None


def shared_things(workspace: Workspace) -> tuple[Shared, ...]:
    """Nothing, where fewer than two IDEs have it open."""
    parties = present(workspace)
    if len(parties) < 2:
        return ()
    found = [Shared(tr("go.mod and go.sum") if workspace.module else tr("go.work and the go.mod files of its modules"))]
    for variable, name in CACHES.items():
        places = Counter(setting.value for party in parties if (setting := party.side.setting(variable)))
        found += [Shared(name, Path(place)) for place, count in places.items() if count > 1]
    return tuple(found)
