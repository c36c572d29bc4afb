"""What --help adds to click: examples of each verb, the way to its manual, width and headings on a terminal."""

from __future__ import annotations

import sys

import click

# verb or verb and sub-verb -> commands and what they do. A test runs each of them.
EXAMPLES = {
    "clean": (
        ("idecare clean", "shows what would go, with sizes, and asks"),
        ("idecare clean -y && go mod tidy", "does not ask; stops the line when something failed"),
        ("idecare clean gocache --older-than 7d -n", "only what was not used for a week; shown only"),
        ("idecare clean gocache --max-size 300MB -y", "the least recently used, as before a CI cache is saved"),
    ),
    "undo": (
        ("idecare undo", "bring back what the last command changed"),
        ("idecare undo -n", "show what would come back"),
    ),
    "history": (
        ("idecare history", "the last 20 commands that changed something"),
        ("idecare history -l 3", "the last three"),
    ),
    "prune": (
        ("idecare prune -n", "which projects there are, and which modules none of them needs"),
        ("idecare prune ~/work", "also projects below that folder; asks before anything goes"),
        ("idecare prune --older-than 90d -y", "only what was not used for three months"),
    ),
    "purge": (
        ("idecare purge", "shows what is held, and asks"),
        ("idecare purge -y", "deletes it now; it cannot be undone then"),
    ),
    "pick": (
        ("idecare pick", "a list to look through; space marks, c cleans, u undoes, ? shows all keys"),
        ("idecare pick -n", "the same, and nothing is changed"),
    ),
    "repair": (
        ("idecare repair", "the modules of the go.mod you are in"),
        ("idecare repair --all -n", "every module of the module cache, shown only"),
        ("idecare repair example.com/mod@v1.2.3 -y", "one version, without a question"),
    ),
    "status": (
        ("idecare status", "every Go module that is open now"),
        ("idecare status . -v", "this module, with every sign and its age"),
        ("idecare status --locks", "which go commands hold or wait for which lock"),
    ),
    "watch": (("idecare watch", "in this terminal, until Ctrl-C"), ("idecare watch .", "only this module")),
    "daemon": (
        ("idecare daemon install -n", "shows the systemd unit or launch agent that would be written"),
        ("idecare daemon install -y", "starts it now and at every login"),
        ("idecare daemon status", "whether it runs, and what it costs"),
    ),
    "daemon run": (("idecare daemon run", "as the service does, until Ctrl-C"),),
    "daemon install": (
        ("idecare daemon install -n", "show the file that would be written"),
        ("idecare daemon install -y", "write it, and start the daemon"),
    ),
    "daemon uninstall": (("idecare daemon uninstall -y", "stop it, and remove the file"),),
    "daemon start": (("idecare daemon start", "until you log out, where it is not installed"),),
    "daemon stop": (("idecare daemon stop", "until the next login, or start"),),
    "daemon restart": (("idecare daemon restart", "after an update of idecare"),),
    "daemon status": (("idecare daemon status", "registered, running, healthy, its cost"),),
    "daemon logs": (("idecare daemon logs", "the last lines of its log"),),
    "daemon snooze": (
        ("idecare daemon snooze 1h", "no notices for an hour"),
        ("idecare daemon snooze today --module .", "none for this module until midnight"),
        ("idecare daemon snooze --off", "show them again"),
    ),
    "doctor": (
        ("idecare doctor", "what is wrong, worst first, each with its fix"),
        ("idecare doctor go delve", "some groups of checks only"),
        ("idecare doctor --fix -n", "shows what it would change"),
    ),
    "explain": (
        ("go build ./... 2>&1 | idecare explain -", "the errors of a build"),
        ("idecare explain can not run under Rosetta", "the words themselves"),
    ),
    "verify": (("idecare verify go1.27.3.linux-amd64.tar.gz", "compare it with FILE.sha256 and FILE.asc next to it"),),
    "configure": (
        ("idecare configure", "profile `balanced` for every IDE found: shows the diff, and asks"),
        ("idecare configure --ide goland --jvm=-Xmx4g -y", "one option of one IDE"),
        ("idecare configure --tasks", "idecare's tasks for VS Code in this folder"),
        ("idecare configure --check", "changes nothing; exits 4 when something is to change"),
    ),
    "profile": (
        ("idecare profile list", "those shipped, and yours"),
        ("idecare profile show zgc", "each value, when it is set, and why"),
    ),
    "profile list": (("idecare profile list", "those shipped, and yours"),),
    "profile show": (("idecare profile show zgc", "each value, when it is set, and why"),),
    "jbr": (
        ("idecare jbr list", "every Java runtime, and which IDE starts with it"),
        ("idecare jbr check", "whether the runtime of each IDE is right"),
        ("idecare jbr reset -n", "back to the runtime that comes with the IDE; shown only"),
    ),
    "jbr list": (("idecare jbr list", "every Java runtime, and which IDE starts with it"),),
    "jbr check": (("idecare jbr check", "whether the runtime of each IDE is right"),),
    "jbr use": (("idecare jbr use /usr/lib/jvm/temurin-25-jdk-amd64 -y", "it is tried with the IDE's options first"),),
    "jbr reset": (("idecare jbr reset -n", "back to the runtime that comes with the IDE; shown only"),),
    "locate": (
        ("idecare locate", "everything found, and why it is there"),
        ("idecare locate caches jetbrains", "only caches, only of GoLand and IntelliJ IDEA"),
    ),
    "usage": (
        ("idecare usage", "all caches, the largest first"),
        ("idecare usage modcache -v", "one, with how it was measured"),
        ("idecare usage --html usage.html", "a page to look at, with a treemap down to modules"),
    ),
    "config": (
        ("idecare config get", "all settings"),
        ("idecare config set hold 1h", "keep what was cleaned for an hour"),
        ("idecare config unset hold", "back to the default"),
    ),
    "config get": (("idecare config get hold", "one setting"),),
    "config set": (
        ("idecare config set quiet_hours 22:00-07:00", "no notices at night"),
        ("idecare config set targets gocache gopls", "what `idecare clean` takes without a target"),
    ),
    "config unset": (("idecare config unset hold", "back to the default"),),
    "config path": (("idecare config path", "where the file is"),),
    "completion": (
        ('eval "$(idecare completion bash)"', "in ~/.bashrc"),
        ('eval "$(idecare completion zsh)"', "in ~/.zshrc"),
        ("idecare completion fish | source", "in ~/.config/fish/config.fish"),
    ),
    "help": (("idecare help clean", "the help of a verb"), ("idecare help daemon snooze", "the help of a sub-verb")),
}


