"""The Java runtime that the launcher takes: is it right for the IDE, and is it the one the user chose."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from idecare.core.language import tr
from idecare.core.locations import Install
from idecare.doctor.base import Check, RunByUser, Severity
from idecare.doctor.base import Finding as Reported
from idecare.doctor.snapshot import Snapshot
from idecare.jetbrains.config_files import JetbrainsTarget
from idecare.jetbrains.launcher import Launch
from idecare.jetbrains.launcher.runtime import ChosenRuntime, SkippedRuntime
from idecare.jetbrains.runtime_verdict import Finding, judge_runtime

BUNDLED = "jbr"
SEVERITIES: dict[str, Severity] = {"error": "error", "warning": "warning", "note": "info"}
# The processor of the IDE itself is the arm64 group's subject; what a bundled runtime lacks is its maker's.
ELSEWHERE = frozenset({"translated"})
MAKERS = frozenset({"vendor", "no-jcef", "unknown-version"})


def _runtime(snapshot: Snapshot) -> Iterable[Reported]:
    for install, target, chosen in _chosen(snapshot):
        facts, needs = snapshot.runtime(install, chosen.home)
        left_out = ELSEWHERE | (MAKERS if chosen.via == BUNDLED else frozenset())
        for found in judge_runtime(snapshot.host, facts, needs, None):
            if found.code not in left_out:
                yield _runtime_finding(install, target, chosen, found)


def _chosen(snapshot: Snapshot) -> Iterator[tuple[Install, JetbrainsTarget, ChosenRuntime]]:
    for install, target in snapshot.jetbrains:
        if isinstance(target.launch, Launch) and isinstance(target.launch.runtime, ChosenRuntime):
            yield install, target, target.launch.runtime


def _runtime_finding(install: Install, target: JetbrainsTarget, chosen: ChosenRuntime, found: Finding) -> Reported:
    is_fatal = found.severity == "error"
    return Reported(
        id=f"goland/runtime/{found.code}",
        severity=SEVERITIES[found.severity],
        summary=f"{target.name}: {found.message}",
        evidence=(tr("{folder}, chosen by {source}", folder=chosen.home, source=chosen.via),),
        why=tr("the launcher takes it unseen and tries no other: the IDE does not start, or not for long")
        if is_fatal
        else tr("parts of the IDE may not work as JetBrains tested them"),
        fix=_fix(install, chosen, found),
        remedies=() if chosen.via == BUNDLED or not chosen.via.endswith(".jdk") else (RunByUser(_reset(install)),),
    )


def _fix(install: Install, chosen: ChosenRuntime, found: Finding) -> str:
    if chosen.via == BUNDLED:
        return tr("install {product} again, in the build for this machine", product=install.product)
    if not chosen.via.endswith(".jdk"):
        return tr("unset {variable} in your shell: the IDE then takes the runtime that it brings", variable=chosen.via)
    return found.next_step or tr("take the bundled one again: {command}", command=_reset(install))


def _reset(install: Install) -> str:
    return f"idecare jbr reset --ide {install.product}"


def _skipped(snapshot: Snapshot) -> Iterable[Reported]:
    """What the user named in a variable or a file, and the launcher did not take. Without a runtime of its own the
    IDE does not start, which is reported elsewhere."""
    for install, target, chosen in _chosen(snapshot):
        for passed in chosen.passed:
            if _was_meant(passed):
                yield _passed(install, target, chosen, passed)


def _passed(install: Install, target: JetbrainsTarget, chosen: ChosenRuntime, passed: SkippedRuntime) -> Reported:
    is_file = passed.via.endswith(".jdk")
    return Reported(
        id="goland/runtime-choice",
        severity="warning",
        summary=tr("{ide} does not take the runtime that {source} names", ide=target.name, source=passed.via),
        evidence=(
            f"{passed.path or passed.via}: {passed.reason}",
            tr("it takes {folder} ({source})", folder=chosen.home, source=chosen.via),
        ),
        why=tr("the launcher passes over it without a word"),
        fix=tr("choose one that is there: idecare jbr use; or forget the choice: {command}", command=_reset(install))
        if is_file
        else tr("correct or unset {variable} in your shell", variable=passed.via),
        remedies=(RunByUser(_reset(install)),) if is_file else (),
    )


def _was_meant(passed: SkippedRuntime) -> bool:
    """JDK_HOME and JAVA_HOME are other programs' too; that there is no file is the usual case."""
    named = passed.path is not None and passed.via not in (BUNDLED, "JDK_HOME", "JAVA_HOME")
    return named or passed.is_unread


CHECKS = (
    Check(
        "goland/runtime",
        tr("the runtime that the launcher takes is for another processor, too old, or not JetBrains' own"),
        tr("choose another, or go back to the bundled one"),
        _runtime,
    ),
    Check(
        "goland/runtime-choice",
        tr("a runtime was chosen that the launcher passes over"),
        tr("choose one that is there, or forget the choice"),
        _skipped,
    ),
)
