"""``idecare profile``: which profiles there are, and what each would set and why."""

from __future__ import annotations

import click

from idecare.cli.common import Session, verb
from idecare.cli.render.profile import profile_json, profile_text, profiles_text
from idecare.configure.profile_file import find_profile, profile_names


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
    """Show what a profile sets, under which conditions, and why."""
    found = find_profile(name, session.host)
    return session.finish({"profiles": [profile_json(found)]}, profile_text(found, session.host.home))
