"""Which checks there are, running them side by side, and what their findings ask to be done."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from importlib import import_module
from threading import Thread

from idecare.core.errors import UsageError, nearest
from idecare.core.frozen import frozen
from idecare.core.language import tr
from idecare.doctor.base import GROUPS, Check, CleanTarget, EditSettings, Finding, RepairModules, RunByUser, Severity
from idecare.doctor.snapshot import Snapshot

# Modules of idecare.doctor.checks by the group of their checks, imported when that group is asked for. Each has a tuple
# CHECKS. Findings of one severity come in this order.
MODULES = {
    "arm64": ("arm64_chain",),
    "go": (
        "go_installs",
        "go_versions",
        "go_toolchain",
        "go_variables",
        "go_fetching",
        "go_places",
        "go_work",
        "go_tools",
    ),
    "cgo": ("cgo_compiler", "cgo_folders", "cgo_dockerfile"),
    "delve": ("delve_program", "delve_settings"),
    "goland": ("goland_files", "goland_options", "goland_runtime", "goland_folders"),
    "vscode": ("vscode_files", "vscode_extension", "vscode_gopls"),
    "caches": ("caches_space", "caches_modules", "caches_deep", "caches_divergence"),
}

LIMIT_SECONDS = 20.0
SEVERITIES: tuple[Severity, ...] = ("error", "warning", "info")


@frozen
class Examined:
    """What became of one check. ``state``: ``passed`` without findings, ``crashed`` or ``late`` where it has none of
    its own."""

    check: Check
    findings: tuple[Finding, ...]
    state: str
    seconds: float


def all_checks() -> tuple[Check, ...]:
    return _of_groups(GROUPS)


def select_checks(words: Sequence[str]) -> tuple[Check, ...]:
    """The checks with these ids or of these groups, all where there is no word; UsageError for a word of neither."""
    groups = {word.partition("/")[0] for word in words} & set(GROUPS)
    found = _of_groups(groups) if groups else all_checks()
    for word in words:
        if not any(word in (check.id, check.group) for check in found):
            known = (*GROUPS, *(check.id for check in all_checks()))
            message = tr("there is no check '{word}'.{hint}", word=word, hint=nearest(word, known))
            raise UsageError("unknown-check", message, tr("idecare doctor --list shows all"))
    return tuple(check for check in found if not words or check.id in words or check.group in words)


def _of_groups(groups: Iterable[str]) -> tuple[Check, ...]:
    wanted = set(groups)
    modules = [name for group, names in MODULES.items() if group in wanted for name in names]
    return tuple(check for name in modules for check in import_module(f"idecare.doctor.checks.{name}").CHECKS)


def run_checks(
    checks: Iterable[Check], snapshot: Snapshot, limit_seconds: float | None = LIMIT_SECONDS
) -> tuple[Examined, ...]:
    """Run all side by side; each has the same time. One that fails or hangs is a finding itself."""
    runs = tuple(_Run(check, snapshot) for check in checks)
    for run in runs:
        run.begin()
    deadline = None if limit_seconds is None else time.monotonic() + limit_seconds
    return tuple(run.result(deadline, limit_seconds) for run in runs)


class _Run(Thread):
    """One check at work. A daemon: one that hangs does not keep the command from ending."""

    def __init__(self, check: Check, snapshot: Snapshot) -> None:
        super().__init__(daemon=True)
        self.check, self.snapshot = check, snapshot
        self.examined: Examined | None = None

    def begin(self) -> None:
        try:
            self.start()
        except RuntimeError:  # this user may have no more threads (ulimit): then one after the other
            self.run()

    def run(self) -> None:
        started = time.monotonic()
        try:
            findings, state = tuple(self.check.run(self.snapshot)), "passed"
        except Exception as error:  # whatever a check does, the others go on
            findings, state = (_crashed(self.check, error),), "crashed"
        if findings and state == "passed":
            state = "found"
        self.examined = Examined(self.check, findings, state, time.monotonic() - started)

    def result(self, deadline: float | None, limit_seconds: float | None) -> Examined:
        if self.is_alive():
            self.join(None if deadline is None else max(0.0, deadline - time.monotonic()))
        return self.examined or Examined(self.check, (_late(self.check, limit_seconds),), "late", limit_seconds or 0)


def _crashed(check: Check, error: Exception) -> Finding:
    from traceback import extract_tb

    frames = extract_tb(error.__traceback__)
    place = tr("{file} line {number}", file=frames[-1].filename, number=frames[-1].lineno) if frames else ""
    return Finding(
        id=f"{check.id}/crashed",
        severity="warning",
        summary=tr("the check {check} ended with {error}", check=check.id, error=type(error).__name__),
        evidence=tuple(filter(None, (f"{type(error).__name__}: {error}", place))),
        why=tr("what it looks for is not known; the other checks are not touched by this"),
        fix=tr("this is a bug in idecare: please report it with these lines"),
    )


def _late(check: Check, limit_seconds: float | None) -> Finding:
    return Finding(
        id=f"{check.id}/late",
        severity="warning",
        summary=tr(
            "the check {check} did not end within {seconds} s", check=check.id, seconds=f"{limit_seconds or 0:g}"
        ),
        evidence=(tr("it looks for: {meaning}", meaning=check.meaning),),
        why=tr("something it reads does not answer, as a folder of a network that is gone"),
        fix=tr("check whether a file system hangs (df), then: {command}", command=f"idecare doctor {check.id}"),
    )


def worst_first(examined: Iterable[Examined]) -> tuple[Finding, ...]:
    """All findings by severity, within one severity in the order of the checks."""
    found = [finding for one in examined for finding in one.findings]
    return tuple(sorted(found, key=lambda finding: SEVERITIES.index(finding.severity)))


@frozen
class Fixes:
    """What the findings ask for, by the way it is done. ``edits`` come with the finding that asks; of ``modules``,
    ``()`` is all and ``None`` none."""

    edits: tuple[tuple[Finding, EditSettings], ...] = ()
    cleans: tuple[CleanTarget, ...] = ()
    modules: tuple[str, ...] | None = None
    commands: tuple[str, ...] = ()


def plan_fixes(findings: Iterable[Finding]) -> Fixes:
    """The remedies of all findings, each once; what only the user can do is apart."""
    pairs = [(finding, remedy) for finding in findings for remedy in finding.remedies]
    commands = [remedy.command for _, remedy in pairs if isinstance(remedy, RunByUser)]
    return Fixes(
        edits=tuple((finding, remedy) for finding, remedy in pairs if isinstance(remedy, EditSettings)),
        cleans=_merged([remedy for _, remedy in pairs if isinstance(remedy, CleanTarget)]),
        modules=_modules([remedy for _, remedy in pairs if isinstance(remedy, RepairModules)]),
        commands=tuple(dict.fromkeys(commands)),
    )


def _merged(cleans: Sequence[CleanTarget]) -> tuple[CleanTarget, ...]:
    """One for each target; one without entries takes all that a clean would."""
    targets = dict.fromkeys(clean.target for clean in cleans)
    by_target = {target: [clean.entries for clean in cleans if clean.target == target] for target in targets}
    return tuple(
        CleanTarget(target, () if () in entries else tuple(dict.fromkeys(name for names in entries for name in names)))
        for target, entries in by_target.items()
    )


def _modules(repairs: Sequence[RepairModules]) -> tuple[str, ...] | None:
    if not repairs:
        return None
    if any(not repair.modules for repair in repairs):
        return ()
    return tuple(dict.fromkeys(module for repair in repairs for module in repair.modules))


def is_fixable(finding: Finding) -> bool:
    """Whether ``--fix`` may do something about it."""
    return any(not isinstance(remedy, RunByUser) for remedy in finding.remedies)
