"""What `doctor --fix` would do for its findings: edits proven, what clean would take, what repair would mend."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from idecare.changes.plan import Action, HoldEntries, Plan
from idecare.cli.common import Session
from idecare.cli.render.configure import Result
from idecare.core.errors import IdecareError
from idecare.core.frozen import frozen
from idecare.core.platforms import WINDOWS
from idecare.core.results import Skip
from idecare.doctor.base import CleanTarget
from idecare.doctor.fix_edits import plan_edits
from idecare.doctor.runner import Fixes
from idecare.system.files import read_config

if TYPE_CHECKING:
    from idecare.caches.find import FoundCaches
    from idecare.caches.verify import RepairPlan


@frozen
class Planned:
    """``looked`` tells who uses a cache at the moment of the clean. ``notes``: why something is not planned."""

    fixes: Fixes
    results: tuple[Result, ...] = ()
    plan: Plan = field(default_factory=Plan)
    looked: FoundCaches | None = None
    repair: RepairPlan | None = None
    notes: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        mends = self.repair is not None and self.repair.has_changes
        return not (mends or self.plan.changes or any(result.pending for result in self.results))


def plan(session: Session, fixes: Fixes) -> Planned:
    """By the ways of configure, clean and repair; Windows has no clean and no repair yet."""
    planned = Planned(fixes, tuple(_edits(session, fixes)))
    if session.host.user_id is None:
        return planned
    if fixes.cleans:
        cleans, looked = _cleans(session, fixes.cleans)
        planned = replace(planned, plan=cleans, looked=looked)
    if fixes.modules is not None:
        try:
            return replace(planned, repair=_repair(session, fixes.modules))
        except IdecareError as error:
            return replace(planned, notes=(str(error),))
    return planned


def _edits(session: Session, fixes: Fixes) -> Iterable[Result]:
    files = {remedy.file: read_config(remedy.file) for _, remedy in fixes.edits}
    newline = "\r\n" if session.host.platform is WINDOWS else "\n"
    for each in plan_edits(fixes.edits, files, newline):
        yield _proven(session, Result(each.ide, each.name, each.edits, each.skip, each.notes))


def _proven(session: Session, result: Result) -> Result:
    """Options with which the IDE would not start are not written."""
    edits = [edit for edit in result.edits if edit.path.suffix == ".vmoptions"]
    if not edits:
        return result
    from idecare.cli.render.proof import refusal
    from idecare.jetbrains.installs import installs
    from idecare.jetbrains.jvm.dry_start import prove
    from idecare.jetbrains.launcher.files import file_to_edit
    from idecare.jetbrains.launcher.simulate import Launch, simulate

    for install in installs(session.host):
        launch = simulate(session.host, install.path) if install.product == result.ide else None
        if isinstance(launch, Launch) and file_to_edit(session.host, launch.descriptor) == edits[0].path:
            proof = prove(session.host, install.path, {edit.path: edit.after for edit in edits})
            reason = refusal(proof, session.host.home)
            step = "change what is named; nothing was written"
            blocked = Skip("refused", "jvm-refuses", reason, step) if reason else None
            return replace(result, proof=proof, blocked=blocked)
    return result


def _cleans(session: Session, cleans: Iterable[CleanTarget]) -> tuple[Plan, FoundCaches]:
    """What `clean` would take of these targets, less what no finding names."""
    from idecare.caches.base import CleanRequest
    from idecare.caches.find import find_caches
    from idecare.caches.plan import plan_clean
    from idecare.core.settings import read_settings
    from idecare.golang.setup import inspect_go_setup

    by_target = {clean.target: clean for clean in cleans}
    found = find_caches(session.host, read_settings(session.host.own.config), tuple(by_target), toolchains=False)
    now = datetime.now(UTC)
    request = CleanRequest(now, frozenset(by_target))
    steps = plan_clean(found.candidates(now), inspect_go_setup(found.host), request).steps
    narrowed = ((step, _narrowed(step.decision, by_target[step.target])) for step in steps)
    return Plan(tuple(replace(step, decision=decision) for step, decision in narrowed if decision)), found


def _narrowed(decision: Action | Skip, clean: CleanTarget) -> Action | Skip | None:
    """``None`` where nothing is left. What is not moved by name cannot be narrowed: then nothing of it is done."""
    if not clean.entries or isinstance(decision, Skip):
        return decision
    if not isinstance(decision, HoldEntries):
        return None
    entries = tuple(name for name in decision.entries if name in clean.entries)
    return replace(decision, entries=entries) if entries else None


def _repair(session: Session, names: tuple[str, ...]) -> RepairPlan:
    """No version counts as named by the user: what could be an attack stays for `idecare repair MODULE@VERSION`."""
    from idecare.caches.verify import find_modcache, verified
    from idecare.cli.progress import counting_progress

    modcache = find_modcache(session.host)
    modules = tuple(module for module in modcache.modules if not names or str(module) in names)
    with counting_progress(session, "verifying") as on_progress:
        return verified(modcache, modules, on_progress=on_progress)
