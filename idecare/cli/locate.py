"""``idecare locate``: where installs, runtimes, caches and configuration files are, and why there."""

from __future__ import annotations

import os
from pathlib import Path

import click

from idecare.caches.discovery import TOOLS, Discovery, discover
from idecare.cli.common import Session, nearest, verb
from idecare.cli.render.locate import KINDS, Located, located_text, located_values
from idecare.core.language import tr
from idecare.system.executables import Binary, read_binary


@click.command()
@click.argument("kinds", nargs=-1, metavar="[KIND]...")
@verb
def locate(session: Session, kinds: tuple[str, ...]) -> int:
    """Show where everything is, and why there.

    KIND is installs, runtimes, caches or configs, or the name of a tool: go, gopls, jetbrains, vscode. Without one,
    everything is shown.
    """
    words = _checked(kinds)
    tools = [word for word in words if word in TOOLS]
    named = tuple(kind for kind in KINDS if kind in words)
    wanted = named or KINDS
    discovery = discover(session.host, [TOOLS[name] for name in tools] or None)
    located = Located(discovery, _existing(discovery), _binaries(discovery) if "installs" in wanted else {})
    text = located_text(located, wanted, session.host.home, with_empty=bool(named) or not tools)
    return session.finish(located_values(located, wanted), text)


def _checked(words: tuple[str, ...]) -> tuple[str, ...]:
    known = (*KINDS, *TOOLS)
    words = tuple(word.lower() for word in words)
    for word in words:
        if word not in known:
            raise click.UsageError(
                tr(
                    "there is no kind '{word}' ({kinds}).{nearest}",
                    word=word,
                    kinds=", ".join(known),
                    nearest=nearest(word, known),
                )
            )
    return words


def _existing(discovery: Discovery) -> frozenset[Path]:
    paths = {found.path for found in discovery.caches} | {found.path for found in discovery.configs}
    return frozenset(path for path in paths if os.path.exists(path))


def _binaries(discovery: Discovery) -> dict[Path, Binary]:
    paths = {found.binary for found in discovery.installs if found.binary}
    return {path: binary for path in paths if (binary := read_binary(path))}
