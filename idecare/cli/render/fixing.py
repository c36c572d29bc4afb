"""What `doctor --fix` would do, did, and what it could not do or did in vain."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from idecare.changes.journal import Entry
from idecare.changes.plan import Outcome, Plan
from idecare.cli.render.clean import exit_code as clean_code
from idecare.cli.render.clean import outcomes_json, outcomes_text, plan_json
from idecare.cli.render.clean import plan_text as clean_text
from idecare.cli.render.configure import Result, results_json, results_text
from idecare.cli.render.configure import exit_code as edit_code
from idecare.cli.render.doctor import examined_json, examined_text
from idecare.cli.render.doctor import exit_code as findings_code
from idecare.core.errors import ExitCode
from idecare.core.frozen import frozen
from idecare.doctor.base import Finding
from idecare.doctor.runner import Examined, is_fixable

if TYPE_CHECKING:
    from idecare.modules.repair.apply import MendOutcome
    from idecare.modules.repair.plan import Verdict


@frozen
class Fixed:
    """Before: the findings and what is planned for them. After: what is left of them, and what was done.

    ``not_taken``: ids of findings that are still there although something was done about them. ``verdicts`` and
    ``index`` are of a repair in ``modcache``, ``None`` without one.
    """

    findings: tuple[Finding, ...]
    commands: tuple[str, ...] = ()
    results: tuple[Result, ...] = ()
    plan: Plan = field(default_factory=Plan)
    verdicts: tuple[Verdict, ...] = ()
    index: tuple[str, ...] = ()
    modcache: Path | None = None
    notes: tuple[str, ...] = ()
    outcomes: tuple[Outcome, ...] = ()
    mends: tuple[MendOutcome, ...] = ()
    entry: Entry | None = None
    not_taken: tuple[str, ...] = ()

    @property
    def is_done(self) -> bool:
        attempts = (self.outcomes, self.mends, *(result.outcomes for result in self.results))
        return self.entry is not None or any(attempts)


def plan_text(fixed: Fixed, home: Path | None) -> str:
    """What is to be changed, line by line, and what only the user can do."""
    return "\n\n".join(_parts(fixed, home))


def _parts(fixed: Fixed, home: Path | None) -> Iterator[str]:
    if fixed.results:
        yield results_text(fixed.results, home, with_diff=True)
    if fixed.outcomes:
        yield outcomes_text(fixed.outcomes, {}, home)
    elif fixed.plan.steps:
        yield clean_text(fixed.plan, {}, home)
    if fixed.modcache:
        yield _repair_text(fixed, fixed.modcache, home)
    yield from (f"note: {note}" for note in fixed.notes)
    if fixed.commands:
        yield "\n".join(("For you to run:", *(f"  {command}" for command in fixed.commands)))


def _repair_text(fixed: Fixed, modcache: Path, home: Path | None) -> str:
    from idecare.cli.render import repair

    if fixed.mends:
        return repair.outcomes_text(fixed.verdicts, fixed.mends, fixed.index, modcache, home, verbose=False)
    return repair.plan_text(fixed.verdicts, fixed.index, modcache, home, verbose=False)


def fixed_text(fixed: Fixed, examined: Sequence[Examined], home: Path | None, verbose: bool) -> str:
    """Before: the findings, then the plan. After: what was done, then what is left."""
    told = examined_text(examined, home, verbose, with_hint=False)
    if not fixed.is_done:
        fixable = any(is_fixable(finding) for finding in fixed.findings)
        return "\n\n".join((told, *(_parts(fixed, home) if fixable else ("There is nothing that --fix may change.",))))
    vain = [f"This did not take: {id_}" for id_ in fixed.not_taken]
    return "\n\n".join((*_parts(fixed, home), *vain, "Looked again:", told))


def fixed_json(fixed: Fixed, examined: Sequence[Examined]) -> dict[str, Any]:
    return {
        "dry_run": not fixed.is_done,
        "id": fixed.entry.id if fixed.entry else None,
        **examined_json(examined),
        "changes": results_json(fixed.results),
        "targets": _targets(fixed),
        "modules": _modules(fixed),
        "commands": list(fixed.commands),
        "notes": list(fixed.notes),
        "not_taken": list(fixed.not_taken),
    }


def _targets(fixed: Fixed) -> Any:
    if fixed.outcomes:
        return outcomes_json(fixed.outcomes, {}, None, 0)["targets"]
    return plan_json(fixed.plan, {})["targets"]


def _modules(fixed: Fixed) -> Any:
    if not fixed.modcache:
        return []
    from idecare.cli.render import repair

    return repair.outcomes_json(fixed.verdicts, fixed.mends, fixed.index, fixed.modcache, None)["modules"]


def exit_code(fixed: Fixed) -> ExitCode:
    """1 where something could not be done or did not take, else 4 while a warning or worse is left."""
    if fixed.not_taken or ExitCode.FAILED in _codes(fixed):
        return ExitCode.FAILED
    return findings_code(fixed.findings)


def _codes(fixed: Fixed) -> Iterator[ExitCode]:
    yield edit_code(fixed.results)
    yield clean_code(fixed.outcomes)
    if fixed.mends:
        from idecare.cli.render import repair

        yield repair.exit_code(fixed.verdicts, fixed.mends)
