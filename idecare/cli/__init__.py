"""The verbs, and one run of the command line."""

from __future__ import annotations

from collections.abc import Sequence

# The verbs as --help lists them. A verb's module is idecare.cli.<verb>, its command has the verb's name.
GROUPS = {
    "Clean up": {
        "clean": "Clear Go and IDE caches without breaking a running build; undo while held.",
        "undo": "Bring back what a clean moved aside or an edit replaced.",
        "history": "Show what was cleaned or edited, when, and how much it freed.",
        "prune": "Remove modules that no project on this machine needs.",
        "purge": "Delete now what cleans hold for an undo.",
        "pick": "Look through caches, modules and what is held; mark and clean.",
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


def run(arguments: Sequence[str]) -> int:
    """Run one command line and return its exit code; no exception leaves.

    `idecare` alone is answered without click, whose import takes half of that time.
    """
    _choose_language(arguments)
    if not arguments:
        from idecare.cli.overview import first_screen

        code = first_screen()
        if code is not None:
            return code
    from idecare.cli.group import run_group

    return run_group(list(arguments))


def _choose_language(arguments: Sequence[str]) -> None:
    """Before a verb is imported: texts of its modules are looked up then. What is wrong with the settings is for those
    to say who read them."""
    from idecare.core.host import read_host, settings_path
    from idecare.core.language import choose, use
    from idecare.core.reading import read_file

    host = read_host()
    try:
        settings = read_file(settings_path(host.own.config)).decode(errors="replace")
    except OSError:
        settings = ""
    use(choose(arguments, host.environment, settings))
