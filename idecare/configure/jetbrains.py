"""Deciding one JetBrains IDE: its VM options file and idea.properties, or why neither is touched."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from idecare.changes.drift import Drift, WrittenValues
from idecare.changes.plan import Change, WriteFile
from idecare.configure.configured import Configured
from idecare.configure.machine import Machine
from idecare.configure.profile import Circumstances, Profile, is_kept
from idecare.configure.requests import NOTHING_TO_DO, SET, UNSET, Overrides, Wanted, check_file, decoded
from idecare.configure.vmoptions import plan_options
from idecare.core.errors import RefusedError
from idecare.core.language import mark, tr
from idecare.core.results import Skip
from idecare.formats.edits import apply_edits
from idecare.formats.properties import property_value, set_property, unset_property
from idecare.jetbrains.config_files import JetbrainsTarget
from idecare.jetbrains.launcher import Launch
from idecare.jetbrains.launcher.home import LaunchFailure
from idecare.jetbrains.launcher.options import EffectiveOptions
from idecare.system.files import ConfigFile

USUAL = tr("the config folder's file, which updates leave alone")
FIRST = mark("of the files that the IDE reads, the first that has {key} decides")


def plan_jetbrains(
    target: JetbrainsTarget, profile: Profile | None, overrides: Overrides, machine: Machine, written: WrittenValues
) -> Configured:
    """Both files or none: what is refused for one leaves the other as it is."""
    configured = Configured(target.ide, target.name)
    try:
        _check_start(target)
        overrides.check_delves(overrides.goland_delves, machine.verdicts)
        now = Circumstances(machine.os, machine.arch, machine.memory_bytes, target.java.major if target.java else None)
        options, notes, drifts = plan_options(target, profile, overrides, now, written)
        properties, more = plan_properties(target, profile, overrides, now, written)
        edits = (*filter(None, [options]), *properties)
        _check_writable(target, edits)
    except RefusedError as error:
        return replace(configured, skip=Skip("refused", error.code, str(error), error.hint))
    notes = (*notes, *_notes(target, edits), *_overridden(target, edits))
    skip = None if edits else NOTHING_TO_DO
    return replace(configured, edits=edits, notes=notes, skip=skip, drift=(*drifts, *more))


def _check_start(target: JetbrainsTarget) -> None:
    """RefusedError where no edit of ours would let the IDE start."""
    if isinstance(target.launch, LaunchFailure):
        place = f"{target.launch.place}: " if target.launch.place else ""
        raise RefusedError("no-start", f"{place}{target.launch.message}", tr("Install the IDE again."))
    java = target.java
    if java and java.architectures and target.architectures and not set(java.architectures) & set(target.architectures):
        built, own = tr(" and ").join(java.architectures), tr(" and ").join(target.architectures)
        why = tr(
            "the runtime {home} (chosen by {via}) is built for {built} and {ide} for {own}: it does not start",
            home=java.home,
            via=java.via,
            built=built,
            ide=target.name,
            own=own,
        )
        raise RefusedError("foreign-runtime", why, tr("idecare jbr reset, or choose another one."))


def _check_writable(target: JetbrainsTarget, edits: tuple[WriteFile, ...]) -> None:
    for edit in edits:
        for file in (target.options_file, target.default_properties, *target.properties):
            if file is not None and file.path == edit.path:
                check_file(file)


def _notes(target: JetbrainsTarget, edits: tuple[WriteFile, ...]) -> tuple[str, ...]:
    strays = tuple(
        tr("{file} is never read here: the launcher reads {name}", file=file, name=target.options_file.path.name)
        for file in target.stray_files
        if target.options_file
    )
    if edits and target.is_running:
        return (*strays, tr("{ide} is running: this takes effect at its next start", ide=target.name))
    return strays


def _overridden(target: JetbrainsTarget, edits: tuple[WriteFile, ...]) -> Iterator[str]:
    """A system property is defined before any property file is read (PathManager.loadProperties)."""
    assert isinstance(target.launch, Launch)
    options = target.launch.options.options if isinstance(target.launch.options, EffectiveOptions) else ()
    files = {file.path for file in (target.default_properties, *target.properties) if file}
    for change in (change for edit in edits if edit.path in files for change in edit.changes):
        for option in options:
            if option.text.startswith(f"-D{change.key}="):
                yield tr(
                    "{key} has no effect: {option} in {place} overrides every idea.properties",
                    key=change.key,
                    option=option.text,
                    place=option.place,
                )


def plan_properties(
    target: JetbrainsTarget, profile: Profile | None, overrides: Overrides, now: Circumstances, written: WrittenValues
) -> tuple[tuple[WriteFile, ...], tuple[Drift, ...]]:
    """An edit for each file that has to change, and what the user has changed in them since."""
    wanted = tuple(wanted_properties(profile, overrides, now))
    if not wanted or target.default_properties is None:
        return (), ()
    by_file: dict[ConfigFile, list[Wanted]] = {}
    for want in wanted:
        by_file.setdefault(_file_for(target, target.default_properties, want.key), []).append(want)
    planned = [_edit(target, file, wants, written) for file, wants in by_file.items()]
    edits = tuple(edit for edit, _ in planned if edit)
    return edits, tuple(drift for _, drifts in planned for drift in drifts)


def wanted_properties(profile: Profile | None, overrides: Overrides, now: Circumstances) -> Iterator[Wanted]:
    """Each key once; the command line comes before the profile."""
    asked = dict(overrides.properties)
    for entry in profile.properties if profile else ():
        if entry.key not in asked and entry.when.holds(now):
            source = profile.source if profile else ""
            yield Wanted(entry.key, entry.value, entry.why, source, entry.kept)
    yield from (Wanted(key, value, tr("asked for"), UNSET if value is None else SET) for key, value in asked.items())


def _file_for(target: JetbrainsTarget, usual: ConfigFile, key: str) -> ConfigFile:
    return next((file for file in target.properties if property_value(_text(file), key) is not None), usual)


def _text(file: ConfigFile) -> str:
    text = mark("{path}: line {line} is not UTF-8, so the IDE skips the whole file")
    return decoded(file, text, mark("Write that character as a \\u escape."), "damaged-properties")


def _number(text: str | None) -> int | None:
    return int(text) if text and text.strip().isdecimal() else None


def _edit(
    target: JetbrainsTarget, file: ConfigFile, wants: list[Wanted], written: WrittenValues
) -> tuple[WriteFile | None, list[Drift]]:
    text = before = _text(file)
    changes, drifts = [], []
    for want in wants:
        change = Change(want.key, property_value(text, want.key), want.value, want.reason, want.source)
        if is_kept(want.kept, _number(change.before), _number(change.after)):
            continue
        if want.value is None:
            edits = unset_property(text, want.key)
        else:
            edits = set_property(text, want.key, want.value, target.newline)
        if edits and (drift := written.find_drift(file.path, file.real_path, change)):
            drifts.append(drift)
        elif edits:
            text = apply_edits(text, edits)
            changes.append(change)
    if text == before:
        return None, drifts
    why = USUAL if file == target.default_properties else tr(FIRST, key=wants[0].key)
    return WriteFile(target.ide, file.path, file.real_path, file.data, text.encode(), tuple(changes), why), drifts
