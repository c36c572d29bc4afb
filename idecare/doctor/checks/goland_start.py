"""What the launcher of a JetBrains IDE would do: one start as it would be, and what of it a check may change."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from idecare.core.frozen import frozen
from idecare.doctor.base import EditSettings
from idecare.doctor.snapshot import Snapshot
from idecare.jetbrains.config_files import JetbrainsTarget
from idecare.jetbrains.jvm.verdict import Accepted, AcceptedWithWarnings, Verdict
from idecare.jetbrains.launcher.files import Option
from idecare.jetbrains.launcher.options import EffectiveOptions
from idecare.jetbrains.launcher.simulate import Launch


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
