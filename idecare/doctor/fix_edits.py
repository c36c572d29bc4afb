"""From what findings ask of configuration files to edits, one for each file: pure, over the files as they are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from idecare.changes.edit_plan import Change, Configured, EditFile
from idecare.configure.requests import NOTHING_TO_DO, check_file, decoded
from idecare.core.errors import IdecareError, RefusedError
from idecare.core.results import Skip
from idecare.doctor.base import EditSettings, Finding
from idecare.formats.edits import apply_edits
from idecare.system.files import ConfigFile

WHY = "the file that the finding names"

Asked = tuple[Finding, EditSettings]
Wish = tuple[Finding, str, object]


def plan_edits(asked: Iterable[Asked], files: Mapping[Path, ConfigFile], newline: str) -> tuple[Configured, ...]:
    """One for each file: its edit, or why it is left alone. Of two that ask for one key the first decides."""
    by_file: dict[Path, list[Asked]] = {}
    for finding, remedy in asked:
        by_file.setdefault(remedy.file, []).append((finding, remedy))
    return tuple(_plan(files[path], wishes, newline) for path, wishes in by_file.items())


def _plan(file: ConfigFile, asked: list[Asked], newline: str) -> Configured:
    configured = Configured(asked[0][1].ide, asked[0][1].ide)
    try:
        check_file(file)
        edit = _edit(file, asked, newline)
    except IdecareError as error:
        reason = str(error) if str(file.path) in str(error) else f"{file.path}: {error}"
        return replace(configured, skip=Skip("refused", error.code, reason, error.hint))
    return replace(configured, edits=(edit,) if edit else (), skip=None if edit else NOTHING_TO_DO)


def _edit(file: ConfigFile, asked: list[Asked], newline: str) -> EditFile | None:
    text, changes = _changed(file, asked, newline)
    after = text.encode()
    if after == (file.data or b""):
        return None
    return EditFile(asked[0][1].ide, file.path, file.real_path, file.data, after, changes, WHY)


def _changed(file: ConfigFile, asked: list[Asked], newline: str) -> tuple[str, tuple[Change, ...]]:
    wishes: dict[str, Wish] = {}
    for finding, remedy in asked:
        for key, value in remedy.keys:
            wishes.setdefault(key, (finding, key, value))
    if file.path.suffix == ".vmoptions":
        return _vmoptions(file, wishes.values(), newline)
    if file.path.suffix == ".properties":
        return _properties(file, wishes.values(), newline)
    return _settings(file, wishes.values(), newline)


def _vmoptions(file: ConfigFile, wishes: Iterable[Wish], newline: str) -> tuple[str, tuple[Change, ...]]:
    """What is to go goes first, so that what is to be there is put in the place that is left."""
    from idecare.formats.vmoptions import drop, find_damage, once

    if damage := find_damage(file.data or b""):
        raise RefusedError("damaged-vmoptions", f"{file.path}: {damage}", "Remove what is on that line.")
    text, changes = (file.data or b"").decode(), []
    for finding, option, value in sorted(wishes, key=lambda wish: wish[2] is not None):
        edited = apply_edits(text, drop(text, option) if value is None else once(text, option, newline))
        if edited != text:
            before, after = (option, None) if value is None else (None, option)
            changes.append(Change(option, before, after, finding.summary, finding.id))
        text = edited
    return text, tuple(changes)


def _properties(file: ConfigFile, wishes: Iterable[Wish], newline: str) -> tuple[str, tuple[Change, ...]]:
    from idecare.formats.properties import property_value, set_property, unset_property

    text, changes = decoded(file), []
    for finding, key, value in wishes:
        before = property_value(text, key)
        edits = unset_property(text, key) if value is None else set_property(text, key, str(value), newline)
        if edits:
            text = apply_edits(text, edits)
            after = None if value is None else str(value)
            changes.append(Change(key, before, after, finding.summary, finding.id))
    return text, tuple(changes)


def _settings(file: ConfigFile, wishes: Iterable[Wish], newline: str) -> tuple[str, tuple[Change, ...]]:
    """settings.json, or the settings of a .code-workspace."""
    from idecare.configure.profile import Removed
    from idecare.configure.vscode import put, read_draft
    from idecare.configure.vscode_values import Setting
    from idecare.formats.jsonc.edit import Layout
    from idecare.vscode.config_files import ScopeFile
    from idecare.vscode.known_keys import setting_path

    is_workspace = file.path.suffix == ".code-workspace"
    place = ScopeFile("code-workspace" if is_workspace else "user", file, ("settings",) if is_workspace else ())
    draft = read_draft(place, Layout(" " * 4, newline))
    for finding, key, value in wishes:
        wanted = Removed() if value is None else value
        draft = put(draft, Setting(key, setting_path(key), wanted, finding.summary, finding.id))  # type: ignore[arg-type]
    return draft.text, draft.changes
