"""Whether the launcher gets as far as the JVM, and which VM options file it reads on the way.

Source: JetBrains' XPlatLauncher, src/default.rs of 2024 to 2026: the first file found is read, the others are not.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from idecare.core.frozen import frozen
from idecare.core.language import tr
from idecare.doctor.base import Check, EditSettings, Finding, RunByUser
from idecare.doctor.snapshot import Snapshot
from idecare.jetbrains.config_files import JetbrainsTarget
from idecare.jetbrains.jvm import Accepted, AcceptedWithWarnings, Verdict
from idecare.jetbrains.launcher import Launch
from idecare.jetbrains.launcher.files import Option, Probe
from idecare.jetbrains.launcher.home import LaunchFailure
from idecare.jetbrains.launcher.options import EffectiveOptions
from idecare.jetbrains.launcher.runtime import NoRuntime


def _start(snapshot: Snapshot) -> Iterable[Finding]:
    for _, target in snapshot.jetbrains:
        for failure in _failures(target):
            yield Finding(
                id="goland/start" + ("/no-runtime" if isinstance(failure, NoRuntime) else ""),
                severity="error",
                summary=tr("{ide} does not start: {message}", ide=target.name, message=failure.message),
                evidence=(str(target.install), *_evidence(failure)),
                why=tr("the launcher stops there, mostly with no more than a short message"),
                fix=_way_out(failure),
            )


def _failures(target: JetbrainsTarget) -> Iterator[LaunchFailure]:
    if isinstance(target.launch, LaunchFailure):
        yield target.launch
    elif isinstance(target.launch, Launch):
        if isinstance(target.launch.options, LaunchFailure):
            yield target.launch.options
        if isinstance(target.launch.runtime, NoRuntime):
            yield target.launch.runtime


def _evidence(failure: LaunchFailure) -> Iterator[str]:
    if failure.place:
        yield failure.place
    if isinstance(failure, NoRuntime):
        yield from (f"{passed.via}: {passed.reason}" for passed in failure.passed)


def _way_out(failure: LaunchFailure) -> str:
    if isinstance(failure, NoRuntime):
        return tr("choose a runtime (idecare jbr list, then idecare jbr use), or install the IDE with its own")
    if "product descriptor" in failure.message:
        return tr("install the IDE again")
    return tr("correct or remove the file that is named")


def _options_file(snapshot: Snapshot) -> Iterable[Finding]:
    for start in starts(snapshot):
        yield from _hidden(snapshot, start)
        yield from _named_by_variable(start)
        yield from _stray(snapshot, start)
        yield from _damaged(start)


def _hidden(snapshot: Snapshot, start: Start) -> Iterator[Finding]:
    """A file that another one keeps from being read, although it has something to say."""
    winner = next((probe for probe in start.options.probes if probe.reason is None), None)
    for probe in start.options.probes:
        if winner and winner.path and probe.path and _is_hidden(snapshot, probe) and probe.path != winner.path:
            yield Finding(
                id="goland/options-file/hidden",
                severity="warning",
                summary=tr("{ide} never reads the VM options in {path}", ide=start.target.name, path=probe.path),
                evidence=(
                    tr("it reads {path} ({place})", path=winner.path, place=winner.place),
                    f"{probe.path}: {probe.reason}",
                ),
                why=tr(
                    "the launcher takes the first file it finds and never joins two, so changes there have no effect"
                ),
                fix=tr("put the options into {path}, or unset the variable", path=winner.path)
                if winner.place.endswith("_OPTIONS")
                else tr("put the options into {path}, or remove {path}", path=winner.path),
            )


def _is_hidden(snapshot: Snapshot, probe: Probe) -> bool:
    return probe.is_hidden and probe.path is not None and snapshot.has_options(probe.path)


def _named_by_variable(start: Start) -> Iterator[Finding]:
    first = next(iter(start.options.probes), None)
    if first and first.path and first.reason and first.place.endswith("_OPTIONS"):
        yield Finding(
            id="goland/options-file/variable",
            severity="warning",
            summary=tr("{variable} names no file that {ide} could read", variable=first.place, ide=start.target.name),
            evidence=(
                tr("{variable} is {path}: {reason}", variable=first.place, path=first.path, reason=first.reason),
            ),
            why=tr("the launcher skips it without a message and tries the next"),
            fix=tr("unset {variable} in your shell, or make the file", variable=first.place),
            remedies=(RunByUser(f"unset {first.place}"),),
        )


def _stray(snapshot: Snapshot, start: Start) -> Iterator[Finding]:
    wanted = start.launch.descriptor.dist_file.name
    for path in start.target.stray_files:
        if _is_of_product(path, start.launch.descriptor.name) and snapshot.has_options(path):
            has_own = snapshot.is_file(path.with_name(wanted))
            yield Finding(
                id="goland/options-file/name",
                severity="info" if has_own else "warning",
                summary=tr("{ide} never reads {path}", ide=start.target.name, path=path),
                evidence=(tr("on this system the launcher looks for {file}", file=wanted),),
                why=tr("options in a file of another name have no effect"),
                fix=tr("remove it") if has_own else tr("rename it to {file}", file=wanted),
            )


def _is_of_product(path: Path, name: str) -> bool:
    """jetbrains_client64.vmoptions is read by another launcher, for remote development."""
    return path.name.partition(".")[0].removesuffix("64") == name


def _damaged(start: Start) -> Iterator[Finding]:
    damage, file = start.options.damage, start.options.user_file
    if damage and file:
        yield Finding(
            id="goland/options-file/damaged",
            severity="error",
            summary=tr("{ide} ignores its whole VM options file", ide=start.target.name),
            evidence=(f"{file}: {damage}",),
            why=tr("one such line makes the launcher drop the file: heap, collector and all else are the defaults"),
            fix=tr("remove what is on that line"),
        )


CHECKS = (
    Check(
        "goland/start",
        tr("the launcher gives up before the JVM: product-info.json, a VM options file, or no runtime"),
        tr("correct the file that is named, or choose a runtime"),
        _start,
    ),
    Check(
        "goland/options-file",
        tr("VM options in a file that the launcher never reads, or drops"),
        tr("put them into the file that is read"),
        _options_file,
    ),
)


@frozen
class Start:
    """A start whose options could be put together. ``major`` of the runtime that it takes, ``None`` when not known;
    ``verdict`` of that runtime on the options, where it was started."""

    target: JetbrainsTarget
    launch: Launch
    options: EffectiveOptions
    major: int | None
    verdict: Verdict | None = None

    @property
    def is_accepted(self) -> bool:
        """The runtime itself starts with these options: nothing in them keeps the IDE from starting."""
        return isinstance(self.verdict, Accepted | AcceptedWithWarnings)

    def is_users(self, option: Option) -> bool:
        """Whether it is in the user's own file, where it can be changed."""
        return self.options.user_file is not None and option.source == str(self.options.user_file)

    def line(self, option: Option) -> str | None:
        """The line of the user's file as it is written there, before macros were replaced."""
        file = self.target.options_file
        if not self.is_users(option) or option.line is None or file is None or file.data is None:
            return None
        return file.data.decode(errors="replace").split("\n")[option.line - 1].strip()

    def without(self, options: Iterable[Option]) -> tuple[EditSettings, ...]:
        """What removes these lines of the user's file; nothing where one of them is in another file."""
        lines = [self.line(option) for option in options]
        if self.options.user_file is None or not lines or None in lines:
            return ()
        return (edit(self.options.user_file, self.target, {line: None for line in lines if line}),)


def edit(file: Path, target: JetbrainsTarget, keys: dict[str, object]) -> EditSettings:
    return EditSettings(file, target.ide, tuple(keys.items()))


def starts(snapshot: Snapshot) -> Iterator[Start]:
    """One for each installed IDE whose launcher gets as far as the options."""
    for _, target in snapshot.jetbrains:
        if isinstance(target.launch, Launch) and isinstance(target.launch.options, EffectiveOptions):
            major, proof = target.java.major if target.java else None, snapshot.dry_starts.get(target.install)
            yield Start(target, target.launch, target.launch.options, major, proof.verdict if proof else None)
