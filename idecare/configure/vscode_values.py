"""The settings that VS Code should have: the profile's, the command line's, and what go.delvePath was meant to be."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator
from pathlib import Path, PureWindowsPath
from typing import Literal

from idecare.configure.machine import Machine
from idecare.configure.profile import Circumstances, Found, Kept, Profile, Removed
from idecare.configure.requests import SET, UNSET, Overrides
from idecare.core.frozen import frozen
from idecare.core.language import tr
from idecare.formats.jsonc import JsoncError, value_at
from idecare.formats.jsonc.tree import JsonValue
from idecare.vscode.known_keys import GOPLS, setting_path

DELVE_PATH, DELVE = "go.delvePath", "go.alternateTools/dlv"
RULE = tr("rule: go.delvePath")
# Machine-overridable settings of the Go extension: Settings Sync leaves them where they are (extension/package.json).
STAY_LOCAL = frozenset({"go.goroot", "go.gopath", "go.toolsGopath", "go.toolsManagement.go"})


@frozen
class Setting:
    """A value at its path in a settings file."""

    key: str
    path: tuple[str, ...]
    value: JsonValue | Removed
    reason: str
    source: str
    kept: Kept | None = None
    keep: bool = False
    adds: Literal["before", "after"] | None = None  # a list keeps its entries and gains those that are missing

    @property
    def stays_local(self) -> bool:
        return self.path[0] in STAY_LOCAL


def is_local(setting: Setting) -> bool:
    """Whether the value names a path of this machine."""
    return any(_is_path(text) for text in _texts(setting.value))


def _texts(value: JsonValue | Removed) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from (member for member in value.values() if isinstance(member, str))


def _is_path(text: str) -> bool:
    return os.path.isabs(text) or PureWindowsPath(text).is_absolute()


def wanted_settings(
    profile: Profile | None, overrides: Overrides, machine: Machine
) -> tuple[tuple[Setting, ...], tuple[str, ...]]:
    """Each setting once, the command line before the profile; and what could not be found."""
    now = Circumstances(machine.os, machine.arch, machine.memory_bytes, gopls=_gopls_minor(machine))
    overrides.check_delves(overrides.vscode_delves, machine.verdicts)
    asked = dict(overrides.settings)
    settings, notes = [], []
    for entry in profile.settings if profile else ():
        if entry.key in asked or not entry.when.holds(now):
            continue
        value, path = _found(entry.value, machine), setting_path(entry.key)
        if isinstance(value, _Missing):
            notes.append(f"{entry.key}: {value.why}")
        elif said := _complaint(path, value, machine):
            notes.append(tr("{key} is left out: {said}", key=entry.key, said=said))
        else:
            source, adds = profile.source if profile else "", _adds(path, value)
            settings.append(Setting(entry.key, path, value, entry.why, source, entry.kept, entry.keep, adds))
    for key, asked_value in asked.items():
        source = UNSET if isinstance(asked_value, Removed) else SET
        settings.append(Setting(key, setting_path(key), asked_value, tr("asked for"), source))
        if said := _complaint(setting_path(key), asked_value, machine):
            notes.append(f"{key}: {said}")
    return tuple(settings), tuple(notes)


def _adds(path: tuple[str, ...], value: object) -> Literal["before", "after"] | None:
    """Of gopls' filters the last match wins: the user's own stay behind the profile's and decide."""
    if not isinstance(value, list):
        return None
    return "before" if path[0] == GOPLS and path[-1].endswith("directoryFilters") else "after"


def _gopls_minor(machine: Machine) -> int:
    """Without a gopls the Go extension installs the newest."""
    from idecare.vscode.gopls_settings import minor_version

    return minor_version(machine.gopls.known_version if machine.gopls else None)


def _complaint(path: tuple[str, ...], value: JsonValue | Removed, machine: Machine) -> str | None:
    """What the Go extension or the gopls of this machine has against a value, and which one that is."""
    if isinstance(value, Removed):
        return None
    if path[0].startswith("go."):
        from idecare.vscode.go_extension import complaint as extension_complaint

        return extension_complaint(path, value, machine.extensions)
    return _gopls_complaint(path, value, machine)


def _gopls_complaint(path: tuple[str, ...], value: JsonValue, machine: Machine) -> str | None:
    if machine.gopls is None or path[0] != GOPLS or len(path) != 2:
        return None
    from idecare.vscode.gopls_settings import basis, complaint

    said = complaint(path[1], value, machine.gopls.known_version)
    known = basis(machine.gopls.version)
    which = f"{machine.gopls.version or tr('without a version')} ({machine.gopls.path}{f'; {known}' if known else ''})"
    return tr("gopls {version} says: {said}", version=which, said=said) if said else None


@frozen
class _Missing:
    why: str


def _found(value: JsonValue | Found | Removed, machine: Machine) -> JsonValue | Removed | _Missing:
    if not isinstance(value, Found):
        return value
    if value.program == "go":
        return str(machine.go) if machine.go else _Missing(tr("no go for {arch} was found", arch=machine.arch))
    verdict = machine.delve
    if verdict is None:
        return _Missing(tr("no dlv was found. go install github.com/go-delve/delve/cmd/dlv@latest"))
    return str(verdict.path) if verdict.is_right else _Missing(verdict.fault_text)


def moved_delve(text: str, prefix: tuple[str, ...], wanted: Collection[str], machine: Machine) -> Iterator[Setting]:
    """The settings that make something of a go.delvePath, which the Go extension has never read."""
    try:
        named = value_at(text, (*prefix, DELVE_PATH))
        present = value_at(text, (*prefix, *setting_path(DELVE)))
    except JsoncError:
        return
    if named is None:
        return
    if isinstance(named, str) and present is None and DELVE not in wanted:
        if (better := _usable(named, machine)) is None:
            return  # it does no harm where it is, and would if the extension read it
        yield Setting(DELVE, setting_path(DELVE), better, tr("the place that the Go extension reads"), RULE)
    yield Setting(DELVE_PATH, (DELVE_PATH,), Removed(), tr("the Go extension has never read it"), RULE)


def _usable(named: str, machine: Machine) -> str | None:
    """The dlv that was meant, else the right one of this machine; ``None`` where neither would debug."""
    verdict = machine.verdicts.get(Path(named))
    if verdict is None or verdict.is_right:
        return named
    return str(machine.delve.path) if machine.delve and machine.delve.is_right else None
