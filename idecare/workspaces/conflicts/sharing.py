"""What the IDEs on one module share: its files, and caches that both lead to."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from idecare.core.frozen import frozen
from idecare.workspaces.base import Workspace
from idecare.workspaces.conflicts.present import present

CACHES = {"GOMODCACHE": "module cache", "GOCACHE": "build cache"}


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
    found = [Shared("go.mod and go.sum" if workspace.module else "go.work and the go.mod files of its modules")]
    for variable, name in CACHES.items():
        places = Counter(setting.value for party in parties if (setting := party.side.setting(variable)))
        found += [Shared(name, Path(place)) for place, count in places.items() if count > 1]
    return tuple(found)
