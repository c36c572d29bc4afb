"""Deciding the settings of one VS Code or fork: in which of its files each value goes, and the edits of each."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from idecare.changes.drift import NOTHING_WRITTEN, Drift, WrittenValues
from idecare.changes.plan import Change, WriteFile
from idecare.configure.configured import Configured
from idecare.configure.machine import Machine
from idecare.configure.profile import Profile, Removed, is_kept
from idecare.configure.requests import NOTHING_TO_DO, Overrides, check_file, decoded
from idecare.configure.vscode_values import Setting, is_local, moved_delve, wanted_settings
from idecare.core.errors import IdecareError, RefusedError
from idecare.core.frozen import frozen
from idecare.core.language import mark, tr
from idecare.core.results import Skip
from idecare.formats.edits import apply_edits
from idecare.formats.jsonc import JsoncError, Layout, insert_item, merge, node_at, remove, set_value, value_at
from idecare.formats.jsonc.tree import JsonValue
from idecare.vscode.config_files import ScopeFile, VscodeTarget
from idecare.vscode.gopls_settings import setting_name
from idecare.vscode.known_keys import GOPLS

INDENT = " " * 4  # editor.tabSize as VS Code comes
IGNORED = "settingsSync.ignoredSettings"
SCOPES = {
    "user": tr("user settings: what holds in every folder"),
    "profile": tr("the settings of this profile, which has a file of its own"),
    "machine": tr("machine settings: they override the user's, and Settings Sync leaves them here"),
    "devcontainer": tr("the settings of the container that this folder is opened in"),
    "code-workspace": tr("the settings of the workspace file, which override the user's"),
    "workspace": tr("workspace settings: they override all others in this folder"),
    "tasks": tr("the tasks of this folder"),
}


def plan_vscode(
    target: VscodeTarget, profile: Profile | None, overrides: Overrides, machine: Machine, written: WrittenValues
) -> Configured:
    """All files or none: a file that cannot be edited leaves the others as they are."""
    configured = Configured(target.ide, target.name)
    if not target.files:
        return replace(configured, skip=NOTHING_TO_DO)
    try:
        settings, notes = wanted_settings(profile, overrides, machine)
        settings, more = _without_shared(target, settings)
        drafts = _drafts(target, overrides, machine, settings, written)
        edits = tuple(edit_of(target.ide, target.newline, draft) for draft in drafts if draft.text != draft.before)
        more = (*more, *_overridden(target, settings, drafts), *_sync_notes(target, settings, drafts, overrides))
    except RefusedError as error:
        return replace(configured, skip=Skip("refused", error.code, str(error), error.hint))
    drifts = tuple(drift for draft in drafts for drift in draft.drifts)
    skip = None if edits else NOTHING_TO_DO
    return replace(configured, edits=edits, notes=(*notes, *more), skip=skip, drift=drifts)


def _without_shared(target: VscodeTarget, settings: Sequence[Setting]) -> tuple[tuple[Setting, ...], tuple[str, ...]]:
    """A profile takes some settings from the default profile (configurationEditing.ts, 2024)."""
    shared = [setting for setting in settings if setting.path[0] in target.shared]
    own = tuple(setting for setting in settings if setting not in shared)
    note = mark("{key} applies to all profiles: the default profile's file has it")
    return own, tuple(tr(note, key=setting.key) for setting in shared)


def _drafts(
    target: VscodeTarget,
    overrides: Overrides,
    machine: Machine,
    settings: Sequence[Setting],
    written: WrittenValues,
) -> tuple[Draft, ...]:
    drafts: dict[ScopeFile, Draft] = {}
    layout = Layout(INDENT, target.newline)

    def add(place: ScopeFile, setting: Setting) -> None:
        drafts[place] = put(drafts.get(place) or read_draft(place, layout, written), setting)

    home = _place(target, overrides, local=False)
    drafts[home] = read_draft(home, layout, written)
    for setting in settings:
        add(_place(target, overrides, local=is_local(setting)), setting)
    wanted = {setting.key for setting in settings}
    for setting in moved_delve(drafts[home].text, home.prefix, wanted, machine):
        add(home, setting)
    for setting in _kept_from_sync(target, settings, drafts, overrides):
        add(target.files[0], setting)
    return tuple(drafts.values())


def _place(target: VscodeTarget, overrides: Overrides, local: bool) -> ScopeFile:
    """The scope that was asked for; else for a path of this machine the machine's own file, and the user's for all
    others."""
    by_scope = {place.scope: place for place in target.files}
    if overrides.scope in by_scope:
        return by_scope[overrides.scope]
    if overrides.scope is not None and not (overrides.scope == "user" and "profile" in by_scope):
        known = ", ".join(by_scope)
        why = tr("{name} has no {scope} settings here", name=target.name, scope=overrides.scope)
        raise RefusedError("no-scope", why, tr("There are: {scopes}.", scopes=known))
    return by_scope["machine"] if local and "machine" in by_scope else target.files[0]


def edit_of(ide: str, newline: str, draft: Draft) -> WriteFile:
    file = draft.place.file
    check_file(file)
    text = draft.text if file.data is not None else draft.text.rstrip() + newline
    why = SCOPES[draft.place.scope]
    return WriteFile(ide, file.path, file.real_path, file.data, text.encode(), draft.changes, why)


def _overridden(target: VscodeTarget, settings: Sequence[Setting], drafts: Sequence[Draft]) -> Iterator[str]:
    """Where a stronger file has another value: what is written has no effect there."""
    written = {change.key: draft.place for draft in drafts for change in draft.changes}
    for setting in settings:
        place = written.get(setting.key, target.files[0])
        for stronger in target.files[target.files.index(place) + 1 :]:
            if (value := _value_in(stronger, setting)) is not None and value != setting.value:
                yield tr(
                    "{key}: {path} says {value} and wins there ({scope})",
                    key=setting.key,
                    path=stronger.file.path,
                    value=json.dumps(value),
                    scope=stronger.scope,
                )


def _value_in(place: ScopeFile, setting: Setting) -> JsonValue:
    try:
        text = (place.file.data or b"").decode()
        return value_at(text, present_paths(text, place.prefix, setting.path)[0])
    except (UnicodeDecodeError, JsoncError):
        return None


def _kept_from_sync(
    target: VscodeTarget, settings: Sequence[Setting], drafts: dict[ScopeFile, Draft], overrides: Overrides
) -> Iterator[Setting]:
    """The list of what Settings Sync leaves alone, with the settings that hold paths of this machine."""
    if not overrides.keep_from_sync or target.files[0].scope not in ("user", "profile"):
        return
    place = target.files[0]
    text = drafts[place].text if place in drafts else read_draft(place, Layout(INDENT, target.newline)).text
    present = value_at(text, (IGNORED,))
    listed = [key for key in present if isinstance(key, str)] if isinstance(present, list) else []
    new = dict.fromkeys(setting.path[0] for setting in settings if is_local(setting) and setting.path[0] not in listed)
    if new:
        reason = tr("paths of this machine stay on it")
        yield Setting(IGNORED, (IGNORED,), [*listed, *new], reason, "--keep-from-sync", adds="after")


def _sync_notes(
    target: VscodeTarget, settings: Sequence[Setting], drafts: Sequence[Draft], overrides: Overrides
) -> Iterator[str]:
    """Settings Sync takes the object settings along, and on the other machine the path may lead elsewhere."""
    if overrides.keep_from_sync:
        return
    changed = {change.key for draft in drafts if draft.place.scope in ("user", "profile") for change in draft.changes}
    for setting in settings:
        if setting.key in changed and is_local(setting) and not setting.stays_local:
            yield tr(
                "{key} names a path of this machine, which Settings Sync would take to your others: "
                "--keep-from-sync lists {setting} in {list}",
                key=setting.key,
                setting=setting.path[0],
                list=IGNORED,
            )


@frozen
class Draft:
    """A file while its values are put in one after the other."""

    place: ScopeFile
    layout: Layout
    before: str
    text: str
    written: WrittenValues
    changes: tuple[Change, ...] = ()
    drifts: tuple[Drift, ...] = ()

    def with_setting(self, setting: Setting) -> Draft:
        """Under the name that is there; other names of the same setting go, for gopls takes one of them at random."""
        path, *others = present_paths(self.text, self.place.prefix, setting.path)
        old = _shown(self.text, path)
        if not isinstance(setting.value, Removed) and _is_users(setting, value_at(self.text, path), old is not None):
            return self
        text = _with_value(self.text, path, setting, self.layout)
        for other in others:
            text = apply_edits(text, remove(text, other))
        if text == self.text:
            return self
        change = Change(setting.key, old, _shown(text, path), setting.reason, setting.source)
        if drift := self.written.find_drift(self.place.file.path, self.place.file.real_path, change):
            return replace(self, drifts=(*self.drifts, drift))
        return replace(self, text=text, changes=(*self.changes, change))


def read_draft(place: ScopeFile, layout: Layout, written: WrittenValues = NOTHING_WRITTEN) -> Draft:
    """The file as it is; RefusedError where it is not what VS Code would edit itself."""
    text = decoded(place.file)
    try:
        node_at(text, ())  # a damaged file is refused, whether or not anything would be written
    except JsoncError as error:
        raise _refused(place, error) from error
    return Draft(place, layout, text, text, written)


def put(draft: Draft, setting: Setting) -> Draft:
    """The draft with one value more; RefusedError where that cannot be."""
    try:
        return draft.with_setting(setting)
    except JsoncError as error:
        raise _refused(draft.place, error) from error


def _refused(place: ScopeFile, error: IdecareError) -> RefusedError:
    return refused_in(place, error.code, str(error), error.hint or tr("Correct it, or leave this IDE out."))


def refused_in(place: ScopeFile, code: str, why: str, hint: str) -> RefusedError:
    return RefusedError(code, f"{place.file.path}: {why}", hint)


def present_paths(text: str, prefix: tuple[str, ...], path: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    """Where the setting at ``path`` is under any of its names, the very name first; ``path`` where it is nowhere.

    Only gopls' settings have several: ``directoryFilters``, ``build.directoryFilters`` and ``gopls.directoryFilters``.
    """
    usual = (*prefix, *path)
    if path[0] != GOPLS or len(path) != 2:
        return (usual,)
    top = value_at(text, prefix)
    names = top if isinstance(top, Mapping) else {}
    members = names.get(GOPLS)
    inside = [(GOPLS, key) for key in (members if isinstance(members, Mapping) else ())]
    dotted = [(key,) for key in names if key.startswith(f"{GOPLS}.")]
    same = [(*prefix, *found) for found in (*inside, *dotted) if setting_name(found[-1]) == setting_name(path[1])]
    return tuple(sorted(same, key=lambda found: found != usual)) or (usual,)


def _is_users(setting: Setting, present: JsonValue, is_there: bool) -> bool:
    """Whether what is there stays: any value, or a number on the side that is kept. A limit of 0 or less is none for
    gopls (v0.24.0, doc/settings.md, memoryLimit), so it is not a smaller one."""
    wanted, found = _number(setting.value), _number(present)
    return (setting.keep and is_there) or ((found or 0) > 0 and is_kept(setting.kept, found, wanted))


def _number(value: object) -> float | None:
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def _with_value(text: str, path: tuple[str, ...], setting: Setting, layout: Layout) -> str:
    value = setting.value
    if isinstance(value, Removed):
        return apply_edits(text, remove(text, path))
    present = value_at(text, path)
    if setting.adds and isinstance(value, list) and isinstance(present, list):
        missing = [item for item in value if item not in present]
        for item in reversed(missing) if setting.adds == "before" else missing:
            place = (*path, 0 if setting.adds == "before" else -1)
            text = apply_edits(text, insert_item(text, place, item, layout=layout))
        return text
    if isinstance(value, dict) and isinstance(present, dict):
        return apply_edits(text, merge(text, path, value, layout=layout))
    return apply_edits(text, set_value(text, path, value, layout=layout))


def _shown(text: str, path: tuple[str, ...]) -> str | None:
    return None if node_at(text, path) is None else json.dumps(value_at(text, path), ensure_ascii=False)
