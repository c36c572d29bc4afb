"""What a JVM made of a list of options, in words and as JSON."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, assert_never

from idecare.core.humanize import path_text
from idecare.core.language import tr
from idecare.jetbrains.jvm import Accepted, AcceptedWithWarnings, NotRunnable, Refused
from idecare.jetbrains.jvm.dry_start import Proof
from idecare.jetbrains.launcher.files import Option


def state_of(proof: Proof) -> str:
    """``accepted``, ``warnings``, ``refused``, ``not-runnable`` or ``not-launched``."""
    match proof.verdict:
        case None:
            return "not-launched"
        case Accepted():
            return "accepted"
        case AcceptedWithWarnings():
            return "warnings"
        case Refused():
            return "refused"
        case NotRunnable():
            return "not-runnable"
        case _:
            assert_never(proof.verdict)


def proof_lines(proof: Proof, home: Path | None) -> Iterator[str]:
    """A line of verdict, then what the JVM said."""
    runtime = f"{path_text(proof.runtime.home, home)} ({proof.runtime.via})" if proof.runtime else tr("no runtime")
    match proof.verdict:
        case None:
            yield tr("the launcher would not start it: {failure}", failure=failure_text(proof))
        case Accepted():
            yield tr("checked: {runtime} starts with these options", runtime=runtime)
        case AcceptedWithWarnings(warnings=warnings):
            yield tr("checked: {runtime} starts with these options, and says:", runtime=runtime)
            yield from (f"  {warning}" for warning in warnings)
        case Refused() as refused:
            yield tr("{runtime} does not start with these options: {reason}", runtime=runtime, reason=refused.text)
            yield from (
                tr("  {option}  at {place}", option=option.text, place=place_text(option, home))
                for option in refused.options
            )
        case NotRunnable() as broken:
            yield tr("{runtime} cannot be started: {reason}", runtime=runtime, reason=broken.text)
        case _:
            assert_never(proof.verdict)
    users = (option for option in _not_tried(proof) if option.source != "launcher")
    yield from (
        tr("not tried, as it acts beyond the start: {option}  at {place}", option=one.text, place=place_text(one, home))
        for one in users
    )
    yield from (
        tr("ignored by this Java: {option}  at {place}", option=option.text, place=place_text(option, home))
        for option in ignored(proof)
    )


def refusal(proof: Proof, home: Path | None) -> str:
    """Why the IDE would not start; empty when it would."""
    if isinstance(proof.verdict, Accepted | AcceptedWithWarnings):
        return ""
    return "\n".join(proof_lines(proof, home))


def place_text(option: Option, home: Path | None) -> str:
    """``file:line`` with home as ``~``."""
    return path_text(Path(option.place), home) if "/" in option.place else option.place


def failure_text(proof: Proof) -> str:
    if proof.failure is None:
        return tr("no options")
    place = proof.failure.place
    return (
        proof.failure.message
        if place is None or place in proof.failure.message
        else tr("{message} at {place}", message=proof.failure.message, place=place)
    )


def ignored(proof: Proof) -> tuple[Option, ...]:
    """The options that the runtime does not know."""
    return proof.verdict.ignored if isinstance(proof.verdict, Accepted | AcceptedWithWarnings) else ()


def _not_tried(proof: Proof) -> tuple[Option, ...]:
    """Agents, logs and the like, which a start that is not shown must not run."""
    return () if isinstance(proof.verdict, NotRunnable | None) else proof.verdict.left_out


def proof_json(proof: Proof) -> dict[str, Any]:
    verdict = proof.verdict
    text = verdict.text if isinstance(verdict, Refused | NotRunnable) else None
    failure = proof.failure
    return {
        "state": state_of(proof),
        "runtime": str(proof.runtime.home) if proof.runtime else None,
        "via": proof.runtime.via if proof.runtime else None,
        "remembered": proof.remembered,
        "text": failure.message if failure else text,
        "options": [option_values(option) for option in verdict.options] if isinstance(verdict, Refused) else [],
        "warnings": list(verdict.warnings) if isinstance(verdict, AcceptedWithWarnings) else [],
        "ignored": [option_values(option) for option in ignored(proof)],
        "not_tried": [option_values(option) for option in _not_tried(proof)],
    }


def option_values(option: Option) -> dict[str, Any]:
    return {"option": option.text, "source": option.source, "line": option.line}
