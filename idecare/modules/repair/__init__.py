"""Deciding a repair: which part of a module version is the odd one, and what repairs just that. Pure.

Trust goes from a project's go.sum (or the checksum database's answer that go kept) to the .ziphash that go wrote when
it had downloaded the zip, to what two of zip, tree and .ziphash agree on.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from idecare.core.commands import command_text, shell_word
from idecare.core.language import tr
from idecare.core.results import Skip
from idecare.modules.layout import ModuleVersion
from idecare.modules.repair.parts import Parts
from idecare.modules.repair.verdicts import Damage, Repair, RepairRequest, Verdict, command, repair_of
from idecare.modules.state import ModuleState, Reading
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
        damage = Damage("go.sum", tr("projects disagree about its sum"))
        return _verdict_of(
            state, (damage,), mismatch(state, tr("the go.sum files of your projects name different sums"))
        )
    want = wants.pop() if wants else believed(state)
    if want is None:
        return _without_judge(state, request)
    parts = Parts(state, want)
    damages = tuple(parts.damages())
    if not damages:
        return _verdict_of(state)
    decision = blocked(state) or suspicious(parts, request) or parts.repair()
    if isinstance(decision, Repair) and decision.download:
        decision = undownloadable(decision, state, request) or decision
    return _verdict_of(state, damages, decision)


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
        damage = Damage(
            "go.sum", tr("zip, tree and .ziphash contradict one another, and no go.sum here says who is right")
        )
        named = state.module in request.named
        decision = discarded(state) if named else mismatch(state, tr("no two of its parts agree"))
        return _verdict_of(state, (damage,), decision)
    parts = Parts(state, "")
    damages = tuple(parts.small_damages())
    if state.zip.is_there:
        damages = (Damage("zip", state.zip.problem), *damages)
        return _verdict_of(state, damages, blocked(state) or discarded(state))
    return _verdict_of(state, damages, (blocked(state) or parts.repair()) if damages else None)


def _verdict_of(state: ModuleState, damages: tuple[Damage, ...] = (), decision: Repair | Skip | None = None) -> Verdict:
    return Verdict(str(state.module), damages, decision, tuple(_notes(decision)), state)


def _keeps_tree(repair: Repair, module: ModuleVersion) -> bool:
    return module.file("zip") in repair.hold and not repair.download and module.tree not in repair.hold


def _notes(decision: Repair | Skip | None) -> Iterator[str]:
    if isinstance(decision, Repair) and decision.module and _keeps_tree(decision, decision.module):
        yield tr("its tree is good and stays; go downloads the zip again only if it needs it")
    elif isinstance(decision, Repair) and "zip" in decision.download:
        yield tr(
            "go downloads it again at the next build, or now: {command}",
            command=command_text("go", "mod", "download", decision.name),
        )
    elif isinstance(decision, Repair) and decision.module and decision.module.file("zip") in decision.open_up:
        yield tr("it can be verified then: {command}", command=command(decision.module))
    elif isinstance(decision, Repair) and "mod" in decision.download:
        yield tr("go downloads its go.mod again at the next build")


def suspicious(parts: Parts, request: RepairRequest) -> Skip | Repair | None:
    """Valid content that is not what go.sum names: damage does not look like that, so the user decides."""
    state = parts.state
    other = [name for name, part in _contents(state) if part.h1 and part.h1 != parts.want]
    mod_sums = {known.h1 for known in state.go_mod_sums}
    odd_mod = (
        state.mod.h1 and mod_sums and state.mod.h1 not in mod_sums and state.mod_is_text and not parts.mod_from_zip()
    )
    is_odd = state.zip.h1 and state.zip.h1 != parts.want
    is_odd = is_odd or (not parts.zip_is_good and not parts.tree_is_good and "ziphash" in other)
    if not (is_odd or odd_mod) or state.module in request.named:
        return None
    values = {part.h1 for _, part in _contents(state) if part.h1}
    if len(values) == 1 and is_odd:
        return mismatch(state, tr("all that is here agrees, and go.sum alone says otherwise"))
    return mismatch(
        state, tr("it is valid, but not what {judge} says: a damaged file rarely looks like that", judge=parts.judge)
    )


def _contents(state: ModuleState) -> tuple[tuple[str, Reading], ...]:
    return ("zip", state.zip), ("tree", state.tree), ("ziphash", state.ziphash)


def mismatch(state: ModuleState, reason: str) -> Skip:
    next_step = tr(
        "compare the sums; to set its local copy aside, so that go downloads and checks it: {command}",
        command=command(state.module),
    )
    return Skip("kept", "mismatch", reason, next_step)


def discarded(state: ModuleState) -> Repair:
    """Everything of it goes, so that go downloads it again and checks it by itself."""
    module = state.module
    parts = ((module.tree, state.tree), (module.file("ziphash"), state.ziphash), (module.file("zip"), state.zip))
    hold = tuple(path for path, part in parts if part.is_there)
    return repair_of(module, "", (*hold, *(path for path, _ in state.spoiled)), download=("zip",))


def blocked(state: ModuleState) -> Skip | None:
    """What belongs to another user stays so: giving it back needs rights that idecare does not ask for."""
    foreign = next((barrier for barrier in state.barriers if barrier.owner is not None), None)
    if foreign is None:
        return None
    owner = tr("root, as after a `sudo go`") if foreign.owner == 0 else tr("user {id}", id=foreign.owner)
    reason = tr("{path} belongs to {owner}", path=foreign.path, owner=owner)
    return Skip("refused", "foreign-owner", reason, f'sudo chown -R "$(id -un)" {{root}}/{shell_word(foreign.path)}')


def undownloadable(repair: Repair, state: ModuleState, request: RepairRequest) -> Skip | None:
    """A tree without a good zip is better than none for as long as nothing can be downloaded."""
    if request.offline:
        reason = tr("no good copy of it is here, and {reason}", reason=request.offline)
        return Skip("kept", "offline", reason, tr("go online, then: {command}", command=command(state.module)))
    if request.busy and state.module.tree in repair.hold:
        reason = tr("its tree would have to go while {process} may be reading it", process=request.busy)
        return Skip("busy", "busy", reason, tr("when that has ended: {command}", command=command(state.module)))
    return None


def repository_verdict(found: Repository) -> Verdict:
    if not (found.stale_locks or found.problem):
        return Verdict(found.name)
    hold = (found.folder,) if found.problem else found.stale_locks
    damages = tuple(
        Damage("vcs", tr("{file} was left by a git that is gone", file=path.rpartition("/")[2]))
        for path in found.stale_locks
    )
    if found.problem:
        damages = (Damage("vcs", found.problem),)
    if found.is_locked:
        skip = Skip("busy", "busy", tr("go is at work in it"), tr("run it again when that has ended"))
        return Verdict(found.name, damages, skip)
    notes = (tr("go clones it again when it needs it"),) if found.problem else ()
    repair = Repair(
        found.name, f"{found.folder}.lock", found.folder, "", hold, download=("vcs",) if found.problem else ()
    )
    return Verdict(found.name, damages, repair, notes)
