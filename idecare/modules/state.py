"""What is known of the parts of one module version: types only."""

from __future__ import annotations

from typing import Literal

from idecare.core.frozen import frozen
from idecare.modules.names import ModuleVersion
from idecare.modules.sums import KnownSum

PartState = Literal["ok", "absent", "broken", "unreadable"]


@frozen
class Reading:
    """What was found of one part: its h1 when ``ok``, else what is wrong with it."""

    state: PartState = "absent"
    h1: str = ""
    problem: str = ""

    @property
    def is_there(self) -> bool:
        return self.state != "absent"


ABSENT = Reading()


@frozen
class Barrier:
    """A folder or file that this user may not read or write. ``owner`` is ``None`` when it is this user's own."""

    path: str  # below the root
    owner: int | None


@frozen
class ModuleState:
    """One version. ``go_mod_h1``: the sum that the go.mod in the zip has; ``clean_h1``: that of the tree without its
    ``litter``; ``spoiled``: small files that go cannot use; ``stamps`` tell whether it has changed since."""

    module: ModuleVersion
    zip: Reading = ABSENT
    tree: Reading = ABSENT
    ziphash: Reading = ABSENT
    mod: Reading = ABSENT
    go_mod_h1: str = ""
    clean_h1: str = ""
    litter: tuple[str, ...] = ()
    is_partial: bool = False
    mod_is_text: bool = True
    spoiled: tuple[tuple[str, str], ...] = ()  # path below the root, what is wrong
    barriers: tuple[Barrier, ...] = ()
    sums: tuple[KnownSum, ...] = ()
    go_mod_sums: tuple[KnownSum, ...] = ()
    stamps: tuple[tuple[int, ...], ...] = ()
