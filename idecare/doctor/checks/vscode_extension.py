"""Settings of VS Code's Go extension that it does not have, has deprecated, or cannot take as they are.

VS Code marks them in the editor only while the file is open (contributes.configuration, deprecationMessage).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from idecare.core.frozen import frozen
from idecare.core.language import tr
from idecare.doctor.base import Check, EditSettings, Finding
from idecare.doctor.checks.vscode_files import PREFIXES, below, root_of, settings_files
from idecare.doctor.snapshot import Snapshot
from idecare.formats.jsonc import JsonValue, place, value_at
from idecare.vscode.config_files import ScopeFile, VscodeTarget
from idecare.vscode.go_extension import Manifest, absence, complaint, lifetime, manifest_of, table_date
from idecare.vscode.known_keys import MISNOMERS, setting_problem

DELVE_PATH = "go.delvePath"  # has a check of its own


@frozen
class Entry:
    """A key of the Go extension in a settings file. The members of `gopls` have a check of their own."""

    target: VscodeTarget
    scope: ScopeFile
    key: str
    value: JsonValue
    line: int

    @property
    def where(self) -> str:
        return f"{self.scope.file.path}:{self.line}"


def _entries(snapshot: Snapshot) -> Iterator[Entry]:
    for target, scope, text in settings_files(snapshot):
        node = below(root_of(text), scope.prefix)
        for entry in node.entries if node else ():
            key = entry.key or ""
            if key.startswith(PREFIXES[0]) or key == PREFIXES[1]:
                value = value_at(text, (*scope.prefix, key))
                yield Entry(target, scope, key, value, place(text, entry.start)[0])


def _unknown(snapshot: Snapshot) -> Iterable[Finding]:
    for entry in _entries(snapshot):
        if entry.key != DELVE_PATH and not snapshot.is_contributed(entry.key):
            installed = absence(entry.key, snapshot.go_extensions)
            listed = setting_problem(entry.key)
            if installed or (listed and (entry.key in MISNOMERS or not snapshot.go_extensions)):
                yield _unknown_key(entry, installed, listed)


def _unknown_key(entry: Entry, installed: str | None, listed: str | None) -> Finding:
    """The table is of a certain day; where the Go extension is installed, it is asked itself."""
    is_misnomer = entry.key in MISNOMERS
    as_of = "" if installed or is_misnomer else tr(" (as of {day})", day=table_date())
    said = (listed,) if is_misnomer or not installed else (installed, None if lifetime(entry.key) else listed)
    return Finding(
        id="vscode/unknown-keys",
        severity="warning" if installed or is_misnomer else "info",
        summary=tr("{editor}: the installed Go extension does not have {key}", editor=entry.target.name, key=entry.key)
        if installed
        else tr("{editor}: {key} is no setting that is known", editor=entry.target.name, key=entry.key),
        evidence=(entry.where, *(f"{text}{as_of}" for text in said if text)),
        why=tr("an unknown key is kept and never read, so what it was meant to do is not done"),
        fix=tr("correct the name, or remove {key}", key=entry.key),
        remedies=(EditSettings(entry.scope.file.path, entry.target.ide, ((entry.key, None),)),) if is_misnomer else (),
    )


def _deprecated(snapshot: Snapshot) -> Iterable[Finding]:
    """The newest of the table where none is installed: a release that comes with the next update."""
    known = snapshot.go_extensions or (manifest_of(),)
    for entry in _entries(snapshot):
        found = [one for one in known if entry.key in one.settings]
        messages = [one.settings[entry.key].deprecated for one in found]
        if messages and all(messages) and entry.key not in MISNOMERS:
            yield Finding(
                id="vscode/deprecated-keys",
                severity="info",
                summary=tr("{editor}: the Go extension has deprecated {key}", editor=entry.target.name, key=entry.key),
                evidence=(
                    entry.where,
                    tr("the Go extension {version} says: {message}", version=_versions(found), message=messages[0]),
                ),
                why=tr("a later release may drop it; VS Code shows the message only while the file is open"),
                fix=tr("do what the message says, and remove {key} once it does nothing for you", key=entry.key),
            )


def _versions(found: Sequence[Manifest]) -> str:
    return tr(" and ").join(sorted({one.version for one in found}))


def _wrong(snapshot: Snapshot) -> Iterable[Finding]:
    """Only by an installed release: another one may take the value."""
    for entry in _entries(snapshot):
        is_known = any(entry.key in one.settings for one in snapshot.go_extensions)
        if is_known and (said := complaint((entry.key,), entry.value, snapshot.go_extensions)):
            yield Finding(
                id="vscode/wrong-values",
                severity="warning",
                summary=tr(
                    "{editor}: {key} has a value that the Go extension does not declare",
                    editor=entry.target.name,
                    key=entry.key,
                ),
                evidence=(entry.where, said),
                why=tr("what the extension makes of it is not defined; VS Code marks it in the editor"),
                fix=tr("write a value of the kind that is named, or remove the key"),
            )


CHECKS = (
    Check("vscode/unknown-keys", tr("go.* keys that nothing reads"), tr("correct or remove them"), _unknown),
    Check(
        "vscode/deprecated-keys", tr("go.* keys that the Go extension has deprecated"), tr("remove them"), _deprecated
    ),
    Check(
        "vscode/wrong-values", tr("values that the Go extension does not declare"), tr("write one that it does"), _wrong
    ),
)
