"""What --help adds to click: examples of each verb, the way to its manual, width and headings on a terminal."""

from __future__ import annotations

import sys
from collections.abc import Iterable

import click

from idecare.cli.render.terminal import current_terminal, detect_terminal, paint, visible_width, wrap
from idecare.core.language import speaks_english, tr

# verb or verb and sub-verb -> commands and what they do. A test runs each of them.
EXAMPLES = {
    "clean": (
        ("idecare clean", tr("shows what would go, with sizes, and asks")),
        ("idecare clean -y && go mod tidy", tr("does not ask; stops the line when something failed")),
        ("idecare clean gocache --older-than 7d -n", tr("only what was not used for a week; shown only")),
        ("idecare clean gocache --max-size 300MB -y", tr("the least recently used, as before a CI cache is saved")),
    ),
    "undo": (
        ("idecare undo", tr("bring back what the last command changed")),
        ("idecare undo -n", tr("show what would come back")),
    ),
    "history": (
        ("idecare history", tr("the last 20 commands that changed something")),
        ("idecare history -l 3", tr("the last three")),
    ),
    "prune": (
        ("idecare prune -n", tr("which projects there are, and which modules none of them needs")),
        ("idecare prune ~/work", tr("also projects below that folder; asks before anything goes")),
        ("idecare prune --older-than 90d -y", tr("only what was not used for three months")),
    ),
    "purge": (
        ("idecare purge", tr("shows what is held, and asks")),
        ("idecare purge -y", tr("deletes it now; it cannot be undone then")),
    ),
    "pick": (
        ("idecare pick", tr("a list to look through; space marks, c cleans, u undoes, ? shows all keys")),
        ("idecare pick -n", tr("the same, and nothing is changed")),
    ),
    "repair": (
        ("idecare repair", tr("the modules of the go.mod you are in")),
        ("idecare repair --all -n", tr("every module of the module cache, shown only")),
        ("idecare repair example.com/mod@v1.2.3 -y", tr("one version, without a question")),
    ),
    "status": (
        ("idecare status", tr("every Go module that is open now")),
        ("idecare status . -v", tr("this module, with every sign and its age")),
        ("idecare status --locks", tr("which go commands hold or wait for which lock")),
    ),
    "watch": (
        ("idecare watch", tr("in this terminal, until Ctrl-C")),
        ("idecare watch .", tr("only this module")),
    ),
    "daemon": (
        ("idecare daemon install -n", tr("shows the systemd unit or launch agent that would be written")),
        ("idecare daemon install -y", tr("starts it now and at every login")),
        ("idecare daemon status", tr("whether it runs, and what it costs")),
    ),
    "daemon run": (("idecare daemon run", tr("as the service does, until Ctrl-C")),),
    "daemon install": (
        ("idecare daemon install -n", tr("show the file that would be written")),
        ("idecare daemon install -y", tr("write it, and start the daemon")),
    ),
    "daemon uninstall": (("idecare daemon uninstall -y", tr("stop it, and remove the file")),),
    "daemon start": (("idecare daemon start", tr("until you log out, where it is not installed")),),
    "daemon stop": (("idecare daemon stop", tr("until the next login, or start")),),
    "daemon restart": (("idecare daemon restart", tr("after an update of idecare")),),
    "daemon status": (("idecare daemon status", tr("registered, running, healthy, its cost")),),
    "daemon logs": (("idecare daemon logs", tr("the last lines of its log")),),
    "daemon snooze": (
        ("idecare daemon snooze 1h", tr("no notices for an hour")),
        ("idecare daemon snooze today --module .", tr("none for this module until midnight")),
        ("idecare daemon snooze --off", tr("show them again")),
    ),
    "doctor": (
        ("idecare doctor", tr("what is wrong, worst first, each with its fix")),
        ("idecare doctor go delve", tr("some groups of checks only")),
        ("idecare doctor --fix -n", tr("shows what it would change")),
    ),
    "explain": (
        ("go build ./... 2>&1 | idecare explain -", tr("the errors of a build")),
        ("idecare explain can not run under Rosetta", tr("the words themselves")),
    ),
    "verify": (
        ("idecare verify go1.27.3.linux-amd64.tar.gz", tr("compare it with FILE.sha256 and FILE.asc next to it")),
    ),
    "configure": (
        ("idecare configure", tr("profile `balanced` for every IDE found: shows the diff, and asks")),
        ("idecare configure --ide goland --jvm=-Xmx4g -y", tr("one option of one IDE")),
        ("idecare configure --tasks", tr("idecare's tasks for VS Code in this folder")),
        ("idecare configure --check", tr("changes nothing; exits 4 when something is to change")),
    ),
    "profile": (
        ("idecare profile list", tr("those shipped, and yours")),
        ("idecare profile show zgc", tr("each value, when it is set, and why")),
    ),
    "profile list": (("idecare profile list", tr("those shipped, and yours")),),
    "profile show": (("idecare profile show zgc", tr("each value, when it is set, and why")),),
    "jbr": (
        ("idecare jbr list", tr("every Java runtime, and which IDE starts with it")),
        ("idecare jbr check", tr("whether the runtime of each IDE is right")),
        ("idecare jbr reset -n", tr("back to the runtime that comes with the IDE; shown only")),
    ),
    "jbr list": (("idecare jbr list", tr("every Java runtime, and which IDE starts with it")),),
    "jbr check": (("idecare jbr check", tr("whether the runtime of each IDE is right")),),
    "jbr use": (
        ("idecare jbr use /usr/lib/jvm/temurin-25-jdk-amd64 -y", tr("it is tried with the IDE's options first")),
    ),
    "jbr reset": (("idecare jbr reset -n", tr("back to the runtime that comes with the IDE; shown only")),),
    "locate": (
        ("idecare locate", tr("everything found, and why it is there")),
        ("idecare locate caches jetbrains", tr("only caches, only of GoLand and IntelliJ IDEA")),
    ),
    "usage": (
        ("idecare usage", tr("all caches, the largest first")),
        ("idecare usage modcache -v", tr("one, with how it was measured")),
        ("idecare usage --html usage.html", tr("a page to look at, with a treemap down to modules")),
    ),
    "config": (
        ("idecare config get", tr("all settings")),
        ("idecare config set hold 1h", tr("keep what was cleaned for an hour")),
        ("idecare config unset hold", tr("back to the default")),
    ),
    "config get": (("idecare config get hold", tr("one setting")),),
    "config set": (
        ("idecare config set quiet_hours 22:00-07:00", tr("no notices at night")),
        ("idecare config set targets gocache gopls", tr("what `idecare clean` takes without a target")),
    ),
    "config unset": (("idecare config unset hold", tr("back to the default")),),
    "config path": (("idecare config path", tr("where the file is")),),
    "completion": (
        ('eval "$(idecare completion bash)"', "in ~/.bashrc"),
        ('eval "$(idecare completion zsh)"', "in ~/.zshrc"),
        ("idecare completion fish | source", "in ~/.config/fish/config.fish"),
    ),
    "help": (
        ("idecare help clean", tr("the help of a verb")),
        ("idecare help daemon snooze", tr("the help of a sub-verb")),
    ),
}


