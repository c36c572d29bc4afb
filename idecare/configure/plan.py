"""Deciding what each IDE's configuration files will hold: pure, over files and facts that were read before."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from idecare.changes.drift import NOTHING_WRITTEN, WrittenValues
from idecare.configure.configured import Configured
from idecare.configure.machine import Machine
from idecare.configure.profile import Profile
from idecare.configure.requests import Overrides, parse_overrides

if TYPE_CHECKING:
    from idecare.jetbrains.config_files import JetbrainsTarget
    from idecare.vscode.config_files import VscodeTarget

    Target = JetbrainsTarget | VscodeTarget

__all__ = ["Overrides", "parse_overrides", "plan_configure"]


def plan_configure(
    targets: Iterable[Target],
    profile: Profile | None,
    overrides: Overrides,
    machine: Machine,
    written: WrittenValues = NOTHING_WRITTEN,
) -> tuple[Configured, ...]:
    """What becomes of each target, in their order: its edits, that nothing is to do, or why it is left alone.

    Without a profile only what ``overrides`` name is changed. A value that is no longer as ``written`` is the user's
    and stays, unless ``overrides`` name it.
    """
    return tuple(_plan(target, profile, overrides, machine, written) for target in targets)


def _plan(
    target: Target, profile: Profile | None, overrides: Overrides, machine: Machine, written: WrittenValues
) -> Configured:
    """Only what this kind of target needs is imported."""
    if target.kind == "jetbrains":
        from idecare.configure.jetbrains import plan_jetbrains

        return plan_jetbrains(target, profile, overrides, machine, written)
    from idecare.configure.vscode import plan_vscode

    return plan_vscode(target, profile, overrides, machine, written)
