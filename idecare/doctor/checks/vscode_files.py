"""Settings files of VS Code that do not say what their author meant: broken, repeated, nested, overridden keys.

Source: microsoft/vscode, src/vs/platform/configuration/common/configurationModels.ts (2024): what can be parsed is
used, of a repeated key the last, and objects of several scopes are joined.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from idecare.core.frozen import frozen
from idecare.core.language import tr
from idecare.doctor.base import Check, Finding
from idecare.doctor.snapshot import Snapshot
from idecare.formats.jsonc import JsoncError, JsonValue, Node, Path, node_at, parse, place, value_at
from idecare.vscode.config_files import ScopeFile, VscodeTarget
from idecare.vscode.known_keys import is_object

# Settings whose loss or change is felt by Go: others are shown by VS Code itself.
PREFIXES = ("go.", "gopls")
GO_VARIABLES = ("GO", "CGO_", "CC", "CXX", "PKG_CONFIG")
USER_INFO = re.compile(r"//[^/@\s']+@")
NAMES = {
    "user": tr("the user"),
    "profile": tr("the profile"),
    "machine": tr("the remote machine"),
    "devcontainer": tr("the devcontainer"),
    "code-workspace": tr("the .code-workspace file"),
    "workspace": tr("the workspace"),
    "tasks": tr("the tasks"),
}


def _invalid(snapshot: Snapshot) -> Iterable[Finding]:
    for target, found, text in settings_files(snapshot):
        try:
            parse(text)
        except JsoncError as error:
            yield Finding(
                id="vscode/invalid-settings",
                severity="warning",
                summary=tr("{editor}: settings that do not parse", editor=target.name),
                evidence=(f"{found.file.path}: {error}",),
                why=tr(
                    "VS Code takes what it can make out and drops the rest without a word; it writes no setting any "
                    "more, and neither does idecare"
                ),
                fix=tr("correct it in an editor, line {line}", line=error.line),
            )


def _duplicates(snapshot: Snapshot) -> Iterable[Finding]:
    for target, found, text in settings_files(snapshot):
        for repeated in _repeated(text, root_of(text)):
            first, *_, last = repeated.lines
            yield Finding(
                id="vscode/duplicate-keys",
                severity="warning" if repeated.differ else "info",
                summary=tr(
                    "{editor}: {key} is there {count} times",
                    editor=target.name,
                    key=repeated.key,
                    count=len(repeated.lines),
                ),
                evidence=(
                    tr("{path}: lines {numbers}", path=found.file.path, numbers=", ".join(map(str, repeated.lines))),
                ),
                why=tr(
                    "VS Code reads the one in line {last} and writes the one in line {first}: what is changed in its "
                    "settings editor has no effect",
                    last=last,
                    first=first,
                ),
                fix=tr("keep one of them; line {last} is the one that counts now", last=last),
            )


@frozen
class Repeated:
    """A key that one object has several times, and whether its values differ."""

    key: str
    lines: tuple[int, ...]
    differ: bool


def root_of(text: str) -> Node | None:
    try:
        return parse(text)
    except JsoncError:
        return None


def _repeated(text: str, node: Node | None) -> Iterator[Repeated]:
    if node is None:
        return
    places: dict[str, list[tuple[int, str]]] = {}
    for entry in node.entries:
        if entry.key is not None:
            places.setdefault(entry.key, []).append((entry.start, text[entry.value.start : entry.value.end]))
        yield from _repeated(text, entry.value)
    for key, found in places.items():
        if len(found) > 1:
            lines = tuple(place(text, start)[0] for start, _ in found)
            yield Repeated(key, lines, len({value for _, value in found}) > 1)


def _nested(snapshot: Snapshot) -> Iterable[Finding]:
    for target, found, text in settings_files(snapshot):
        node = below(root_of(text), found.prefix)
        for entry in node.entries if node else ():
            if entry.key == "go" and entry.value.entries:
                line, names = place(text, entry.start)[0], [f"go.{one.key}" for one in entry.value.entries]
                yield Finding(
                    id="vscode/nested-go",
                    severity="warning",
                    summary=tr("{editor}: settings of Go in an object named go", editor=target.name),
                    evidence=(f"{found.file.path}:{line}: {', '.join(names)}",),
                    why=tr(
                        "VS Code joins it with the keys that begin with go. by their order in the file; its settings "
                        "editor neither shows nor changes what is in it, and idecare does not read it"
                    ),
                    fix=tr("write {key} as a key of its own", key=names[0]),
                )


def below(node: Node | None, prefix: tuple[str, ...]) -> Node | None:
    for word in prefix:
        node = next((entry.value for entry in node.entries if entry.key == word), None) if node else None
    return node


def _overrides(snapshot: Snapshot) -> Iterable[Finding]:
    """Of each instance what holds in the working folder; the last file of the target is the strongest."""
    reported = set()
    for target in snapshot.vscode:
        for weak, strong, key, lost, wins in _conflicts(target):
            seen = weak.file.path, strong.file.path, key
            if seen not in reported:
                reported.add(seen)
                yield Finding(
                    id="vscode/overrides",
                    severity="info",
                    summary=tr(
                        "{editor}: {key} of {strong} beats that of {weak}",
                        editor=target.name,
                        key=key,
                        strong=NAMES[strong.scope],
                        weak=NAMES[weak.scope],
                    ),
                    evidence=(
                        f"{weak.file.path}: {_shown(key, lost)}",
                        tr("{path}: {setting} holds here", path=strong.file.path, setting=_shown(key, wins)),
                    ),
                    why=tr("a change in the weaker file has no effect in this folder"),
                    fix=tr("change it in the file that holds, or remove it there"),
                )


def _shown(key: str, value: JsonValue) -> str:
    """The value; of variables that are not Go's own, which may be secrets, only that there is one."""
    setting, _, variable = key.partition("/")
    if setting.endswith("EnvVars") and not variable.startswith(GO_VARIABLES):
        return tr("a value")
    return USER_INFO.sub("//…@", repr(value))


