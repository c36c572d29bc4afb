"""Deciding what each IDE's configuration files will hold: pure, over files and facts that were read before."""

from __future__ import annotations

from collections.abc import Iterable
from typing import assert_never

from idecare.configuring.jetbrains import plan_jetbrains
from idecare.configuring.requests import Overrides, parse_overrides
from idecare.configuring.vscode import plan_vscode
from idecare.inspection.configs_jetbrains import JetbrainsTarget
from idecare.inspection.configs_vscode import VscodeTarget
from idecare.inspection.machine import Machine
from idecare.plan import Configured
from idecare.profile import Profile

__all__ = ["Overrides", "Target", "parse_overrides", "plan_configure"]

Target = JetbrainsTarget | VscodeTarget


def plan_configure(
    targets: Iterable[Target], profile: Profile | None, overrides: Overrides, machine: Machine
) -> tuple[Configured, ...]:
    """What becomes of each target, in their order: its edits, that nothing is to do, or why it is left alone.

    Without a profile only what ``overrides`` name is changed.
    """
    return tuple(_plan(target, profile, overrides, machine) for target in targets)


def _plan(target: Target, profile: Profile | None, overrides: Overrides, machine: Machine) -> Configured:
    match target:
        case JetbrainsTarget():
            return plan_jetbrains(target, profile, overrides, machine)
        case VscodeTarget():
            return plan_vscode(target, profile, overrides, machine)
        case _:
            assert_never(target)
