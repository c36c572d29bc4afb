"""One settings file while its values are put in, one after the other."""

from __future__ import annotations

import json
from dataclasses import replace

from idecare.changes.edit_plan import Change
from idecare.configure.profile import Removed
from idecare.configure.vscode_values import Setting
from idecare.core.errors import IdecareError, RefusedError
from idecare.core.frozen import frozen
from idecare.formats.edits import Edit, apply_edits
from idecare.formats.jsonc.edit import JsoncError, Layout, merge, node_at, remove, set_value, value_at
from idecare.formats.jsonc.tree import JsonValue
from idecare.system.config_file import ConfigFile
from idecare.vscode.config_files import ScopeFile


@frozen
class Draft:
    """A file while its values are put in one after the other."""

    place: ScopeFile
    layout: Layout
    before: str
    text: str
    changes: tuple[Change, ...] = ()

    def with_setting(self, setting: Setting) -> Draft:
        path = (*self.place.prefix, *setting.path)
        old = _shown(self.text, path)
        text = apply_edits(self.text, _edits(self.text, path, setting.value, self.layout))
        if text == self.text:
            return self
        change = Change(setting.key, old, _shown(text, path), setting.reason, setting.source)
        return replace(self, text=text, changes=(*self.changes, change))


def read_draft(place: ScopeFile, layout: Layout) -> Draft:
    """The file as it is; RefusedError where it is not what VS Code would edit itself."""
    text = _decoded(place.file)
    try:
        node_at(text, ())  # a damaged file is refused, whether or not anything would be written
    except JsoncError as error:
        raise _refused(place, error) from error
    return Draft(place, layout, text, text)


def put(draft: Draft, setting: Setting) -> Draft:
    """The draft with one value more; RefusedError where that cannot be."""
    try:
        return draft.with_setting(setting)
    except JsoncError as error:
        raise _refused(draft.place, error) from error


def _refused(place: ScopeFile, error: IdecareError) -> RefusedError:
    return RefusedError(error.code, f"{place.file.path}: {error}", error.hint or "Mend it, or leave this IDE out.")


def _decoded(file: ConfigFile) -> str:
    try:
        return (file.data or b"").decode()
    except UnicodeDecodeError as error:
        line = (file.data or b"").count(b"\n", 0, error.start) + 1
        raise RefusedError("not-utf-8", f"{file.path}: line {line} is not UTF-8", "Save it as UTF-8.") from error


def _edits(text: str, path: tuple[str, ...], value: JsonValue | Removed, layout: Layout) -> tuple[Edit, ...]:
    if isinstance(value, Removed):
        return remove(text, path)
    if isinstance(value, dict) and isinstance(value_at(text, path), dict):
        return merge(text, path, value, layout=layout)
    return set_value(text, path, value, layout=layout)


def _shown(text: str, path: tuple[str, ...]) -> str | None:
    return None if node_at(text, path) is None else json.dumps(value_at(text, path), ensure_ascii=False)