class HelpFormatter(click.HelpFormatter):
    """click's, which breaks lines at blanks only, with lines of Chinese broken between signs."""

    def write_text(self, text: str) -> None:
        width = self.width - self.current_indent
        super().write_text("\n\n".join(_broken(paragraph, width) for paragraph in text.split("\n\n")))

    def write_dl(self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None:
        rows = list(rows)
        first = min(max(len(name) for name, _ in rows), col_max) + col_spacing
        width = max(self.width - first - 2, 10)
        super().write_dl([(name, _broken(text, width)) for name, text in rows], col_max, col_spacing)


def _broken(text: str, width: int) -> str:
    """``\\b`` keeps click from filling the lines."""
    return text if speaks_english() or text.startswith("\b") else f"\b\n{wrap(text, width=width)}"


class TerminalFormatter(HelpFormatter):
    """Help as wide as the terminal, with headings that are seen."""

    def __init__(self, indent_increment: int = 2, width: int | None = None, max_width: int | None = None) -> None:
        terminal = current_terminal()
        if terminal is not None:
            width = min(terminal.width, max_width or terminal.width) - 1
        super().__init__(indent_increment, width, max_width)

    def write_heading(self, heading: str) -> None:
        self.write(f"{'':>{self.current_indent}}{paint(heading, 'heading')}\n")


def prepare_help() -> None:
    """Called where help was asked for: on a terminal, find out its width and colours."""
    click.Context.formatter_class = HelpFormatter
    if sys.stdout.isatty():
        from idecare.core.host import read_host

        detect_terminal(read_host())
        click.Context.formatter_class = TerminalFormatter


def add_examples(name: str, command: click.Command) -> None:
    """Give a verb and its sub-verbs their examples, and the list of sub-verbs whole sentences."""
    command.epilog = _epilog(name, name)
    if isinstance(command, click.Group):
        for word, below in command.commands.items():
            below.epilog = _epilog(f"{name} {word}", name)
            below.short_help = first_sentence(below)


def first_sentence(command: click.Command) -> str:
    """The first sentence of a command's help, on one line."""
    paragraph = " ".join((command.help or "").partition("\n\n")[0].split())
    end = tr(". ")
    return paragraph.partition(end)[0].removesuffix(end.strip()) + end.strip()


def translate(command: click.Command) -> None:
    """Give a command, and those below it, the help that its docstring is in the user's language."""
    from inspect import getdoc

    command.help = tr(getdoc(command.callback) or "")
    command.short_help = first_sentence(command)  # click would cut it at a blank
    for below in command.commands.values() if isinstance(command, click.Group) else ():
        translate(below)


def _epilog(name: str, page: str) -> str:
    """``\\b`` keeps click from filling the lines."""
    examples = EXAMPLES.get(name, ())
    width = max((len(command) for command, _ in examples), default=0)
    lines = [f"  {command:<{width}}  {text}" for command, text in examples]
    if sys.stdout.isatty() or any(visible_width(line) > 78 for line in lines):
        lines = [line for command, text in examples for line in (f"  {command}", f"      {text}")]
    shown = (tr("Examples:"), *lines, "") if lines else ()
    return "\n".join(("\b", *shown, tr("Manual: man idecare-{page}, docs/commands/{page}.md", page=page)))
