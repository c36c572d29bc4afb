"""``idecare profile``: which profiles there are, and what each would set and why."""

from __future__ import annotations

import click

from idecare.cli.common import Session, verb
from idecare.cli.render.profile import Effects, profile_json, profile_text, profiles_text
from idecare.configure.profile import Profile
from idecare.configure.profile_file import find_profile, profile_names
from idecare.core.host import Host


@click.group()
def profile() -> None:
    """Show the profiles that `idecare configure --profile NAME` applies.

    Your own are TOML files in the folder `profiles` next to `idecare config path`.
    """


@profile.command(name="list")
@verb
def list_(session: Session) -> int:
    """Show every profile with its description."""
    found = tuple(find_profile(name, session.host) for name in profile_names(session.host))
    values = {"profiles": [profile_json(one) for one in found]}
    return session.finish(values, profiles_text(found, session.host.home))


@profile.command()
@click.argument("name", metavar="NAME|FILE")
@verb
def show(session: Session, name: str) -> int:
    """Show what a profile sets, under which conditions, why, what shows that it is right, and what it changes here."""
    found = find_profile(name, session.host)
    here = _effects(session.host, found)
    return session.finish({"profiles": [profile_json(found, here)]}, profile_text(found, session.host.home, here))


def _effects(host: Host, profile: Profile) -> Effects:
    """The plan for the IDEs that are here, by the keys of the profile's values."""
    from idecare.cli.ides import choose, inspect_chosen
    from idecare.configure.machine import inspect_machine
    from idecare.configure.plan import parse_overrides, plan_configure

    targets, overrides = tuple(inspect_chosen(host, choose(host, ()))), parse_overrides(keep_from_sync=True)
    planned = plan_configure(targets, profile, overrides, inspect_machine(host, targets, profile, overrides))
    changes = tuple(
        (configured.name, change) for configured in planned for edit in configured.edits for change in edit.changes
    )
    return Effects(tuple(configured.name for configured in planned), changes)
