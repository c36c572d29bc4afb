"""Deciding a repair: which part of a module version is the odd one, and what mends just that. Pure.

Trust goes from a project's go.sum (or the checksum database's answer that go kept) to the .ziphash that go wrote when
it had downloaded the zip, to what two of zip, tree and .ziphash agree on.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from idecare.inspection.cache import Skip
from idecare.inspection.module_names import ModuleVersion
from idecare.inspection.modules import ModuleState, Reading
from idecare.inspection.vcs_repositories import Repository


@dataclass(frozen=True)
class Damage:
    """What is wrong with one part: ``zip``, ``tree``, ``ziphash``, ``mod``, ``partial``, ``go.sum``, ``access`` or the
    name of a small file."""

    part: str
    reason: str


@dataclass(frozen=True)
class Mend:
    """What mends one version, or one repository of ``cache/vcs``. ``lock`` is go's lock file for it, ``place`` its tree
    or folder. ``hold``: paths below the root that are set aside; ``extract``: its tree is made from the
    zip; ``ziphash``: the sum to write; ``go_mod``: its .mod is made from the zip; ``open_up``: own folders and files
    whose permissions are given back; ``download``: parts that go must download again; ``h1``: the sum that all must
    have."""

    name: str
    lock: str
    place: str
    h1: str
    hold: tuple[str, ...] = ()
    extract: bool = False
    ziphash: str | None = None
    go_mod: bool = False
    open_up: tuple[str, ...] = ()
    download: tuple[str, ...] = ()
    module: ModuleVersion | None = None


@dataclass(frozen=True)
class Verdict:
    """One version: what is wrong with it and what will be done, ``None`` when it is sound. ``state`` is ``None`` for a
    repository of ``cache/vcs``."""

    name: str
    damages: tuple[Damage, ...] = ()
    decision: Mend | Skip | None = None
    notes: tuple[str, ...] = ()
    state: ModuleState | None = None

    @property
    def values(self) -> dict[str, tuple[str, ...]]:
        """The h1 sums that are compared; go.sum's may be several."""
        if self.state is None:
            return {}
        parts = {"zip": self.state.zip, "tree": self.state.tree, "ziphash": self.state.ziphash}
        found = {name: (part.h1,) if part.h1 else () for name, part in parts.items()}
        return {"go.sum": tuple(known.h1 for known in self.state.sums), **found}


@dataclass(frozen=True)
class Wishes:
    """``named``: versions the user named one by one; ``offline``: why nothing can be downloaded, ``None`` when it can;
    ``busy``: who would be harmed if a tree went without another in its place."""

    named: frozenset[ModuleVersion] = frozenset()
    offline: str | None = None
    busy: str | None = None


def plan_repair(
    states: Iterable[ModuleState], wishes: Wishes, repositories: Iterable[Repository] = ()
) -> tuple[Verdict, ...]:
    """A verdict for each version and each repository."""
    return (*(_verdict(state, wishes) for state in states), *map(_repository_verdict, repositories))


def _repository_verdict(found: Repository) -> Verdict:
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
    mend = Mend(found.name, f"{found.folder}.lock", found.folder, "", hold, download=("vcs",) if found.problem else ())
    return Verdict(found.name, damages, mend, notes)


def _mend(module: ModuleVersion, h1: str, hold: tuple[str, ...], **parts: Any) -> Mend:
    return Mend(str(module), module.file("lock"), module.tree, h1, hold, module=module, **parts)


def _told(state: ModuleState, damages: tuple[Damage, ...] = (), decision: Mend | Skip | None = None) -> Verdict:
    return Verdict(str(state.module), damages, decision, tuple(_notes(decision)), state)


def _verdict(state: ModuleState, wishes: Wishes) -> Verdict:
    wants = {known.h1 for known in state.sums}
    if len(wants) > 1:
        damage = Damage("go.sum", "projects disagree about its sum")
        return _told(state, (damage,), _mismatch(state, "the go.sum files of your projects name different sums"))
    want = wants.pop() if wants else believed(state)
    if want is None:
        return _without_judge(state, wishes)
    parts = _Parts(state, want)
    damages = tuple(parts.damages())
    if not damages:
        return _told(state)
    decision = _blocked(state, wishes) or _suspicious(parts, wishes) or parts.mend()
    if isinstance(decision, Mend) and decision.download:
        decision = _undownloadable(decision, state, wishes) or decision
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
        decision = _discarded(state) if named else _mismatch(state, "no two of its parts agree")
        return _told(state, (damage,), decision)
    parts = _Parts(state, "")
    damages = tuple(parts.small_damages())
    if state.zip.is_there:
        damages = (Damage("zip", state.zip.problem), *damages)
        return _told(state, damages, _blocked(state, wishes) or _discarded(state))
    return _told(state, damages, (_blocked(state, wishes) or parts.mend()) if damages else None)


