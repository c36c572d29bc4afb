"""Values in VS Code's settings files, each with the file that holds it."""

from __future__ import annotations

from collections.abc import Iterator

from idecare.core.frozen import frozen
from idecare.doctor.snapshot import Snapshot
from idecare.formats.jsonc.edit import JsoncError, JsonValue, Path, node_at, place, value_at
from idecare.vscode.config_files import ScopeFile, VscodeTarget


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
