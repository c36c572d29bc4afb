"""What completes the arguments of verbs: words of idecare, and names from this machine and this module.

A value is a word and what is said of it. Whatever fails while values are found leaves the shell without them: a
completion must never print an error into a prompt.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

import click
from click.shell_completion import CompletionItem

from idecare.core.host import Host, read_host
from idecare.core.language import tr

Values = Iterable[tuple[str, str]]


def add_values(name: str, command: click.Command) -> None:
    """Complete the parameters of a verb and of its sub-verbs that ``SOURCES`` knows."""
    commands = {name: command}
    if isinstance(command, click.Group):
        commands |= {f"{name} {word}": below for word, below in command.commands.items()}
    for path, found in commands.items():
        for parameter in found.params:
            if source := SOURCES.get((path, parameter.name or "")):
                setattr(parameter, "shell_complete", _completer(source))  # noqa: B010


def _completer(source: Callable[[Host, click.Context], Values]) -> Callable[[click.Context, str], list[CompletionItem]]:
    def complete(ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        try:
            values = (value if isinstance(value, tuple) else (value,) for value in ctx.params.values())
            given = {word for words in values for word in words}
            found = dict(source(read_host(), ctx))
        except Exception:  # as in the module's first lines
            return []
        wanted = (item for item in found.items() if item[0].startswith(incomplete) and item[0] not in given)
        return [CompletionItem(value, help=text or None) for value, text in wanted]

    return complete


def _targets(host: Host, ctx: click.Context) -> Values:
    from idecare.core.targets import TARGETS

    return ((target, "") for target in TARGETS)


def _ides(host: Host, ctx: click.Context) -> Values:
    from idecare.cli.ides import JETBRAINS_IDES, VSCODE_IDES

    return ((name, "") for name in (*JETBRAINS_IDES, *VSCODE_IDES))


def _jetbrains_ides(host: Host, ctx: click.Context) -> Values:
    from idecare.cli.ides import JETBRAINS_IDES

    return ((name, "") for name in JETBRAINS_IDES)


def _profiles(host: Host, ctx: click.Context) -> Values:
    from idecare.configure.profile_file import find_profile, profile_names

    return ((name, find_profile(name, host).description) for name in profile_names(host))


def _checks(host: Host, ctx: click.Context) -> Values:
    from idecare.doctor.runner import all_checks

    checks = all_checks()
    yield from dict.fromkeys((check.group, tr("all checks of {group}", group=check.group)) for check in checks)
    yield from ((check.id, check.meaning) for check in checks)


def _entry_ids(host: Host, ctx: click.Context) -> Values:
    from idecare.changes.journal import Journal

    return ((entry.id, " ".join(entry.command)) for entry in reversed(Journal(host.own.state).entries()))


def _settings(host: Host, ctx: click.Context) -> Values:
    from idecare.core.settings import KEYS

    return KEYS.items()


def _setting_values(host: Host, ctx: click.Context) -> Values:
    match ctx.params.get("key"):
        case "targets":
            return _targets(host, ctx)
        case "notify":
            return (("true", tr("show conflicts on the desktop")), ("false", tr("do not")))
        case "watch_starts":
            return (("true", tr("take the edit back after a crash")), ("false", tr("do not")))
        case _:
            return ()


def _modules(host: Host, ctx: click.Context) -> Values:
    """Of the go.sum files that count in this folder."""
    from idecare.modules.sums import read_sums, sum_files

    known = read_sums(sum_files(host, host.cwd)).modules
    return ((f"{module.path}@{module.version}", "") for module in known)


def _runtimes(host: Host, ctx: click.Context) -> Values:
    from idecare.jetbrains.runtimes import runtimes

    return ((str(found.home), found.vendor_version or found.version or "") for found in runtimes(host))


def _ides_and_runtimes(host: Host, ctx: click.Context) -> Values:
    return (*_jetbrains_ides(host, ctx), *_runtimes(host, ctx))


def _kinds(host: Host, ctx: click.Context) -> Values:
    from idecare.caches.discovery import TOOLS
    from idecare.cli.render.locate import KINDS

    return (*((kind, "") for kind in KINDS), *((tool, tr("all of this tool")) for tool in TOOLS))


def _verbs(host: Host, ctx: click.Context) -> Values:
    """The verbs, and after one of them its sub-verbs."""
    from idecare.cli import VERBS
    from idecare.cli.group import group
    from idecare.cli.render.help import first_sentence

    words = ctx.params.get("words") or ()
    if not words:
        return ((verb, tr(text)) for verb, text in VERBS.items())
    command = group.get_command(click.Context(group), words[0])
    below = command.commands if isinstance(command, click.Group) else {}
    return ((word, first_sentence(found)) for word, found in below.items())


def _spans(host: Host, ctx: click.Context) -> Values:
    return (("1h", ""), ("today", tr("until midnight")), ("forever", tr("until `--off`")))


def _keys(host: Host, ctx: click.Context) -> Iterator[tuple[str, str]]:
    """The settings that the shipped and the user's own profiles know."""
    from idecare.configure.profile_file import find_profile, profile_names

    for name in profile_names(host):
        profile = find_profile(name, host)
        yield from ((setting.key, setting.why) for setting in profile.settings)
        yield from ((entry.key, entry.why) for entry in profile.properties)


def _pairs(host: Host, ctx: click.Context) -> Values:
    return ((f"{key}=", why) for key, why in _keys(host, ctx))


SOURCES: dict[tuple[str, str], Callable[[Host, click.Context], Values]] = {
    ("clean", "targets"): _targets,
    ("usage", "targets"): _targets,
    ("undo", "entry_id"): _entry_ids,
    ("repair", "names"): _modules,
    ("doctor", "checks"): _checks,
    ("configure", "ides"): _ides,
    ("configure", "profile"): _profiles,
    ("configure", "sets"): _pairs,
    ("configure", "unsets"): _keys,
    ("profile show", "name"): _profiles,
    ("jbr check", "word"): _ides_and_runtimes,
    ("jbr use", "runtime"): _runtimes,
    ("jbr use", "ide"): _jetbrains_ides,
    ("jbr reset", "ide"): _jetbrains_ides,
    ("locate", "kinds"): _kinds,
    ("config get", "key"): _settings,
    ("config set", "key"): _settings,
    ("config set", "values"): _setting_values,
    ("config unset", "key"): _settings,
    ("daemon snooze", "how_long"): _spans,
    ("help", "words"): _verbs,
}
