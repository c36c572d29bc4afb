"""The command group. A verb's module is imported only when that verb is called."""

from __future__ import annotations

import importlib

import click

from idecare import __version__
from idecare.cli import GROUPS, VERBS
from idecare.cli.boundary import guarded
from idecare.core.language import speaks_english, tr


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
        if not speaks_english():
            from idecare.cli.render.help import translate

            translate(command)
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
            with formatter.section(tr(title)):
                formatter.write_dl([(f"{verb:<{width}}", tr(text)) for verb, text in verbs.items()])

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name = args[0]
        if name not in VERBS and not name.startswith("-"):
            from idecare.cli.common import nearest

            raise click.UsageError(
                tr("there is no command '{name}'.{nearest}", name=name, nearest=nearest(name, VERBS)), ctx
            )
        return super().resolve_command(ctx, args)


def _print_version(ctx: click.Context, _: click.Parameter, is_wanted: bool) -> None:
    if not is_wanted:
        return
    if ctx.params.get("verbose"):
        from idecare.cli.version import version_text

        click.echo(version_text())
    else:
        click.echo(f"idecare {__version__}")
    ctx.exit()


@click.group(
    cls=LazyGroup,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.option(
    "--version",
    is_flag=True,
    expose_value=False,
    callback=_print_version,
    help=tr("Print the version; with --verbose also those of Python, the system and the packages in use."),
)
@click.option("--json", "as_json", is_flag=True, help=tr("Print one JSON object on stdout."))
@click.option("-q", "--quiet", is_flag=True, help=tr("Print results and errors only."))
@click.option("-v", "--verbose", is_flag=True, is_eager=True, help=tr("Print more details."))
@click.option("--plain", is_flag=True, help=tr("No colour, bars or moving lines, as for a screen reader."))
@click.pass_context
def group(ctx: click.Context, /, **options: bool) -> int | None:
    """Take care of the caches and the configuration of Go IDEs.

    `idecare clean` before `go mod tidy`: caches out of the way in milliseconds, no running build broken, nothing of
    yours lost. `idecare` alone shows the state of this machine. The options may also come after the verb.
    """
    if ctx.invoked_subcommand is not None:
        return None
    from idecare.cli.overview import overview
    from idecare.cli.session import new_session

    return overview(new_session("", **options))


def run_group(own: list[str]) -> int:
    """Run one command line; what follows `--` is a command of the user's: no option in it is ours."""
    command = own[own.index("--") + 1 :] if "--" in own else []
    group.is_help_wanted = not {"-h", "--help", "help"}.isdisjoint(own)
    if group.is_help_wanted:
        from idecare.cli.render.help import prepare_help, translate

        prepare_help()
        translate(group)
    return guarded(group, own[: len(own) - len(command)], command)
