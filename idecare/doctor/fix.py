"""What `doctor --fix` does for its findings, as one plan: edits of settings, then cleans, then repairs of modules."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from idecare.changes.plan import Action, Change, HoldEntries, Outcome, Plan, Step, WriteFile
from idecare.configure.configured import Configured
from idecare.configure.configured import plan_edits as edits_plan
from idecare.configure.requests import NOTHING_TO_DO, check_file, decoded
from idecare.core.errors import IdecareError, RefusedError
from idecare.core.frozen import frozen
from idecare.core.host import Host
from idecare.core.language import tr
from idecare.core.platforms import WINDOWS
from idecare.core.results import Skip
from idecare.doctor.base import CleanTarget, EditSettings, Finding
from idecare.doctor.runner import Fixes
from idecare.formats.edits import apply_edits
from idecare.system.files import ConfigFile, read_config
from idecare.system.processes import Process

if TYPE_CHECKING:
    from idecare.caches.find import FoundCaches
    from idecare.caches.verify import RepairPlan
    from idecare.jetbrains.jvm.dry_start import Proof

WHY = tr("the file that the finding names")

Asked = tuple[Finding, EditSettings]
Wanted = tuple[Finding, str, object]
Progress = Callable[[int, int], None]


@frozen
class FixPlan:
    """``scan`` knows who uses a cache at the moment of a clean. ``notes``: why something is not planned."""

    fixes: Fixes
    configured: tuple[Configured, ...] = ()
    cleans: Plan = field(default_factory=Plan)
    scan: FoundCaches | None = None
    repair: RepairPlan | None = None
    repairs: Plan = field(default_factory=Plan)
    notes: tuple[str, ...] = ()

    @property
    def edits(self) -> Plan:
        return edits_plan(self.configured)

    @property
    def whole(self) -> Plan:
        """All of it, with one undo."""
        return self.edits + self.cleans + self.repairs

    def users_of(self, step: Step) -> tuple[Process, ...]:
        """Who would be harmed by a step at this moment."""
        return self.scan.users_of(step) if self._is_clean(step) and self.scan else ()

    def users_after(self, step: Step) -> tuple[Process, ...]:
        return self.scan.users_after(step) if self._is_clean(step) and self.scan else ()

    def _is_clean(self, step: Step) -> bool:
        return any(step is cleaned for cleaned in self.cleans.steps)

    def of(self, part: Plan, outcomes: Sequence[Outcome]) -> tuple[Outcome, ...]:
        """The outcomes of one part of the plan."""
        steps = {id(step) for step in part.steps}
        return tuple(outcome for outcome in outcomes if id(outcome.step) in steps)


def plan_fix(host: Host, fixes: Fixes, refusal: Callable[[Proof], str], on_progress: Progress) -> FixPlan:
    """By the ways of configure, clean and repair. ``refusal`` says why an IDE would not start."""
    planned = FixPlan(fixes, tuple(_proven_edits(host, fixes, refusal)))
    if fixes.cleans:
        cleans, scan = _cleans(host, fixes.cleans)
        planned = replace(planned, cleans=cleans, scan=scan)
    return planned if fixes.modules is None else _with_repair(host, planned, fixes.modules, on_progress)


def _with_repair(host: Host, planned: FixPlan, names: tuple[str, ...], on_progress: Progress) -> FixPlan:
    """No version counts as named by the user: what could be an attack stays for `idecare repair MODULE@VERSION`."""
    from idecare.caches.verify import find_modcache, plan_of, verified

    try:
        modcache = find_modcache(host)
        modules = tuple(module for module in modcache.modules if not names or str(module) in names)
        repair = verified(modcache, modules, on_progress=on_progress)
    except IdecareError as error:
        return replace(planned, notes=(str(error),))
    return replace(planned, repair=repair, repairs=plan_of(repair))


def _proven_edits(host: Host, fixes: Fixes, refusal: Callable[[Proof], str]) -> Iterator[Configured]:
    files = {remedy.file: read_config(remedy.file) for _, remedy in fixes.edits}
    newline = "\r\n" if host.platform is WINDOWS else "\n"
    for each in plan_edits(fixes.edits, files, newline):
        yield _proven(host, each, refusal)


def _proven(host: Host, configured: Configured, refusal: Callable[[Proof], str]) -> Configured:
    """Options with which the IDE would not start are not written."""
    edits = [edit for edit in configured.edits if edit.path.suffix == ".vmoptions"]
    if not edits:
        return configured
    from idecare.jetbrains.installs import installs
    from idecare.jetbrains.jvm.dry_start import prove
    from idecare.jetbrains.launcher import Launch, simulate
    from idecare.jetbrains.launcher.files import file_to_edit

    for install in installs(host):
        launch = simulate(host, install.path) if install.product == configured.ide else None
        if isinstance(launch, Launch) and file_to_edit(host, launch.descriptor) == edits[0].path:
            proof = prove(host, install.path, {edit.path: edit.after for edit in edits})
            reason = refusal(proof)
            step = tr("change what is named; nothing was written")
            blocked = Skip("refused", "jvm-refuses", reason, step) if reason else None
            return replace(configured, proof=proof, blocked=blocked)
    return configured


def _cleans(host: Host, cleans: Iterable[CleanTarget]) -> tuple[Plan, FoundCaches]:
    """What `clean` would take of these targets, less what no finding names."""
    from idecare.caches.base import CleanRequest
    from idecare.caches.find import find_caches
    from idecare.caches.plan import plan_clean
    from idecare.core.settings import read_settings
    from idecare.golang.setup import inspect_go_setup

    by_target = {clean.target: clean for clean in cleans}
    found = find_caches(host, read_settings(host.own.config), tuple(by_target), toolchains=False)
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


def plan_edits(asked: Iterable[Asked], files: Mapping[Path, ConfigFile], newline: str) -> tuple[Configured, ...]:
    """One for each file: its edit, or why it is left alone. Of two that ask for one key the first decides."""
    by_file: dict[Path, list[Asked]] = {}
    for finding, remedy in asked:
        by_file.setdefault(remedy.file, []).append((finding, remedy))
    return tuple(_plan(files[path], wanted, newline) for path, wanted in by_file.items())


def _plan(file: ConfigFile, asked: list[Asked], newline: str) -> Configured:
    configured = Configured(asked[0][1].ide, asked[0][1].ide)
    try:
        check_file(file)
        edit = _edit(file, asked, newline)
    except IdecareError as error:
        reason = str(error) if str(file.path) in str(error) else f"{file.path}: {error}"
        return replace(configured, skip=Skip("refused", error.code, reason, error.hint))
    return replace(configured, edits=(edit,) if edit else (), skip=None if edit else NOTHING_TO_DO)


def _edit(file: ConfigFile, asked: list[Asked], newline: str) -> WriteFile | None:
    text, changes = _changed(file, asked, newline)
    after = text.encode()
    if after == (file.data or b""):
        return None
    return WriteFile(asked[0][1].ide, file.path, file.real_path, file.data, after, changes, WHY)


def _changed(file: ConfigFile, asked: list[Asked], newline: str) -> tuple[str, tuple[Change, ...]]:
    wanted: dict[str, Wanted] = {}
    for finding, remedy in asked:
        for key, value in remedy.keys:
            wanted.setdefault(key, (finding, key, value))
    if file.path.suffix == ".vmoptions":
        return _vmoptions(file, wanted.values(), newline)
    if file.path.suffix == ".properties":
        return _properties(file, wanted.values(), newline)
    return _settings(file, wanted.values(), newline)


def _vmoptions(file: ConfigFile, wanted: Iterable[Wanted], newline: str) -> tuple[str, tuple[Change, ...]]:
    """What is to go goes first, so that what is to be there is put in the place that is left."""
    from idecare.formats.vmoptions import drop, find_damage, once

    if damage := find_damage(file.data or b""):
        raise RefusedError("damaged-vmoptions", f"{file.path}: {damage}", tr("Remove what is on that line."))
    text, changes = (file.data or b"").decode(), []
    for finding, option, value in sorted(wanted, key=lambda item: item[2] is not None):
        edited = apply_edits(text, drop(text, option) if value is None else once(text, option, newline))
        if edited != text:
            before, after = (option, None) if value is None else (None, option)
            changes.append(Change(option, before, after, finding.summary, finding.id))
        text = edited
    return text, tuple(changes)


def _properties(file: ConfigFile, wanted: Iterable[Wanted], newline: str) -> tuple[str, tuple[Change, ...]]:
    from idecare.formats.properties import property_value, set_property, unset_property

    text, changes = decoded(file), []
    for finding, key, value in wanted:
        before = property_value(text, key)
        edits = unset_property(text, key) if value is None else set_property(text, key, str(value), newline)
        if edits:
            text = apply_edits(text, edits)
            after = None if value is None else str(value)
            changes.append(Change(key, before, after, finding.summary, finding.id))
    return text, tuple(changes)


def _settings(file: ConfigFile, wanted: Iterable[Wanted], newline: str) -> tuple[str, tuple[Change, ...]]:
    """settings.json, or the settings of a .code-workspace."""
    from idecare.configure.profile import Removed
    from idecare.configure.vscode import put, read_draft
    from idecare.configure.vscode_values import Setting
    from idecare.formats.jsonc import Layout
    from idecare.vscode.config_files import ScopeFile
    from idecare.vscode.known_keys import setting_path

    is_workspace = file.path.suffix == ".code-workspace"
    place = ScopeFile("code-workspace" if is_workspace else "user", file, ("settings",) if is_workspace else ())
    draft = read_draft(place, Layout(" " * 4, newline))
    for finding, key, value in wanted:
        after = Removed() if value is None else value
        draft = put(draft, Setting(key, setting_path(key), after, finding.summary, finding.id))  # type: ignore[arg-type]
    return draft.text, draft.changes
