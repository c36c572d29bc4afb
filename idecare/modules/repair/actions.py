"""From what a repair decides to actions: the new parts of a version, made apart and proven before they are put in
place."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from idecare.changes.plan import HoldEntries, Plan, ReplaceParts, Stamp, Step
from idecare.core.errors import RefusedError
from idecare.core.frozen import frozen
from idecare.core.language import tr
from idecare.core.results import Identity
from idecare.modules.hashing import BrokenError, h1, legacy_go_mod, zip_files
from idecare.modules.inspect import stamps_of
from idecare.modules.layout import ModuleVersion
from idecare.modules.repair import Repair, Verdict
from idecare.modules.state import ModuleState, problem_text
from idecare.system.filesystem.module_parts import stage_file, stage_tree, stamps

ACTION_SUFFIX = "-a"  # an index is a build cache entry (cmd/go go1.27.3, src/cmd/go/internal/modindex/read.go)
CHANGED_SINCE = tr("it has been changed since it was verified")


@frozen
class Place:
    """A cache whose parts are replaced. ``writable``: trees are extracted with writable folders (-modcacherw)."""

    target: str
    root: Path
    identity: Identity
    writable: bool = False


def repair_steps(verdicts: Iterable[Verdict], place: Place) -> Plan:
    """One step for each version that is not sound; its name is the step's source."""
    decided = ((verdict, verdict.decision) for verdict in verdicts)
    return Plan(
        tuple(
            Step(
                place.target,
                place.root,
                _action(decision, verdict.state, place) if isinstance(decision, Repair) else decision,
                verdict.name,
            )
            for verdict, decision in decided
            if decision is not None
        )
    )


def index_step(place: Place, entries: tuple[str, ...]) -> Plan:
    """Drop entries of go's index: whole files that go writes again, at any time."""
    if not entries:
        return Plan()
    hold = HoldEntries(
        place.target,
        place.root,
        place.identity,
        entries,
        returns_in_use=True,
        uniform_suffix=ACTION_SUFFIX,
        at_any_time=True,
    )
    return Plan((Step(place.target, place.root, hold),))


def _action(repair: Repair, state: ModuleState | None, place: Place) -> ReplaceParts:
    module = repair.module
    changes_tree = module is not None and (repair.extract or repair.place in repair.hold)
    return ReplaceParts(
        place.target,
        place.root,
        place.identity,
        repair.name,
        repair.lock,
        repair.place,
        repair.hold,
        repair.open_up,
        module.file("partial") if module and changes_tree else None,
        NewModuleParts(place.root, repair, state, place.writable),
    )


@frozen
class NewModuleParts:
    """The new parts of one version. ``state`` is what was judged, ``None`` for a repository of ``cache/vcs``."""

    root: Path
    repair: Repair
    state: ModuleState | None
    writable: bool

    def stage(self, root: int, staged: str) -> tuple[Stamp, ...]:
        """Make them in the folder ``staged``, and prove the tree by its sum."""
        try:
            names = list(self._staged(root, staged))
        except BrokenError as error:
            raise RefusedError(
                "failed", problem_text(error.problem), tr("it is as it was before; run it again")
            ) from error
        found = stamps(root, [f"{staged}/{name}" for name in names])
        return tuple((path.removeprefix(f"{staged}/"), *stamp) for path, *stamp in found)  # type: ignore[misc]

    def _staged(self, root: int, staged: str) -> Iterator[str]:
        repair, module = self.repair, self.repair.module
        if module and repair.ziphash:
            yield module.file("ziphash")
            stage_file(root, f"{staged}/{module.file('ziphash')}", repair.ziphash.encode())
        if module and repair.go_mod:
            yield module.file("mod")
            stage_file(root, f"{staged}/{module.file('mod')}", _go_mod(self.root, module))
        if module and repair.extract:
            yield repair.place
            digests = stage_tree(root, f"{staged}/{repair.place}", _files(self.root, module), self.writable)
            prefix = os.fsencode(repair.name)
            if h1([(b"%b/%b" % (prefix, name), digest) for name, digest in digests]) != repair.h1:
                raise RefusedError("changed", tr("its zip has been changed since it was verified"), tr("run it again"))

    def require_unchanged(self) -> None:
        if self.state and stamps_of(self.root, self.state.module) != self.state.stamps:
            raise RefusedError("changed", CHANGED_SINCE, tr("run it again"))


def _files(root: Path, module: ModuleVersion) -> Iterator[tuple[str, bytes]]:
    """Names below the tree, which were checked when the zip was read, and contents."""
    prefix = os.fsencode(str(module))
    for name, content in zip_files(os.fsencode(root / module.file("zip")), prefix):
        if not name.endswith(b"/"):
            yield os.fsdecode(name[len(prefix) + 1 :]), content


def _go_mod(root: Path, module: ModuleVersion) -> bytes:
    prefix = os.fsencode(str(module))
    for name, content in zip_files(os.fsencode(root / module.file("zip")), prefix):
        if name == prefix + b"/go.mod":
            return content
    return legacy_go_mod(prefix)
