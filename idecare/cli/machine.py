"""The facts of this machine that a plan needs: Go and dlv only where settings that name them are at stake."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from idecare.configuring import Overrides, Target
from idecare.host import Host
from idecare.inspection.configs_vscode import VscodeTarget, named_delves
from idecare.inspection.machine import Machine, inspect_machine, physical_memory


def look_at_machine(host: Host, targets: Iterable[Target], overrides: Overrides) -> Machine:
    """The machine as far as it bears on these targets."""
    found = tuple(target for target in targets if isinstance(target, VscodeTarget))
    if not found:
        return Machine(host.platform.name, host.machine, physical_memory())
    return inspect_machine(host, (*named_delves(found), *_asked_for(overrides)))


def _asked_for(overrides: Overrides) -> Iterator[Path]:
    """A dlv that the command line names."""
    for key, value in overrides.settings:
        named = value.get("dlv") if isinstance(value, dict) else value
        if key in ("go.alternateTools", "go.alternateTools/dlv") and isinstance(named, str):
            yield Path(named)
