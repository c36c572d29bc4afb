"""``idecare completion``: print the shell completion script."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

from idecare.cli.common import Session, verb


@click.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@verb
def completion(session: Session, shell: str) -> int:
    """Print the completion script for SHELL: `eval "$(idecare completion zsh)"`."""
    completion_class = get_completion_class(shell)
    assert completion_class is not None, "click knows each shell of the choice"
    root = click.get_current_context().find_root().command
    script = completion_class(root, {}, "idecare", "_IDECARE_COMPLETE").source()
    return session.finish({"script": script}, script)
