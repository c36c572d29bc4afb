"""The parts of one module version against the sum that they should have: which are damaged, and what repairs them."""

from __future__ import annotations

from collections.abc import Iterator

from idecare.core.language import tr
from idecare.modules.repair.verdicts import Damage, Repair, repair_of
from idecare.modules.state import ModuleState

LITTER_ONLY = tr("holds {names}, which is not of the module")
HOLDS = LITTER_ONLY.partition("{")[0]  # how such a reason begins


class Parts:
    """The parts of one version, judged against the sum that they should have."""

    def __init__(self, state: ModuleState, want: str) -> None:
        self.state, self.want = state, want
        self.has_sums = bool(state.sums)
        self.zip_is_unreadable = state.zip.state == "unreadable"
        self.zip_is_good = bool(want) and state.zip.h1 == want
        self.has_litter_only = bool(want) and bool(state.litter) and state.clean_h1 == want
        self.tree_is_good = bool(want) and (state.tree.h1 == want or self.has_litter_only) and not state.is_partial
        self.is_here = state.zip.is_there or state.tree.is_there

    def damages(self) -> Iterator[Damage]:
        state = self.state
        if state.zip.is_there and not self.zip_is_good:
            yield Damage("zip", state.zip.problem or tr("its sum is not that of {judge}", judge=self.judge))
        if state.is_partial:
            yield Damage("partial", tr("go was ended while it extracted this; it does so again when it needs it"))
        elif state.tree.is_there and not self.tree_is_good:
            yield Damage("tree", state.tree.problem or tr("its sum is not that of {judge}", judge=self.judge))
        elif self.has_litter_only:
            yield Damage("tree", LITTER_ONLY.format(names=", ".join(state.litter[:3])))
        if state.ziphash.is_there and state.ziphash.h1 != self.want:
            yield Damage("ziphash", state.ziphash.problem or tr("its sum is not that of {judge}", judge=self.judge))
        elif not state.ziphash.is_there and self.has_sums and (self.zip_is_good or self.tree_is_good):
            yield Damage("ziphash", tr("is missing"))
        yield from self.small_damages()

    def small_damages(self) -> Iterator[Damage]:
        state = self.state
        if problem := self._mod_problem():
            yield Damage("mod", problem)
        yield from (Damage(path.rpartition("/")[2], problem) for path, problem in state.spoiled)
        if self._needs_writing():
            yield from (
                Damage("access", tr("{path} may not be written to", path=barrier.path)) for barrier in state.barriers
            )

    @property
    def judge(self) -> str:
        """Whose word the parts are measured by."""
        if self.has_sums:
            source = self.state.sums[0].source
            return source.name if source.suffix == ".sum" else tr("the checksum database")
        return tr("the other parts") if self.state.ziphash.h1 != self.want else tr("its .ziphash")

    def _needs_writing(self) -> bool:
        """Whether go itself will have to write: it extracts a tree that is not there."""
        return self.state.zip.is_there and not self.state.tree.is_there

    def _mod_problem(self) -> str:
        state = self.state
        wants = {known.h1 for known in state.go_mod_sums}
        if state.mod.state in ("broken", "unreadable"):
            return state.mod.problem
        if not state.mod.is_there:
            return tr("is missing") if self.is_here else ""
        if wants and state.mod.h1 not in wants:
            return tr("its sum is not that of {judge}", judge=state.go_mod_sums[0].source.name)
        return "" if state.mod_is_text else tr("is no go.mod file")

    def mod_from_zip(self) -> bool:
        """Whether the zip's own go.mod is the right one."""
        wants = {known.h1 for known in self.state.go_mod_sums}
        return self.zip_is_good and (not wants or self.state.go_mod_h1 in wants)

    def repair(self) -> Repair:
        state, module = self.state, self.state.module
        is_judged = bool(self.want) and not self.zip_is_unreadable
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
            is_judged and self.has_sums and (self.zip_is_good or self.tree_is_good) and state.ziphash.h1 != self.want
        )
        return repair_of(
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
