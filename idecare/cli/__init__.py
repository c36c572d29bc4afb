"""The command group and the error boundary. A verb's module is imported only when that verb is called."""

from __future__ import annotations

import importlib
from collections.abc import Sequence

import click

from idecare import __version__
from idecare.cli.boundary import guarded

# The verbs as --help lists them. A verb's module is idecare.cli.<verb>, its command has the verb's name.
GROUPS = {
    "Clean up": {
        "clean": "Clear Go and IDE caches without breaking a running build; undo while held.",
        "undo": "Bring back what a clean moved aside or an edit replaced.",
        "history": "Show what was cleaned or edited, when, and how much it freed.",
        "purge": "Delete now what cleans hold for an undo.",
        "repair": "Verify downloaded modules and replace only what is damaged.",
    },
    "Understand": {
        "usage": "Show how much disk each cache takes.",
        "locate": "Show where installs, runtimes, caches and config files are, and why there.",
        "doctor": "Say why Go misbehaves here: each finding with its evidence and its fix.",
        "explain": "Say what an error text means on this machine, and what ends it.",
        "verify": "Say what is proven of a downloaded Go or GoLand archive.",
    },
    "Configure": {
        "configure": "Give IDEs the right settings: shown as a diff, proven to start, undoable.",
        "profile": "Show the profiles that configure applies.",
        "jbr": "List and check Java runtimes; choose the one an IDE starts with.",
    },
    "Watch": {
        "status": "Show which IDE has which Go module open, and what conflicts.",
        "watch": "Report, in this terminal, when two IDEs conflict on a Go module.",
        "daemon": "Watch in the background: install, start, stop, status, logs, snooze.",
    },
    "idecare itself": {
        "config": "Read and change idecare's own settings.",
        "completion": "Print the shell completion script.",
        "help": "Show the help of a verb, with examples.",
    },
}
VERBS = {verb: text for verbs in GROUPS.values() for verb, text in verbs.items()}


class LazyGroup(click.Group):
    """A group whose commands are imported when they are called."""

    is_help_wanted = False

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in VERBS:
            return None
        module = importlib.import_module(f"idecare.cli.{cmd_name}")
        command: click.Command = getattr(module, cmd_name)
        if self.is_help_wanted:
            from idecare.cli.render.help import add_examples

            add_examples(cmd_name, command)
        if ctx.resilient_parsing:  # a shell completes a line
            from idecare.cli.completion_values import add_values

            add_values(cmd_name, command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        width = max(map(len, VERBS))
        for title, verbs in GROUPS.items():
            with formatter.section(title):
                formatter.write_dl([(f"{verb:<{width}}", text) for verb, text in verbs.items()])

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name = args[0]
        if name not in VERBS and not name.startswith("-"):
            from idecare.cli.common import nearest

            raise click.UsageError(f"there is no command '{name}'.{nearest(name, VERBS)}", ctx)
        return super().resolve_command(ctx, args)


@click.group(
    cls=LazyGroup,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, message="idecare %(version)s")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object on stdout.")
@click.option("-q", "--quiet", is_flag=True, help="Print results and errors only.")
@click.option("-v", "--verbose", is_flag=True, help="Print more details.")
@click.option("--plain", is_flag=True, help="No colour, bars or moving lines, as for a screen reader.")
@click.pass_context
def group(ctx: click.Context, /, **options: bool) -> int | None:
    """Take care of the caches and the configuration of Go IDEs.

    `idecare clean` before `go mod tidy`: caches out of the way in milliseconds, no running build broken, nothing of
    yours lost. `idecare` alone shows the state of this machine. The options may also come after the verb.
    """
    if ctx.invoked_subcommand is not None:
        return None
    from idecare.cli.common import new_session
    from idecare.cli.overview import overview

    return overview(new_session("", **options))


def run(arguments: Sequence[str]) -> int:
    """Run one command line and return its exit code; no exception leaves.

    What follows `--` is a command of the user's: no option in it is ours.
    """
    own = list(arguments)
    command = own[own.index("--") + 1 :] if "--" in own else []
    group.is_help_wanted = not {"-h", "--help", "help"}.isdisjoint(own)
    if group.is_help_wanted:
        from idecare.cli.render.help import prepare_help

        prepare_help()
    return guarded(group, own[: len(own) - len(command)], command)
