"""Settings that gopls does not take: what it will say of them, in its own words.

VS Code joins the object `gopls` of all its files and hands it to gopls, which reports on every start what it does not
know (gopls/internal/server/general.go, handleOptionResult).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from idecare.core.frozen import frozen
from idecare.core.language import tr
from idecare.doctor.base import Check, EditSettings, Finding
from idecare.doctor.snapshot import Snapshot
from idecare.formats.jsonc import JsoncError, JsonValue, node_at, place, value_at
from idecare.vscode.config_files import ScopeFile, VscodeTarget
from idecare.vscode.gopls_settings import (
    basis,
    complaint,
    duplicates,
    invalid_settings,
    setting_name,
    settings_of,
    table_date,
)
from idecare.vscode.known_keys import GOPLS

ZED = "zed"


@frozen
class Member:
    """One setting of gopls as a file spells it: a member of its object, or a key that begins with ``gopls.``."""

    name: str
    value: JsonValue
    scope: ScopeFile
    line: int

    @property
    def where(self) -> str:
        return f"{self.scope.file.path}:{self.line}"


def _invalid(snapshot: Snapshot) -> Iterable[Finding]:
    seen = set()
    for target in (*snapshot.vscode, *_zed(snapshot)):
        members = _members(target)
        version = snapshot.gopls.known_version if snapshot.gopls else None
        text = invalid_settings({name: member.value for name, member in members.items()}, version)
        if text and (text, tuple(members)) not in seen:
            seen.add((text, tuple(members)))
            yield _finding(snapshot, target, members, version, text)


def _zed(snapshot: Snapshot) -> Iterator[VscodeTarget]:
    """Zed hands over what is below ``lsp.gopls.initialization_options``, without an object `gopls`."""
    if snapshot.zed is not None:
        yield VscodeTarget(ZED, "Zed", (ScopeFile("user", snapshot.zed, ("lsp", GOPLS, "initialization_options")),))


def _members(target: VscodeTarget) -> dict[str, Member]:
    """The settings as VS Code joins them: of a name that several files have, the strongest file's."""
    return {member.name: member for scope in target.files for member in _members_of(scope)}


def _members_of(scope: ScopeFile) -> Iterator[Member]:
    text = (scope.file.data or b"").decode(errors="replace")
    try:
        top = value_at(text, scope.prefix)
        values = top if isinstance(top, Mapping) else {}
        for path, value in [((key,), one) for key, one in values.items()] if GOPLS in scope.prefix else _paths(values):
            node = node_at(text, (*scope.prefix, *path))
            line = place(text, node.start)[0] if node else 1
            yield Member(path[-1].removeprefix(f"{GOPLS}."), value, scope, line)
    except JsoncError:
        return


def _paths(top: Mapping[str, JsonValue]) -> Iterator[tuple[tuple[str, ...], JsonValue]]:
    section = top.get(GOPLS)
    if isinstance(section, Mapping):
        yield from (((GOPLS, name), value) for name, value in section.items())
    yield from (((key,), value) for key, value in top.items() if key.startswith(f"{GOPLS}."))


def _finding(
    snapshot: Snapshot, target: VscodeTarget, members: Mapping[str, Member], version: str | None, text: str
) -> Finding:
    groups = duplicates(members)
    wrong = [members[name] for group in groups for name in group]
    wrong += [member for member in members.values() if complaint(member.name, member.value, version)]
    return Finding(
        id="vscode/gopls-settings",
        severity="warning",
        summary=tr("{editor}: gopls does not take all of its settings", editor=target.name),
        evidence=(text, *dict.fromkeys(f"{one.where}: {one.name}" for one in wrong), _whose(snapshot)),
        why=tr(
            "gopls shows this on each start; what is not taken has no effect, and of two names of one "
            "setting it takes one at random"
        ),
        fix=tr("remove what gopls does not know, and keep one name of each setting"),
        remedies=() if target.ide == ZED else tuple(_remedies(target, members, groups, version)),
    )


def _whose(snapshot: Snapshot) -> str:
    if snapshot.gopls is None:
        return tr("no gopls was found: as the newest of {day} has it", day=table_date())
    known = basis(snapshot.gopls.version)
    version = snapshot.gopls.version or tr("a build that names no release")
    if known:
        return tr("{path} is {version}, {basis}", path=snapshot.gopls.path, version=version, basis=known)
    return tr("{path} is {version}", path=snapshot.gopls.path, version=version)


def _remedies(
    target: VscodeTarget, members: Mapping[str, Member], groups: Iterable[tuple[str, ...]], version: str | None
) -> Iterator[EditSettings]:
    """Of a pair the last one stays, with its value; a name that no longer means anything goes."""
    for group in groups:
        kept = members[group[-1]]
        if all(members[name].scope == kept.scope for name in group):
            yield EditSettings(kept.scope.file.path, target.ide, ((f"{GOPLS}/{kept.name}", kept.value),))
    for member in members.values():
        setting = settings_of(version).get(setting_name(member.name))
        if setting is None or setting.deprecated is not None:
            yield EditSettings(member.scope.file.path, target.ide, ((f"{GOPLS}/{member.name}", None),))


CHECKS = (
    Check(
        "vscode/gopls-settings",
        tr("settings that gopls does not know or has under two names"),
        tr("remove them, keep one name of each"),
        _invalid,
    ),
)
