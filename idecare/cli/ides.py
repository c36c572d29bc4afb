"""From the words of ``--ide`` and its relatives to the IDEs that are meant: of several versions the one in use."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from idecare.core.errors import UsageError, nearest
from idecare.core.frozen import frozen
from idecare.core.host import Host
from idecare.core.language import tr
from idecare.core.locations import Install
from idecare.jetbrains.folders import versions
from idecare.jetbrains.installs import PRODUCTS as JETBRAINS
from idecare.jetbrains.installs import install_at, installs
from idecare.system.files import real
from idecare.vscode.products import PRODUCTS as VSCODE

if TYPE_CHECKING:
    from idecare.configure.plan import Target
    from idecare.vscode.locations import UserData

JETBRAINS_IDES = tuple(product.name for product in JETBRAINS)
VSCODE_IDES = tuple(product.product for product in VSCODE)
ALIASES = {"code": "vscode", "code-insiders": "insiders", "codium": "vscodium", "intellij": "idea"}


@frozen
class Chosen:
    """What was chosen, and the other versions, which are left alone. ``running``: install folders and user
    data folders of what is running."""

    installs: tuple[Install, ...] = ()
    instances: tuple[UserData, ...] = ()
    skipped: tuple[Install, ...] = ()
    running: frozenset[Path] = frozenset()


def ide_words(words: Iterable[str], host: Host | None = None) -> tuple[str, ...]:
    """The IDEs that are named, each once; UsageError for a word that names none, nor a fork of VS Code on ``host``."""
    known: tuple[str, ...] = (*JETBRAINS_IDES, *VSCODE_IDES)
    found = []
    for word in words:
        name = ALIASES.get(word.lower(), word.lower())
        if name not in known and host is not None:
            from idecare.vscode.locations import user_data_folders

            known = tuple(dict.fromkeys((*known, *(data.product.product for data in user_data_folders(host)))))
        if name not in known:
            message = tr("there is no IDE '{word}'.{nearest}", word=word, nearest=nearest(word, known))
            raise UsageError("unknown-ide", message, tr("IDEs: {names}", names=", ".join(known)))
        found.append(name)
    return tuple(dict.fromkeys(found))


def choose(host: Host, words: tuple[str, ...], version: str | None = None, all_versions: bool = False) -> Chosen:
    """The IDEs of these words, all found where there is none."""
    installed = tuple(install for install in (*installs(host), *_elsewhere(host, version)) if install.managed)
    wanted = tuple(install for install in installed if not words or install.product in words)
    instances = _instances(host, words)
    running = _running(host, installed, wanted, instances)
    if version is not None:
        chosen = _named(host, wanted, version)
        instances = () if not words else instances
    else:
        chosen = wanted if all_versions else tuple(_in_use(wanted, running))
    skipped = tuple(install for install in wanted if install not in chosen)
    return Chosen(chosen, instances, skipped, running)


def inspect_chosen(host: Host, chosen: Chosen, code_workspace: Path | None = None) -> Iterator[Target]:
    """The files of each IDE. What is only for an IDE that is not there is not imported."""
    for install in chosen.installs:
        from idecare.jetbrains.config_files import inspect_jetbrains

        yield inspect_jetbrains(host, install, install.path in chosen.running)
    for data in chosen.instances:
        from idecare.vscode.config_files import inspect_vscode

        yield from inspect_vscode(host, data, data.path in chosen.running, code_workspace)


def _instances(host: Host, words: tuple[str, ...]) -> tuple[UserData, ...]:
    """The instances of VS Code and its forks; nothing is imported for a user of GoLand alone."""
    if words and set(words) <= set(JETBRAINS_IDES):
        return ()
    from idecare.vscode.locations import user_data_folders

    return tuple(data for data in user_data_folders(host) if not words or data.product.product in words)


def _elsewhere(host: Host, version: str | None) -> Iterator[Install]:
    """The install in a folder which is named, if it is not one of the usual places."""
    folder = host.cwd / version if version else None
    install = install_at(host, folder) if folder else None
    if install and all(real(known.path) != real(install.path) for known in installs(host)):
        yield install


def _named(host: Host, found: Sequence[Install], version: str) -> tuple[Install, ...]:
    place = real(host.cwd / version)
    named = tuple(install for install in found if real(install.path) == place or install.selector == version)
    if not named:
        known = ", ".join(f"{install.selector} ({install.path})" for install in found) or tr("none")
        raise UsageError(
            "unknown-version",
            tr("no IDE is installed at {version}", version=version),
            tr("installed: {ides}", ides=known),
        )
    return named


def _in_use(found: Sequence[Install], running: frozenset[Path]) -> Iterator[Install]:
    """Of each product the versions that run now, else the newest."""
    for product in dict.fromkeys(install.product for install in found):
        same = [install for install in found if install.product == product]
        at_work = [install for install in same if install.path in running]
        yield from at_work or [max(same, key=_age)]


def _age(install: Install) -> tuple[int, ...]:
    return tuple(int(number) for number in re.findall(r"\d+", install.build or install.version or ""))


def _running(
    host: Host, installed: Sequence[Install], wanted: Sequence[Install], instances: Sequence[UserData]
) -> frozenset[Path]:
    """The install folders and user data folders that are running. No processes are listed when nothing is installed."""
    own = [version for version in versions(host, installed) if version.homes] if wanted else []
    ides = [*((version.ide, version.homes) for version in own), *((data.ide, (data.path,)) for data in instances)]
    if not ides:
        return frozenset()
    from idecare.system.ide_owner import ide_owner
    from idecare.system.processes import inspect_processes

    names = frozenset().union(*(ide.stems for ide, _ in ides))
    found = inspect_processes(names).ides
    return frozenset(place for ide, places in ides if ide_owner(ide, found) for place in places)
