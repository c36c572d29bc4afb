"""Java runtimes in words and as JSON: which there are, and what is to be said of the one an IDE takes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from idecare.cli.render.proof import option_values, place_text, proof_json
from idecare.cli.render.tables import table
from idecare.core.errors import ExitCode
from idecare.core.humanize import path_text
from idecare.core.language import tr
from idecare.jetbrains.launcher.runtime import SkippedRuntime
from idecare.jetbrains.runtime_choice import Judged
from idecare.jetbrains.runtime_verdict import Finding, RuntimeFacts

HEADER = (
    tr("VENDOR"),
    tr("VERSION"),
    tr("MAJOR"),
    tr("ARCHITECTURE"),
    "JCEF",
    tr("PATH"),
    tr("USED BY"),
    tr("FOUND"),
)
JCEF = {True: tr("yes"), False: tr("no"), None: "?"}
STATES = {"right": tr("right"), "usable": tr("usable, but"), "wrong": tr("WRONG")}

SEVERITIES = {"error": tr("error"), "warning": tr("warning"), "note": tr("note")}

# Each runtime with where it was found, and the names of the IDEs that take it.
Users = Mapping[Path, tuple[str, ...]]


def listed_text(found: Iterable[tuple[RuntimeFacts, str]], users: Users, home: Path | None) -> str:
    rows = [_row(facts, source, users, home) for facts, source in found]
    return table(rows, HEADER, indent="") if rows else tr("no Java runtime was found")


def _row(facts: RuntimeFacts, source: str, users: Users, home: Path | None) -> tuple[str, ...]:
    return (
        facts.vendor or "?",
        facts.vendor_version or facts.version or "?",
        str(facts.major or "?"),
        " ".join(facts.architectures) or "?",
        JCEF[facts.has_jcef],
        path_text(facts.home, home),
        ", ".join(users.get(facts.home, ())) or "-",
        source,
    )


def listed_json(found: Iterable[tuple[RuntimeFacts, str]], users: Users) -> list[dict[str, Any]]:
    return [
        {**_facts_values(facts), "source": source, "used_by": list(users.get(facts.home, ()))}
        for facts, source in found
    ]


def _facts_values(facts: RuntimeFacts | None) -> dict[str, Any]:
    return {
        "path": str(facts.home) if facts else None,
        "vendor": facts.vendor if facts else None,
        "vendor_version": facts.vendor_version if facts else None,
        "version": facts.version if facts else None,
        "major": facts.major if facts else None,
        "architectures": list(facts.architectures) if facts else [],
        "jcef": facts.has_jcef if facts else None,
    }


def checked_text(judged: Iterable[Judged], home: Path | None, verbose: bool) -> str:
    return "\n\n".join("\n".join(_block(one, home, verbose)) for one in judged)


def _block(judged: Judged, home: Path | None, verbose: bool) -> Iterator[str]:
    name = (judged.install.selector or judged.install.product) if judged.install else tr("this machine")
    place = f"{path_text(judged.facts.home, home)} ({judged.via})" if judged.facts else tr("no runtime")
    state = STATES[state_of(judged) if judged.findings else "right"]
    yield tr(": ").join((name, state, place))
    if judged.facts:
        facts = judged.facts
        words = (facts.vendor, facts.vendor_version or facts.version, " ".join(facts.architectures))
        yield f"    {', '.join(filter(None, words))}, JCEF: {JCEF[facts.has_jcef]}"
    for passed in judged.passed if verbose or judged.facts is None else ():
        yield tr("    skipped {via}: {reason}", via=passed.via, reason=passed.reason)
    for finding in judged.findings:
        yield f"    {SEVERITIES[finding.severity]}{tr(': ')}{finding.message}"
        yield from (
            tr("        {option}  at {place}", option=option.text, place=place_text(option, home))
            for option in finding.options
        )
        if finding.next_step:
            yield f"        {finding.next_step}"


def state_of(judged: Judged) -> str:
    """``right``, ``usable`` (with warnings) or ``wrong``."""
    if judged.is_wrong:
        return "wrong"
    return "usable" if any(finding.severity == "warning" for finding in judged.findings) else "right"


def checked_json(judged: Iterable[Judged]) -> list[dict[str, Any]]:
    return [
        {
            **_facts_values(one.facts),
            "ide": one.install.product if one.install else None,
            "name": one.install.selector if one.install else None,
            "via": one.via or None,
            "state": state_of(one),
            "passed": [_passed_values(passed) for passed in one.passed],
            "findings": [_finding_values(finding) for finding in one.findings],
            "jvm": proof_json(one.proof) if one.proof else None,
        }
        for one in judged
    ]


def _passed_values(passed: SkippedRuntime) -> dict[str, Any]:
    return {"via": passed.via, "path": str(passed.path) if passed.path else None, "reason": passed.reason}


def _finding_values(finding: Finding) -> dict[str, Any]:
    return {
        "severity": finding.severity,
        "code": finding.code,
        "message": finding.message,
        "next_step": finding.next_step or None,
        "options": [option_values(option) for option in finding.options],
    }


def exit_code(judged: Iterable[Judged]) -> ExitCode:
    """4 when a runtime is wrong or has a warning."""
    return ExitCode.OK if all(state_of(one) == "right" for one in judged) else ExitCode.FINDINGS
