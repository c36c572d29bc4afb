"""``idecare help``: the help of a verb, with examples."""

from __future__ import annotations

import click

from idecare.cli.common import Session, verb
from idecare.core.language import tr


@click.command()
@click.argument("words", nargs=-1, metavar="[VERB [SUB-VERB]]")
@verb
def help(session: Session, words: tuple[str, ...]) -> int:
    """Show the help of a verb, with examples; without one, all verbs."""
    context = click.get_current_context().find_root()
    for word in words:
        group = context.command
        if not isinstance(group, click.Group):
            raise click.UsageError(tr("'{command}' has no commands of its own", command=context.command_path), context)
        _, command, _ = group.resolve_command(context, [word])
        assert command is not None, "resolve_command raises a UsageError for what it does not know"
        context = click.Context(command, info_name=word, parent=context)
    text = context.get_help()
    return session.finish({"help": text}, text)
