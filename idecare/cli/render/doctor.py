"""What the doctor says: findings worst first as text, as JSON, and the list of checks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from idecare.cli.render.tables import table
from idecare.cli.render.terminal import pad, paint, visible_width, wrap
from idecare.core.errors import ExitCode
from idecare.core.humanize import count_text, visible
from idecare.core.language import tr
from idecare.doctor.base import Check, Finding, Remedy, RunByUser
from idecare.doctor.runner import SEVERITIES, Examined, is_fixable, worst_first

KINDS = {"EditSettings": "edit", "CleanTarget": "clean", "RepairModules": "repair", "RunByUser": "run"}


def exit_code(findings: Iterable[Finding]) -> ExitCode:
    """4 from a warning on."""
    return ExitCode.FINDINGS if any(finding.severity != "info" for finding in findings) else ExitCode.OK


def examined_text(examined: Sequence[Examined], home: Path | None, verbose: bool, with_hint: bool = True) -> str:
    """One calm line when nothing is wrong, else a block for each finding; with ``verbose`` what passed, too."""
    findings = worst_first(examined)
    blocks = [headline(findings, len(examined)), *("\n".join(_block(finding, home)) for finding in findings)]
    if verbose:
        passed = [(f"{one.seconds * 1000:.0f} ms", one.check.id) for one in examined if one.state == "passed"]
        blocks.append(f"{tr('Passed:')}\n{table(passed)}" if passed else tr("Nothing passed."))
    elif with_hint and any(is_fixable(finding) for finding in findings):
        blocks.append(tr("`idecare doctor --fix` shows what it would change and asks."))
    return "\n\n".join(blocks)


def headline(findings: Sequence[Finding], checks: int) -> str:
    errors, warnings, notes = (sum(finding.severity == severity for finding in findings) for severity in SEVERITIES)
    found = (
        count_text(errors, "error") if errors else "",
        count_text(warnings, "warning") if warnings else "",
        count_text(notes, "note") if notes else "",
    )
    reported, of = tr(", ").join(filter(None, found)), count_text(checks, "check")
    if errors or warnings:
        return tr("{findings} in {checks}.", findings=reported, checks=of)
    if notes:
        return tr("All is well: {checks} found nothing wrong ({notes}).", checks=of, notes=reported)
    return tr("All is well: {checks} found nothing wrong.", checks=of)


def _block(finding: Finding, home: Path | None) -> Iterator[str]:
    severity = tr(finding.severity)
    head = _short(f"{pad(severity, 8)} {finding.summary}  [{finding.id}]", home)
    yield wrap(head, hanging=" " * 9).replace(severity, paint(severity, finding.severity), 1)
    yield from (wrap(_short(line, home), "    ", "  ") for line in finding.evidence)
    for label, text in ((tr("why: "), finding.why), (tr("fix: "), finding.fix)):
        yield wrap(_short(label + text, home), "    ", " " * visible_width(label))
    for remedy in finding.remedies:
        if isinstance(remedy, RunByUser) and remedy.command not in finding.fix:
            yield f"    {tr('run: ')}{remedy.command}"  # whole paths: within quotes a shell leaves ~ as it is


def _short(text: str, home: Path | None) -> str:
    """On one line, with the home folder as ``~`` wherever a path of it is in a sentence. A shell knows ``~`` at the
    beginning of a word only, and not in quotes, so that commands keep it where it is not that."""
    text = visible(text)
    if home is None or len(home.parts) < 2:
        return text
    from re import escape, sub

    return sub(rf"(?<![\w'\"=]){escape(str(home))}(?![\w.-])", "~", text)


def examined_json(examined: Sequence[Examined]) -> dict[str, Any]:
    return {
        "findings": [finding_json(finding) for finding in worst_first(examined)],
        "checks": [
            {"id": one.check.id, "state": one.state, "milliseconds": round(one.seconds * 1000)} for one in examined
        ],
    }


def finding_json(finding: Finding) -> dict[str, Any]:
    return {
        "id": finding.id,
        "severity": finding.severity,
        "summary": finding.summary,
        "evidence": list(finding.evidence),
        "why": finding.why,
        "fix": finding.fix,
        "remedies": [_remedy_json(remedy) for remedy in finding.remedies],
    }


def _remedy_json(remedy: Remedy) -> dict[str, Any]:
    values = {name: str(value) if isinstance(value, Path) else value for name, value in asdict(remedy).items()}
    return {"kind": KINDS[type(remedy).__name__], **values}


def list_text(checks: Iterable[Check]) -> str:
    return table(((check.id, check.meaning) for check in checks), indent="")


def list_json(checks: Iterable[Check]) -> list[dict[str, Any]]:
    return [{"id": check.id, "meaning": check.meaning, "fix": check.fix} for check in checks]