class _Parts:
    """The parts of one version, judged against the sum that they should have."""

    def __init__(self, state: ModuleState, want: str) -> None:
        self.state, self.want = state, want
        self.is_told = bool(state.sums)
        self.zip_is_shut = state.zip.state == "unreadable"
        self.zip_is_good = bool(want) and state.zip.h1 == want
        self.has_litter_only = bool(want) and bool(state.litter) and state.clean_h1 == want
        self.tree_is_good = bool(want) and (state.tree.h1 == want or self.has_litter_only) and not state.is_partial
        self.is_here = state.zip.is_there or state.tree.is_there

    def damages(self) -> Iterator[Damage]:
        state = self.state
        if state.zip.is_there and not self.zip_is_good:
            yield Damage("zip", state.zip.problem or f"its sum is not that of {self.judge}")
        if state.is_partial:
            yield Damage("partial", "go was ended while it extracted this; it does so again when it needs it")
        elif state.tree.is_there and not self.tree_is_good:
            yield Damage("tree", state.tree.problem or f"its sum is not that of {self.judge}")
        elif self.has_litter_only:
            yield Damage("tree", f"holds {', '.join(state.litter[:3])}, which is not of the module")
        if state.ziphash.is_there and state.ziphash.h1 != self.want:
            yield Damage("ziphash", state.ziphash.problem or f"its sum is not that of {self.judge}")
        elif not state.ziphash.is_there and self.is_told and (self.zip_is_good or self.tree_is_good):
            yield Damage("ziphash", "is missing")
        yield from self.small_damages()

    def small_damages(self) -> Iterator[Damage]:
        state = self.state
        if problem := self._mod_problem():
            yield Damage("mod", problem)
        yield from (Damage(path.rpartition("/")[2], problem) for path, problem in state.spoiled)
        if self._needs_writing():
            yield from (Damage("access", f"{barrier.path} may not be written to") for barrier in state.barriers)

    @property
    def judge(self) -> str:
        """Whose word the parts are measured by."""
        if self.is_told:
            return (
                self.state.sums[0].source.name
                if self.state.sums[0].source.suffix == ".sum"
                else "the checksum database"
            )
        return "the other parts" if self.state.ziphash.h1 != self.want else "its .ziphash"

    def _needs_writing(self) -> bool:
        """Whether go itself will have to write: it extracts a tree that is not there."""
        return self.state.zip.is_there and not self.state.tree.is_there

    def _mod_problem(self) -> str:
        state = self.state
        wants = {known.h1 for known in state.go_mod_sums}
        if state.mod.state in ("broken", "unreadable"):
            return state.mod.problem
        if not state.mod.is_there:
            return "is missing" if self.is_here else ""
        if wants and state.mod.h1 not in wants:
            return f"its sum is not that of {state.go_mod_sums[0].source.name}"
        return "" if state.mod_is_text else "is no go.mod file"

    def mod_from_zip(self) -> bool:
        """Whether the zip's own go.mod is the right one."""
        wants = {known.h1 for known in self.state.go_mod_sums}
        return self.zip_is_good and (not wants or self.state.go_mod_h1 in wants)

    def mend(self) -> Mend:
        state, module = self.state, self.state.module
        is_judged = bool(self.want) and not self.zip_is_shut
        tree_goes = state.is_partial or (is_judged and state.tree.is_there and not self.tree_is_good)
        zip_goes = is_judged and state.zip.is_there and not self.zip_is_good
        needs_download = is_judged and not self.zip_is_good and not self.tree_is_good
        ziphash_is_odd = is_judged and state.ziphash.is_there and state.ziphash.h1 != self.want
        ziphash_goes = ziphash_is_odd or (needs_download and zip_goes and state.ziphash.is_there)
        mod_is_odd, mod_is_made = bool(self._mod_problem()), bool(self._mod_problem()) and self.mod_from_zip()
        hold = [
            *([module.tree] if tree_goes and state.tree.is_there else []),
            *(f"{module.tree}/{name}" for name in state.litter if self.has_litter_only),
            *([module.file("ziphash")] if ziphash_goes else []),
            *([module.file("zip")] if zip_goes else []),
            *([module.file("mod")] if mod_is_odd and state.mod.is_there else []),
            *(path for path, _ in state.spoiled),
        ]
        is_made = (
            is_judged and self.is_told and (self.zip_is_good or self.tree_is_good) and state.ziphash.h1 != self.want
        )
        return _mend(
            module,
            self.want,
            tuple(hold),
            extract=tree_goes and self.zip_is_good,
            ziphash=self.want if is_made else None,  # without a go.sum go makes it, and asks the checksum database
            go_mod=mod_is_made,
            open_up=tuple(barrier.path for barrier in state.barriers),
            download=(
                *(["zip"] if needs_download and hold else []),
                *(["mod"] if mod_is_odd and not mod_is_made else []),
            ),
        )


