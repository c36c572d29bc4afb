"""Who has a module open now, by more than a hint."""

from __future__ import annotations

from idecare.workspaces.base import Presence, Workspace


def present(workspace: Workspace) -> tuple[Presence, ...]:
    return tuple(presence for presence in workspace.presences if is_present(presence))


def is_present(presence: Presence) -> bool:
    """A language server that outlived its window counts for nobody, and neither does a state file that may be old."""
    is_seen = any(evidence.strength != "hint" for evidence in presence.evidence)
    return presence.is_running and not presence.is_lingering and is_seen
