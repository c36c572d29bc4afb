"""Discovery: what the tools find on a host, each thing once, in an order that does not change between runs."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from pathlib import Path
from typing import TypeVar

from idecare.core.frozen import frozen
from idecare.core.host import Host
from idecare.core.locations import CacheLocation, ConfigLocation, Install, Runtime, Tool

Found = TypeVar("Found")


@frozen
class Discovery:
    """Everything found, without sizes and without processes. Of two finds at one place the first is kept."""

    installs: tuple[Install, ...] = ()
    runtimes: tuple[Runtime, ...] = ()
    caches: tuple[CacheLocation, ...] = ()
    configs: tuple[ConfigLocation, ...] = ()


def discover(host: Host, tools: Iterable[Tool]) -> Discovery:
    """Ask each tool; within a tool its own order stays, since the first of several is the one in use."""
    ordered = sorted(tools, key=lambda tool: tool.name)
    return Discovery(
        installs=_each(host, (tool.installs for tool in ordered), lambda found: (found.product, found.path)),
        runtimes=_each(host, (tool.runtimes for tool in ordered), lambda found: found.home),
        caches=_each(host, (tool.caches for tool in ordered), _cache_place),
        configs=_each(host, (tool.configs for tool in ordered), lambda found: found.path),
    )


def _cache_place(found: CacheLocation) -> tuple[Path, str | None]:
    """A folder that settings make serve two purposes stays visible as both."""
    return found.path, found.target


def _each(
    host: Host, looks: Iterable[Callable[[Host], Iterable[Found]]], place: Callable[[Found], Hashable]
) -> tuple[Found, ...]:
    found: dict[Hashable, Found] = {}
    for look in looks:
        try:
            for thing in look(host):
                found.setdefault(place(thing), thing)
        except OSError:  # what the tool found before it stays, and so do the other tools
            continue
    return tuple(found.values())
