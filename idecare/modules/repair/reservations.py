"""What speaks against repairing a version as it is: it could be an attack, another user's, or the last copy."""

from __future__ import annotations

from idecare.core.results import Skip
from idecare.modules.repair.parts import Parts
from idecare.modules.repair.verdicts import Repair, RepairRequest, command, repair_of
from idecare.modules.state import ModuleState, Reading


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
        return mismatch(state, "all that is here agrees, and go.sum alone says otherwise")
    return mismatch(state, f"it is valid, but not what {parts.judge} says: a damaged file rarely looks like that")


def _contents(state: ModuleState) -> tuple[tuple[str, Reading], ...]:
    return ("zip", state.zip), ("tree", state.tree), ("ziphash", state.ziphash)


def mismatch(state: ModuleState, reason: str) -> Skip:
    next_step = (
        f"compare the sums; to set its local copy aside, so that go downloads and checks it: {command(state.module)}"
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
    owner = "root, as after a `sudo go`" if foreign.owner == 0 else f"user {foreign.owner}"
    reason = f"{foreign.path} belongs to {owner}"
    return Skip("refused", "foreign-owner", reason, f'sudo chown -R "$(id -un)" {{root}}/{foreign.path}')


def undownloadable(repair: Repair, state: ModuleState, request: RepairRequest) -> Skip | None:
    """A tree without a good zip is better than none for as long as nothing can be downloaded."""
    if request.offline:
        reason = f"no good copy of it is here, and {request.offline}"
        return Skip("kept", "offline", reason, f"go online, then: {command(state.module)}")
    if request.busy and state.module.tree in repair.hold:
        reason = f"its tree would have to go while {request.busy} may be reading it"
        return Skip("busy", "busy", reason, f"when that has ended: {command(state.module)}")
    return None