class TerminalFormatter(click.HelpFormatter):
    """Help as wide as the terminal, with headings that are seen."""

    def __init__(self, indent_increment: int = 2, width: int | None = None, max_width: int | None = None) -> None:
        from idecare.cli.render.terminal import current_terminal

        terminal = current_terminal()
        if terminal is not None:
            width = min(terminal.width, max_width or terminal.width) - 1
        super().__init__(indent_increment, width, max_width)

    def write_heading(self, heading: str) -> None:
        from idecare.cli.render.terminal import paint

        self.write(f"{'':>{self.current_indent}}{paint(heading, 'heading')}\n")


def prepare_help() -> None:
    """Called where help was asked for: on a terminal, find out its width and colours."""
    if sys.stdout.isatty():
        from idecare.cli.render.terminal import detect_terminal
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
    """The first sentence of a command's help, on one line and without the full stop."""
    paragraph = " ".join((command.help or "").partition("\n\n")[0].split())
    return paragraph.partition(". ")[0].removesuffix(".") + "."


def _epilog(name: str, page: str) -> str:
    """``\\b`` keeps click from filling the lines."""
    examples = EXAMPLES.get(name, ())
    width = max((len(command) for command, _ in examples), default=0)
    lines = [f"  {command:<{width}}  {text}" for command, text in examples]
    if sys.stdout.isatty() or any(len(line) > 78 for line in lines):
        lines = [line for command, text in examples for line in (f"  {command}", f"      {text}")]
    shown = ("Examples:", *lines, "") if lines else ()
    return "\n".join(("\b", *shown, f"Manual: man idecare-{page}, docs/commands/{page}.md"))
