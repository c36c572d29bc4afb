"""Deciding the lines of idea.properties: of several such files the first that has a key decides it."""

from __future__ import annotations

from collections.abc import Iterator

from idecare.changes.edit_plan import Change, EditFile
from idecare.configure.profile import Circumstances, Profile
from idecare.configure.requests import SET, UNSET, Overrides, Wanted
from idecare.core.errors import RefusedError
from idecare.formats.edits import apply_edits
from idecare.formats.properties_edit import property_value, set_property, unset_property
from idecare.jetbrains.config_files import JetbrainsTarget
from idecare.system.config_file import ConfigFile

USUAL = "the config folder's file, which updates leave alone"
FIRST = "of the files that the IDE reads, the first that has {} decides"


def plan_properties(
    target: JetbrainsTarget, profile: Profile | None, overrides: Overrides, now: Circumstances
) -> tuple[EditFile, ...]:
    """An edit for each file that has to change."""
    wanted = tuple(wanted_properties(profile, overrides, now))
    if not wanted or target.default_properties is None:
        return ()
    by_file: dict[ConfigFile, list[Wanted]] = {}
    for want in wanted:
        by_file.setdefault(_file_for(target, target.default_properties, want.key), []).append(want)
    return tuple(filter(None, (_edit(target, file, wants) for file, wants in by_file.items())))


def wanted_properties(profile: Profile | None, overrides: Overrides, now: Circumstances) -> Iterator[Wanted]:
    """Each key once; the command line comes before the profile."""
    asked = dict(overrides.properties)
    for entry in profile.properties if profile else ():
        if entry.key not in asked and entry.when.holds(now):
            yield Wanted(entry.key, entry.value, entry.why, profile.source if profile else "")
    yield from (Wanted(key, value, "asked for", UNSET if value is None else SET) for key, value in asked.items())


def _file_for(target: JetbrainsTarget, usual: ConfigFile, key: str) -> ConfigFile:
    return next((file for file in target.properties if property_value(_text(file), key) is not None), usual)


def _text(file: ConfigFile) -> str:
    try:
        return (file.data or b"").decode()
    except UnicodeDecodeError as error:
        line = (file.data or b"").count(b"\n", 0, error.start) + 1
        why = f"{file.path}: line {line} is not UTF-8, so the IDE skips the whole file"
        raise RefusedError("damaged-properties", why, "Write that character as a \\u escape.") from error


def _edit(target: JetbrainsTarget, file: ConfigFile, wants: list[Wanted]) -> EditFile | None:
    text = before = _text(file)
    changes = []
    for want in wants:
        old = property_value(text, want.key)
        if want.value is None:
            edits = unset_property(text, want.key)
        else:
            edits = set_property(text, want.key, want.value, target.newline)
        if edits:
            text = apply_edits(text, edits)
            changes.append(Change(want.key, old, want.value, want.reason, want.source))
    if text == before:
        return None
    why = USUAL if file == target.default_properties else FIRST.format(wants[0].key)
    return EditFile(target.ide, file.path, file.real_path, file.data, text.encode(), tuple(changes), why)