def _suspicious(parts: _Parts, wishes: Wishes) -> Skip | Mend | None:
    """Valid content that is not what go.sum names: damage does not look like that, so the user decides."""
    state = parts.state
    other = [name for name, part in _contents(state) if part.h1 and part.h1 != parts.want]
    mod_sums = {known.h1 for known in state.go_mod_sums}
    odd_mod = (
        state.mod.h1 and mod_sums and state.mod.h1 not in mod_sums and state.mod_is_text and not parts.mod_from_zip()
    )
    is_odd = state.zip.h1 and state.zip.h1 != parts.want
    is_odd = is_odd or (not parts.zip_is_good and not parts.tree_is_good and "ziphash" in other)
    if not (is_odd or odd_mod) or state.module in wishes.named:
        return None
    values = {part.h1 for _, part in _contents(state) if part.h1}
    if len(values) == 1 and is_odd:
        return _mismatch(state, "all that is here agrees, and go.sum alone says otherwise")
    return _mismatch(state, f"it is valid, but not what {parts.judge} says: a damaged file rarely looks like that")


def _contents(state: ModuleState) -> tuple[tuple[str, Reading], ...]:
    return ("zip", state.zip), ("tree", state.tree), ("ziphash", state.ziphash)


def _mismatch(state: ModuleState, reason: str) -> Skip:
    next_step = (
        f"compare the sums; to set its local copy aside, so that go downloads and checks it: {command(state.module)}"
    )
    return Skip("kept", "mismatch", reason, next_step)


def command(module: ModuleVersion) -> str:
    return f"idecare repair {module}"


def _discarded(state: ModuleState) -> Mend:
    """Everything of it goes, so that go downloads it again and checks it by itself."""
    module = state.module
    parts = ((module.tree, state.tree), (module.file("ziphash"), state.ziphash), (module.file("zip"), state.zip))
    hold = tuple(path for path, part in parts if part.is_there)
    return _mend(module, "", (*hold, *(path for path, _ in state.spoiled)), download=("zip",))


def _blocked(state: ModuleState, wishes: Wishes) -> Skip | None:
    """What belongs to another user stays so: giving it back needs rights that idecare does not ask for."""
    foreign = next((barrier for barrier in state.barriers if barrier.owner is not None), None)
    if foreign is None:
        return None
    owner = "root, as after a `sudo go`" if foreign.owner == 0 else f"user {foreign.owner}"
    reason = f"{foreign.path} belongs to {owner}"
    return Skip("refused", "foreign-owner", reason, f'sudo chown -R "$(id -un)" {{root}}/{foreign.path}')


def _undownloadable(mend: Mend, state: ModuleState, wishes: Wishes) -> Skip | None:
    """A tree without a good zip is better than none for as long as nothing can be downloaded."""
    if wishes.offline:
        reason = f"no good copy of it is here, and {wishes.offline}"
        return Skip("kept", "offline", reason, f"go online, then: {command(state.module)}")
    if wishes.busy and state.module.tree in mend.hold:
        reason = f"its tree would have to go while {wishes.busy} may be reading it"
        return Skip("busy", "busy", reason, f"when that has ended: {command(state.module)}")
    return None


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
