"""Deciding a repair: which part of a module version is the odd one, and what repairs just that. Pure.

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
from idecare.modules.repair.verdicts import Damage, Repair, RepairRequest, Verdict, command
from idecare.modules.state import ModuleState
from idecare.modules.vcs_repositories import Repository

__all__ = ["Damage", "Repair", "RepairRequest", "Verdict", "believed", "command", "plan_repair"]


def plan_repair(
    states: Iterable[ModuleState], request: RepairRequest, repositories: Iterable[Repository] = ()
) -> tuple[Verdict, ...]:
    """A verdict for each version and each repository."""
    return (*(_verdict(state, request) for state in states), *map(repository_verdict, repositories))


def _verdict(state: ModuleState, request: RepairRequest) -> Verdict:
    wants = {known.h1 for known in state.sums}
    if len(wants) > 1:
        damage = Damage("go.sum", "projects disagree about its sum")
        return _told(state, (damage,), mismatch(state, "the go.sum files of your projects name different sums"))
    want = wants.pop() if wants else believed(state)
    if want is None:
        return _without_judge(state, request)
    parts = Parts(state, want)
    damages = tuple(parts.damages())
    if not damages:
        return _told(state)
    decision = blocked(state) or suspicious(parts, request) or parts.repair()
    if isinstance(decision, Repair) and decision.download:
        decision = undownloadable(decision, state, request) or decision
    return _told(state, damages, decision)


def believed(state: ModuleState) -> str | None:
    """The sum to trust where no go.sum names one; ``None`` when there is nothing to compare, or no two agree."""
    zip_h1, trees, ziphash = state.zip.h1, {state.tree.h1, state.clean_h1} - {""}, state.ziphash.h1
    if ziphash and (ziphash == zip_h1 or ziphash in trees or not (zip_h1 or trees)):
        return ziphash
    if not ziphash:
        return zip_h1 or None
    return None if zip_h1 else ziphash


def _without_judge(state: ModuleState, request: RepairRequest) -> Verdict:
    """No sum to compare with: nothing is here but a go.mod or a tree, or the parts contradict one another."""
    if state.ziphash.h1 and (state.zip.h1 or state.tree.h1):
        damage = Damage("go.sum", "zip, tree and .ziphash contradict one another, and no go.sum here says who is right")
        named = state.module in request.named
        decision = discarded(state) if named else mismatch(state, "no two of its parts agree")
        return _told(state, (damage,), decision)
    parts = Parts(state, "")
    damages = tuple(parts.small_damages())
    if state.zip.is_there:
        damages = (Damage("zip", state.zip.problem), *damages)
        return _told(state, damages, blocked(state) or discarded(state))
    return _told(state, damages, (blocked(state) or parts.repair()) if damages else None)


def _told(state: ModuleState, damages: tuple[Damage, ...] = (), decision: Repair | Skip | None = None) -> Verdict:
    return Verdict(str(state.module), damages, decision, tuple(_notes(decision)), state)


def _keeps_tree(repair: Repair, module: ModuleVersion) -> bool:
    return module.file("zip") in repair.hold and not repair.download and module.tree not in repair.hold


def _notes(decision: Repair | Skip | None) -> Iterator[str]:
    if isinstance(decision, Repair) and decision.module and _keeps_tree(decision, decision.module):
        yield "its tree is good and stays; go downloads the zip again only if it needs it"
    elif isinstance(decision, Repair) and "zip" in decision.download:
        yield f"go downloads it again at the next build, or now: go mod download {decision.name}"
    elif isinstance(decision, Repair) and decision.module and decision.module.file("zip") in decision.open_up:
        yield f"it can be verified then: {command(decision.module)}"
    elif isinstance(decision, Repair) and "mod" in decision.download:
        yield "go downloads its go.mod again at the next build"
