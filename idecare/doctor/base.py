"""What a check is and what it finds: types only."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from idecare.core.frozen import frozen

if TYPE_CHECKING:
    from idecare.doctor.snapshot import Snapshot

Severity = Literal["error", "warning", "info"]
GROUPS = ("arm64", "go", "cgo", "delve", "goland", "vscode", "caches")


@frozen
class EditSettings:
    """Change keys of one configuration file through the editor of `configure`. A value of ``None`` removes the key.

    ``file`` is a settings.json, a .vmoptions or an idea.properties file. ``keys`` are as the file spells them, for
    settings.json a member of an object after a slash (``go.alternateTools/dlv``). For .vmoptions a key is a whole
    option line: with the value ``""`` it is there once, with ``None`` not at all. Edits of one file by several findings
    become one edit.
    """

    file: Path
    ide: str
    keys: tuple[tuple[str, object], ...]


@frozen
class CleanTarget:
    """Move a cache, or entries of it, out of the way by the rules of `clean`."""

    target: str
    entries: tuple[str, ...] = ()  # () is what `clean` would take


@frozen
class RepairModules:
    """Repair the module cache by the rules of `repair`. ``modules`` is ``path@version`` each; () is all."""

    modules: tuple[str, ...] = ()


@frozen
class RunByUser:
    """What only the user can do: printed, never run."""

    command: str


Remedy = EditSettings | CleanTarget | RepairModules | RunByUser


@frozen
class Finding:
    """One thing that is wrong. ``id`` is the check's id, or that and a word after a slash. ``evidence`` lines name
    paths and versions, ``why`` says what goes wrong because of it, ``fix`` what to do in words; ``remedies`` do it."""

    id: str
    severity: Severity
    summary: str
    evidence: tuple[str, ...]
    why: str
    fix: str
    remedies: tuple[Remedy, ...] = ()


@frozen
class Check:
    """``id`` is ``group/name`` and stable. ``meaning`` and ``fix`` are one line each for `doctor --list` and the docs.

    ``run`` reads nothing but the snapshot. ``is_deep``: it takes long, and finds nothing unless it is asked for, by
    --deep or by its id.
    """

    id: str
    meaning: str
    fix: str
    run: Callable[[Snapshot], Iterable[Finding]]
    is_deep: bool = False

    @property
    def group(self) -> str:
        return self.id.partition("/")[0]
