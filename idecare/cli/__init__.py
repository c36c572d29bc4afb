"""The command group and the error boundary. A verb's module is imported only when that verb is called."""

from __future__ import annotations

import importlib
from collections.abc import Sequence

import click

from idecare import __version__
from idecare.cli.boundary import guarded

# verb -> what --help says of it; the verb's module is idecare.cli.<verb>, its command has the verb's name.
VERBS = {
    "clean": "Clear Go and IDE caches without breaking a running build; undo while held.",
    "undo": "Put back what a clean moved aside or an edit replaced.",
    "history": "Show what was cleaned or edited, when, and how much it freed.",
    "purge": "Delete now what cleans hold aside.",
    "repair": "Verify downloaded modules and replace only what is damaged.",
    "status": "Show who has which Go module open, and what they really fight over.",
    "watch": "Say, in the foreground, when two IDEs clash on a Go module.",
    "daemon": "Run the watcher in the background: install, start, stop, status, logs, snooze.",
    "doctor": "Say why Go misbehaves here: each finding with its evidence and its fix.",
    "explain": "Say what an error text means on this machine, and what ends it.",
    "verify": "Say what is proven of a downloaded Go or GoLand archive.",
    "configure": "Give IDEs the right settings: shown as a diff, proven to start, undoable.",
    "profile": "Show the profiles that configure applies.",
    "jbr": "List and check Java runtimes; choose the one an IDE starts with.",
    "locate": "Show where installs, runtimes, caches and config files are, and why there.",
    "usage": "Show how much disk each cache takes.",
    "config": "Read and change idecare's own settings.",
    "completion": "Print the shell completion script.",
}


class LazyGroup(click.Group):
    """A group whose commands are imported when they are called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in VERBS:
            return None
        module = importlib.import_module(f"idecare.cli.{cmd_name}")
        command: click.Command = getattr(module, cmd_name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(VERBS.items()))

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name = args[0]
        if name not in VERBS and not name.startswith("-"):
            from idecare.cli.common import nearest

            raise click.UsageError(f"there is no command '{name}'.{nearest(name, VERBS)}", ctx)
        return super().resolve_command(ctx, args)


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, message="idecare %(version)s")
def group() -> None:
    """Take care of the caches and the configuration of Go IDEs.

    `idecare clean` before `go mod tidy`: caches out of the way in milliseconds, no running build broken, nothing of
    yours lost.
    """


def run(arguments: Sequence[str]) -> int:
    """Run one command line and return its exit code; no exception leaves.

    What follows `--` is a command of the user's: no option in it is ours.
    """
    own = list(arguments)
    command = own[own.index("--") + 1 :] if "--" in own else []
    return guarded(group, own[: len(own) - len(command)], command)
