"""What is wrong with a module version or a repository, and what repairs it: types only."""

from __future__ import annotations

from typing import Any

from idecare.core.commands import command_text
from idecare.core.frozen import frozen
from idecare.core.results import Skip
from idecare.modules.layout import ModuleVersion
from idecare.modules.state import ModuleState


@frozen
class Damage:
    """What is wrong with one part: ``zip``, ``tree``, ``ziphash``, ``mod``, ``partial``, ``go.sum``, ``access`` or the
    name of a small file."""

    part: str
    reason: str


@frozen
class Repair:
    """What repairs one version, or one repository of ``cache/vcs``. ``lock`` is go's lock file for it, ``place`` its
    tree or folder. ``hold``: paths below the root that are set aside; ``extract``: its tree is made from the
    zip; ``ziphash``: the sum to write; ``go_mod``: its .mod is made from the zip; ``open_up``: own folders and files
    whose permissions are given back; ``download``: parts that go must download again; ``h1``: the sum that all must
    have."""

    name: str
    lock: str
    place: str
    h1: str
    hold: tuple[str, ...] = ()
    extract: bool = False
    ziphash: str | None = None
    go_mod: bool = False
    open_up: tuple[str, ...] = ()
    download: tuple[str, ...] = ()
    module: ModuleVersion | None = None


@frozen
class Verdict:
    """One version: what is wrong with it and what will be done, ``None`` when it is sound. ``state`` is ``None`` for a
    repository of ``cache/vcs``."""

    name: str
    damages: tuple[Damage, ...] = ()
    decision: Repair | Skip | None = None
    notes: tuple[str, ...] = ()
    state: ModuleState | None = None

    @property
    def values(self) -> dict[str, tuple[str, ...]]:
        """The h1 sums that are compared; go.sum's may be several."""
        if self.state is None:
            return {}
        parts = {"zip": self.state.zip, "tree": self.state.tree, "ziphash": self.state.ziphash}
        found = {name: (part.h1,) if part.h1 else () for name, part in parts.items()}
        return {"go.sum": tuple(known.h1 for known in self.state.sums), **found}


@frozen
class RepairRequest:
    """``named``: versions the user named one by one; ``offline``: why nothing can be downloaded, ``None`` when it can;
    ``busy``: who would be harmed if a tree went without another in its place."""

    named: frozenset[ModuleVersion] = frozenset()
    offline: str | None = None
    busy: str | None = None


def repair_of(module: ModuleVersion, h1: str, hold: tuple[str, ...], **parts: Any) -> Repair:
    return Repair(str(module), module.file("lock"), module.tree, h1, hold, module=module, **parts)


def command(module: ModuleVersion) -> str:
    return command_text("idecare", "repair", str(module))
