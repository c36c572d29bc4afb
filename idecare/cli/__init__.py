"""The verbs, and one run of the command line."""

from __future__ import annotations

from collections.abc import Sequence

from idecare.core.language import choose_for_run, mark, speaks_english, tr

# The verbs as --help lists them. A verb's module is idecare.cli.<verb>, its command has the verb's name.
GROUPS = {
    mark("Clean up"): {
        "clean": mark("Clear Go and IDE caches without breaking a running build; undo while held."),
        "undo": mark("Bring back what a clean moved aside or an edit replaced."),
        "history": mark("Show what was cleaned or edited, when, and how much it freed."),
        "prune": mark("Remove modules that no project on this machine needs."),
        "purge": mark("Delete now what cleans hold for an undo."),
        "pick": mark("Look through caches, modules and what is held; mark and clean."),
        "repair": mark("Verify downloaded modules and replace only what is damaged."),
    },
    mark("Understand"): {
        "usage": mark("Show how much disk each cache takes."),
        "locate": mark("Show where installs, runtimes, caches and config files are, and why there."),
        "doctor": mark("Say why Go misbehaves here: each finding with its evidence and its fix."),
        "explain": mark("Say what an error text means on this machine, and what ends it."),
        "verify": mark("Say what is proven of a downloaded Go or GoLand archive."),
    },
    mark("Configure"): {
        "configure": mark("Give IDEs the right settings: shown as a diff, proven to start, undoable."),
        "profile": mark("Show the profiles that configure applies."),
        "jbr": mark("List and check Java runtimes; choose the one an IDE starts with."),
    },
    mark("Watch"): {
        "status": mark("Show which IDE has which Go module open, and what conflicts."),
        "watch": mark("Report, in this terminal, when two IDEs conflict on a Go module."),
        "daemon": mark("Watch in the background: install, start, stop, status, logs, snooze."),
    },
    mark("idecare itself"): {
        "config": mark("Read and change idecare's own settings."),
        "completion": mark("Print the shell completion script."),
        "help": mark("Show the help of a verb, with examples."),
    },
}
VERBS = {verb: text for verbs in GROUPS.values() for verb, text in verbs.items()}


def run(arguments: Sequence[str]) -> int:
    """Run one command line and return its exit code; no exception leaves.

    `idecare` alone is answered without click, whose import takes half of that time.
    """
    choose_for_run(arguments)
    if not speaks_english():
        _translate_click()
    if not arguments:
        from idecare.cli.overview import first_screen

        code = first_screen()
        if code is not None:
            return code
    from idecare.cli.group import run_group

    return run_group(list(arguments))


def _translate_click() -> None:
    """click looks up its own texts with gettext, whose functions it takes at its import (click 8.1 to 8.5)."""
    import gettext

    setattr(gettext, "gettext", tr)  # noqa: B010
    setattr(gettext, "ngettext", lambda one, many, count: tr(one if count == 1 else many))  # noqa: B010
