"""What `doctor --fix` would do, did, and what it could not do or did in vain."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from idecare.changes.journal import Entry
from idecare.changes.plan import Outcome
from idecare.changes.plan import exit_code as clean_code
from idecare.cli.render.clean import outcomes_json, outcomes_text, plan_json
from idecare.cli.render.clean import plan_text as clean_text
from idecare.cli.render.configure import exit_code as edit_code
from idecare.cli.render.configure import results_json, results_text
from idecare.cli.render.doctor import examined_json, examined_text
from idecare.cli.render.doctor import exit_code as findings_code
from idecare.core.errors import ExitCode
from idecare.core.frozen import frozen
from idecare.core.language import tr
from idecare.doctor.base import Finding
from idecare.doctor.fix import FixPlan
from idecare.doctor.runner import Examined, is_fixable


@frozen
class Fixed:
    """The findings, what is planned for them, and once that was done what became of it. ``not_taken``: ids of findings
    that are still there although something was done about them."""

    findings: tuple[Finding, ...]
    plan: FixPlan
    outcomes: tuple[Outcome, ...] = ()
    entry: Entry | None = None
    not_taken: tuple[str, ...] = ()

    @property
    def is_done(self) -> bool:
        return bool(self.outcomes)

    @property
    def cleaned(self) -> tuple[Outcome, ...]:
        return self.plan.of(self.plan.cleans, self.outcomes)

    @property
    def repaired(self) -> tuple[Outcome, ...]:
        return self.plan.of(self.plan.repairs, self.outcomes)

    def with_result(self, findings: tuple[Finding, ...], not_taken: tuple[str, ...]) -> Fixed:
        return replace(self, findings=findings, not_taken=not_taken)


def _parts(fixed: Fixed, home: Path | None) -> Iterator[str]:
    """What is to be changed, line by line, and what only the user can do."""
    plan = fixed.plan
    if plan.configured:
        yield results_text(plan.configured, fixed.outcomes, home)
    if fixed.cleaned:
        yield outcomes_text(fixed.cleaned, {}, home)
    elif plan.cleans.steps:
        yield clean_text(plan.cleans, {}, home)
    if plan.repair:
        from idecare.cli.render import repair

        verdicts, index, root = plan.repair.verdicts, plan.repair.index, plan.repair.modcache.root
        yield repair.outcomes_text(verdicts, fixed.repaired, index, root, home, verbose=False)
    yield from (tr("note: {note}", note=note) for note in plan.notes)
    if plan.fixes.commands:
        yield "\n".join((tr("For you to run:"), *(f"  {command}" for command in plan.fixes.commands)))


def fixed_text(fixed: Fixed, examined: Sequence[Examined], home: Path | None, verbose: bool) -> str:
    """Before: the findings, then the plan. After: what was done, then what is left."""
    findings = examined_text(examined, home, verbose, with_hint=False)
    if not fixed.is_done:
        fixable = any(is_fixable(finding) for finding in fixed.findings)
        parts = tuple(_parts(fixed, home)) if fixable else (tr("There is nothing that --fix may change."),)
        return "\n\n".join((findings, *parts))
    in_vain = [tr("This did not help: {id}", id=id_) for id_ in fixed.not_taken]
    return "\n\n".join((*_parts(fixed, home), *in_vain, tr("Checked again:"), findings))


def fixed_json(fixed: Fixed, examined: Sequence[Examined]) -> dict[str, Any]:
    plan = fixed.plan
    return {
        "dry_run": not fixed.is_done,
        "id": fixed.entry.id if fixed.entry else None,
        **examined_json(examined),
        "changes": results_json(plan.configured, fixed.outcomes),
        "targets": _targets(fixed),
        "modules": _modules(fixed),
        "commands": list(plan.fixes.commands),
        "notes": list(plan.notes),
        "not_taken": list(fixed.not_taken),
    }


def _targets(fixed: Fixed) -> Any:
    if fixed.cleaned:
        return outcomes_json(fixed.cleaned, {}, {}, None, 0)["targets"]
    return plan_json(fixed.plan.cleans, {}, {})["targets"]


def _modules(fixed: Fixed) -> Any:
    if not fixed.plan.repair:
        return []
    from idecare.cli.render import repair

    found = fixed.plan.repair
    return repair.outcomes_json(found.verdicts, fixed.repaired, found.index, found.modcache.root, None)["modules"]


def exit_code(fixed: Fixed) -> ExitCode:
    """1 where something could not be done or did not help, else 4 while a warning or worse is left."""
    if fixed.not_taken or ExitCode.FAILED in _codes(fixed):
        return ExitCode.FAILED
    return findings_code(fixed.findings)


def _codes(fixed: Fixed) -> Iterator[ExitCode]:
    yield edit_code(fixed.plan.configured, fixed.outcomes)
    yield clean_code(fixed.cleaned)
    if fixed.repaired and fixed.plan.repair:
        from idecare.cli.render import repair

        yield repair.exit_code(fixed.plan.repair.verdicts, fixed.repaired)
