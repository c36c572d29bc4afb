"""Deciding a repair: which part of a module version is the odd one, and what mends just that. Pure.

Trust goes from a project's go.sum (or the checksum database's answer that go kept) to the .ziphash that go wrote when
it had downloaded the zip, to what two of zip, tree and .ziphash agree on.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from idecare.core.results import Skip
from idecare.modules.names import ModuleVersion
from idecare.modules.repair.parts import Parts
from idecare.modules.repair.repositories import repository_verdict
from idecare.modules.repair.reservations import blocked, discarded, mismatch, suspicious, undownloadable
from idecare.modules.repair.verdicts import Damage, Mend, Verdict, Wishes, command
from idecare.modules.state import ModuleState
from idecare.modules.vcs_repositories import Repository

__all__ = ["Damage", "Mend", "Verdict", "Wishes", "believed", "command", "plan_repair"]


def plan_repair(
    states: Iterable[ModuleState], wishes: Wishes, repositories: Iterable[Repository] = ()
) -> tuple[Verdict, ...]:
    """A verdict for each version and each repository."""
    return (*(_verdict(state, wishes) for state in states), *map(repository_verdict, repositories))


def _verdict(state: ModuleState, wishes: Wishes) -> Verdict:
    wants = {known.h1 for known in state.sums}
    if len(wants) > 1:
        damage = Damage("go.sum", "projects disagree about its sum")
        return _told(state, (damage,), mismatch(state, "the go.sum files of your projects name different sums"))
    want = wants.pop() if wants else believed(state)
    if want is None:
        return _without_judge(state, wishes)
    parts = Parts(state, want)
    damages = tuple(parts.damages())
    if not damages:
        return _told(state)
    decision = blocked(state) or suspicious(parts, wishes) or parts.mend()
    if isinstance(decision, Mend) and decision.download:
        decision = undownloadable(decision, state, wishes) or decision
    return _told(state, damages, decision)


def believed(state: ModuleState) -> str | None:
    """The sum to trust where no go.sum names one; ``None`` when there is nothing to tell by, or no two agree."""
    zip_h1, trees, ziphash = state.zip.h1, {state.tree.h1, state.clean_h1} - {""}, state.ziphash.h1
    if ziphash and (ziphash == zip_h1 or ziphash in trees or not (zip_h1 or trees)):
        return ziphash
    if not ziphash:
        return zip_h1 or None
    return None if zip_h1 else ziphash


def _without_judge(state: ModuleState, wishes: Wishes) -> Verdict:
    """No sum to compare with: nothing is here but a go.mod or a tree, or the parts contradict one another."""
    if state.ziphash.h1 and (state.zip.h1 or state.tree.h1):
        damage = Damage("go.sum", "zip, tree and .ziphash contradict one another, and no go.sum here says who is right")
        named = state.module in wishes.named
        decision = discarded(state) if named else mismatch(state, "no two of its parts agree")
        return _told(state, (damage,), decision)
    parts = Parts(state, "")
    damages = tuple(parts.small_damages())
    if state.zip.is_there:
        damages = (Damage("zip", state.zip.problem), *damages)
        return _told(state, damages, blocked(state) or discarded(state))
    return _told(state, damages, (blocked(state) or parts.mend()) if damages else None)


def _told(state: ModuleState, damages: tuple[Damage, ...] = (), decision: Mend | Skip | None = None) -> Verdict:
    return Verdict(str(state.module), damages, decision, tuple(_notes(decision)), state)


def _keeps_tree(mend: Mend, module: ModuleVersion) -> bool:
    return module.file("zip") in mend.hold and not mend.download and module.tree not in mend.hold


def _notes(decision: Mend | Skip | None) -> Iterator[str]:
    if isinstance(decision, Mend) and decision.module and _keeps_tree(decision, decision.module):
        yield "its tree is good and stays; go downloads the zip again only if it needs it"
    elif isinstance(decision, Mend) and "zip" in decision.download:
        yield f"go downloads it again at the next build, or now: go mod download {decision.name}"
    elif isinstance(decision, Mend) and decision.module and decision.module.file("zip") in decision.open_up:
        yield f"it can be verified then: {command(decision.module)}"
    elif isinstance(decision, Mend) and "mod" in decision.download:
        yield "go downloads its go.mod again at the next build"