def _conflicts(target: VscodeTarget) -> Iterator[tuple[ScopeFile, ScopeFile, str, JsonValue, JsonValue]]:
    flat = [(place, _flat(place)) for place in target.files]
    for number, (weak, values) in enumerate(flat):
        for strong, others in flat[number + 1 :]:
            for key in values:
                if key in others and others[key] != values[key]:
                    yield weak, strong, key, values[key], others[key]


def _flat(place: ScopeFile) -> dict[str, JsonValue]:
    """Go's settings of one file; of objects their members, as they are joined."""
    text = (place.file.data or b"").decode(errors="replace")
    try:
        values = value_at(text, place.prefix)
    except JsoncError:
        return {}
    found: dict[str, JsonValue] = {}
    for key, value in values.items() if isinstance(values, Mapping) else ():
        if key.startswith(PREFIXES[0]) or key == PREFIXES[1]:
            members = value if isinstance(value, Mapping) and is_object(key) else None
            found |= {key: value} if members is None else {f"{key}/{name}": one for name, one in members.items()}
    return found


CHECKS = (
    Check(
        "vscode/invalid-settings",
        tr("settings.json that does not parse"),
        tr("correct the line that is named"),
        _invalid,
    ),
    Check("vscode/duplicate-keys", tr("a key that is there more than once"), tr("keep one of them"), _duplicates),
    Check(
        "vscode/nested-go",
        tr("settings of Go in an object named go"),
        tr("write go.goroot and the like as keys"),
        _nested,
    ),
    Check(
        "vscode/overrides",
        tr("settings of Go that a stronger file beats: profile, remote machine, workspace"),
        tr("change the file that holds"),
        _overrides,
    ),
)


@frozen
class Found:
    """A value, the file, the first instance that reads it, and its line, from 1."""

    target: VscodeTarget
    place: ScopeFile
    value: JsonValue
    line: int

    @property
    def where(self) -> str:
        return f"{self.place.file.path}:{self.line}"


def settings_files(snapshot: Snapshot) -> Iterator[tuple[VscodeTarget, ScopeFile, str]]:
    """Each settings file once, with its text and the first instance that reads it."""
    seen = set()
    for target in snapshot.vscode:
        for found in target.files:
            if found.file.data is not None and found.file.real_path not in seen:
                seen.add(found.file.real_path)
                yield target, found, found.file.data.decode(errors="replace")


def values(snapshot: Snapshot, path: Path) -> Iterator[Found]:
    """The value at ``path`` in each file that has one; a file that does not parse has none."""
    for target, scope, text in settings_files(snapshot):
        try:
            node = node_at(text, (*scope.prefix, *path))
        except JsoncError:
            continue
        if node is not None:
            value = value_at(text, (*scope.prefix, *path))
            yield Found(target, scope, value, place(text, node.start)[0])
