"""What becomes of a repository that go keeps of a module it fetched with git."""

from __future__ import annotations

from idecare.core.results import Skip
from idecare.modules.repair.verdicts import Damage, Repair, Verdict
from idecare.modules.vcs_repositories import Repository


def repository_verdict(found: Repository) -> Verdict:
    if not (found.stale_locks or found.problem):
        return Verdict(found.name)
    hold = (found.folder,) if found.problem else found.stale_locks
    damages = tuple(
        Damage("vcs", f"{path.rpartition('/')[2]} was left by a git that is gone") for path in found.stale_locks
    )
    if found.problem:
        damages = (Damage("vcs", found.problem),)
    if found.is_locked:
        skip = Skip("busy", "busy", "go is at work in it", "run it again when that has ended")
        return Verdict(found.name, damages, skip)
    notes = ("go clones it again when it needs it",) if found.problem else ()
    repair = Repair(
        found.name, f"{found.folder}.lock", found.folder, "", hold, download=("vcs",) if found.problem else ()
    )
    return Verdict(found.name, damages, repair, notes)
