"""Deciding one JetBrains IDE: its VM options file and idea.properties, or why neither is touched."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from idecare.changes.edit_plan import Configured, EditFile
from idecare.configure.jetbrains_properties import plan_properties
from idecare.configure.machine import Machine
from idecare.configure.profile import Circumstances, Profile
from idecare.configure.requests import NOTHING_TO_DO, Overrides, check_file
from idecare.configure.vmoptions import plan_options
from idecare.core.errors import RefusedError
from idecare.core.results import Skip
from idecare.jetbrains.config_files import JetbrainsTarget
from idecare.jetbrains.launcher.home import LaunchFailure
from idecare.jetbrains.launcher.options import EffectiveOptions
from idecare.jetbrains.launcher.simulate import Launch


def plan_jetbrains(
    target: JetbrainsTarget, profile: Profile | None, overrides: Overrides, machine: Machine
) -> Configured:
    """Both files or none: what is refused for one leaves the other as it is."""
    configured = Configured(target.ide, target.name)
    try:
        _check_start(target)
        overrides.check_delves(overrides.goland_delves, machine.verdicts)
        now = Circumstances(machine.os, machine.arch, machine.memory_bytes, target.java.major if target.java else None)
        options, notes = plan_options(target, profile, overrides, now)
        edits = (*filter(None, [options]), *plan_properties(target, profile, overrides, now))
        _check_writable(target, edits)
    except RefusedError as error:
        return replace(configured, skip=Skip("refused", error.code, str(error), error.hint))
    notes = (*notes, *_notes(target, edits), *_beaten(target, edits))
    return replace(configured, edits=edits, notes=notes, skip=None if edits else NOTHING_TO_DO)


def _check_start(target: JetbrainsTarget) -> None:
    """RefusedError where no edit of ours would let the IDE start."""
    if isinstance(target.launch, LaunchFailure):
        place = f"{target.launch.place}: " if target.launch.place else ""
        raise RefusedError("no-start", f"{place}{target.launch.message}", "Install the IDE again.")
    java = target.java
    if java and java.architectures and target.architectures and not set(java.architectures) & set(target.architectures):
        built, own = " and ".join(java.architectures), " and ".join(target.architectures)
        why = f"the runtime {java.home} (chosen by {java.via}) is built for {built} and {target.name} for {own}"
        raise RefusedError("foreign-runtime", f"{why}: it does not start", "idecare jbr reset, or choose another one.")


def _check_writable(target: JetbrainsTarget, edits: tuple[EditFile, ...]) -> None:
    for edit in edits:
        for file in (target.options_file, target.default_properties, *target.properties):
            if file is not None and file.path == edit.path:
                check_file(file)


def _notes(target: JetbrainsTarget, edits: tuple[EditFile, ...]) -> tuple[str, ...]:
    strays = tuple(
        f"{file} is never read here: the launcher looks for {target.options_file.path.name}"
        for file in target.stray_files
        if target.options_file
    )
    if edits and target.is_running:
        return (*strays, f"{target.name} is running: this takes effect at its next start")
    return strays


def _beaten(target: JetbrainsTarget, edits: tuple[EditFile, ...]) -> Iterator[str]:
    """A system property stands before any property file is read (PathManager.loadProperties)."""
    assert isinstance(target.launch, Launch)
    options = target.launch.options.options if isinstance(target.launch.options, EffectiveOptions) else ()
    files = {file.path for file in (target.default_properties, *target.properties) if file}
    for change in (change for edit in edits if edit.path in files for change in edit.changes):
        for option in options:
            if option.text.startswith(f"-D{change.key}="):
                yield f"{change.key} has no effect: {option.place} has {option.text}, which beats every idea.properties"
