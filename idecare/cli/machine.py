"""The facts of this machine that a plan needs: Go and dlv only where values that name them are at stake."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from idecare.configure.machine import Machine, inspect_machine, physical_memory
from idecare.configure.plan import Overrides
from idecare.configure.profile import Found, Profile
from idecare.core.host import Host

if TYPE_CHECKING:
    from idecare.configure.plan import Target


def look_at_machine(host: Host, targets: Sequence[Target], profile: Profile | None, overrides: Overrides) -> Machine:
    """The machine as far as it bears on these targets."""
    named = (*_delves_in_settings(targets), *overrides.delves)
    if named or (profile and any(isinstance(entry.value, Found) for entry in profile.settings)):
        return inspect_machine(host, named)
    return Machine(host.platform.name, host.machine, physical_memory())


def _delves_in_settings(targets: Sequence[Target]) -> tuple[Path, ...]:
    found = tuple(target for target in targets if target.kind == "vscode")
    if not found:
        return ()
    from idecare.vscode.config_files import named_delves

    return named_delves(found)
